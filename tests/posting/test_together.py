"""Many post at the same time: nobody's journal is lost, doubled, or out of order."""

import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.problems import Refused
from tests.support import forked
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.checking import check
from trust_commissioning.store import engine_for, journals, reading, transaction

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"


def all_at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Starts each act in a thread of its own at the same moment; returns answers or refusals."""
    start = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(place: int) -> None:
        start.wait()
        try:
            answers[place] = acts[place]()
        except Refused as refused:
            answers[place] = refused.codes

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def in_transaction(engine: Engine, act: Callable[[Session], object]) -> Callable[[], object]:
    def run() -> object:
        with transaction(engine) as session:
            return act(session)

    return run


def numbers(engine: Engine) -> list[str]:
    with reading(engine) as session:
        assert check(session) == []
        return [one.number for one in journals.posted(session)]


def test_eight_people_posting_at_once_get_eight_numbers_each_without_a_gap(engine: Engine) -> None:
    def person(who: int) -> Callable[[], object]:
        def posts() -> object:
            for n in range(6):
                with transaction(engine) as session:
                    posting.post(session, journal(SPEND, ref=f"{who}-{n}"), by=CLERK, at=AT)
            return "done"

        return posts

    answers = all_at_once([person(who) for who in range(8)])

    assert answers == ["done"] * 8
    assert numbers(engine) == [f"2003-04/{n:06d}" for n in range(1, 49)]


def test_one_request_made_by_eight_at_once_is_one_journal(engine: Engine) -> None:
    def act(session: Session) -> object:
        return posting.post(session, journal(SPEND), by=CLERK, at=AT)

    answers = all_at_once([in_transaction(engine, act)] * 8)

    assert answers == ["2003-04/000001"] * 8
    assert numbers(engine) == ["2003-04/000001"]


def test_a_journal_submitted_by_eight_at_once_is_submitted_once(engine: Engine) -> None:
    def act(session: Session) -> object:
        return posting.submit(session, journal(SPEND), by=CLERK, at=AT)

    answers = all_at_once([in_transaction(engine, act)] * 8)

    assert len(set(answers)) == 1
    with reading(engine) as session:
        assert len(journals.waiting(session)) == 1


def test_two_approvers_at_once_post_one_journal(engine: Engine) -> None:
    with transaction(engine) as session:
        id = posting.submit(session, journal(SPEND), by=CLERK, at=AT)

    def approve(by: str) -> Callable[[], object]:
        return in_transaction(
            engine, lambda session: posting.post_submitted(session, id, by=by, at=AT)
        )

    answers = all_at_once([approve(APPROVER), approve("x.admin")] * 3)

    assert answers == ["2003-04/000001"] * 6
    assert numbers(engine) == ["2003-04/000001"]


def test_a_journal_reversed_by_several_at_once_is_reversed_once(engine: Engine) -> None:
    with transaction(engine) as session:
        number = posting.post(session, journal(SPEND), by=CLERK, at=AT)

    def act(session: Session) -> object:
        return posting.reverse(session, number, reason="Wrong", by=CLERK, at=AT)

    def another(session: Session) -> object:
        return posting.reverse(session, number, reason="Wrong", by="f.officer", at=AT)

    by_both = [in_transaction(engine, act), in_transaction(engine, another)]
    answers = all_at_once(by_both * 3)

    assert answers.count(("journal_already_reversed",)) == 3
    assert len({answer for answer in answers if isinstance(answer, int)}) == 1


def post_twenty(says: Connection, start: Barrier, address: str, turn: int) -> None:
    engine, told = engine_for(address), {}
    start.wait()
    for n in range(20):
        key = (n * 7 + turn * 3) % 20
        amount = f"{key + 1}.00"
        wanted = journal(f"Expenses:Unallocated {amount} / Assets:HostCash -{amount}", ref=str(key))
        with transaction(engine) as session:
            told[key] = posting.post(session, wanted, by=CLERK, at=AT)
    says.send(told)


@pytest.mark.slow
def test_six_processes_posting_the_same_twenty_keys_make_twenty_journals(engine: Engine) -> None:
    address = engine.url.render_as_string(hide_password=False)
    start = forked.barrier(6)
    processes = [forked.Forked(post_twenty, start, address, turn) for turn in range(6)]

    told = [process.hears() for process in processes]

    assert [process.wait(60) for process in processes] == [0] * 6
    assert all(one == told[0] for one in told)
    assert len(told[0]) == 20
    assert numbers(engine) == [f"2003-04/{n:06d}" for n in range(1, 21)]
