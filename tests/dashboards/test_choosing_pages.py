"""The pages of procurement, monitoring and reviews: what a board reads, what an officer records."""

from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from contracts.lifecycle import ProcurementState
from contracts.monitoring import ConcernStep
from tests.dashboards.conftest import Open, seen
from tests.support.choosing import buy, tell
from tests.support.trusts import APPROVER, AUDITOR, CLERK
from trust_commissioning.store import monitoring, procuring, reading

ASKED = {"year": "2003-04", "to": "6"}
OF = {"procurement": "PR-1"}


@pytest.fixture
def bought(engine: Engine, filled: list[str]) -> Engine:
    buy(engine)
    return engine


def box(page: AppTest, kind: str, label: str) -> Any:
    return next(one for one in getattr(page, kind) if one.label.startswith(label))


def test_a_board_member_reads_how_bids_compare_and_who_decided(bought: Engine, look: Open) -> None:
    page = seen(look(AUDITOR, "procurement", **ASKED))

    assert "Foster placements" in page
    assert "Quality of care 48.00; Price 40.00" in page
    assert "88.00" in page
    assert "Hana Clerk" in page
    assert "Declared no interest." in page


def folds(page: AppTest) -> list[str]:
    """What may be recorded; anybody may save what they asked as a view."""
    return [one.label for one in page.expander if one.label != "Save this view"]


def test_only_the_moves_a_state_and_a_role_allow_have_a_form(bought: Engine, look: Open) -> None:
    officer = folds(look(CLERK, "procurement", **ASKED))
    approver = folds(look(APPROVER, "procurement", **ASKED))
    auditor = folds(look(AUDITOR, "procurement", **ASKED))

    assert officer == [
        "Declare an interest, or that there is none",
        "A bid came",
        "Score a bid",
        "End the scoring",
        "Abandon it",
        "Plan a procurement",
    ]
    assert approver == ["Declare an interest, or that there is none"]
    assert auditor == []


def test_an_officer_ends_the_scoring_and_an_approver_awards(bought: Engine, look: Open) -> None:
    page = look(CLERK, "procurement", **ASKED)
    box(page, "button", "Record the evaluation").click().run()
    assert "The evaluation is recorded." in seen(page)

    page = look(APPROVER, "procurement", **ASKED)
    box(page, "button", "Declare").click().run()
    box(page, "text_area", "Why").input("The only bid, and good")
    box(page, "button", "Award the lot").click().run()

    assert "Lot main is awarded." in seen(page)
    with reading(bought) as session:
        found = procuring.procurement(session, "PR-1")
    assert found is not None
    assert found.state is ProcurementState.AWARDED


def test_what_stops_a_step_is_said_and_nothing_changes(bought: Engine, look: Open) -> None:
    page = look(CLERK, "procurement", **ASKED)
    box(page, "text_input", "Price for the whole term").input("about a million")
    box(page, "button", "Record the bid").click().run()

    assert "It was not recorded" in seen(page)
    with reading(bought) as session:
        found = procuring.procurement(session, "PR-1")
    assert found is not None
    assert len(found.bids()) == 1


def test_a_procurement_is_planned_from_lines_of_a_box(bought: Engine, look: Open) -> None:
    page = look(CLERK, "procurement", **ASKED)
    box(page, "text_input", "Reference").input("PR-2")
    box(page, "text_input", "What is to be bought").input("Short breaks")
    box(page, "text_area", "Lots").input("north | The north | £12,500.00\nsouth | The south | 9000")
    box(page, "text_area", "Criteria").input("quality | Quality | 3\nprice | Price | 1 | price")
    box(page, "button", "Plan it").click().run()

    assert "Planned Short breaks." in seen(page)
    with reading(bought) as session:
        found = procuring.procurement(session, "PR-2")
    assert found is not None
    assert found.plan.estimated.plain == "21500.00"
    assert [one.weight for one in found.plan.criteria] == [3, 1]


def test_what_is_late_stands_with_its_concerns_and_no_breach(bought: Engine, look: Open) -> None:
    page = seen(look(AUDITOR, "monitoring", **ASKED))

    assert "1 July 2003" in page
    assert "Late" in page
    assert "More: 1 after 0" in page
    assert "never a breach" in page
    assert "Recruit carers" in page


def test_an_officer_notes_a_concern_and_closes_it(bought: Engine, look: Open) -> None:
    page = look(CLERK, "monitoring", **ASKED)
    box(page, "selectbox", "About contract").select("C-0001")
    box(page, "text_area", "What it is").input("A complaint about transport")
    box(page, "button", "Note the concern").click().run()
    assert "The concern is noted." in seen(page)

    box(page, "selectbox", "Concern").select("k")
    box(page, "radio", "It is").set_value(ConcernStep.CLOSED)
    box(page, "text_area", "What was done").input("Visits are back to what was agreed")
    box(page, "button", "Record it").click().run()
    assert "The concern is followed." in seen(page)
    with reading(bought) as session:
        log = monitoring.concerns(session)
    assert [one.words for one in log][-1] == "A complaint about transport"
    assert log[0].closed_on() is not None


def test_a_check_without_evidence_is_refused_item_by_item(bought: Engine, look: Open) -> None:
    page = look(CLERK, "monitoring", **ASKED)
    box(page, "selectbox", "Contract checked").select("C-0001")
    box(page, "button", "Record the check").click().run()

    assert seen(page).count("say what was seen") == 9


def test_a_review_is_recorded_with_its_facts_and_decided(bought: Engine, look: Open) -> None:
    page = look(CLERK, "reviews", **ASKED)
    box(page, "text_area", "What you make of it").input("Good care, too far away")
    box(page, "selectbox", "Contract").select("C-0001")
    box(page, "button", "Record the review").click().run()
    assert "C-0001 is reviewed." in seen(page)

    box(page, "text_area", "Why").input("Nothing better is near")
    box(page, "button", "Record the decision").click().run()

    assert "Go on as it is." in seen(page)
    with reading(bought) as session:
        (kept,) = monitoring.reviews(session)
    assert kept.facts
    assert kept.decision is not None


def test_a_finding_that_nobody_answers_is_a_warning(bought: Engine, look: Open) -> None:
    finding = {"inspection": "Joint inspection", "area": "joint_working", "words": "Apart."}
    tell(bought, "inspection-finding", reference="F-1", day="2003-05-01", **finding)

    page = seen(look(AUDITOR, "reviews", **ASKED))

    assert "No action answers this yet: Apart." in page
    assert "Not answered" in page
