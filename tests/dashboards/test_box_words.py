"""A refusal on a form names the box as the form does, never the field of the event."""

from pathlib import Path

import pytest

import dashboards
from dashboards.box_words import BOXES, by_boxes
from ledger.problems import Problem, Refused
from trust_commissioning.recording import EVENTS

PAGES = "".join(
    path.read_text("utf-8")
    for path in Path(dashboards.__path__[0]).rglob("*.py")
    if path.name != "box_words.py"
)


@pytest.mark.parametrize("event", sorted(BOXES))
def test_each_label_stands_on_a_form_and_is_of_a_field_of_its_event(event: str) -> None:
    assert set(BOXES[event]) <= set(EVENTS[event].asks.model_fields)
    assert [label for label in BOXES[event].values() if f'"{label}' not in PAGES] == []


def test_what_is_missing_is_said_by_its_box() -> None:
    with pytest.raises(Refused) as refused:
        EVENTS["need"].read(b'{"code": "beds", "locality": "Wealdshire"}', name="The form")

    assert [str(one) for one in by_boxes(refused.value.problems, "need")] == [
        "“Need” is missing.",
        "“Which children” is missing.",
    ]


def test_what_cannot_be_read_is_said_with_its_box_and_line() -> None:
    found = [
        Problem("field_unreadable", "“x” is not a whole number.", "people"),
        Problem("field_missing", "“title” is missing.", "lots[1].title"),
    ]

    assert str(by_boxes(found[:1], "view")[0]) == "“x” is not a whole number. (By how many)"
    assert str(by_boxes(found[1:], "procurement")[0]) == "“title” is missing. (Lots, line 2)"


def test_a_place_that_is_no_field_of_the_form_stays_as_it_is() -> None:
    problem = Problem("bid_missing", "No bid stands for the lot.", "the lot L1")

    assert by_boxes([problem], "award") == [problem]
