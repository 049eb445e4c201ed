"""What was recorded of a grant holds: its gates, its cut, its plan."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.grant.life import GrantEvent, Step
from ledger.grant.plan import Plan, PlanAction, PlanObjective
from ledger.money import Money
from ledger.problems import Refused
from tests.granting.test_owing import DUE, EARNED, held
from tests.support.grants import MAP, allocation, happens, keep_accounts, programme, take_on
from tests.support.trusts import AT, CLERK, YEAR
from trust_commissioning import granting
from trust_commissioning.store import transaction

WHOLE = "special/2003-04"


@pytest.mark.parametrize(
    ("field", "value"),
    [("needs_plan", True), ("needs_parliament", True), ("income", "Income:Grants:Other")],
)
def test_what_a_grant_waits_for_and_is_earned_in_stays_once_it_is_allocated(
    engine: Engine, field: str, value: Any
):
    made = programme(needs_plan=False)
    take_on(engine, made)

    with transaction(engine) as session, pytest.raises(Refused) as refused:
        granting.keep_programme(session, replace(made, **{field: value}), by=CLERK, at=AT)

    assert refused.value.codes == ("grant_has_allocations",)
    assert [one.where for one in refused.value.problems] == [field]
    assert held(engine) == {DUE: "1000.00", EARNED: "-1000.00"}


def test_a_grant_changes_freely_before_it_is_allocated_and_in_its_conditions_after(engine: Engine):
    with transaction(engine) as session:
        keep_accounts(session)
        granting.keep_programme(session, programme(), by=CLERK, at=AT)
        waits = programme(needs_parliament=True)
        assert granting.keep_programme(session, waits, by=CLERK, at=AT) == "changed"
        granting.allocate(session, allocation(), announced=date(2003, 4, 1), by=CLERK, at=AT)

        freer = replace(waits, conditions=())
        assert granting.keep_programme(session, freer, by=CLERK, at=AT) == "changed"


def _with_a_small_other(session: Session) -> None:
    """Beside £100.00, a grant of £10.00, whose share of a cut of £1.00 is nil."""
    keep_accounts(session)
    granting.keep_programme(session, programme(needs_plan=False), by=CLERK, at=AT)
    granting.keep_programme(session, programme(code="other", needs_plan=False), by=CLERK, at=AT)
    day, large = date(2003, 4, 1), Money.parse("100.00")
    small = allocation(
        reference="other/2003-04",
        grant="other",
        fund="general",
        ring_fenced=False,
        core=Money.parse("10.00"),
    )
    granting.allocate(session, allocation(core=large), announced=day, by=CLERK, at=AT)
    granting.allocate(session, small, announced=day, by=CLERK, at=AT)


def test_a_cut_sent_again_after_a_later_revision_is_the_same_cut(engine: Engine):
    cut = granting.Cut(
        reference="circular 7", day=date(2003, 6, 1), year=YEAR, total=Money.parse("1.00")
    )
    of = [WHOLE, "other/2003-04"]
    with transaction(engine) as session:
        _with_a_small_other(session)
        made = granting.slice_top(session, of, cut, by=CLERK, at=AT)
    happens(engine, Step.REVISED, date(2003, 7, 1), "-95.00", year=YEAR)
    before = held(engine)

    with transaction(engine) as session:
        again = granting.slice_top(session, of, cut, by=CLERK, at=AT)

    assert [(one.allocation, one.event.amount.plain) for one in made] == [(WHOLE, "-1.00")]
    assert [(one.allocation, one.event, one.journal) for one in again] == [
        (one.allocation, one.event, one.journal) for one in made
    ]
    assert held(engine) == before == {DUE: "4.00", EARNED: "-4.00"}


@pytest.mark.parametrize(
    "changed",
    [{"total": Money.parse("2.00")}, {"day": date(2003, 6, 2)}, {"document": "Another letter"}],
)
def test_a_cut_sent_again_with_other_contents_is_refused(engine: Engine, changed):
    cut = granting.Cut(
        reference="circular 7", day=date(2003, 6, 1), year=YEAR, total=Money.parse("1.00")
    )
    with transaction(engine) as session:
        _with_a_small_other(session)
        granting.slice_top(session, [WHOLE, "other/2003-04"], cut, by=CLERK, at=AT)

        with pytest.raises(Refused) as refused:
            granting.slice_top(
                session, [WHOLE, "other/2003-04"], replace(cut, **changed), by=CLERK, at=AT
            )
        with pytest.raises(Refused) as fewer:
            granting.slice_top(session, ["other/2003-04"], cut, by=CLERK, at=AT)

    assert refused.value.codes == fewer.value.codes == ("grant_event_recorded_otherwise",)


def test_a_plan_is_assessed_only_after_it_was_submitted(engine: Engine):
    take_on(engine)
    action = PlanAction(
        number="1.1",
        title="Recruit carers",
        owner="Fostering team",
        milestone=date(2003, 9, 30),
        planned=Money.parse("400.00"),
    )
    objective = PlanObjective(number="1", title="Choice", actions=(action,))
    plan = Plan(allocation=WHOLE, year=YEAR, submitted=date(2003, 5, 2), objectives=(objective,))
    early = GrantEvent(step=MAP, day=date(2003, 5, 1), reference="assessed")
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        granting.assess_plan(session, WHOLE, early, by=CLERK, at=AT)
    assert refused.value.codes == ("plan_unknown",)

    with transaction(engine) as session:
        granting.submit_plan(session, plan, reference="map", by=CLERK, at=AT)
        with pytest.raises(Refused, match="submitted by 1 May 2003"):
            granting.assess_plan(session, WHOLE, early, by=CLERK, at=AT)
        later = replace(early, day=date(2003, 5, 2))
        granting.assess_plan(session, WHOLE, later, by=CLERK, at=AT)
    assert held(engine) == {DUE: "1000.00", EARNED: "-1000.00"}
