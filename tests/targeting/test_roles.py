"""Each service of measures acts for those who keep targets, and for nobody else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from contracts.figures import Figure
from contracts.indicators import Direction, Indicator, Mapped, MeasureKind, Observation
from contracts.targets import OutcomeTarget, Point
from ledger.outcomes import Outcome
from ledger.problems import Refused
from tests.targeting.conftest import AT
from trust_commissioning import targeting
from trust_commissioning.clock import as_text
from trust_commissioning.roles import MAY, Action, Role
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import PersonRow

OWN = Indicator(
    code="own",
    name="A measure of our own",
    kind=MeasureKind.LEVEL,
    unit="percent",
    direction=Direction.HIGHER,
)
FIGURE = Figure.parse("10")
TARGET = OutcomeTarget(
    code="t",
    indicator="neet_16_18",
    baseline=Point(date(2003, 4, 1), FIGURE),
    points=(Point(date(2006, 4, 1), FIGURE),),
    owner="Connexions",
)
SEEN = Observation(
    reference="o", indicator="neet_16_18", day=date(2004, 4, 1), figure=FIGURE, source="Return"
)
MAPPED = Mapped(
    reference="m",
    indicator="neet_16_18",
    starts=date(2004, 4, 1),
    outcomes=(Outcome.ENJOY_AND_ACHIEVE,),
    reason="Agreed",
)
SERVICES: dict[str, Callable[[Session, str], object]] = {
    "keep_indicator": lambda s, by: targeting.keep_indicator(
        s, replace(OWN, code=f"own-{by}"), by=by, at=AT
    ),
    "map_indicator": lambda s, by: targeting.map_indicator(
        s, replace(MAPPED, reference=by), by=by, at=AT
    ),
    "set_target": lambda s, by: targeting.set_target(s, replace(TARGET, code=by), by=by, at=AT),
    "observe": lambda s, by: targeting.observe(
        s, replace(SEEN, reference=by, area=by), by=by, at=AT
    ),
}


def test_every_service_is_walked() -> None:
    assert SERVICES.keys() == set(targeting.__all__) - {"Kept"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_acts_for_the_roles_that_keep_targets_and_refuses_the_others(
    engine: Engine, name: str
) -> None:
    with transaction(engine) as session:
        for role in Role:
            session.add(
                PersonRow(username=role.value, name="One", role=role.value, created_at=as_text(AT))
            )
    refused = {}
    for role in Role:
        try:
            with transaction(engine) as session:
                SERVICES[name](session, role.value)
        except Refused as refusal:
            refused[role] = refusal.codes

    assert refused == dict.fromkeys(set(Role) - MAY[Action.KEEP_TARGETS], ("not_permitted",))
    assert Role.COMMISSIONER not in refused
    assert Role.BOARD_MEMBER in refused
