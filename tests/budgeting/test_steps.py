"""Opening and every movement come to the revised budget, whatever happened to it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.money import Money
from ledger.problems import Refused
from tests.budgeting.conftest import CARE, HEALTH, MANAGER, Vire, posted
from tests.support.trusts import APPROVER, AT, CLERK, YEAR, small_trust_file
from trust_commissioning import budgeting, posting
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.reports.budget_lines import positions
from trust_commissioning.reports.budget_movements import movements, steps
from trust_commissioning.reports.shape import Cell, Report
from trust_commissioning.store import engine_for, reading, transaction

MONEY = ("original", "moved_in", "moved_out", "changed", "revised")


def report(engine: Engine, to: int = 13) -> Report:
    with reading(engine) as session:
        return REPORTS["budget"](session, Scope("general", YEAR, to), AT)


def shown(row: dict[str, Cell]) -> tuple[str, ...]:
    return tuple(str(row[key]) for key in MONEY)


def lines(made: Report) -> dict[str, tuple[str, ...]]:
    return {str(row["service"]): shown(dict(row)) for row in made.rows}


def change(engine: Engine, line: BudgetLine, amount: str, reason: str) -> str | None:
    row = BudgetRow(account=line.account, service=line.service, amount=Money.parse(amount))
    with transaction(engine) as session:
        return budgeting.set_budget(
            session, "general", YEAR, [row], by="x.admin", at=AT, whole=False, reason=reason
        )


def test_a_virement_and_a_change_stand_apart_and_the_opening_survives_both(
    budgeted: Engine, vire: Vire
) -> None:
    posted(budgeted, vire("7500.00"))
    change(budgeted, CARE, "110000.00", "grant reduced in-year")

    made = report(budgeted)

    assert lines(made) == {
        "fostering": ("£120,000.00", "£0.00", "-£7,500.00", "-£10,000.00", "£102,500.00"),
        "therapy": ("£20,000.00", "£7,500.00", "£0.00", "£0.00", "£27,500.00"),
    }
    assert shown(dict(made.totals)) == (
        "£140,000.00",
        "£7,500.00",
        "-£7,500.00",
        "-£10,000.00",
        "£130,000.00",
    )


def test_each_movement_is_named_with_its_reason_and_its_two_people(
    budgeted: Engine, vire: Vire
) -> None:
    posted(budgeted, vire("7500.00"), MANAGER)
    change(budgeted, CARE, "110000.00", "grant reduced in-year")

    (part,) = report(budgeted).parts

    assert [
        (row["kind"], row["service"], str(row["amount"]), row["reason"], row["posted_by"])
        for row in part.rows
    ] == [
        (
            "Virement",
            "fostering",
            "-£7,500.00",
            "Therapy for children in foster care",
            "Mo Manager",
        ),
        ("Virement", "therapy", "£7,500.00", "Therapy for children in foster care", "Mo Manager"),
        (
            "Change",
            "fostering",
            "-£10,000.00",
            "Change 1 of the budget for 2003-04: grant reduced in-year",
            "Xenia Admin",
        ),
    ]
    assert {row["entered_by"] for row in part.rows} == {"Hana Clerk", "Xenia Admin"}


def test_a_virement_taken_back_leaves_the_original_and_shows_both_ways(
    budgeted: Engine, vire: Vire
) -> None:
    number = posted(budgeted, vire("7500.00"))
    with transaction(budgeted) as session:
        id = posting.reverse(session, number, reason="not agreed", by=CLERK, at=AT)
    posted(budgeted, id)

    assert lines(report(budgeted))["therapy"] == (
        "£20,000.00",
        "£7,500.00",
        "-£7,500.00",
        "£0.00",
        "£20,000.00",
    )


def test_a_movement_counts_from_its_period_on(budgeted: Engine, vire: Vire) -> None:
    posted(budgeted, vire("7500.00", day=date(2003, 9, 1)))

    assert lines(report(budgeted, 5))["therapy"][-1] == "£20,000.00"
    assert lines(report(budgeted, 6))["therapy"][-1] == "£27,500.00"


def test_budget_to_date_stands_beside_what_was_spent(budgeted: Engine) -> None:
    row = report(budgeted, 3).rows[0]

    assert [str(row[key]) for key in ("to_date", "actual", "ahead")] == [
        "£30,000.00",
        "£0.00",
        "-£30,000.00",
    ]


@dataclass(frozen=True)
class Vired:
    """Budget asked to move; refused where the line has too little."""

    pence: int
    back: bool


@dataclass(frozen=True)
class Changed:
    therapy: bool
    pence: int


@dataclass(frozen=True)
class TakenBack:
    """The last virement reversed, or the reversal of it."""


ACTS = st.one_of(
    st.builds(Vired, st.integers(1, 20_000_000), st.booleans()),
    st.builds(Changed, st.booleans(), st.integers(0, 20_000_000)),
    st.builds(TakenBack),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACTS, max_size=8))
def test_original_and_movements_are_the_revised_budget_and_the_kept_balance(
    acts: list[object], tmp_path: Path
) -> None:
    file = tmp_path / "trust.sqlite3"
    file.write_bytes(small_trust_file())
    engine = engine_for(f"sqlite:///{file}")
    change(engine, CARE, "120000.00", "")
    with reading(engine) as session:
        original = steps(movements(session, "general", YEAR))
    last: str | None = None
    for place, act in enumerate(acts):
        with transaction(engine) as session:
            last = _do(session, act, place, last)

    with reading(engine) as session:
        found = steps(movements(session, "general", YEAR))
        kept = positions(session, "general", YEAR)
    engine.dispose()
    assert {line: one.revised for line, one in found.items()} == {
        line: position.budget for line, position in kept.items()
    }
    assert {line: one.original for line, one in found.items() if one.original} == {
        line: one.original for line, one in original.items()
    }
    assert not Money.total(one.moved_in + one.moved_out for one in found.values())


def _do(session: Session, act: object, place: int, last: str | None) -> str | None:
    try:
        match act:
            case Changed(therapy, pence):
                line = HEALTH if therapy else CARE
                row = BudgetRow(account=line.account, service=line.service, amount=Money(pence))
                budgeting.set_budget(
                    session, "general", YEAR, [row], by="x.admin", at=AT, whole=False
                )
            case Vired(pence, back):
                giving, getting = (HEALTH, CARE) if back else (CARE, HEALTH)
                id = budgeting.vire(
                    session,
                    "general",
                    [(giving, Money(-pence)), (getting, Money(pence))],
                    day=date(2003, 5, 1),
                    reference=f"V-{place}",
                    reason="Moved",
                    by=CLERK,
                    at=AT,
                )
                return posting.post_submitted(session, id, by=APPROVER, at=AT)
            case TakenBack() if last is not None:
                id = posting.reverse(session, last, reason="no", by=CLERK, at=AT)
                return posting.post_submitted(session, id, by=APPROVER, at=AT)
    except Refused as refused:
        assert set(refused.codes) <= {"budget_not_available", "journal_already_reversed"}  # noqa: PT017
    return last


def test_the_codes_of_a_line_are_not_shown_where_its_title_is(budgeted: Engine) -> None:
    kinds = {column.key: column.kind for column in report(budgeted).columns}

    assert {key for key, kind in kinds.items() if kind == "code"} == {"fund", "account", "service"}
