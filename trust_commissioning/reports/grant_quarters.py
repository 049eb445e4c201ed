"""The quarters of grants that are kept to them: what is expected, what came, what is still to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ledger.grant.life import Life, Step
from ledger.grant.quarters import is_by_quarter, quarter_ends, quarter_starts, quarters_of
from ledger.money import NIL, Money
from ledger.periods import Period
from trust_commissioning.reports.grants import GrantInYear
from trust_commissioning.reports.shape import Cell, Column, Part, Scope


def quarters_part(grants: Iterable[GrantInYear], scope: Scope) -> Part | None:
    """A row for each quarter of each allocation that is kept to quarters; None where none is."""
    rows = [
        row
        for grant in grants
        for life in grant.lives
        if is_by_quarter(life, grant.year)
        for row in _rows(grant, life, scope)
    ]
    if not rows:
        return None
    return Part(
        key="quarters",
        title="Instalments by quarter",
        words=(
            "Expected is as the year was last spread over its quarters.",
            "Due is what should have come by the end of the quarter and has not.",
        ),
        columns=_COLUMNS,
        rows=tuple(rows),
    )


def behind_by(grant: GrantInYear, lives: Iterable[Life], day: date) -> Money:
    """What the quarters that have ended by a day were to have and was not spent in them."""
    kept = [life for life in lives if is_by_quarter(life, grant.year)]
    ends = [one for one in quarter_ends(grant.year) if one <= day]
    if not kept or not ends:
        return NIL
    planned = (one for life in kept for one in quarters_of(life, grant.year)[: len(ends)])
    return max(NIL, Money.total(planned) - _spent(grant, date.min, ends[-1]))


def _rows(grant: GrantInYear, life: Life, scope: Scope) -> Iterator[dict[str, Cell]]:
    alone = len(grant.lives) == 1
    expected = paid = NIL
    quarters = zip(
        quarters_of(life, grant.year),
        quarter_starts(grant.year),
        quarter_ends(grant.year),
        strict=True,
    )
    for amount, starts, ends in quarters:
        came = _paid(life, starts, ends)
        expected, paid = expected + amount, paid + came
        behind = max(NIL, expected - paid)
        # What came too late for the year before is of a day before the first quarter.
        since = date.min if starts == grant.year.starts else starts
        yield {
            "allocation": life.allocation.reference,
            "quarter": f"{_month(starts)} to {_month(ends)}",
            "expected": amount,
            "paid": came,
            "behind": behind,
            "spent": _spent(grant, since, ends) if alone else "",
            "standing": _standing(starts, behind, scope.period.ends),
        }


def _paid(life: Life, starts: date, ends: date) -> Money:
    signs = {Step.PAID: 1, Step.PAID_BACK: -1}
    return Money.total(
        one.amount.times(signs[one.step])
        for one in life.taken
        if one.step in signs and starts <= one.day <= ends
    )


def _spent(grant: GrantInYear, starts: date, ends: date) -> Money:
    lines = (one.line for one in grant.claim.eligible)
    return Money.total(line.amount for line in lines if starts <= line.day <= ends)


def _standing(starts: date, behind: Money, today: date) -> str:
    if not behind:
        return "Paid"
    return "Due" if starts <= today else "Coming"


def _month(day: date) -> str:
    return Period.containing(day).title


_COLUMNS = (
    Column(key="allocation", title="Allocation"),
    Column(key="quarter", title="Quarter"),
    Column(key="expected", title="Expected", kind="money"),
    Column(key="paid", title="Paid in it", kind="money"),
    Column(key="behind", title="Due", kind="money"),
    Column(key="spent", title="Spent in it", kind="money"),
    Column(key="standing", title="Standing"),
)
