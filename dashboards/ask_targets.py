"""What the pages ask about measures for children; what they have recorded of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from contracts.indicators import Indicator, Observation, standing
from contracts.targets import OutcomeTarget
from dashboards import ask
from ledger.problems import Refused
from trust_commissioning import clock
from trust_commissioning.fields.refusals import problems_from
from trust_commissioning.recording import EVENTS
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading, transaction
from trust_commissioning.store import targeting as record


@dataclass(frozen=True, slots=True)
class Measures:
    """What those who keep the measures choose among; figures are as recorded, none is hidden."""

    indicators: dict[str, Indicator]
    targets: dict[str, OutcomeTarget]
    figures: list[Observation]


def measures() -> Measures:
    """Every indicator, target and figure as it stands."""
    with reading(ask.engine()) as session:
        return Measures(
            indicators=record.indicators(session),
            targets=record.targets(session),
            figures=standing(record.observations(session)),
        )


def record_event(viewer: SignedIn, event: str, asked: Mapping[str, object]) -> list[str]:
    """Record one event as it was filled in; returns what is to be looked at again, in words.

    What was left empty is left out.

    Raises:
        Refused: with each field that is wrong, or with what its service says.
    """
    what = EVENTS[event]
    try:
        read = what.asks.model_validate({name: one for name, one in asked.items() if one != ""})
    except ValidationError as wrong:
        raise Refused(list(problems_from(wrong, what.asks))) from None
    with transaction(ask.engine()) as session:
        answer = what.act(session, read, viewer.username, clock.now())
    questions = answer["questions"]
    assert isinstance(questions, list)
    return [str(one["message"]) for one in questions]
