"""A PDF holds every figure as it is, says on each page how to read it, and runs nothing."""

import io
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.reports.made import SCHEME, SPENT, pounds, report
from trust_commissioning.reports import Column, Report
from trust_commissioning.reports.pdf import as_pdf, as_pictures
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.reports.shape import Part


def read(made: Report, unit: Unit = Unit.PENCE) -> PdfReader:
    return PdfReader(io.BytesIO(as_pdf(made, unit)))


def words(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_every_figure_stands_in_the_pdf_to_the_penny_with_a_minus_that_needs_no_colour():
    said = words(read(report()))

    for figure in ("1,234,567.89", "−1,500.00", "1,233,067.89", "900.00"):
        assert figure in said
    assert "Contributions received" in said
    assert "Two instalments were due." in said
    assert "Period 6 was opened again on 3 November 2003." in said


def test_each_page_says_how_to_read_it_and_from_which_books_it_comes():
    rows = tuple({"scheme": f"Scheme {n}", "spent": pounds("1.00")} for n in range(1, 121))
    reader = read(report(rows=rows, totals={"spent": pounds("120.00")}))

    assert len(reader.pages) > 2
    for number, page in enumerate(reader.pages, 1):
        text = " ".join(page.extract_text().split())
        assert "Wealdshire Children's Trust · Quarterly report · CAMHS pooled fund" in text
        assert "2003-04 P09" in text
        assert f"Page {number} of {len(reader.pages)}" in text
        assert "Accruals, up to and with the period shown. Variance is outturn less" in text
        assert "Figures are in pounds and pence." in text
        assert f"Made on 15 January 2004 at 9:30am from books with head {'ab' * 32}." in text
    for page in reader.pages[:-1]:
        assert "Scheme Spent" in " ".join(page.extract_text().split()), "headings on each page"


def test_it_is_tagged_for_screen_readers_and_made_to_be_kept():
    made = as_pdf(report())
    reader = PdfReader(io.BytesIO(made))
    catalog = cast("Any", reader.trailer["/Root"])

    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in catalog
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    about = catalog["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert reader.metadata is not None
    assert reader.metadata.title == "Quarterly report"


def test_the_same_report_is_the_same_bytes():
    assert as_pdf(report()) == as_pdf(report())


@pytest.mark.parametrize(
    "narration",
    [
        "#panic()",
        '#read("/etc/passwd")',
        "= Heading\n#set page(width: 1cm)",
        "$ x^2 $ *bold* `raw` @label <label> // comment /* open",
        '"); #eval("1+1") \\u{41}',
        "]} ) #[",
        "=HYPERLINK(1)",
        "\u202e\x00\x1b[31m 漢字 😀 e\u0301",
        "Unbroken" * 60,
        "",
    ],
)
def test_what_a_person_wrote_is_printed_and_never_run(narration):
    part = Part(key="said", title=narration, words=(narration,), columns=(SCHEME,), rows=({},))
    made = report(
        trust=narration,
        title=narration or "Untitled",
        basis=narration,
        fund_title=narration,
        rows=({"scheme": narration, "spent": pounds("1.00")},),
        notes=(narration,),
        parts=(part,),
    )

    said = " ".join(words(read(made)).split())

    visible = " ".join(narration.split())[:12]
    assert visible.isascii() is False or visible in said
    assert "1.00" in said


def test_a_character_the_letters_do_not_have_is_a_box_and_the_paper_says_so():
    said = words(read(report(title="Placement 漢")))

    assert "Placement □" in said
    assert "A character that cannot be printed here is shown as □." in said


@given(st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_any_text_at_all_can_be_printed(text):
    assert as_pdf(report(rows=({"scheme": text, "spent": pounds("1.00")},))).startswith(b"%PDF")


def test_many_columns_lie_on_their_side_and_few_stand_upright():
    money = tuple(Column(key=f"m{n}", title=f"Month {n}", kind="money") for n in range(13))
    row = {"scheme": "A", **{column.key: pounds("1234567.89") for column in money}}
    wide = read(report(columns=(SCHEME, *money), rows=(row,), totals={}))

    upright, turned = read(report()).pages[0].mediabox, wide.pages[0].mediabox
    assert (round(upright.width), round(upright.height)) == (595, 842)
    assert (round(turned.width), round(turned.height)) == (842, 595)


def test_codes_for_programs_are_left_out_and_a_fund_where_there_is_only_one():
    columns = (
        Column(key="outcome", title="Key", kind="code"),
        Column(key="fund", title="Fund code"),
        SCHEME,
        SPENT,
    )
    rows = ({"outcome": "stay_safe", "fund": "camhs", "scheme": "A", "spent": pounds("1.00")},)

    said = words(read(report(columns=columns, rows=rows)))

    assert "stay_safe" not in said
    assert "Fund code" not in said


def test_a_part_with_nothing_in_it_says_so():
    said = words(read(report(rows=(), totals={}, parts=())))

    assert "There is nothing to show here." in said


def test_its_pages_are_pictures_too():
    assert all(page.startswith(b"\x89PNG") for page in as_pictures(report()))
