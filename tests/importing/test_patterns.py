"""A pattern of a coding rule is tried in next to no time on any cell, or is not taken."""

import re
import time

import pytest

from trust_commissioning.importing.coding import Condition
from trust_commissioning.importing.patterns import LONGEST_TEXT, wrong_with


@pytest.mark.parametrize(
    "pattern",
    [
        "^foster",
        r"^merr\w+ f",
        r"inv(?:oice|)\.? *\d+",
        "(ltd|limited|plc)$",
        r"\(agency\) +[a-z]+",
        "(?i)^oak|^elm|^ash|^birch|^beech",
        r"^\d{2}/\d{4}-[A-Z]{3}$",
        r"C\\1",
        "[*+?]{3} total",
    ],
)
def test_what_people_look_for_may_be_a_pattern(pattern):
    assert wrong_with(pattern) == ""
    assert Condition(column="detail", matches=pattern).matches == pattern


@pytest.mark.parametrize(
    "pattern",
    [
        ".*.*.*.*.*.*z",
        "a+a+a+b",
        "a?" * 20 + "a" * 20,
        "a{0,50}a{0,50}a{0,50}a{0,50}b",
        "(a|a)" * 19 + "b",
        "(?x)(a+) +b",
        "(?x:(a+) )+b",
        "(a+)(?#and again)+b",
        "(?=a+)(?=a+)b",
        "(a+)+b",
        r"(a)\1+b",
        "(",
        "a" + "(" * 99,
    ],
)
def test_what_could_hold_up_an_import_may_not(pattern):
    assert wrong_with(pattern)
    with pytest.raises(ValueError, match=r"pattern|for ever|begins a group"):
        Condition(column="detail", matches=pattern)


@pytest.mark.parametrize("pattern", [".*.*z", "a*a*a?a?a?z", "a{0,199}a*z", "(a|aa|aaa|b)a*a*z"])
def test_the_slowest_that_may_is_tried_on_a_long_cell_in_a_second(pattern):
    assert wrong_with(pattern) == ""
    search = re.compile(pattern, re.IGNORECASE).search

    began = time.process_time()
    assert search("a" * LONGEST_TEXT) is None
    assert time.process_time() - began < 1
