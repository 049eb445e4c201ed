"""What the import page asks of remembered codings, or has done."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards import ask
from trust_commissioning import clock
from trust_commissioning.importing import remembering
from trust_commissioning.importing.coding import CodingRule
from trust_commissioning.importing.planning import PlannedLine
from trust_commissioning.importing.remembering import Remembered
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading, transaction


def remembered() -> tuple[Remembered, ...]:
    """The codings that are remembered, the latest first."""
    with reading(ask.engine()) as session:
        return remembering.remembered(session)


def remember(viewer: SignedIn, rule: CodingRule) -> str:
    """Remember a coding for every later file.

    Raises:
        Refused: with everything that is wrong.
    """
    with transaction(ask.engine()) as session:
        return remembering.remember(session, rule, by=viewer.username, at=clock.now())


def take_back(viewer: SignedIn, code: str) -> None:
    """Forget a coding."""
    with transaction(ask.engine()) as session:
        remembering.take_back(session, code, by=viewer.username, at=clock.now())


def printed_names(lines: Sequence[PlannedLine]) -> dict[str, int]:
    """The names some lines print, with how many lines each has, the most first."""
    found: dict[str, int] = {}
    for one in lines:
        name = one.line.supplier
        if name.strip():
            found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
