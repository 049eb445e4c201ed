"""Memorandum account: a fund's year for its partners' own accounts, who put in what, what is left.

The fund is no body of its own: each partner shows its part in its own accounts, by who controls
the fund. The layout is the trust's; the annual return of income and expenditure behind it is what
a pooled fund's manager owes the partners (SI 2000/617, regulation 7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlmodel import Session

from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.pool.agreement import Agreement
from ledger.pool.risk_share.words import listed
from ledger.wording import day_in_full
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.lines import totals_of
from trust_commissioning.reports.risk_position import risk_position
from trust_commissioning.reports.shape import SUBTOTAL, Cell, Column, Part, Report, Scope, make
from trust_commissioning.reports.trial_balance import brought_forward
from trust_commissioning.store.pool import agreement_of
from trust_commissioning.store.standing import funds, titles

_CASH, _IN_KIND = "Income:Contributions:Cash", "Income:Contributions:InKind"
_SECTIONS = (
    (_CASH, "Contributions in cash"),
    (_IN_KIND, "Contributions in kind"),
    ("Income:Grants", "Grants"),
    ("Income:ClientCharges", "Charges to families"),
    ("Income", "Other income"),
)


def memorandum_account(session: Session, scope: Scope, at: datetime) -> Report:
    """Funding, expenditure, what is left: of the fund asked for, or of each one after another."""
    rows: list[dict[str, Cell]] = []
    parts: list[Part] = []
    notes: list[str] = []
    for code, fund in funds(session).items():
        if scope.fund not in (None, code):
            continue
        of_fund = Scope(code, scope.year, scope.to)
        account = list(_account(session, of_fund))
        if scope.fund is None and not any(row["amount"] for row in account):
            continue
        rows += [{"fund": code, "fund_title": fund.title, **row} for row in account]
        more, said = _of_partners(session, of_fund, fund.title)
        parts += more
        notes += said
    return make(
        session,
        scope,
        at,
        name="memorandum-account",
        title="Memorandum account",
        basis=(
            "The actual book up to and with the period shown. Contributions are what is due, paid "
            "or not, with what was settled between partners at the year's end; a contribution in "
            "kind is both funding and expenditure."
        ),
        sign="Funding, expenditure and what is in hand are above nil; a deficit is below.",
        columns=tuple(c for c in _COLUMNS if scope.fund is None or c.key != "fund_title"),
        rows=rows,
        totals={},
        notes=notes,
        parts=parts,
    )


def _account(session: Session, scope: Scope) -> Iterator[dict[str, Cell]]:
    """The account from top to bottom; rows under `SUBTOTAL` stand for those above them."""
    named = titles(session)
    funding = NIL
    income = {
        key: -amount
        for key, amount in sums(
            session, scope, "account", "partner", "service", account="Income", book=Book.ACTUAL
        )
    }
    for under, section in _SECTIONS:
        for key in [one for one in income if one[0] == under or one[0].startswith(under + ":")]:
            amount = income.pop(key)
            account, partner, service = key
            what = named["partner"].get(partner) or named["account"].get(account, account)
            which = named["service"].get(service, service)
            title = f"{what}, {which}" if which else what
            yield _row(section, title, amount, account, partner, service, opposite="yes")
            funding += amount
    yield _subtotal("Funding", "Total funding", funding)
    spent = NIL
    for (service,), amount in sums(session, scope, "service", account="Expenses", book=Book.ACTUAL):
        title = named["service"].get(service, service) or "No service"
        yield _row("Expenditure by scheme", title, amount, "Expenses", "", service)
        spent += amount
    yield _subtotal("Expenditure by scheme", "Total expenditure", spent)
    yield from _balances(session, scope, funding - spent)


def _balances(session: Session, scope: Scope, surplus: Money) -> Iterator[dict[str, Cell]]:
    opening = -Money.total(
        amount
        for (_, account), amount in brought_forward(session, scope).items()
        if account.startswith("Equity:")
    )
    moved = -Money.total(
        amount for _, amount in sums(session, scope, "fund", account="Equity", book=Book.ACTUAL)
    )
    left = "What is left"
    word = "Net deficit of the year" if surplus < NIL else "Net surplus of the year"
    yield _subtotal(left, word, surplus)
    yield _row(left, "Brought forward", opening)
    yield _row(left, "Moved to or from reserves", moved)
    yield _subtotal(left, "Carried forward", opening + moved + surplus)


def _of_partners(session: Session, scope: Scope, title: str) -> tuple[list[Part], list[str]]:
    """Each partner's share of the variance, what of it is settled, how it shows its part."""
    assert scope.fund is not None
    position = risk_position(session, scope.fund, scope.year, scope.to)
    agreement = agreement_of(session, scope.fund, scope.period.ends)
    notes = [f"{title}: {said}" for said in _roles(agreement, position.names)]
    shared = position.shared()
    if shared is None:
        notes.append(
            f"{title}: no risk share is in force on {day_in_full(scope.period.ends)}, so what is "
            "left belongs to the fund."
        )
        return [], notes
    sharing = position.own(shared)
    settled = position.settled
    rows: list[dict[str, Cell]] = [
        {
            "partner": partner,
            "title": position.names.get(partner, partner),
            "share": sharing.shares.get(partner, NIL),
            "paid": max(settled.get(partner, NIL), NIL),
            "refunded": max(-settled.get(partner, NIL), NIL),
            "open": sharing.shares.get(partner, NIL) - settled.get(partner, NIL),
        }
        # One that left the rule stays as long as something is settled with it.
        for partner in [*sharing.shares, *sorted(settled.keys() - sharing.shares.keys())]
        if partner in sharing.shares or settled[partner]
    ]
    kept = [piece for piece in sharing.met_otherwise if piece.amount < NIL]
    words = [
        f"{-piece.amount} of the year's underspend is {piece.words}, and not given back."
        for piece in kept
    ]
    words += [f"{abs(one.amount)} is not shared. {one.words}" for one in sharing.actions]
    part = Part(
        key=f"shares-{scope.fund}",
        title=f"{title}: each partner's share",
        words=tuple(words),
        columns=_PARTNER_COLUMNS,
        rows=tuple(rows),
        totals=totals_of(rows, ["share", "paid", "refunded", "open"]),
    )
    return [part], notes


def _roles(agreement: Agreement | None, names: Mapping[str, str]) -> Iterator[str]:
    """How the partners show their part, where the agreement says it."""
    by_heading: dict[str, list[str]] = {}
    for party in agreement.parties if agreement is not None else ():
        role = agreement.role_of(party.partner) if agreement is not None else None
        if role is not None:
            partner = names.get(party.partner, party.partner)
            by_heading.setdefault(role.heading, []).append(partner)
    for heading, partners in by_heading.items():
        yield f"in the accounts of {listed(partners)}: {heading[:1].lower()}{heading[1:]}."


def _row(
    section: str,
    title: str,
    amount: Money,
    account: str = "",
    partner: str = "",
    service: str = "",
    *,
    opposite: str = "",
) -> dict[str, Cell]:
    return {
        "section": section,
        "title": title,
        "account": account,
        "partner": partner,
        "service": service,
        "opposite": opposite,
        "amount": amount,
    }


def _subtotal(section: str, title: str, amount: Money) -> dict[str, Cell]:
    return {**_row(section, title, amount), SUBTOTAL: "yes"}


_COLUMNS = (
    Column(key="fund", title="Code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="section", title="Section"),
    Column(key="account", title="Account", kind="code"),
    Column(key="partner", title="Partner code", kind="code"),
    Column(key="service", title="Service code", kind="code"),
    Column(key="title", title="What it is"),
    Column(
        key="amount",
        title="Amount",
        kind="money",
        leads_to=Lead(
            account="{account}",
            partner="{partner}",
            service="{service}",
            opposite="{opposite}",
        ),
    ),
)
_PARTNER_COLUMNS = (
    Column(key="partner", title="Partner code", kind="code"),
    Column(key="title", title="Partner"),
    Column(key="share", title="Share of the variance", kind="money"),
    Column(key="paid", title="Settled, to pay", kind="money"),
    Column(key="refunded", title="Settled, refunded", kind="money"),
    Column(key="open", title="Not settled yet", kind="money"),
)
