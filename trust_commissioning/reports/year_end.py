"""Year end: what must be done before a year is closed for good, and how each fund ends it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.funds import FundKind
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.wording import counted
from ledger.year_end import Ending, YearEnd
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.grants import grants_in
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.left_to_do import Item, items
from trust_commissioning.reports.month_end import ITEM_COLUMNS, item_row
from trust_commissioning.reports.risk_position import risk_position
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.reports.trial_balance import brought_forward
from trust_commissioning.store import closing
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.standing import funds, open_periods, titles

_OWN_MONEY = (FundKind.POOLED, FundKind.LEAD_COMMISSIONED, FundKind.INTEGRATED_PROVISION)
"""The kinds of fund whose variance the partners settle with journals of the fund."""
_SAID_FOR_THE_YEAR = frozenset({"submitted", "drafts"})


def year_end(session: Session, scope: Scope, at: datetime) -> Report:
    """The checklist of a year with how every fund ends it; closing the year follows it."""
    found = year_items(session, scope.year)
    return make(
        session,
        Scope(None, scope.year),
        at,
        name="year-end",
        title=f"Year end: {scope.year}",
        basis=(
            "What must be done before the year is closed for good. Each fund's balance is what it "
            "began with, its surplus and what was moved to it or from it for good. No journal "
            "clears income or expense: what is carried forward is derived, and only what is given "
            "back is entered."
        ),
        sign="A surplus, a balance and what is given back are above nil; a deficit is below.",
        columns=ITEM_COLUMNS,
        rows=[item_row(item) for item in found],
        totals={},
        parts=[_endings(session, scope.year)],
    )


def year_items(session: Session, year: FinancialYear) -> tuple[Item, ...]:
    """Every item of a year's end, in the order in which it is closed."""
    of_13 = items(session, Period(year, 13))
    return (
        _open_periods(session, year),
        _waiting(session, year),
        *(item for item in of_13 if item.key not in _SAID_FOR_THE_YEAR),
        _settlements(session, year),
        _grants(session, year),
        _undecided(session, year),
    )


def _open_periods(session: Session, year: FinancialYear) -> Item:
    still = [one for one in open_periods(session) if one.year == year and one.number < 13]
    return Item(
        key="periods",
        title="Periods still open",
        count=len(still),
        must_be_none=True,
        stands=f"Still open: {', '.join(one.title for one in still)}.",
        do="Close each of them first.",
        where=f"closing?year={year}",
    )


def _waiting(session: Session, year: FinancialYear) -> Item:
    found = int(
        session.execute(
            select(func.count()).where(JOURNAL.c.status != "posted", JOURNAL.c.year == str(year))
        ).scalar_one()
    )
    return Item(
        key="waiting",
        title="Journals that wait",
        count=found,
        must_be_none=True,
        stands=f"{counted(found, 'journal of the year is', 'journals of the year are')} not posted.",
        do="Post or withdraw what waits: nothing of the year can be posted afterwards.",
        where="approvals",
    )


def _settlements(session: Session, year: FinancialYear) -> Item:
    unsettled = [
        code
        for code, fund in funds(session).items()
        if fund.kind in _OWN_MONEY and _needs_settling(session, code, year)
    ]
    return Item(
        key="settlements",
        title="Variances not settled",
        count=len(unsettled),
        must_be_none=True,
        stands=f"The risk share of {', '.join(unsettled)} is not settled as the year came to.",
        do="Settle the year between the partners.",
        where=f"reports?report=risk-share&year={year}",
    )


def _needs_settling(session: Session, fund: str, year: FinancialYear) -> bool:
    """Whether the rules of the year give a partner, or take from a fund, other than was settled."""
    position = risk_position(session, fund, year, 13)
    shared = position.shared()
    if shared is None:
        return False
    sharing = position.own(shared)
    settled = position.settled
    partners = settled.keys() | sharing.shares.keys()
    return (
        bool(sharing.actions and not position.settlements)
        or any(settled.get(one, NIL) != sharing.shares.get(one, NIL) for one in partners)
        or position.due_from_funds() != position.transferred
    )


def _grants(session: Session, year: FinancialYear) -> Item:
    left = {
        f"{one.programme.title} ({one.fund})": Money.total(p.available for p in one.positions)
        - one.claim.charged
        for one in grants_in(session, Scope(None, year))
        if one.ring_fenced and any(position.recognised for position in one.positions)
    }
    undecided = {name: amount for name, amount in left.items() if amount.pence > 0}
    said = "; ".join(f"{name}: {amount}" for name, amount in undecided.items())
    return Item(
        key="grants",
        title="Grants not spent and not decided",
        count=len(undecided),
        amount=Money.total(undecided.values()),
        must_be_none=True,
        stands=f"Not spent, and neither carried forward nor clawed back: {said}.",
        do="Carry it forward, or record what the payer takes back.",
        where=f"reports?report=grant-statement&year={year}",
    )


def _undecided(session: Session, year: FinancialYear) -> Item:
    found = [one for one in endings(session, year) if not one.is_decided]
    return Item(
        key="balances",
        title="Balances nobody decided on",
        count=len(found),
        amount=Money.total(one.balance for one in found),
        must_be_none=True,
        stands="Nobody has said what becomes of the balance of "
        f"{', '.join(one.fund for one in found)}, or whom it goes back to.",
        do="Record each fund's rule for the end of the year.",
        where=f"closing?year={year}&to=13",
    )


def endings(session: Session, year: FinancialYear) -> tuple[Ending, ...]:
    """How each fund ends a year, in order of code; what was given back already is not in it."""
    scope = Scope(None, year)
    opening: dict[str, Money] = {}
    for (fund, account), amount in brought_forward(session, scope).items():
        if account.startswith("Equity:"):
            opening[fund] = opening.get(fund, NIL) - amount
    made: dict[str, Money] = {}
    for account in ("Income", "Expenses", "Equity"):
        for fund, amount in _moved(session, scope, account).items():
            made[fund] = made.get(fund, NIL) - amount
    rules = closing.year_end_rules(session, year)
    found = []
    for fund in funds(session):
        rule = rules.get(fund)
        found.append(
            Ending(
                fund=fund,
                brought_forward=opening.get(fund, NIL),
                surplus=made.get(fund, NIL),
                rule=rule.rule if rule is not None else None,
                clause=rule.clause if rule is not None else "",
                weights=_weights(session, scope, fund, rule) if rule is not None else {},
            )
        )
    return tuple(found)


def _moved(session: Session, scope: Scope, account: str) -> dict[str, Money]:
    found = sums(session, scope, "fund", account=account, book=Book.ACTUAL)
    return {fund: amount for (fund,), amount in found}


def _weights(
    session: Session, scope: Scope, fund: str, rule: closing.YearEndRule
) -> dict[str, int]:
    """The shares the rule names; without any, as the year's cash came in."""
    if rule.rule is YearEnd.CARRY_FORWARD or rule.shares:
        return dict(rule.shares)
    of_fund = Scope(fund, scope.year)
    if rule.rule is YearEnd.REFUND_PARTNERS:
        came = sums(
            session, of_fund, "partner", account="Income:Contributions:Cash", book=Book.ACTUAL
        )
    else:
        came = sums(session, of_fund, "account", account="Income:Grants", book=Book.ACTUAL)
    return {name: -amount.pence for (name,), amount in came if amount.pence < 0}


def _endings(session: Session, year: FinancialYear) -> Part:
    names = titles(session)
    scope = Scope(None, year)
    income, spent, equity = (
        _moved(session, scope, account) for account in ("Income", "Expenses", "Equity")
    )
    rows: list[dict[str, Cell]] = [
        {
            "fund": one.fund,
            "title": names["fund"].get(one.fund, one.fund),
            "opening": one.brought_forward,
            "income": -income.get(one.fund, NIL),
            "spent": spent.get(one.fund, NIL),
            "surplus": one.surplus + equity.get(one.fund, NIL),
            "moved": -equity.get(one.fund, NIL),
            "balance": one.balance,
            "rule": one.rule.title if one.rule is not None else "Not decided",
            "clause": one.clause,
            "given_back": one.given_back,
            "to": "; ".join(
                f"{names['partner'].get(code, names['account'].get(code, code))} {amount}"
                for code, amount in one.shares
            ),
            "closing": one.carried_forward,
        }
        for one in endings(session, year)
    ]
    totals: dict[str, Cell] = {
        key: Money.total(cell for row in rows if isinstance(cell := row[key], Money))
        for key in (
            "opening",
            "income",
            "spent",
            "surplus",
            "moved",
            "balance",
            "given_back",
            "closing",
        )
    }
    return Part(
        key="endings",
        title="How each fund ends the year",
        columns=_ENDINGS,
        rows=tuple(rows),
        totals=totals,
    )


_ENDINGS = (
    Column(key="fund", title="Code", kind="code"),
    Column(key="title", title="Fund"),
    Column(key="opening", title="Brought forward", kind="money"),
    Column(
        key="income",
        title="Income",
        kind="money",
        leads_to=Lead(account="Income", opposite=True),
    ),
    Column(key="spent", title="Spent", kind="money", leads_to=Lead(account="Expenses")),
    Column(key="surplus", title="Surplus or deficit", kind="money"),
    Column(
        key="moved",
        title="Moved to or from reserves",
        kind="money",
        leads_to=Lead(account="Equity", opposite=True),
    ),
    Column(key="balance", title="Balance", kind="money"),
    Column(key="rule", title="By rule"),
    Column(key="clause", title="Which says so"),
    Column(key="given_back", title="To be given back", kind="money"),
    Column(key="to", title="To whom"),
    Column(key="closing", title="Carried forward", kind="money"),
)
