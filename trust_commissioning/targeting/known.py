"""What every service of measures asks first: which indicator, whether a text names a child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from contracts.indicators import Indicator
from ledger.problems import Problem, Refused
from trust_commissioning.store.targeting import indicators


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of it: added, changed, or unchanged; `questions` are texts to look at again."""

    did: str
    questions: tuple[Problem, ...] = ()


def indicator_of(session: Session, code: str) -> Indicator:
    """An indicator by its code, shipped or the trust's own.

    Raises:
        Refused: ``indicator_unknown``.
    """
    found = indicators(session).get(code)
    if found is None:
        raise Refused.because("indicator_unknown", f"There is no indicator “{code}”.", "indicator")
    return found


def differing(values: Mapping[str, object], other: Mapping[str, object]) -> dict[str, object]:
    """What of some values is said, and otherwise than in others: what the audit trail tells."""
    return {name: value for name, value in values.items() if value != other.get(name)}
