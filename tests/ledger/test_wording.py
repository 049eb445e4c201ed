"""How sentences say a number of things, and a day."""

from datetime import date

import pytest

from ledger.wording import counted, day_in_full


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (1, ("journal",), "1 journal"),
        (0, ("journal",), "0 journals"),
        (3000, ("journal",), "3,000 journals"),
        (1, ("line is", "lines are"), "1 line is"),
        (2, ("line is", "lines are"), "2 lines are"),
        (2, ("batch", "batches"), "2 batches"),
    ],
)
def test_one_thing_is_said_as_one_and_more_as_many(
    number: int, words: tuple[str, ...], said: str
) -> None:
    assert counted(number, *words) == said


def test_a_day_is_written_without_a_nought_before_it() -> None:
    assert day_in_full(date(2003, 4, 1)) == "1 April 2003"
    assert day_in_full(date(2004, 3, 31)) == "31 March 2004"
