"""Disputes with their history, as the part of any report on partners."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.pool.disputes import Dispute
from ledger.wording import day_in_full
from trust_commissioning.reports.shape import Cell, Column, Part, Scope
from trust_commissioning.store.pool import disputes
from trust_commissioning.store.standing import titles


def disputes_part(session: Session, scope: Scope) -> list[Part]:
    """Every dispute raised by the scope's period that stood in its year; none where there is none.

    What happened after the period is left out: the table is of that day.
    """
    day = scope.period.ends
    found = [
        one
        for one in disputes(session, scope.fund, partner=scope.partner)
        if one.day <= day and _in_the_year(one, scope)
    ]
    if not found:
        return []
    names = titles(session)
    rows: list[dict[str, Cell]] = [
        {
            "dispute": one.reference,
            "fund": one.fund,
            "fund_title": names["fund"].get(one.fund, one.fund),
            "partner": one.partner,
            "partner_title": names["partner"].get(one.partner, one.partner),
            "instalment": day_in_full(one.instalment),
            "raised": day_in_full(one.day),
            "amount": one.amount,
            "standing": one.amount if one.stands_on(day) else NIL,
            "reason": one.reason,
            "history": "; ".join(_history(one, scope)),
        }
        for one in found
    ]
    return [
        Part(
            key="disputes",
            title="Disputes",
            words=(
                (
                    "What is disputed stays outstanding and ages with the rest; it is not set off "
                    "against any other debt."
                ),
            ),
            columns=_COLUMNS,
            rows=tuple(rows),
            totals={
                key: Money.total(c for row in rows if isinstance(c := row[key], Money))
                for key in ("amount", "standing")
            },
        )
    ]


def _in_the_year(one: Dispute, scope: Scope) -> bool:
    end = one.ended_on()
    return end is None or end.day >= scope.year.starts


def _history(one: Dispute, scope: Scope) -> Iterator[str]:
    for step in one.steps:
        if step.day <= scope.period.ends:
            reduced = f" ({step.reduced} came off the debt)" if step.reduced else ""
            yield f"{day_in_full(step.day)}, {step.kind.value}: {step.words}{reduced}"


_COLUMNS = (
    Column(key="dispute", title="Dispute"),
    Column(key="fund", title="Fund's code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="partner", title="Partner's code", kind="code"),
    Column(key="partner_title", title="Partner"),
    Column(key="instalment", title="Instalment of"),
    Column(key="raised", title="Disputed since"),
    Column(key="amount", title="Disputed", kind="money"),
    Column(key="standing", title="Still disputed", kind="money"),
    Column(key="reason", title="Because"),
    Column(key="history", title="Since then"),
)
