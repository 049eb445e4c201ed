"""What the pages ask of the application: each question once, in words of the trade.

A page asks here and shows with `show`; nothing here adds up money. Figures are cached by the books'
head, the role and the partner: what one person may see is never served to another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import streamlit as st
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from dashboards import who
from ledger.journal import Standing
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from trust_commissioning import clock, people, posting, reports, settings, sign_ins
from trust_commissioning.importing.profiles import profiles
from trust_commissioning.reports.shape import books_head
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import engine_for, from_partner, reading, transaction
from trust_commissioning.store import journals as record
from trust_commissioning.store import standing as standing_facts
from trust_commissioning.store.tables import AuditEventRow, JournalRow, PersonRow

PAGE_LENGTH = 50
NONE = "none"
"""How a search asks for postings that have no service, partner or contract."""
LONGEST_EXPORT = 100_000
_SECONDS = 60
"""How long a cached figure may show a fund's or a service's former title."""
_T = TypeVar("_T")
_Key = tuple[str, str, str, str]
"""Database, head of the books and of the audit trail, role, partner: a figure is served only where
all four are the same."""


@dataclass(frozen=True, slots=True)
class Known:
    """The codes a person chooses among, with their titles, as they are now."""

    trust: str
    partners: dict[str, str]
    funds: dict[str, str]
    services: dict[str, str]
    accounts: dict[str, str]
    contracts: dict[str, str]
    people: dict[str, str]
    years: list[FinancialYear]
    open_periods: list[Period]
    default: reports.Scope | None
    """What to show when nothing was asked for; None where nothing has been posted."""

    def person(self, username: str) -> str:
        """A person's name, or what else wrote a journal."""
        return self.people.get(username, username)


@dataclass(frozen=True)
class Board:
    """The board's figures, all of one moment."""

    answers: reports.Report
    headlines: reports.Headlines
    outcomes: reports.Report
    flows: list[reports.Flow]
    services: list[reports.ServiceFigures]
    trend: list[reports.PeriodFigures]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search, with what all of it comes to."""

    lines: list[record.JournalLine]
    count: int
    total: Money

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // PAGE_LENGTH))


@dataclass(frozen=True, slots=True)
class Opened:
    """A posted journal with what it came from and what reversed it."""

    stored: record.StoredJournal
    source: reports.SourceRow | None
    reversed_by: str
    """The number of its reversal, ``waiting`` while that waits to be posted, or empty."""


def engine() -> Engine:
    """The trust's record, as far as the person signed in sees it."""
    return who.engine()


def engine_of(key: _Key) -> Engine:
    """The same for a figure that is kept: as far as whoever it is kept for sees it."""
    return from_partner(engine_for(key[0]), key[3] or None)


@contextmanager
def _reading() -> Iterator[Session]:
    with reading(engine()) as session:
        yield session


def known() -> Known:
    """Everything there is to choose from, read afresh."""
    with _reading() as session:
        titles = standing_facts.titles(session)
        return Known(
            trust=standing_facts.trust_name(session),
            partners=titles["partner"],
            funds=titles["fund"],
            services=titles["service"],
            accounts=titles["account"],
            contracts=titles["contract"],
            people=dict(session.exec(select(PersonRow.username, PersonRow.name)).all()),
            years=standing_facts.years(session),
            open_periods=standing_facts.open_periods(session),
            default=reports.default_scope(session),
        )


def board(viewer: SignedIn, scope: reports.Scope) -> Board:
    """The board's page in one view of the record."""
    return _board(_key(viewer), scope.fund, str(scope.year), scope.to)


def report(viewer: SignedIn, name: str, scope: reports.Scope) -> reports.Report:
    """A report by its public name."""
    narrowed = (scope.partner, scope.grant, scope.of)
    return _report(_key(viewer), name, scope.fund, str(scope.year), scope.to, narrowed)


def report_of(name: str, scope: reports.Scope) -> reports.Report:
    """A report by its public name for whoever is signed in. It is worked out anew as soon as
    anything at all is recorded, be it a journal or not, since its key holds the audit trail's end.
    """
    return report(who.person(), name, scope)


def _key(viewer: SignedIn) -> _Key:
    with reading(engine_for(settings.load().url)) as session:
        # What is no journal changes figures as well (a forecast, a match), and is in the trail.
        last = session.exec(select(func.max(AuditEventRow.id))).one()
        head = f"{books_head(session)}/{last}"
        return settings.load().url, head, viewer.role, viewer.partner or ""


@st.cache_data(ttl=_SECONDS, max_entries=300, show_spinner=False)
def _board(key: _Key, fund: str | None, year: str, to: int) -> Board:
    scope = reports.Scope(fund, FinancialYear.parse(year), to)
    with reading(engine_of(key)) as session:
        return Board(
            answers=reports.board_answers(session, scope, clock.now()),
            headlines=reports.headlines(session, scope),
            outcomes=reports.outcome_spend(session, scope, clock.now()),
            flows=reports.flows(session, scope),
            services=reports.service_spend(session, scope),
            trend=reports.trend(session, scope),
        )


@st.cache_data(ttl=_SECONDS, max_entries=300, show_spinner=False)
def _report(
    key: _Key,
    name: str,
    fund: str | None,
    year: str,
    to: int,
    narrowed: tuple[str | None, str | None, str | None],
) -> reports.Report:
    scope = reports.Scope(fund, FinancialYear.parse(year), to, *narrowed)
    with reading(engine_of(key)) as session:
        return reports.REPORTS[name](session, scope, clock.now())


def journals(wanted: record.Search, page: int) -> Found:
    """One page of the journals a search finds, newest first."""
    with _reading() as session:
        count, total = record.search_totals(session, wanted)
        lines = record.search(session, wanted, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)
        return Found(lines, count, total)


def all_journals(wanted: record.Search) -> list[record.JournalLine]:
    """What a search finds as one list, for a file; the newest where there are too many."""
    with _reading() as session:
        return record.search(session, wanted, limit=LONGEST_EXPORT)


def journal(number: str) -> Opened | None:
    """A posted journal by its number."""
    with _reading() as session:
        stored = record.by_number(session, number)
        if stored is None:
            return None
        reversal = session.exec(
            select(JournalRow.number).where(JournalRow.reverses == number)
        ).all()
        return Opened(
            stored=stored,
            source=reports.source_row(session, number),
            reversed_by=(reversal[0] or "waiting") if reversal else "",
        )


def standing() -> Standing:
    """What a journal is held against before it may be posted."""
    with _reading() as session:
        return standing_facts.standing(session)


def own_unposted(viewer: SignedIn) -> list[tuple[record.StoredJournal, str]]:
    """A person's drafts and submitted journals, with the reason where one was sent back."""
    with _reading() as session:
        found = record.waiting(session, author=viewer.username)
        return [(stored, _sent_back(session, stored)) for stored in found]


def _sent_back(session: Session, stored: record.StoredJournal) -> str:
    if stored.status != "draft":
        return ""
    event = session.exec(
        select(AuditEventRow)
        .where(
            AuditEventRow.object_kind == "journal",
            AuditEventRow.object_key == str(stored.id),
            col(AuditEventRow.action).in_(("send_back", "submit")),
        )
        .order_by(col(AuditEventRow.id).desc())
    ).first()
    if event is None or event.action != "send_back":
        return ""
    return str(json.loads(event.after)["reason"])


def waiting() -> list[
    tuple[record.StoredJournal, list[reports.EffectLine], list[reports.LeftLine]]
]:
    """The submitted journals, oldest first, each with what posting it would change."""
    with _reading() as session:
        return [
            (
                stored,
                reports.effect_of(session, stored.journal),
                reports.left_after(session, stored.journal),
            )
            for stored in record.waiting(session, status="submitted")
        ]


def profile_titles() -> dict[str, str]:
    """The ways to read an extract, by name."""
    with _reading() as session:
        return {name: one.title or name for name, one in sorted(profiles(session).items())}


def withdraw(viewer: SignedIn, id: int) -> None:
    """Throw a draft away."""
    _act(lambda session, at: posting.withdraw(session, id, by=viewer.username, at=at))


def post(viewer: SignedIn, id: int, version: int) -> str:
    """Post what somebody else entered, as this person saw it; returns its number."""
    return _act(
        lambda session, at: posting.post_submitted(
            session, id, by=viewer.username, at=at, version=version
        )
    )


def send_back(viewer: SignedIn, id: int, reason: str) -> None:
    """Give a submitted journal back to its author."""
    _act(
        lambda session, at: posting.send_back(session, id, by=viewer.username, at=at, reason=reason)
    )


def reverse(viewer: SignedIn, number: str, reason: str) -> int:
    """Ask for the opposite of a posted journal."""
    return _act(
        lambda session, at: posting.reverse(
            session, number, reason=reason, by=viewer.username, at=at
        )
    )


def change_own_password(viewer: SignedIn, current: str, new: str) -> None:
    """Change the password of whoever is signed in, who is then signed out everywhere.

    Raises:
        Refused: ``too_many_sign_ins``, ``password_wrong`` or what is wrong with the new one.
    """
    tried = _act(lambda session, at: sign_ins.attempt_again(session, viewer, at=at))
    if tried.is_right(current):
        _act(lambda session, _: sign_ins.note_right(session, tried))
    _act(
        lambda session, at: people.change_own_password(
            session, viewer.username, current, new, at=at
        )
    )


def _act(what: Callable[[Session, datetime], _T]) -> _T:
    """One unit of work; a refusal leaves it as if it had not begun."""
    with transaction(engine()) as session:
        return what(session, clock.now())


def codes_with_titles(titles: dict[str, str]) -> Sequence[str]:
    """Codes in the order of their titles."""
    return sorted(titles, key=lambda code: (titles[code].casefold(), code))
