"""What a page made up to name a request is words to people, and itself to programs."""

import pytest

from tests.support.trusts import YEAR
from trust_commissioning.reports.papers import KINDS
from trust_commissioning.reports.references import in_words
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.reports.shape import Column, Report

MADE_UP = "page/98d9a1b2c3d4"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (MADE_UP, "Put in on a page"),
        (f"{MADE_UP}: paid late", "Put in on a page: paid late"),
        (f"Uplift {MADE_UP} was applied", "Uplift put in on a page was applied"),
        ("U-1", "U-1"),
        ("page/12", "page/12"),
        ("homepage/98d9a1b2c3d4", "homepage/98d9a1b2c3d4"),
        ("", ""),
    ],
)
def test_a_reference_made_by_a_page_is_told_in_words(said, shown):
    assert in_words(said) == shown


def test_a_paper_says_it_in_words_and_what_programs_read_as_it_is():
    report = Report(
        report="uplifts",
        title="Uplifts",
        trust="Wealdshire",
        fund=None,
        year=str(YEAR),
        to="2003-04 P01",
        generated_at="2003-05-01T09:30:00+00:00",
        basis="All.",
        sign="Plain.",
        columns=(Column(key="reference", title="Uplift"),),
        rows=({"reference": MADE_UP},),
        totals={},
        books_head="0" * 64,
    )
    made = {kind: KINDS[kind].make(report, Unit.PENCE) for kind in ("html", "json", "csv")}

    assert b"Put in on a page" in made["html"]
    assert MADE_UP.encode() not in made["html"]
    assert MADE_UP.encode() in made["json"]
    assert MADE_UP.encode() in made["csv"]
