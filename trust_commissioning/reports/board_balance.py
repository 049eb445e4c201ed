"""Are the books in balance: what was looked at, what was found, when it was last checked.

The record's own sums are asked on the spot, of the kept balances. What another engine thinks of the
books is what it said when they were last published; how much was posted since is said beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.wording import counted
from trust_commissioning.clock import from_text, in_full
from trust_commissioning.reports.balances import within
from trust_commissioning.reports.shape import BALANCE, Column, Part, Scope
from trust_commissioning.store import guards
from trust_commissioning.store.kept_figures import closing_of
from trust_commissioning.store.sight import sight_of
from trust_commissioning.store.standing import people
from trust_commissioning.store.tables import ChainHeadRow, PublicationRow, table_of

_HEAD, _PUBLICATION = table_of(ChainHeadRow), table_of(PublicationRow)
YES, NO, NOT_YET = "Yes", "No", "Not yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One thing that was looked at. `stands` is yes, no, or not yet; `words` say how it is."""

    key: str
    title: str
    stands: str
    words: str
    when: str


def in_balance(session: Session, scope: Scope, at: datetime) -> tuple[Looked, ...]:
    """Everything that is looked at, in the order in which it is told.

    The published copy is of the whole books, so the people of one partner are not told of it.
    """
    return (
        _sums(session, scope, at),
        *(() if sight_of(session) else (_copy(session),)),
        _record(session, at),
        _period(session, scope),
    )


def balance_answer(found: tuple[Looked, ...]) -> tuple[str, str]:
    """``Yes`` or ``No`` with the sentence that says why."""
    wrong = [one for one in found if one.stands == NO and one.key != "period"]
    if wrong:
        return NO, " ".join(one.words for one in wrong)
    told = [one for one in found if one.key in ("sums", "copy") or one.stands == NOT_YET]
    return YES, " ".join(one.words for one in told)


def balance_part(found: tuple[Looked, ...]) -> Part:
    """The same as a table."""
    return Part(
        key="balance",
        title="Are the books in balance?",
        columns=_COLUMNS,
        rows=tuple(
            {
                "check": one.key,
                "title": one.title,
                "stands": one.stands,
                "words": one.words,
                "when": one.when,
            }
            for one in found
        ),
    )


def _sums(session: Session, scope: Scope, at: datetime) -> Looked:
    """Debits are credits in every fund, book and period, by the balances kept with each posting."""
    by = (BALANCE.c.book, BALANCE.c.fund, BALANCE.c.period)
    summed = (
        select(*by[:2], func.sum(BALANCE.c.pence).label("pence"))
        .where(*within(scope))
        .group_by(*by)
        .subquery()
    )
    wrong = select(func.count()).select_from(summed).where(summed.c.pence != 0)
    off = int(session.execute(wrong).scalar_one())
    funds = int(session.execute(select(func.count(summed.c.fund.distinct()))).scalar_one())
    return Looked(
        key="sums",
        title="Debits are credits",
        stands=NO if off else YES,
        words=(
            f"{counted(off, 'month of a fund does', 'months of funds do')} not sum to nothing."
            if off
            else f"Debits are credits in every book and period of {counted(funds, 'fund')}."
        ),
        when=in_full(at),
    )


def _copy(session: Session) -> Looked:
    """What Beancount said of the books, and how much was posted since."""
    title = "The independent copy agrees"
    last = session.execute(select(_PUBLICATION).order_by(_PUBLICATION.c.id.desc()).limit(1)).first()
    if last is None:
        words = "The books were not published yet, so no other engine has checked them."
        return Looked(key="copy", title=title, stands=NOT_YET, words=words, when="")
    head = int(session.execute(select(_HEAD.c.sequence)).scalar_one())
    when = in_full(from_text(last.at))
    if last.problems != "[]":
        words = f"The copy was withheld on {when}: it differs from the record."
        return Looked(key="copy", title=title, stands=NO, words=words, when=when)
    since = head - int(last.head_sequence)
    more = f"; {counted(since, 'journal')} posted since" if since else ""
    words = f"Beancount found the same balances to the penny on {when}{more}."
    return Looked(key="copy", title=title, stands=YES, words=words, when=when)


def _record(session: Session, at: datetime) -> Looked:
    """The triggers by which the database itself refuses a bad row still stand."""
    gone = len(guards.missing(session.connection()))
    words = (
        f"{counted(gone, 'guard')} of the record {'is' if gone == 1 else 'are'} missing: run trust "
        "check."
        if gone
        else "Every guard that keeps the record from being altered is in place."
    )
    return Looked(
        key="record",
        title="The record is guarded",
        stands=NO if gone else YES,
        words=words,
        when=in_full(at),
    )


def _period(session: Session, scope: Scope) -> Looked:
    """Whether the figures may still change."""
    title = f"{scope.period.title} is closed"
    closed = closing_of(session, scope.period)
    if closed is None:
        words = f"{scope.period.title} is still open, so these figures may change."
        return Looked(key="period", title=title, stands=NOT_YET, words=words, when="")
    by = people(session).get(closed.closed_by, closed.closed_by)
    return Looked(
        key="period",
        title=title,
        stands=YES,
        words=f"Closed by {by} under the seal {closed.seal[:16]}.",
        when=in_full(from_text(closed.closed_at)),
    )


_COLUMNS = (
    Column(key="check", title="Key", kind="code"),
    Column(key="title", title="What was looked at"),
    Column(key="stands", title="So?"),
    Column(key="words", title="What was found"),
    Column(key="when", title="Checked"),
)
