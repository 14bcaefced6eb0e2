"""A report on a code, layer by layer: what `inspect` fills and the command line prints."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a code turned out to be, in the words that are shown."""

    CITY_CARD = "a city card's code"
    STATUS_LIST = "a status list: not a city card"
    CLAIM_169 = "a Claim 169 code of another make or written wrongly: not a city card"
    TOKEN = "a signed token without an identity: not a city card"  # noqa: S105
    OTHER = "not a city card"


@dataclass(repr=False)
class Layer:
    """One layer: what it holds, what a reader of city cards refuses in it, and what it would let pass."""

    name: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def say(self, name: str, value: str) -> None:
        """Add a fact."""
        self.facts.append((name, value))

    def fault(self, step: int, *sentences: str) -> None:
        """Add what is refused, with its step in the order of reading."""
        self.faults += [f"step {step}: {sentence}" for sentence in sentences]

    def remark(self, sentence: str) -> None:
        """Add what is worth knowing."""
        self.remarks.append(sentence)


@dataclass(repr=False)
class Report:
    """All of it. `verdict`, `step` and `reason` are the strict reader's; without trust it stops at step 6."""

    layers: list[Layer] = field(default_factory=list)
    kind: Kind = Kind.OTHER
    verdict: str = ""
    step: int | None = None
    reason: str = ""
    explanation: str = ""

    def layer(self, name: str) -> Layer:
        """Return a new layer at the end."""
        added = Layer(name)
        self.layers.append(added)
        return added

    @property
    def is_card(self) -> bool:
        """Whether the code is written as a city card's, whoever signed it."""
        return self.kind is Kind.CITY_CARD

    def to_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {
            "kind": self.kind.value,
            "city_card": self.is_card,
            "verdict": self.verdict,
            "step": self.step,
            "reason": self.reason,
            "explanation": self.explanation,
            "layers": [
                {"layer": each.name, "facts": each.facts, "faults": each.faults, "remarks": each.remarks}
                for each in self.layers
            ],
        }
