"""Partner position: what each partner owes each fund, how old it is, what of it is disputed.

Every partner is shown the same figures, from the same books.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.pool.contributions import Age, Contribution, Instalment, age_on, aged
from ledger.wording import day_in_full
from trust_commissioning.reports.disputes_part import disputes_part
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.partner_figures import (
    CREDITORS,
    DEBTORS,
    IN_ADVANCE,
    Owing,
    Whose,
    add,
    balances,
    owing,
    schedule,
)
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store.pool import facts, receipts
from trust_commissioning.store.standing import titles


def partner_position(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each partner of each fund that owes, is owed, or did in the year."""
    now = schedule(session, scope, all_years=True)
    before = schedule(session, scope, all_years=True, to=_last_of(scope.year))
    owed = balances(session, scope, DEBTORS, all_years=True)
    moved = balances(session, scope, DEBTORS, all_years=False)
    raised, received = _moved(now, before, "raised"), _moved(now, before, "received")
    disputed = _summed(now, "disputed")
    advance = balances(session, scope, IN_ADVANCE, all_years=True)
    owing_them = balances(session, scope, CREDITORS, all_years=True)
    names = titles(session)
    whose = sorted({*owed, *moved, *raised, *received, *advance, *owing_them})
    rows: list[dict[str, Cell]] = []
    for one in whose:
        change = moved.get(one, NIL)
        outstanding = owed.get(one, NIL)
        came, paid = raised.get(one, NIL), received.get(one, NIL)
        denied = disputed.get(one, NIL)
        rows.append(
            {
                **_names(one, names),
                "opening": outstanding - change,
                "raised": came,
                "received": paid,
                "other": change - came + paid,
                "moved": change,
                "outstanding": outstanding,
                "disputed": denied,
                "undisputed": outstanding - denied,
                "in_advance": -advance.get(one, NIL),
                "owed_to_partner": -owing_them.get(one, NIL),
            }
        )
    return make(
        session,
        scope,
        at,
        name="partner-position",
        title="Partner position",
        basis=(
            f"As at {day_in_full(scope.period.ends)}. Outstanding is the balance of the books, "
            "from all years; it is owed before the year, plus raised, less received, plus other "
            "changes such as a settlement or a dispute resolved. Ages are counted from the day "
            "an instalment fell due."
        ),
        sign=(
            "What a partner owes the fund is above nil. What is received in advance, or owed to "
            "the partner, is shown above nil in its own column and is not taken off. Disputed is "
            "part of outstanding."
        ),
        columns=_COLUMNS,
        rows=rows,
        totals=_totals(rows, _COLUMNS),
        parts=[
            _ageing(now, owed, scope.period, names),
            _open(now, scope.period, names),
            *disputes_part(session, scope),
            *_held(session, scope, names),
            *_letters(session, scope, names),
        ],
    )


def _last_of(year: FinancialYear) -> Period:
    return Period(FinancialYear(year.starts_in - 1), 13)


def _summed(found: Iterable[Contribution], name: str) -> dict[Whose, Money]:
    sums: dict[Whose, Money] = {}
    for one in found:
        for part in one.instalments:
            if not part.in_kind:
                add(sums, (one.fund, one.partner), getattr(part, name))
    return {whose: amount for whose, amount in sums.items() if amount}


def _moved(
    now: Iterable[Contribution], before: Iterable[Contribution], name: str
) -> dict[Whose, Money]:
    """What was raised or received within the year, whatever year it was due in."""
    then, sums = _summed(before, name), _summed(now, name)
    moved = {whose: amount - then.get(whose, NIL) for whose, amount in sums.items()}
    return {whose: amount for whose, amount in moved.items() if amount}


def _names(whose: Whose, names: Mapping[str, Mapping[str, str]]) -> dict[str, Cell]:
    fund, partner = whose
    return {
        "fund": fund,
        "fund_title": names["fund"].get(fund, fund),
        "partner": partner,
        "partner_title": names["partner"].get(partner, partner),
    }


def _totals(rows: list[dict[str, Cell]], columns: Iterable[Column]) -> dict[str, Cell]:
    return {
        column.key: Money.total(c for row in rows if isinstance(c := row[column.key], Money))
        for column in columns
        if column.kind == "money"
    }


def _ageing(
    now: Iterable[Contribution],
    owed: Mapping[Whose, Money],
    period: Period,
    names: Mapping[str, Mapping[str, str]],
) -> Part:
    """Outstanding by age; what no instalment explains stands apart, so that it sums to the books."""
    parts: dict[Whose, list[Instalment]] = {}
    for one in owing(now):
        parts.setdefault((one.of.fund, one.of.partner), []).append(one.part)
    rows: list[dict[str, Cell]] = []
    for whose in sorted({*parts, *owed}):
        by_age = aged(parts.get(whose, ()), period.ends)
        outstanding = owed.get(whose, NIL)
        rows.append(
            {
                **_names(whose, names),
                **{age.value: by_age[age] for age in Age},
                "other": outstanding - Money.total(by_age.values()),
                "outstanding": outstanding,
            }
        )
    columns = (
        *_WHOSE,
        *(Column(key=age.value, title=age.title, kind="money") for age in Age),
        Column(key="other", title="Not an instalment", kind="money"),
        Column(key="outstanding", title="Outstanding", kind="money"),
    )
    return Part(
        key="ageing",
        title="How old it is",
        columns=columns,
        rows=tuple(rows),
        totals=_totals(rows, columns),
    )


def _open(
    now: Iterable[Contribution], period: Period, names: Mapping[str, Mapping[str, str]]
) -> Part:
    def row(one: Owing) -> dict[str, Cell]:
        return {
            **_names((one.of.fund, one.of.partner), names),
            "day": day_in_full(one.part.day),
            "age": age_on(one.part.day, period.ends).title,
            "raised": one.part.raised,
            "received": one.part.received,
            "reduced": one.part.reduced,
            "outstanding": one.part.outstanding,
            "disputed": one.part.disputed,
        }

    columns = (
        *_WHOSE,
        Column(key="day", title="Due on"),
        Column(key="age", title="Age"),
        Column(key="raised", title="Raised", kind="money"),
        Column(key="received", title="Received", kind="money"),
        Column(key="reduced", title="Reduced", kind="money"),
        Column(key="outstanding", title="Outstanding", kind="money"),
        Column(key="disputed", title="Of it disputed", kind="money"),
    )
    rows = [row(one) for one in owing(now)]
    return Part(
        key="open",
        title="Instalments not paid in full",
        columns=columns,
        rows=tuple(rows),
        totals=_totals(rows, columns),
    )


def _held(session: Session, scope: Scope, names: Mapping[str, Mapping[str, str]]) -> list[Part]:
    found = receipts(session, scope.fund, partner=scope.partner, to=scope.period)
    rows: list[dict[str, Cell]] = [
        {
            **_names((one.fund, one.partner), names),
            "receipt": one.reference,
            "day": day_in_full(one.day),
            "words": one.words,
            "amount": one.amount,
            "held": one.held,
        }
        for one in found
        if one.held
    ]
    for row in rows:
        row["partner_title"] = row["partner_title"] or "Not known yet"
    if not rows:
        return []
    columns = (
        *_WHOSE,
        Column(key="receipt", title="Receipt"),
        Column(key="day", title="Received on"),
        Column(key="words", title="What it said"),
        Column(key="amount", title="Received", kind="money"),
        Column(key="held", title="Held, pays nothing yet", kind="money"),
    )
    return [
        Part(
            key="held",
            title="Receipts not matched",
            columns=columns,
            rows=tuple(rows),
            totals=_totals(rows, columns),
        )
    ]


def _letters(session: Session, scope: Scope, names: Mapping[str, Mapping[str, str]]) -> list[Part]:
    rows: list[dict[str, Cell]] = [
        {
            **_names((fact.fund, fact.contents.partner), names),
            "letter": fact.reference,
            "day": day_in_full(fact.day),
            "to": fact.contents.to,
            "outstanding": fact.contents.outstanding,
        }
        for fact in facts.facts(
            session, facts.CHASE, fund=scope.fund or "", until=scope.period.ends
        )
        if fact.day >= scope.year.starts and scope.partner in (None, fact.contents.partner)
    ]
    if not rows:
        return []
    return [
        Part(
            key="letters",
            title="Letters sent",
            columns=(
                *_WHOSE,
                Column(key="letter", title="Letter"),
                Column(key="day", title="Sent on"),
                Column(key="to", title="To"),
                Column(key="outstanding", title="Outstanding then", kind="money"),
            ),
            rows=tuple(rows),
        )
    ]


_WHOSE = (
    Column(key="fund", title="Fund's code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="partner", title="Partner's code", kind="code"),
    Column(key="partner_title", title="Partner"),
)
_COLUMNS = (
    *_WHOSE,
    Column(key="opening", title="Owed before the year", kind="money"),
    Column(key="raised", title="Raised", kind="money"),
    Column(key="received", title="Received", kind="money"),
    Column(key="other", title="Other changes", kind="money"),
    Column(
        key="moved",
        title="Change in the year",
        kind="money",
        leads_to=Lead(account=DEBTORS, partner="{partner}"),
    ),
    Column(key="outstanding", title="Outstanding", kind="money"),
    Column(key="disputed", title="Of it disputed", kind="money"),
    Column(key="undisputed", title="Undisputed", kind="money"),
    Column(key="in_advance", title="Received in advance", kind="money"),
    Column(key="owed_to_partner", title="Owed to the partner", kind="money"),
)
