"""The description of the API, OpenAPI 3.1, written by hand: short enough to be read; tests hold answers against it."""

from typing import Any

from citycard import __version__
from citycard.core.verdicts import Verdict
from citycard.operations.staff import DESK_FIELDS

_FIELDS: dict[str, dict[str, Any]] = {
    "number": {"type": "string", "description": "The card's number, 16 characters without hyphens."},
    "full_name": {"type": ["string", "null"], "description": "The name the holder uses."},
    "portrait": {"type": ["string", "null"], "contentEncoding": "base64", "contentMediaType": "image/png"},
    "date_of_birth": {"type": ["string", "null"], "description": "YYYY-MM-DD, or YYYY when only the year is known."},
    "age_over_18": {
        "type": ["boolean", "null"],
        "description": "When only the year is known, decided in the holder's favour; null when no date is in the code.",
    },
    "resident": {"type": "boolean", "description": "Whether the card is one of this very city."},
}

_AGE_BAND = {
    "type": ["object", "null"],
    "description": "With a token for a service: the group of ages that fits, without bounds where none does and the "
    "service is open as for everybody else; null when the card says no age and the desk asks.",
    "required": ["from", "to"],
    "additionalProperties": False,
    "properties": {"from": {"type": ["integer", "null"]}, "to": {"type": ["integer", "null"]}},
}

_VERDICT = {
    "type": "object",
    "required": ["verdict", "sentence"],
    "additionalProperties": False,
    "properties": {
        "verdict": {"type": "string", "enum": [verdict.value for verdict in Verdict]},
        "sentence": {"type": "string", "description": "For the holder, in the language of Accept-Language."},
        "next_step": {"type": "string", "description": "For the attendant. With a token only."},
        "reason": {
            "type": "string",
            "description": "Which rule refused the card. With a token only, of refused cards.",
        },
        "opens": {
            "type": "array",
            "items": {"type": "string"},
            "description": "With a token for a service, where the city of the card keeps it closed: the services that "
            "cards of that city open here.",
        },
        "issuer": {"type": "string", "description": "The city's address. With a token for fields only, of good cards."},
        "kind": {"type": "string", "enum": ["full", "light"]},
        "not_checked": {
            "type": "array",
            "items": {"type": "string", "enum": ["face", "name", "portrait"]},
            "description": "What the signature does not cover and a person must compare.",
        },
        "status_age_seconds": {"type": "integer", "minimum": 0},
        "fields": {
            "type": "object",
            "description": "Those of the fields that this desk's token is for.",
            "additionalProperties": False,
            "properties": {**{name: _FIELDS[name] for name in DESK_FIELDS}, "age_band": _AGE_BAND},
        },
    },
}

_ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "sentence"],
            "additionalProperties": False,
            "properties": {"code": {"type": "string"}, "sentence": {"type": "string"}},
        }
    },
}


def document() -> dict[str, Any]:
    """Return the description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "citycard",
            "version": __version__,
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
            "description": "Checking city cards. A check asks nobody else and leaves nothing but a count.",
        },
        "paths": {
            "/api/v1/verify": {
                "post": {
                    "operationId": "verify",
                    "summary": "What is the code of this card worth now?",
                    "security": [{}, {"desk": []}],
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "required": ["code"],
                                    "additionalProperties": False,
                                    "properties": {"code": {"type": "string", "description": "As scanned, unchanged."}},
                                }
                            }
                        },
                    },
                    "responses": {
                        "200": _answer("A verdict, good or not.", "Verdict"),
                        "400": _answer("The body is not the JSON object asked for.", "Error"),
                        "401": _answer("The token is not one of a desk here.", "Error"),
                        "409": _answer("The service of this desk is not in the register now.", "Error"),
                        "413": _answer("The body is larger than a code can make it.", "Error"),
                        "415": _answer("The body does not say that it is JSON.", "Error"),
                        "429": _answer("Too often from one address without a token.", "Error"),
                    },
                }
            }
        },
        "components": {
            "securitySchemes": {"desk": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Verdict": _VERDICT, "Error": _ERROR},
        },
    }


def _answer(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}
