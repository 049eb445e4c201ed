"""Closing a year for good: what its rules give back, period 13 sealed, the next year opened."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from ledger.journal import Book, Journal
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem, Refused
from ledger.year_end import Ending, YearEnd
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import as_text
from trust_commissioning.closing.period import problems_of, row_of, sealed
from trust_commissioning.posting import carry_promises, lock_head, post_many, promise_into
from trust_commissioning.posting_rules import Event
from trust_commissioning.progress import now
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.shape import Scope
from trust_commissioning.reports.year_end import endings, year_items
from trust_commissioning.store import audit, standing
from trust_commissioning.store import closing as record
from trust_commissioning.store.pool import agreement_of, contributions
from trust_commissioning.store.years import open_year

SOURCE = "year-end"
"""The source of a journal by which a year's surplus is given back."""


@dataclass(frozen=True, slots=True)
class YearClosed:
    """What closing a year did: the seal of its period 13, with the numbers of its journals."""

    year: FinancialYear
    seal: str
    given_back: tuple[str, ...] = ()
    reversals: tuple[str, ...] = ()
    opened_next: bool = False

    def as_json(self) -> dict[str, object]:
        return {
            "year": str(self.year),
            "seal": self.seal,
            "given_back": list(self.given_back),
            "reversals": list(self.reversals),
            "opened": str(self.year.next) if self.opened_next else None,
        }


def tell_year_end_rule(
    session: Session,
    fund: str,
    year: FinancialYear,
    *,
    rule: YearEnd,
    clause: str,
    shares: Mapping[str, int] | None = None,
    by: str,
    at: datetime,
) -> None:
    """Keep what becomes of a fund's surplus from a year on. Told again, the latest holds.

    `shares` are whole-number weights of partners (or, of what is returned, of income accounts);
    without them the surplus goes back as the year's cash came in.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    weights = dict(shares or {})
    if problems := [*_problems_in_rule(session, fund, year, rule, clause, weights)]:
        raise Refused(problems)
    before = record.year_end_rules(session, year).get(fund)
    if before is not None and (before.year, before.rule, before.clause, before.shares) == (
        year,
        rule,
        clause.strip(),
        weights,
    ):
        return
    turns = session.execute(
        select(func.count())
        .select_from(record.RULE)
        .where(record.RULE.c.fund == fund, record.RULE.c.year == str(year))
    ).scalar_one()
    after = {"rule": rule.value, "clause": clause.strip(), "shares": weights}
    session.execute(
        insert(record.RULE).values(
            fund=fund,
            year=str(year),
            turn=int(turns) + 1,
            rule=rule.value,
            clause=clause.strip(),
            shares=json.dumps(weights, sort_keys=True),
            told_by=by,
            told_at=as_text(at),
        )
    )
    audit.record(
        session,
        by=by,
        at=at,
        action="tell_year_end_rule",
        object_kind="fund",
        object_key=fund,
        before={"rule": before.rule.value, "clause": before.clause} if before else None,
        after={"year": str(year), **after},
    )


def _problems_in_rule(
    session: Session,
    fund: str,
    year: FinancialYear,
    rule: YearEnd,
    clause: str,
    weights: Mapping[str, int],
) -> Iterator[Problem]:
    if fund not in standing.funds(session):
        yield Problem("fund_unknown", f"There is no fund “{fund}”.", "fund")
    if not clause.strip():
        yield Problem("clause_missing", "Say which clause or minute decides it.", "clause")
    if record.is_finally_closed(session, year):
        yield Problem("year_is_finally_closed", f"{year} is finally closed.", "year")
    kind = "account" if rule is YearEnd.RETURN_TO_PAYER else "partner"
    known = standing.titles(session)[kind]
    payers = _payers(session, fund, year, rule, known)
    for code, weight in weights.items():
        where = f"shares.{code}"
        if code not in known:
            yield Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", where)
        elif code not in payers:
            yield Problem(
                "share_not_of_a_payer",
                f"{code} is no grant’s income, so nothing goes back by it."
                if kind == "account"
                else f"{code} puts nothing into {fund} and is no party to its agreement.",
                where,
            )
        if weight < 0:
            yield Problem("share_below_nil", f"The share of {code} is {weight}.", where)


def _payers(
    session: Session, fund: str, year: FinancialYear, rule: YearEnd, known: Iterable[str]
) -> set[str]:
    """Whom a surplus may go back to: grants by their accounts, or who has put into the fund."""
    if rule is YearEnd.RETURN_TO_PAYER:
        return {name for name in known if f"{name}:".startswith("Income:Grants:")}
    agreement = agreement_of(session, fund, year.ends)
    income = sums(session, Scope(fund, year), "partner", account="Income", book=Book.ACTUAL)
    return {
        *(partner for (partner,), _ in income),
        *(one.partner for one in contributions(session, fund)),
        *(party.partner for party in (agreement.parties if agreement is not None else ())),
    }


def close_year(
    session: Session,
    year: FinancialYear,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
) -> YearClosed:
    """Close a year for good. Closing it again answers with its seal and changes nothing.

    Everything `reports.year_end` lists as "must be none" stops it. What the rules give back is
    entered in period 13, which then is closed; the next year is opened if it is not, and what was
    accrued is reversed there. None of its periods is opened again.

    Raises:
        Refused: with everything that stops it; nothing was changed.
    """
    roles.check(session, by, roles.Action.CLOSE_YEAR)
    lock_head(session)
    last = Period(year, 13)
    row = row_of(session, last)
    if record.is_finally_closed(session, year):
        assert row.seal is not None
        return YearClosed(year, row.seal)
    left = [item for item in year_items(session, year) if item.count]
    given = {item.key: (reasons or {}).get(item.key, reason).strip() for item in left}
    if problems := [*problems_of(f"the year {year}", left, given)]:
        raise Refused(problems)
    now("Entering what the year gives back")
    numbers = _give_back(session, year, by=by, at=at)
    opened = year.next not in standing.years(session)
    if opened:
        open_year(session, year.next)
        promise_into(session, year.next, by=by, at=at, action=roles.Action.CLOSE_YEAR)
    now("Carrying promises into the next year")
    carry_promises(session, year, by=by, at=at, action=roles.Action.CLOSE_YEAR)
    seal, reversals = sealed(session, last, by=by, at=at, reason=reason, reasons=reasons)
    session.execute(insert(record.YEAR).values(year=str(year), closed_by=by, closed_at=as_text(at)))
    done = YearClosed(year, seal, numbers, reversals, opened)
    audit.record(
        session,
        by=by,
        at=at,
        action="close_year",
        object_kind="year",
        object_key=str(year),
        after=done.as_json(),
    )
    return done


def _give_back(session: Session, year: FinancialYear, *, by: str, at: datetime) -> tuple[str, ...]:
    journals = [_journal(one, year) for one in endings(session, year) if one.shares]
    return tuple(post_many(session, journals, by=by, at=at)) if journals else ()


def _journal(ending: Ending, year: FinancialYear) -> Journal:
    assert ending.rule is not None
    event = Event(
        fund=ending.fund,
        day=year.ends,
        period=Period(year, 13),
        source=SOURCE,
        source_ref=f"{ending.fund}/{year}",
        narration=f"Surplus of {year} {ending.rule.title.lower()}: {ending.clause}"[:500],
    )
    if ending.rule is YearEnd.REFUND_PARTNERS:
        return posting_rules.refund_due(event, ending.shares)
    return posting_rules.return_due(event, ending.shares)
