"""The pages that are made from the code say what the code says."""

import pytest

from tests.docs.pages import PAGES, PROJECT

PROBLEMS = "docs/problems.md"
"""Held beside the running examples it is made of, in test_problem_codes.py."""


@pytest.mark.parametrize("name", sorted(PAGES.keys() - {PROBLEMS}))
def test_a_made_page_is_up_to_date(name: str) -> None:
    there = (PROJECT / name).read_text("utf-8")

    assert there == PAGES[name](), "run: .venv/bin/python -m tests.docs"
