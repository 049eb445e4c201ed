"""The demo trust's people at work, day after day, as a seed draws it.

Officers key, hand over, post, send back and reverse; they load extracts that grow through a month;
they close the month before. Some of it is wrong, some is asked twice, some is cut off in the
middle. What they were told is kept beside the record, in sums of its own, and must agree with it
every Friday and at the end.
"""

import csv
import hashlib
import io
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Problem, Refused
from ledger.wording import counted, day_in_full
from trust_commissioning import closing, posting, publishing
from trust_commissioning.checking import check
from trust_commissioning.demo import definition, extracts
from trust_commissioning.demo.story import APPROVER, KEEPER, OFFICER
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.posting_rules import Spend
from trust_commissioning.store import journals as record
from trust_commissioning.store import reading, register, transaction
from trust_commissioning.store.standing import funds, open_periods
from trust_commissioning.store.tables import (
    AuditEventRow,
    ImportRowRow,
    JournalRow,
    PostingRow,
    table_of,
)

AUDITOR = "a.brindle"
FIRST_DAY = definition.LAST_PERIOD.ends + timedelta(days=1)
LAST_DAY = definition.SECOND_YEAR.ends
FUND_OF = {"council": "general", "pct": "camhs-pool"}
CASH, CREDITORS = "Assets:HostCash", "Liabilities:Creditors"
CLOSES_ON = 8
"""From this day of a month the month before is closed."""
FRIDAY = 4
_COUNTED = [table_of(row) for row in (JournalRow, PostingRow, ImportRowRow, AuditEventRow)]


class CutOff(Exception):
    """The machine stops before the work is kept."""


class NotAsTold(AssertionError):
    """The record is not what people were told, or took what it should have refused."""


class TrustAtWork:
    """A demo trust from the morning after its last month with figures.

    `engine` is of a record that holds the demo trust as it was loaded. `happened` counts what
    people did, by its name in words. `told` is what the journals they were told of come to, in
    pence by book and kind of account.
    """

    def __init__(self, engine: Engine, folder: Path, seed: int) -> None:
        self.engine = engine
        self.books = folder / "books"
        self.today = FIRST_DAY
        self.happened: Counter[str] = Counter()
        self.told: Counter[tuple[str, str]] = Counter()
        self.journals = 0
        self._draw = random.Random(seed)
        self._minute = 0
        self._refs = 0
        self._posted: list[tuple[str, Journal]] = []
        self._waiting: dict[int, Journal] = {}
        self._drafts: dict[int, Journal] = {}
        self._reversed: set[str | None] = set()
        with reading(self.engine) as session:
            for one in record.posted(session):
                self._tell(one.number, one.journal)
            for stored in record.waiting(session, status="submitted"):
                self._waiting[stored.id] = stored.journal
            self._reversed |= {journal.reverses for _, journal in self._posted}
            self._services = list(register.services(session).values())
        self._accounts = sorted(
            {
                line.account
                for _, journal in self._posted
                for line in journal.postings
                if line.service is not None
            }
        )

    # The days

    def work(self, days: int, *, until: Callable[[], bool], say: Callable[[str], None]) -> int:
        """Lives through so many days, or until the year or the time is over; how many it was."""
        for done in range(days):
            if self.today > LAST_DAY or until():
                return done
            if self.today.weekday() <= FRIDAY:
                self._day()
            if self.today.weekday() == FRIDAY:
                self.agree()
                self._publish()
                say(f"{day_in_full(self.today)}: {self.told_so_far()}")
            self.today += timedelta(days=1)
            self._minute = 0
        return days

    def _day(self) -> None:
        for _ in range(self._draw.randint(1, 4)):
            self._key()
        self._draw.choice([self._mistake, self._ask_again, self._reverse])()
        for host in extracts.HOSTS:
            if self.today.weekday() == FRIDAY:
                self._load(host, Period.containing(self.today), self.today)
        self._approve(list(self._waiting))
        self._take_up_drafts()
        before = self._month_before()
        if self.today.day >= CLOSES_ON and before is not None:
            self._close(before)

    def told_so_far(self) -> str:
        """``4,012 journals; 31 posted …``, in the order of the words."""
        what = (f"{what} {number:,}" for what, number in sorted(self.happened.items()))
        return f"{counted(self.journals, 'journal')}; {', '.join(what)}"

    # What people do

    def _key(self) -> None:
        journal = self._drawn()
        if self._draw.random() < 0.2:
            id = self._do("kept as a draft", posting.save_draft, journal, by=OFFICER)
            self._drafts[id] = journal
            return
        id = self._do("handed over", posting.submit, journal, by=OFFICER)
        self._waiting[id] = journal
        if self._draw.random() < 0.1:
            self._same(self._do("handed over again", posting.submit, journal, by=OFFICER), id)

    def _take_up_drafts(self) -> None:
        for id, journal in list(self._drafts.items()):
            if self._draw.random() < 0.5:
                continue
            del self._drafts[id]
            if self._draw.random() < 0.3:
                self._do("thrown away", posting.withdraw, id, by=OFFICER)
                continue
            mended = replace(
                journal, period=Period.containing(self.today), day=self.today, narration="Mended"
            )
            self._do("handed over from a draft", posting.submit, mended, by=OFFICER, id=id)
            self._waiting[id] = mended

    def _approve(self, ids: list[int], *, all_of_them: bool = False) -> None:
        for id in ids:
            chance = 1.0 if all_of_them else self._draw.random()
            if chance < 0.15:
                continue
            journal = self._waiting.pop(id)
            if chance < 0.25 and journal.reverses is None and journal.book is Book.ACTUAL:
                self._do("sent back", posting.send_back, id, by=APPROVER, reason="Say what for")
                self._drafts[id] = journal
                continue
            number = self._do("posted", posting.post_submitted, id, by=APPROVER)
            self._tell(number, journal)

    def _reverse(self) -> None:
        number, journal = self._draw.choice(self._posted)
        if journal.book is not Book.ACTUAL or journal.reverses is not None:
            return
        with reading(self.engine) as session:
            if not funds(session)[journal.fund].lives_on(self.today):
                return
        words = {"by": OFFICER, "reason": "Wrong"}
        if number in self._reversed:
            self._refused("journal_already_reversed", posting.reverse, number, **words)
            return
        id = self._do("reversal asked for", posting.reverse, number, **words)
        self._reversed.add(number)
        with reading(self.engine) as session:
            stored = record.by_id(session, id)
        assert stored is not None
        self._same(stored.journal.postings, _opposite(journal))
        self._waiting[id] = stored.journal

    def _load(self, host: str, period: Period, to: date) -> None:
        """A host's extract with the lines until a day: the month's file as it grows."""
        extract = extracts.extract(host, period)
        lines = [line for line in extract.lines if line.day <= to]
        if not lines:
            return
        data = extract.data if len(lines) == len(extract.lines) else _until(extract, len(lines))
        total = Money.total(line.amount for line in lines)
        if self._draw.random() < 0.2:
            wrong = SpendOptions(fund=FUND_OF[host], control_total=total + Money(1))
            words = {"name": extract.name, "options": wrong, "by": OFFICER}
            self._refused("control_total_does_not_agree", load_spend, data, **words)
        right = SpendOptions(fund=FUND_OF[host], control_total=total)
        words = {"name": extract.name, "options": right, "by": OFFICER}
        loaded = self._do("extract loaded", load_spend, data, **words)
        again = self._do("extract loaded again", load_spend, data, **words)
        self._same(again.rows_posted, 0)
        if loaded.rows_posted and loaded.lineage_total is not None:
            self._same(loaded.lineage_total, total)
        self.journals += loaded.rows_posted
        self.told[Book.ACTUAL, "Expenses"] += loaded.total.pence
        self.told[Book.ACTUAL, "Assets"] -= loaded.total.pence

    def _close(self, period: Period) -> None:
        for host in extracts.HOSTS:
            self._load(host, period, period.ends)
        own = [id for id, journal in self._waiting.items() if journal.period == period]
        self._approve(own, all_of_them=True)
        self._do("month closed", closing.close, period, by=KEEPER, reason="It may wait")
        self._tell_of_reversals()
        self._refused("period_not_open", posting.submit, self._drawn(period), by=OFFICER)

    def _tell_of_reversals(self) -> None:
        """Closing a month reverses its accruals by itself, each by its opposite."""
        known = dict(self._posted)
        with reading(self.engine) as session:
            for one in record.posted(session):
                if one.journal.reverses and one.number not in known:
                    self._same(one.journal.postings, _opposite(known[one.journal.reverses]))
                    self._tell(one.number, one.journal)

    def _mistake(self) -> None:
        journal = self._drawn()
        first, *rest = journal.postings
        for code, line in (
            ("journal_does_not_balance", replace(first, amount=first.amount + Money(1))),
            ("account_unknown", replace(first, account="Expenses:Nowhere")),
        ):
            wrong = replace(journal, postings=(line, *rest))
            self._refused(code, posting.submit, wrong, by=OFFICER)
        self._refused("not_permitted", posting.submit, journal, by=AUDITOR)
        for id in self._waiting:
            self._refused("not_permitted", posting.post_submitted, id, by=OFFICER)
        own = self._do("handed over", posting.submit, journal, by=APPROVER)
        self._refused("poster_is_author", posting.post_submitted, own, by=APPROVER)
        self._tell(self._do("posted", posting.post_submitted, own, by=KEEPER), journal)

    def _ask_again(self) -> None:
        made = [self._drawn() for _ in range(self._draw.randint(1, 5))]
        numbers = self._do("posted by rule", posting.post_many, made, by=OFFICER)
        for number, journal in zip(numbers, made, strict=True):
            self._tell(number, journal)
        self._same(self._do("posted by rule again", posting.post_many, made, by=OFFICER), numbers)
        other = replace(made[0], narration="Something else")
        self._refused("source_already_used", posting.post_many, [other], by=OFFICER)

    def _publish(self) -> None:
        with reading(self.engine) as session:
            published = publishing.publish(session, self.books, self._at())
        with transaction(self.engine) as session:
            publishing.note(session, published)
        _none(published.problems)
        self.happened["published"] += 1

    # What holds

    def agree(self) -> None:
        """The record passes its own check, and holds what people were told and nothing else."""
        with reading(self.engine) as session:
            _none(check(session))
            found: Counter[tuple[str, str]] = Counter()
            numbers = set()
            for one in record.posted(session):
                numbers.add(one.number)
                _add(found, one.journal)
        self._same(len(numbers), self.journals)
        self._same((+found, -found), (+self.told, -self.told))

    def verify(self) -> None:
        """The published books hold what the record holds, by Beancount's own arithmetic."""
        self._publish()
        with reading(self.engine) as session:
            _none(publishing.verify(session, self.books))

    def fingerprint(self) -> str:
        """The same for the same seed and days, on either database."""
        made = hashlib.sha256()
        with reading(self.engine) as session:
            for one in record.posted(session):
                made.update(f"{one.number} {one.posted_by} {one.posted_at} {one.journal}".encode())
        return made.hexdigest()

    def _do(self, what: str, act: Callable[..., Any], *args: Any, **words: Any) -> Any:
        """Do it, now and then after being cut off in the middle of it."""
        if self._draw.random() < 0.03:
            with self._nothing_changes():
                try:
                    with transaction(self.engine) as session:
                        act(session, *args, at=self._at(), **words)
                        raise CutOff
                except (CutOff, Refused):
                    self.happened["cut off"] += 1
        with transaction(self.engine) as session:
            answer = act(session, *args, at=self._at(), **words)
        self.happened[what] += 1
        return answer

    def _refused(self, code: str, act: Callable[..., Any], *args: Any, **words: Any) -> None:
        found: tuple[str, ...] = ()
        with self._nothing_changes():
            try:
                with transaction(self.engine) as session:
                    act(session, *args, at=self._at(), **words)
            except Refused as refused:
                found = refused.codes
        self._same(found, (code,))
        self.happened["refused"] += 1

    @contextmanager
    def _nothing_changes(self) -> Iterator[None]:
        sizes = [select(func.count()).select_from(table) for table in _COUNTED]
        with reading(self.engine) as session:
            before = [session.execute(size).scalar_one() for size in sizes]
        yield
        with reading(self.engine) as session:
            self._same([session.execute(size).scalar_one() for size in sizes], before)

    def _same(self, found: object, told: object) -> None:
        if found != told:
            raise NotAsTold(f"{day_in_full(self.today)}: {found} is there, and told was {told}")

    # What is drawn

    def _drawn(self, period: Period | None = None) -> Journal:
        """Spend on some service, paid or owed."""
        self._refs += 1
        period = period or Period.containing(self.today)
        day = min(self.today, period.ends)
        service = self._draw.choice(self._services)
        spend = Spend(
            account=self._draw.choice(self._accounts),
            service=service.code,
            weights=service.weights_on(day),
        )
        amount = Money(self._draw.choice([1, -1, 7, 50]) * self._draw.randint(1, 99_999))
        other = Posting(self._draw.choice([CASH, CREDITORS]), -amount)
        return Journal(
            book=Book.ACTUAL,
            fund=self._draw.choice(sorted(FUND_OF.values())),
            period=period,
            day=day,
            narration=f"Simulated spend {self._refs}",
            payee=self._draw.choice(["", "Larkrise Family Centre", "Ottermere Consulting"]),
            postings=(*(one for one in spend.postings(amount) if one.amount), other),
            source="simulated",
            source_ref=str(self._refs),
        )

    def _month_before(self) -> Period | None:
        """The month before today's, if it is still open."""
        before = Period.containing(self.today.replace(day=1) - timedelta(days=1))
        with reading(self.engine) as session:
            return before if before in open_periods(session) else None

    def _at(self) -> datetime:
        self._minute += 1
        start = datetime(self.today.year, self.today.month, self.today.day, 8, tzinfo=UTC)
        return start + timedelta(seconds=self._minute)

    def _tell(self, number: str, journal: Journal) -> None:
        self._posted.append((number, journal))
        self.journals += 1
        _add(self.told, journal)


def _add(sums: Counter[tuple[str, str]], journal: Journal) -> None:
    for line in journal.postings:
        sums[journal.book, line.account.partition(":")[0]] += line.amount.pence


def _opposite(journal: Journal) -> tuple[Posting, ...]:
    return tuple(replace(line, amount=-line.amount) for line in journal.postings)


def _none(problems: Iterable[Problem]) -> None:
    if found := list(map(str, problems)):
        raise NotAsTold("; ".join(found))


def _until(extract: extracts.Extract, lines: int) -> bytes:
    """The headings and the first lines of a file, before its total is printed."""
    encoding = "cp1252" if extract.host == "council" else "utf-8-sig"
    rows = list(csv.reader(io.StringIO(extract.data.decode(encoding))))
    out = io.StringIO()
    csv.writer(out).writerows(rows[: lines + 1])
    return out.getvalue().encode("utf-8-sig")
