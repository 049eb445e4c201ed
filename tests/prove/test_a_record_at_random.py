"""Whatever people do to a record, in whatever order, every invariant holds after each act."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
)

from ledger.journal import Journal
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.support.extracts import FOSTERING_RULE, add_rules, extract, load, row
from tests.support.random_journals import postable
from tests.support.trusts import APPROVER, AT, CLERK, YEAR, small_trust_file
from trust_commissioning import closing, posting
from trust_commissioning.checking import check
from trust_commissioning.store import engine_for, journals, reading, transaction

PEOPLE = st.sampled_from([CLERK, APPROVER, "x.admin", "a.auditor"])


class Record(RuleBasedStateMachine):
    """A trust on SQLite, with what its people were told kept beside it."""

    posted = Bundle("posted")
    waiting = Bundle("waiting")

    def __init__(self) -> None:
        super().__init__()
        self._kept = ExitStack()
        file = Path(self._kept.enter_context(TemporaryDirectory())) / "trust.sqlite3"
        file.write_bytes(small_trust_file())
        self.engine = engine_for(f"sqlite:///{file}")
        self._kept.callback(self.engine.dispose)
        add_rules(self.engine, FOSTERING_RULE | {"contract": "C-0001"})
        self.refs = count()
        self.hours = count()
        self.numbers: list[str] = []
        self.answers: dict[tuple[str, str], tuple[Journal, str]] = {}
        self.printed: list[tuple[str, ...]] = []
        self.loaded = 0
        self.closed: set[int] = set()

    def teardown(self) -> None:
        self._kept.close()

    def do(self, act: Callable[..., Any], *args: Any, by: str, **words: Any) -> Any:
        """Returns None where it was refused."""
        at = AT + timedelta(hours=next(self.hours))
        try:
            with transaction(self.engine) as session:
                return act(session, *args, by=by, at=at, **words)
        except Refused:
            return None

    def named(self, wanted: Journal) -> Journal:
        return replace(wanted, source_ref=f"r{next(self.refs)}")

    def told(self, wanted: Journal, number: str) -> None:
        self.numbers.append(number)
        self.answers[wanted.source, wanted.source_ref] = (wanted, number)

    @rule(target=posted, wanted=st.lists(postable(), min_size=1, max_size=4))
    def made_by_rule(self, wanted: list[Journal]) -> Any:
        asked = [self.named(one) for one in wanted]
        numbers = self.do(posting.post_many, asked, by=CLERK)
        is_open = not any(one.period.number in self.closed for one in asked)
        assert (numbers is not None) == is_open
        for one, number in zip(asked, numbers or [], strict=False):
            self.told(one, number)
        return multiple(*(numbers or []))

    @rule(wanted=postable(), more=st.sampled_from([1, -1, 100]))
    def made_unbalanced(self, wanted: Journal, more: int) -> None:
        first, *rest = wanted.postings
        spoilt = replace(
            self.named(wanted),
            postings=(replace(first, amount=first.amount + Money(more)), *rest),
        )
        assert self.do(posting.post, spoilt, by=CLERK) is None

    @precondition(lambda self: self.answers)
    @rule(data=st.data())
    def asked_again(self, data: st.DataObject) -> None:
        wanted, number = data.draw(st.sampled_from(sorted(self.answers.values(), key=str)))
        other = replace(wanted, narration=wanted.narration + "!")

        assert self.do(posting.post, wanted, by=CLERK) == number
        assert self.do(posting.post, other, by=CLERK) is None

    @rule(target=waiting, wanted=postable(), by=PEOPLE)
    def keyed(self, wanted: Journal, by: str) -> Any:
        id = self.do(posting.submit, self.named(wanted), by=by)
        return multiple() if id is None else id

    @rule(target=posted, id=consumes(waiting), by=PEOPLE)
    def approved(self, id: int, by: str) -> Any:
        with reading(self.engine) as session:
            stored = journals.by_id(session, id)
        number = self.do(posting.post_submitted, id, by=by)
        if number is None:
            return multiple()
        assert stored is not None
        assert stored.author != by
        assert by in (APPROVER, "x.admin")
        if stored.status == "submitted":
            self.told(stored.journal, number)
        return number

    @rule(id=waiting, by=PEOPLE)
    def sent_back(self, id: int, by: str) -> None:
        self.do(posting.send_back, id, by=by, reason="Once more")

    @rule(target=waiting, number=posted, by=PEOPLE)
    def reversed_(self, number: str, by: str) -> Any:
        id = self.do(posting.reverse, number, by=by, reason="It was wrong")
        return multiple() if id is None else id

    @rule(new=st.lists(st.integers(1, 10**6), min_size=1, max_size=5))
    def extract_loaded(self, new: list[int]) -> None:
        """A year-to-date extract: all that was printed before, with more at its end."""
        more = [
            row(len(self.printed) + n, Money(pence).plain, day="15/08/2003")
            for n, pence in enumerate(new)
        ]
        data = extract([*self.printed, *more])
        try:
            answer = load(self.engine, data)
        except Refused:
            assert 5 in self.closed
            return
        self.printed += more
        assert answer.rows_posted == len(new)
        assert load(self.engine, data).rows_posted == 0
        with reading(self.engine) as session:
            self.numbers += [one.number for one in journals.posted(session)][-len(new) :]

    @rule(number=st.integers(1, 13))
    def period_closed(self, number: int) -> None:
        if (
            self.do(closing.close, Period(YEAR, number), by=CLERK, reason="Known and small")
            is not None
        ):
            self.closed.add(number)

    @invariant()
    def every_check_holds_and_every_answer_given_still_stands(self) -> None:
        with reading(self.engine) as session:
            assert check(session) == []
            found = {one.number: one.journal for one in journals.posted(session)}
        assert sorted(found) == sorted(self.numbers)
        assert sorted(found) == [f"2003-04/{n:06d}" for n in range(1, len(found) + 1)]
        for wanted, number in self.answers.values():
            assert found[number] == wanted


Record.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestARecordAtRandom = pytest.mark.prove(Record.TestCase)


class AShortRecord(Record):
    """The same at each run, with fewer and shorter lives."""


AShortRecord.TestCase.settings = settings(
    max_examples=3, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAShortRecordAtRandom = pytest.mark.slow(AShortRecord.TestCase)
