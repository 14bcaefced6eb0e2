"""Whether a value is what a schema of our own API description says: the few words of JSON Schema that it uses.

An unknown word in a schema fails, so that the description cannot promise what nobody checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
}

SAYS_NOTHING = {"description", "contentEncoding", "contentMediaType"}
KNOWN = {"type", "enum", "required", "properties", "additionalProperties", "items", "minimum", "$ref"} | SAYS_NOTHING


def fits(value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = "answer") -> Iterator[str]:
    """Every way in which `value` differs from what `schema` says."""
    assert set(schema) <= KNOWN, f"the schema at {at} uses {set(schema) - KNOWN}"
    if "$ref" in schema:
        named: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            named = named[step]
        yield from fits(value, named, document, at)
        return
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(type(value) is KINDS[kind] for kind in kinds):
        yield f"{at} is {type(value).__name__}, not {kinds}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at} is not one of {schema['enum']}"
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{at} is too small"
    if isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{at} lacks {name}" for name in schema.get("required", []) if name not in value)
        for name, part in value.items():
            if name in known:
                yield from fits(part, known[name], document, f"{at}.{name}")
            elif schema.get("additionalProperties") is False:
                yield f"{at} has {name}"
    if isinstance(value, list):
        for place, part in enumerate(value):
            yield from fits(part, schema["items"], document, f"{at}[{place}]")
