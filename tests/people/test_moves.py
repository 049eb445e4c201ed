"""A move of a lifecycle is made by those the table names, as the record has their role now."""

import pytest
from sqlalchemy import Engine

from contracts.lifecycle import PROCUREMENT, ProcurementEvent, ProcurementState
from ledger.problems import Refused
from tests.support.trusts import APPROVER, CLERK
from trust_commissioning import roles
from trust_commissioning.store import reading

AWARD = ProcurementEvent.AWARD


def test_a_move_leads_to_its_state_for_those_who_may_make_it(engine: Engine) -> None:
    with reading(engine) as session:
        to = roles.move(session, APPROVER, PROCUREMENT, "evaluated", AWARD)

    assert to is ProcurementState.AWARDED


def test_a_move_is_refused_to_others_in_its_own_words(engine: Engine) -> None:
    with reading(engine) as session, pytest.raises(Refused) as refused:
        roles.move(session, CLERK, PROCUREMENT, "evaluated", AWARD)

    (problem,) = refused.value.problems
    assert (problem.code, problem.message) == (
        "not_permitted",
        "Hana Clerk is a finance officer and may not award a procurement.",
    )


def test_a_move_its_state_does_not_allow_is_refused_to_everybody(engine: Engine) -> None:
    with reading(engine) as session, pytest.raises(Refused) as refused:
        roles.move(session, APPROVER, PROCUREMENT, "planned", AWARD, what="PR-1", where="state")

    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("move_not_permitted", "state")
    assert problem.message == (
        "PR-1 is planned; “award” is possible only while it is evaluated or waived or awarded."
    )
