"""How far work has come: told to who listens, in true counts, and stopped at its next step."""

import pytest

from trust_commissioning import progress
from trust_commissioning.progress import Step, Stopped, now, pieces, steps, telling


@pytest.fixture(autouse=True)
def _at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)


def test_nobody_listening_leaves_the_work_as_it_is() -> None:
    rows = [1, 2, 3]

    assert steps(rows, "Reading rows") is rows
    assert [list(some) for some in pieces(rows, 2, "Writing rows")] == [[1, 2], [3]]
    now("Checking")


def test_each_item_is_told_as_it_is_come_to_and_the_end_with_the_true_count() -> None:
    told: list[Step] = []

    with telling(told.append):
        assert list(steps("abc", "Reading rows")) == ["a", "b", "c"]

    assert told == [Step("Reading rows", done, 3) for done in (0, 1, 2, 3)]
    assert [step.share for step in told] == [0, 1 / 3, 2 / 3, 1]


def test_what_does_not_say_how_many_it_is_is_counted_without_a_share() -> None:
    told: list[Step] = []

    with telling(told.append):
        assert list(steps(iter("ab"), "Reading the workbook")) == ["a", "b"]

    assert told[:2] == [Step("Reading the workbook"), Step("Reading the workbook", 1)]
    assert told[1].share is None
    assert told[-1] == Step("Reading the workbook", 2, 2)


def test_rows_taken_together_are_told_in_rows() -> None:
    told: list[Step] = []

    with telling(told.append):
        assert [list(some) for some in pieces([1, 2, 3, 4, 5], 2, "Writing rows")] == [
            [1, 2],
            [3, 4],
            [5],
        ]

    assert [(step.done, step.of) for step in told] == [(0, 5), (2, 5), (4, 5), (5, 5)]


def test_a_loop_within_another_is_told_as_the_outer_one() -> None:
    told: list[Step] = []

    with telling(told.append):
        for _ in steps("ab", "Telling the months"):
            list(steps("xyz", "Posting journals"))
            now("Keeping figures")

    assert {step.words for step in told} == {"Telling the months"}
    assert told[-1] == Step("Telling the months", 2, 2)
    with telling(told.append):
        now("Keeping figures")
    assert told[-1] == Step("Keeping figures")


def test_who_listens_within_is_told_alone_and_the_outer_one_again_afterwards() -> None:
    outer: list[Step] = []
    inner: list[Step] = []

    with telling(outer.append):
        with telling(inner.append):
            now("Reading")
        now("Posting")

    assert (inner, outer) == ([Step("Reading")], [Step("Posting")])


def test_quick_work_is_told_some_ten_times_a_second_and_no_oftener(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.1)
    told: list[Step] = []

    with telling(told.append):
        for _ in range(1000):
            list(steps("ab", "Posting journals"))

    assert len(told) < 20


def test_of_many_short_loops_none_is_told_and_all_of_them_can_be_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.01)
    told: list[Step] = []

    def three_times(step: Step) -> None:
        told.append(step)
        if len(told) == 3:
            raise Stopped

    def work() -> None:
        now("Setting up the trust")
        while True:
            list(steps("ab", "Posting journals"))

    with telling(three_times), pytest.raises(Stopped):
        work()
    assert told == [Step("Setting up the trust")] * 3


@pytest.mark.parametrize("within", [False, True])
def test_it_stops_at_the_next_step_and_no_code_that_mends_faults_takes_it(within: bool) -> None:
    seen: list[int] = []

    def no_more(step: Step) -> None:
        if len(seen) == 2:
            raise Stopped

    def work() -> None:
        for item in steps([1, 2, 3], "Reading rows"):
            try:
                seen.append(item)
                if within:
                    list(steps("x", "Within"))
            except Exception:  # noqa: BLE001 - what a parser does with whatever a file brings
                seen.append(0)

    with telling(no_more), pytest.raises(Stopped):
        work()
    assert seen == [1, 2]


def test_work_that_failed_in_the_middle_leaves_nothing_to_what_comes_after() -> None:
    told: list[Step] = []

    def work() -> None:
        for _ in steps("ab", "Reading rows"):
            raise ValueError("not a row")

    with telling(told.append):
        with pytest.raises(ValueError, match="not a row"):
            work()
        now("Saying why not")

    assert told[-1] == Step("Saying why not")
