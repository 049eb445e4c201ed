"""What is kept of grants comes back from a backup as it was."""

from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from ledger.grant.life import Step
from ledger.grant.plan import ActionState, Plan, PlanAction, PlanObjective, Progress
from ledger.money import Money
from tests.support.grants import MAP, happens, take_on
from tests.support.trusts import AT, CLERK, YEAR
from trust_commissioning import backing_up, granting
from trust_commissioning.store import engine_for, grants, reading, transaction

ACTION = PlanAction(
    number="1.1",
    title="Recruit carers",
    owner="Fostering team",
    milestone=date(2003, 9, 30),
    planned=Money.parse("400.00"),
    service="fostering",
)


def everything(engine: Engine) -> list[object]:
    with reading(engine) as session:
        return [
            grants.programmes(session),
            grants.lives(session),
            grants.events(session, "special/2003-04"),
            grants.plans(session),
            grants.progress_of(session, "special/2003-04", YEAR),
            grants.ring_fences(session),
        ]


def test_grants_come_back_from_a_backup_as_they_were(engine: Engine, tmp_path: Path) -> None:
    take_on(engine)
    happens(engine, Step.PAID, date(2003, 5, 30), "400.00", ref="instalment 1")
    happens(engine, MAP, date(2003, 6, 10), mark="fair")
    objective = PlanObjective(number="1", title="Choice", actions=(ACTION,))
    plan = Plan(
        allocation="special/2003-04",
        year=YEAR,
        submitted=date(2003, 1, 30),
        objectives=(objective,),
    )
    said = Progress(action="1.1", day=date(2003, 9, 1), state=ActionState.DONE, evidence="Twenty")
    with transaction(engine) as session:
        granting.submit_plan(session, plan, reference="map", by=CLERK, at=AT)
        granting.note_progress(session, plan.allocation, YEAR, said, reference="p", by=CLERK, at=AT)
    before = everything(engine)

    backing_up.back_up(engine, tmp_path / "trust.zip", at=AT)
    url = f"sqlite:///{tmp_path / 'again' / 'trust.sqlite3'}"
    backing_up.restore(url, tmp_path / "trust.zip", keep=tmp_path / "kept", by="", at=AT)

    again = engine_for(url)
    assert everything(again) == before
    again.dispose()
