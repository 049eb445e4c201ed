"""Bank reconciliation: what the books say is in the bank beside what the bank says, to the penny.

Balance in the books, less what the books have and the statement has not, plus what the statement has
and the books have not, is the balance of the statement. It is drawn up as at the last statement that
ends by the period shown; a match counts only if all of it was there by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from ledger.money import Money
from ledger.periods import Period
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import bank
from trust_commissioning.store.bank import BankAccount, BankLine, Entry, Statement
from trust_commissioning.store.standing import titles


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """One account as at the end of a statement."""

    of: BankAccount
    statement: Statement
    in_books: Money
    not_on_statement: tuple[Entry, ...]
    not_in_books: tuple[BankLine, ...]

    @property
    def unpresented(self) -> Money:
        """What the books have and the statement has not."""
        return Money.total(one.amount for one in self.not_on_statement)

    @property
    def to_enter(self) -> Money:
        """What the statement has and the books have not."""
        return Money.total(one.amount for one in self.not_in_books)

    @property
    def comes_to(self) -> Money:
        return self.in_books - self.unpresented + self.to_enter

    @property
    def apart(self) -> Money:
        return self.comes_to - self.statement.closing


def reconciled(session: Session, of: BankAccount, by: date) -> Reconciled | None:
    """An account as at its last statement that ends by a day; None where there is none."""
    there = [one for one in bank.statements(session, of) if one.ends <= by]
    if not there:
        return None
    last, batches = there[-1], {one.batch for one in there}
    lines = [one for one in bank.lines(session, of) if one.batch in batches]
    entries = bank.entries(session, of, last.ends)
    theirs, ours = {one.key for one in lines}, {one.key for one in entries}
    matched_lines: set[bank.LineKey] = set()
    matched_entries: set[bank.PostingKey] = set()
    for match in bank.matches(session, of):
        if theirs.issuperset(match.lines) and ours.issuperset(match.postings):
            matched_lines.update(match.lines)
            matched_entries.update(match.postings)
    return Reconciled(
        of=of,
        statement=last,
        in_books=Money.total(one.amount for one in entries),
        not_on_statement=tuple(one for one in entries if one.key not in matched_entries),
        not_in_books=tuple(one for one in lines if one.key not in matched_lines),
    )


def not_in_books(session: Session, by: date) -> tuple[BankLine, ...]:
    """The lines of every account up to a day that are matched with nothing, the oldest first."""
    found = [
        line for of in bank.accounts(session) for line in bank.lines(session, of, by, loose=True)
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.key)))


def bank_reconciliation(session: Session, scope: Scope, at: datetime) -> Report:
    """Each bank account as at its last statement, then what either side has alone."""
    names = titles(session)
    found = [
        one
        for of in bank.accounts(session)
        if scope.fund in (None, of.fund)
        if (one := reconciled(session, of, scope.period.ends)) is not None
    ]
    return make(
        session,
        scope,
        at,
        name="bank-reconciliation",
        title="Bank reconciliation",
        basis=(
            "Each bank account as at the last statement taken in that ends by the end of the period "
            "shown: the balance of the books on that day, less what the books have that the statement "
            "has not, plus what the statement has that the books have not."
        ),
        sign="Money in the bank is above nil; what was paid out is below.",
        columns=_COLUMNS,
        rows=[_row(one, names) for one in found],
        totals={},
        notes=_notes(session, scope, found),
        parts=[part for one in found for part in _parts(one, names, scope.period)],
    )


_COLUMNS = (
    Column(key="account", title="Account", kind="code"),
    Column(key="fund", title="Fund", kind="code"),
    Column(key="title", title="Account"),
    Column(key="fund_title", title="Fund"),
    Column(key="day", title="As at"),
    Column(key="in_books", title="In the books", kind="money"),
    Column(key="unpresented", title="Less: not on the statement", kind="money"),
    Column(key="to_enter", title="Plus: not in the books", kind="money"),
    Column(key="comes_to", title="Comes to", kind="money"),
    Column(key="statement", title="On the statement", kind="money"),
    Column(key="apart", title="Apart by", kind="money"),
)


def _row(one: Reconciled, names: dict[str, dict[str, str]]) -> dict[str, Cell]:
    return {
        "account": one.of.account,
        "fund": one.of.fund,
        "title": names["account"].get(one.of.account, one.of.account),
        "fund_title": _fund(one, names),
        "day": day_in_full(one.statement.ends),
        "in_books": one.in_books,
        "unpresented": one.unpresented,
        "to_enter": one.to_enter,
        "comes_to": one.comes_to,
        "statement": one.statement.closing,
        "apart": one.apart,
    }


def _fund(one: Reconciled, names: dict[str, dict[str, str]]) -> str:
    return names["fund"].get(one.of.fund, one.of.fund) if one.of.fund else "All funds"


def _parts(one: Reconciled, names: dict[str, dict[str, str]], period: Period) -> Iterator[Part]:
    title = names["account"].get(one.of.account, one.of.account)
    what = f"{title}, {_fund(one, names)}"
    key = f"{one.of.account}-{one.of.fund or 'all'}"
    yield Part(
        key=f"books-{key}",
        title=f"In the books and not on the statement: {what}",
        columns=(
            Column(key="number", title="Journal"),
            Column(key="day", title="Day"),
            Column(key="age", title="Days", kind="count"),
            Column(key="payee", title="Provider as printed"),
            Column(key="narration", title="What it is for"),
            Column(key="amount", title="Amount", kind="money"),
        ),
        rows=tuple(
            {
                "number": entry.number,
                "day": day_in_full(entry.day),
                "age": (period.ends - entry.day).days,
                "payee": entry.payee,
                "narration": entry.narration,
                "amount": entry.amount,
            }
            for entry in one.not_on_statement
        ),
        totals={"amount": one.unpresented},
    )
    yield Part(
        key=f"statement-{key}",
        title=f"On the statement and not in the books: {what}",
        columns=LINE_COLUMNS,
        rows=tuple(line_row(line, period.ends) for line in one.not_in_books),
        totals={"amount": one.to_enter},
    )


LINE_COLUMNS = (
    Column(key="line", title="Line"),
    Column(key="day", title="Day"),
    Column(key="age", title="Days", kind="count"),
    Column(key="reference", title="Reference"),
    Column(key="words", title="What the bank says"),
    Column(key="amount", title="Amount", kind="money"),
)


def line_row(line: BankLine, day: date) -> dict[str, Cell]:
    """A line of a statement as it is listed; its age is counted to a day."""
    return {
        "line": f"{line.batch}/{line.row}",
        "day": day_in_full(line.day),
        "age": (day - line.day).days,
        "reference": line.reference,
        "words": line.words,
        "amount": line.amount,
    }


def _notes(session: Session, scope: Scope, found: list[Reconciled]) -> Iterator[str]:
    if not bank.accounts(session):
        yield "No bank statement has been taken in."
    for one in found:
        if one.statement.ends < scope.period.ends:
            yield (
                f"The last statement of {one.of.account} taken in ends on "
                f"{day_in_full(one.statement.ends)}, "
                f"{counted((scope.period.ends - one.statement.ends).days, 'day')} before the end "
                f"of {scope.period.title}."
            )
