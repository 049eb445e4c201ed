"""Every problem code is registered, documented and shown by a running example."""

import re

import pytest

from tests.docs import pages
from tests.docs.codes_in_source import WORKED_OUT, codes_in_source, found_in, found_in_source
from tests.docs.examples import EXAMPLES, produced
from tests.docs.pages import PROJECT, WITHOUT_EXAMPLE
from trust_commissioning.problem_codes import registered


def test_every_code_in_the_source_is_registered() -> None:
    missing = {code: where for code, where in codes_in_source().items() if code not in registered()}

    assert not missing, f"add these to trust_commissioning/data/problem_codes.yaml: {missing}"


def test_every_registered_code_is_in_the_source() -> None:
    gone = registered().keys() - codes_in_source().keys()

    assert not gone, f"nothing in the source raises these any more: {sorted(gone)}"


def test_every_code_is_written_out_or_said_to_be_worked_out() -> None:
    unknown = [
        found
        for found in found_in_source()
        if not found.is_literal and (found.path, found.code) not in WORKED_OUT
    ]

    assert not unknown, f"say in tests/docs/codes_in_source.py what these come to: {unknown}"


def test_nothing_is_said_to_be_worked_out_that_is_not() -> None:
    there = {(found.path, found.code) for found in found_in_source()}

    assert WORKED_OUT.keys() <= there


def test_no_code_stands_twice_in_the_registry() -> None:
    text = (PROJECT / "trust_commissioning/data/problem_codes.yaml").read_text("utf-8")
    written = re.findall(r"^      (\w+):$", text, re.MULTILINE)

    assert sorted(written) == sorted(registered())


def test_a_code_is_a_fact_in_snake_case() -> None:
    for code in registered():
        assert code == code.lower().strip("_")
        assert code.replace("_", "").isalnum()


def test_what_is_said_of_a_code_is_whole_sentences() -> None:
    for said in registered().values():
        for sentence in (said.means, said.mend):
            assert sentence[0].isupper(), said.code
            assert sentence.endswith("."), said.code


def test_every_code_has_a_running_example_or_a_reason_for_none() -> None:
    assert registered().keys() == EXAMPLES.keys() | WITHOUT_EXAMPLE.keys()
    assert not EXAMPLES.keys() & WITHOUT_EXAMPLE.keys()


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_an_example_really_makes_the_problem_it_shows(code: str) -> None:
    problem = produced(EXAMPLES[code])

    assert problem.code == code
    assert problem.message.strip().endswith((".", "?", "…", ")", ":", ".”")), problem.message


@pytest.mark.slow
def test_the_page_of_problems_is_up_to_date() -> None:
    there = (PROJECT / "docs/problems.md").read_text("utf-8")

    assert there == pages.problems(), "run: .venv/bin/python -m tests.docs"


def test_the_search_for_codes_sees_every_way_a_problem_is_made() -> None:
    source = """
def checked(code, words):
    return Problem(code, words)
def passed_on(row, code):
    return checked(code, "x")
Problem("one", "x")
Problem(code="two", message="x")
Refused.because("three", "x")
checked("four", "x")
passed_on(1, "five")
Problem("six" if late else "seven", "x")
Problem(f"{kind}_eight", "x")
Problem(other.code, "x")
"""

    found = [(one.code, one.is_literal) for one in found_in(source, "x.py")]

    assert [code for code, literal in found if literal] == [
        "one", "two", "three", "four", "five", "six", "seven",
    ]  # fmt: skip
    assert [code for code, literal in found if not literal] == ["f'{kind}_eight'"]
