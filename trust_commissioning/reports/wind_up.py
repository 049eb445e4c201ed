"""Wind-up statement: what is left in a fund that ends, whose it is, what is disputed of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.pool.agreement import Agreement
from ledger.wording import day_in_full
from trust_commissioning.reports.disputes_part import disputes_part
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.left_in_fund import Left, left_in
from trust_commissioning.reports.partner_figures import (
    CASH,
    DEBTORS,
    IN_KIND,
    balances,
    schedule,
)
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store.pool import agreement_of
from trust_commissioning.store.standing import funds, titles


def wind_up_statement(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each asset and debt, gross: what is disputed is shown, not netted off.

    Of the fund named, or of every fund whose agreement has been ended by the period shown.
    """
    day = scope.period.ends
    found = {
        code: agreement_of(session, code, day)
        for code in funds(session)
        if scope.fund in (None, code)
    }
    if scope.fund is None:
        found = {code: under for code, under in found.items() if _ending_soon(under)}
    rows = [row for code in found for row in _rows(session, replace(scope, fund=code))]
    return make(
        session,
        scope,
        at,
        name="wind-up",
        title="Wind-up statement",
        basis=(
            f"The assets and debts as at {day_in_full(day)}, from the books of all years, of the "
            "fund named, or of every fund whose agreement has been brought to an end. The total "
            "is what the partners have between them once everything is settled."
        ),
        sign=(
            "What a fund holds or is owed is above nil, what it owes below. Disputed is part of "
            "the amount beside it and is not taken off."
        ),
        columns=_COLUMNS,
        rows=rows,
        totals={key: _total(rows, key) for key in ("amount", "disputed")},
        notes=[note for code, under in found.items() for note in _notes(code, under, rows)],
        parts=[
            part
            for code, under in found.items()
            for part in _parts(session, replace(scope, fund=code), under, rows)
        ],
    )


def _ending_soon(under: Agreement | None) -> bool:
    return under is not None and under.termination is not None


def _rows(session: Session, scope: Scope) -> list[dict[str, Cell]]:
    assert scope.fund is not None, "asked of one fund at a time"
    disputed: dict[str, Money] = {}
    for one in schedule(session, scope, all_years=True):
        for part in one.instalments:
            disputed[one.partner] = disputed.get(one.partner, NIL) + part.disputed
    title = titles(session)["fund"].get(scope.fund, scope.fund)
    return [
        {
            "fund": scope.fund,
            "fund_title": title,
            "account": one.account,
            "title": one.title,
            "partner": one.partner,
            "partner_title": one.partner_title,
            "amount": one.amount,
            "disputed": _disputed(one, disputed),
        }
        for one in left_in(session, scope.fund, scope.period)
    ]


def _total(rows: Iterable[Mapping[str, Cell]], key: str) -> Money:
    return Money.total(cell for row in rows if isinstance(cell := row[key], Money))


def _parts(
    session: Session, scope: Scope, under: Agreement | None, rows: Iterable[Mapping[str, Cell]]
) -> list[Part]:
    own = _total([row for row in rows if row["fund"] == scope.fund], "amount")
    return [_shares(session, scope, own), *disputes_part(session, scope), *_ending(scope, under)]


def _disputed(one: Left, disputed: Mapping[str, Money]) -> Money:
    return disputed.get(one.partner, NIL) if one.account == DEBTORS else NIL


def _notes(code: str, under: Agreement | None, rows: Iterable[Mapping[str, Cell]]) -> list[str]:
    notes = []
    if under is None:
        notes.append(f"No agreement of {code} is recorded.")
    elif under.wound_up is not None:
        notes.append(
            f"{under.title} was wound up on {day_in_full(under.wound_up.day)}: "
            f"{under.wound_up.words}."
        )
    elif under.termination is not None:
        notes.append(
            f"{under.title}: notice was given on {day_in_full(under.termination.notice_day)}, and "
            f"it ends on {day_in_full(under.termination.ends)}. {under.termination.reason}."
        )
    else:
        notes.append(
            f"{under.title}: no notice has been given; this is what an end now would show."
        )
    if any(row["disputed"] for row in rows if row["fund"] == code):
        notes.append("Some of what is owed is disputed; a fund is not wound up until that ends.")
    return notes


def _shares(session: Session, scope: Scope, total: Money) -> Part:
    """What is left parted by all that each partner put in; the agreement's own rule comes first."""
    put_in: dict[str, Money] = {}
    for account in (CASH, IN_KIND):
        for (_, partner), amount in balances(session, scope, account, all_years=True).items():
            put_in[partner] = put_in.get(partner, NIL) - amount
    partners = sorted(partner for partner, amount in put_in.items() if amount.pence > 0)
    weights = [put_in[partner].pence for partner in partners]
    shares = total.split(weights) if weights else ()
    names = titles(session)["partner"]
    return Part(
        key=f"shares-{scope.fund}",
        title="In proportion to what each put in",
        words=(
            (
                "In cash and in kind over the fund's life; whole pence by largest remainder, the "
                "partner first by code where two lost the same. It is an indication: what the "
                "agreement says of its end comes first."
            ),
        ),
        columns=(
            Column(key="partner", title="Code", kind="code"),
            Column(key="partner_title", title="Partner"),
            Column(key="put_in", title="Put in", kind="money"),
            Column(key="share", title="Share of what is left", kind="money"),
        ),
        rows=tuple(
            {
                "partner": partner,
                "partner_title": names.get(partner, partner),
                "put_in": put_in[partner],
                "share": share,
            }
            for partner, share in zip(partners, shares, strict=True)
        ),
        totals={
            "put_in": Money.total(put_in[partner] for partner in partners),
            "share": Money.total(shares),
        },
    )


def _ending(scope: Scope, under: Agreement | None) -> list[Part]:
    if under is None or not under.terms.termination:
        return []
    return [
        Part(
            key=f"ending-{scope.fund}",
            title="What the agreement says of its end",
            words=(under.terms.termination,),
        )
    ]


_COLUMNS = (
    Column(key="fund", title="Fund's code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="account", title="Account", kind="code"),
    Column(key="title", title="What it is"),
    Column(key="partner", title="Partner's code", kind="code"),
    Column(key="partner_title", title="Partner"),
    Column(
        key="amount",
        title="Amount",
        kind="money",
        leads_to=Lead(account="{account}", partner="{partner}", all_years=True),
    ),
    Column(key="disputed", title="Of it disputed", kind="money"),
)
