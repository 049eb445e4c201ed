"""What each partner was to pay in by now, what came, what it still owes and what it disputes."""

from __future__ import annotations

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.pool.contributions import ContributionKind
from trust_commissioning.reports.lines import totals_of
from trust_commissioning.reports.partner_figures import Whose, schedule
from trust_commissioning.reports.shape import Cell, Column, Part, Scope
from trust_commissioning.store.standing import titles


def partners_part(session: Session, scope: Scope) -> Part:
    """A row for each partner of each fund with a contribution in cash this year."""
    day = scope.period.ends
    found: dict[Whose, dict[str, Money]] = {}
    for one in schedule(session, scope):
        if one.kind is ContributionKind.IN_KIND:
            continue
        sums = found.setdefault((one.fund, one.partner), dict.fromkeys(_MONEY, NIL))
        for part in one.instalments:
            sums["year"] += part.amount
            sums["due"] += part.amount if part.day <= day else NIL
            sums["received"] += part.received
            sums["outstanding"] += part.outstanding
            sums["disputed"] += part.disputed
    names = titles(session, "partner", "fund")
    rows: tuple[dict[str, Cell], ...] = tuple(
        {
            "fund": fund,
            "fund_title": names["fund"].get(fund, fund),
            "partner": partner,
            "title": names["partner"].get(partner, partner),
            **sums,
        }
        for (fund, partner), sums in sorted(found.items())
    )
    return Part(
        key="partners",
        title="What have partners paid in?",
        words=(_HOW if rows else "No partner has a contribution in cash this year.",),
        columns=_COLUMNS if rows else (),
        rows=rows,
        totals=totals_of(rows, _MONEY) if rows else {},
    )


def partners_answer(part: Part) -> str:
    """Due, received, still owed and disputed, in a sentence."""
    due, received, outstanding, disputed = (
        part.totals.get(key, NIL) for key in ("due", "received", "outstanding", "disputed")
    )
    if not part.rows:
        return "No partner has a contribution in cash this year."
    said = f"{due} was due by then and {received} was received"
    if not outstanding:
        return f"{said}. Nothing that was raised is outstanding."
    denied = f", of which {disputed} is disputed" if disputed else ""
    return f"{said}. {outstanding} is outstanding{denied}."


_COLUMNS = (
    Column(key="fund", title="Code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="partner", title="Partner code", kind="code"),
    Column(key="title", title="Partner"),
    Column(key="year", title="Due in the year", kind="money", whole_year=True),
    Column(key="due", title="Due by now", kind="money"),
    Column(key="received", title="Received", kind="money"),
    Column(key="outstanding", title="Outstanding", kind="money"),
    Column(key="disputed", title="Disputed", kind="money"),
)
_HOW = (
    "Instalments in cash of the year, as they stood at the end of the period shown. Outstanding is "
    "what was raised and has not been received; disputed is part of it."
)
_MONEY = tuple(one.key for one in _COLUMNS if one.kind == "money")
