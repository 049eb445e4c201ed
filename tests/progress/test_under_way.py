"""Work that goes on while its person looks elsewhere: one for each, some in all, none left behind."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from ledger.problems import Refused
from trust_commissioning import under_way
from trust_commissioning.progress import Step, now
from trust_commissioning.under_way import Asked, End, Work, Works


def asked(whose: str = "h.clerk", kind: str = "post", key: object = 1, **more: object) -> Asked:
    return Asked(whose=whose, kind=kind, key=key, page="import-spend", title="Posting", **more)  # type: ignore[arg-type] # what a test says more


class Held:
    """A work that goes on until it is let go, looking each moment whether it is wanted."""

    def __init__(self) -> None:
        self.began, self.may_end, self.times = threading.Event(), threading.Event(), 0

    def __call__(self) -> str:
        self.times += 1
        self.began.set()
        while not self.may_end.wait(0.01):
            now("Posting journals")
        return "posted"


@pytest.fixture
def works() -> Iterator[Works]:
    made = Works()
    yield made
    made.end(5)


@pytest.fixture
def held() -> Iterator[Callable[[], Held]]:
    made: list[Held] = []

    def hold() -> Held:
        made.append(Held())
        return made[-1]

    yield hold
    for one in made:
        one.may_end.set()


def ended(work: Work) -> End | None:
    assert work.ends_within(10)
    return work.end


def test_what_is_done_is_held_with_its_answer_until_it_is_put_away(works: Works) -> None:
    work = works.ask(asked(), lambda: "posted")

    assert (ended(work), work.answer) == (End.DONE, "posted")
    assert works.of("h.clerk") == [work]
    assert works.of("p.approver") == []
    works.put_away(work)
    assert works.of("h.clerk") == []


def test_a_second_press_another_tab_and_a_reload_are_one_work(
    works: Works, held: Callable[[], Held]
) -> None:
    first = held()
    work = works.ask(asked(tab="one"), first)
    assert first.began.wait(10)

    assert works.ask(asked(tab="two"), held()) is work
    assert works.ask(asked(key="another file"), held()) is work
    first.may_end.set()
    assert ended(work) is End.DONE
    assert works.ask(asked(tab="two"), held()) is work
    assert first.times == 1


def test_what_ended_is_done_once_more_where_that_is_asked(works: Works) -> None:
    first = works.ask(asked(), lambda: 1)
    assert ended(first) is End.DONE

    again = works.ask(asked(), lambda: 2, anew=True)

    assert (ended(again), again.answer) == (End.DONE, 2)
    assert works.of("h.clerk") == [again]


def test_a_reading_gives_way_to_what_the_same_tab_asks_next_and_to_no_other(
    works: Works, held: Callable[[], Held]
) -> None:
    april, may, june = held(), held(), held()
    first = works.ask(asked(kind="read", key="april", reads=True, tab="one"), april)
    assert april.began.wait(10)
    other = works.ask(asked(kind="read", key="may", reads=True, tab="two"), may)

    assert first.end is None
    later = works.ask(asked(kind="read", key="june", reads=True, tab="one"), june)

    assert ended(first) is End.STOPPED
    assert works.of("h.clerk") == [other, later]


def test_one_work_of_a_person_at_a_time_and_two_people_at_once(
    works: Works, held: Callable[[], Held]
) -> None:
    first, second, theirs = held(), held(), held()
    running = works.ask(asked(), first)
    waiting = works.ask(asked(kind="pack"), second)
    works.ask(asked(whose="p.approver"), theirs)

    assert first.began.wait(10)
    assert theirs.began.wait(10)
    assert not second.began.is_set()
    assert works.ahead_of(waiting) is running
    first.may_end.set()
    assert second.began.wait(10)


def test_no_more_run_at_once_than_leave_the_pages_room(
    works: Works, held: Callable[[], Held]
) -> None:
    many = [held() for _ in range(4)]
    made = [works.ask(asked(whose=f"person {n}"), one) for n, one in enumerate(many)]

    assert many[0].began.wait(10)
    assert many[1].began.wait(10)
    assert [work.runs for work in made] == [True, True, False, False]
    assert works.ahead_of(made[2]) is None
    for one in many:
        one.may_end.set()
    assert [ended(work) for work in made] == [End.DONE] * 4


def test_stopping_ends_it_at_its_next_step_and_one_that_waits_at_once(
    works: Works, held: Callable[[], Held]
) -> None:
    first, second = held(), held()
    running = works.ask(asked(), first)
    waiting = works.ask(asked(kind="pack"), second)
    assert first.began.wait(10)

    works.stop(waiting)
    works.stop(running)

    assert (ended(waiting), ended(running)) == (End.STOPPED, End.STOPPED)
    assert second.times == 0
    assert running.answer is None
    assert works.of("h.clerk") == [running, waiting]


def test_what_it_tells_is_there_for_whoever_looks(works: Works, held: Callable[[], Held]) -> None:
    one = held()
    work = works.ask(asked(), one)
    assert one.began.wait(10)
    for _ in range(1000):
        if work.step is not None:
            break
        threading.Event().wait(0.01)

    assert work.step == Step("Posting journals")


def test_a_refusal_is_held_with_all_its_problems(works: Works) -> None:
    def refuse() -> None:
        raise Refused.because("period_not_open", "2003-04 P13 is not open.", "period")

    work = works.ask(asked(), refuse)

    assert ended(work) is End.REFUSED
    assert [problem.code for problem in work.problems] == ["period_not_open"]


def test_a_fault_is_logged_under_a_reference_with_its_place_and_without_its_words(
    works: Works, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise KeyError("Kestrel House")

    with caplog.at_level(logging.ERROR):
        work = works.ask(asked(), fail)
        assert ended(work) is End.FAILED

    assert len(work.reference) == 8
    assert f"Reference {work.reference}: KeyError" in caplog.text
    assert "test_under_way.py" in caplog.text
    assert "Kestrel House" not in caplog.text


def test_what_ended_is_held_for_an_hour_and_no_longer(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = works.ask(asked(), lambda: "posted")
    assert ended(work) is End.DONE
    assert works.of("h.clerk") == [work]

    monkeypatch.setattr(under_way, "HELD_SECONDS", 0.0)

    assert works.of("h.clerk") == []


def test_no_more_is_held_than_fits_the_oldest_goes_first_and_none_within_a_minute(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_way, "HELD_BYTES", 100)
    for n in range(3):
        assert ended(works.ask(asked(whose=f"person {n}", size=40), lambda: 1)) is End.DONE
    assert [len(works.of(f"person {n}")) for n in range(3)] == [1, 1, 1]

    monkeypatch.setattr(under_way, "HELD_AT_LEAST", 0.0)

    assert [len(works.of(f"person {n}")) for n in range(3)] == [0, 1, 1]


def test_a_person_has_only_so_many(works: Works) -> None:
    for n in range(10):
        work = works.ask(asked(kind="read", key=n, reads=True, tab=str(n)), lambda: 1)
        assert ended(work) is End.DONE

    assert [work.asked.key for work in works.of("h.clerk")] == [4, 5, 6, 7, 8, 9]


def test_the_end_of_the_process_stops_what_runs_and_begins_nothing_more(
    works: Works, held: Callable[[], Held]
) -> None:
    first, second = held(), held()
    running = works.ask(asked(), first)
    works.ask(asked(kind="pack"), second)
    assert first.began.wait(10)

    works.end(10)

    assert running.end is End.STOPPED
    assert second.times == 0
    assert works.ask(asked(kind="other"), held()).end is End.STOPPED
