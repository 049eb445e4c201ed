"""What is due between funds leaves each with what its rule says stays in it, and never more."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ledger.money import NIL, Money
from ledger.pool.risk_share import Line, RiskShare, due_from_funds, shares
from ledger.pool.risk_share.rule import (
    Bear,
    By,
    Clause,
    Keep,
    Lines,
    Offset,
    Part,
    Share,
    Use,
)

KEPT = Clause(number="2", steps=(Keep(use=Use.RETAINED),))
SHARED = Clause(number="3", steps=(Share(by=By.EQUAL),))


def of(*parts: Part) -> RiskShare:
    return RiskShare(
        title="Two funds",
        clause="4",
        partners=("council", "pct"),
        host="council",
        parts=parts,
        starts=date(2003, 4, 1),
    )


def line(fund: str, pence: int) -> Line:
    return Line(
        account="Expenses:Health", fund=fund, budget=Money(100_000), outturn=Money(100_000 + pence)
    )


def set_against_each_other() -> RiskShare:
    def over(other: str) -> Clause:
        return Clause(number="1", steps=(Offset(against=(other,)), Bear(partner="pct")))

    return of(
        Part(
            code="here", title="Here", lines=Lines(funds=("pool",)),
            overspend=over("there"), underspend=KEPT,
        ),
        Part(code="there", title="There", overspend=over("here"), underspend=KEPT),
    )  # fmt: skip


def test_an_overspend_set_against_another_funds_underspend_is_met_by_that_fund() -> None:
    rule = set_against_each_other()
    found = shares(rule, [line("pool", 8_000), line("near", -5_000)])

    assert due_from_funds("pool", [found]) == {"near": Money(5_000)}
    assert found.shares == {"council": NIL, "pct": Money(3_000)}


def test_an_underspend_used_for_another_funds_overspend_goes_to_that_fund() -> None:
    found = shares(set_against_each_other(), [line("pool", -8_000), line("near", 5_000)])

    assert due_from_funds("pool", [found]) == {"near": Money(-5_000)}


def test_of_an_underspend_that_stays_each_fund_keeps_its_part() -> None:
    rule = of(Part(code="all", title="Both", overspend=SHARED, underspend=KEPT))
    found = shares(rule, [line("pool", 6_000), line("near", -10_000)])

    assert due_from_funds("pool", [found]) == {"near": Money(6_000)}


@given(st.lists(st.integers(-50_000, 50_000), min_size=3, max_size=3), st.booleans())
def test_after_the_partners_and_the_funds_have_settled_only_what_stays_is_left(
    pence: list[int], kept: bool
) -> None:
    rule = of(Part(code="all", title="All", overspend=SHARED, underspend=KEPT if kept else SHARED))
    lines = [line(fund, each) for fund, each in zip(("pool", "near", "far"), pence, strict=True)]
    found = shares(rule, lines)
    due = due_from_funds("pool", [found])

    left = {one.fund: -one.variance for one in lines}
    left["pool"] += Money.total(found.shares.values())
    for other, amount in due.items():
        left[other] -= amount
        left["pool"] += amount

    stays = -Money.total(piece.amount for piece in found.met_otherwise)
    assert Money.total(left.values()) == stays
    assert all(NIL <= each <= max(stays, NIL) for each in left.values())
