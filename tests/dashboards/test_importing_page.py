"""Loading a spending extract by the page: seen first, then posted, whole or not at all."""

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AUDITOR, CLERK
from trust_commissioning.store import journals, reading

GOOD = (
    b"Date,Supplier,Purpose,Amount\n"
    b"30/04/2003,Kestrel House,Short breaks,100.00\n"
    b",,,\n"
    b'01/05/2003,Weald Therapies,Therapy,"1,250.50"\n'
    b',,Total,"1,350.50"\n'
)
BAD = (
    b"Date,Supplier,Purpose,Amount\n"
    b"31/02/2003,Kestrel House,Short breaks,100.00\n"
    b"01/05/2003,Weald Therapies,Therapy,12x\n"
)


def give(page: AppTest, data: bytes, *, fund: str | None = "general") -> AppTest:
    if fund:
        page.selectbox(key="import-fund").select(fund)
    page.file_uploader(key="import-file").set_value(("april.csv", data, "text/csv"))
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def posted(engine: Engine) -> int:
    with reading(engine) as session:
        return journals.search_totals(session, journals.Search())[0]


def test_nothing_is_read_until_a_file_is_given(look: Open) -> None:
    assert "Choose a file to see what it would post." in seen(look(CLERK, "import_spend"))


def test_the_fund_is_chosen_by_a_person_and_never_guessed(look: Open) -> None:
    page = give(look(CLERK, "import_spend"), GOOD, fund=None)

    assert "Choose the fund to see what the file would post." in seen(page)


def test_a_file_is_shown_before_anything_is_posted(look: Open, engine: Engine) -> None:
    page = give(look(CLERK, "import_spend"), GOOD)

    assert '<span class="figure">£1,350.50</span>' in seen(page)
    assert '>Blank row</th><td class="number">1</td>' in seen(page)
    assert '<th scope="row">A printed total</th><td class="number">1</td>' in seen(page)
    assert "Lines no rule codes: 2 lines" in seen(page)
    assert posted(engine) == 0


def test_loading_it_posts_a_journal_for_each_line_and_again_posts_nothing(
    look: Open, engine: Engine
) -> None:
    page = give(look(CLERK, "import_spend"), GOOD)
    page.button(key="import-load").click().run()

    assert "Loaded as batch B-00001: 2 journals, £1,350.50" in seen(page)
    assert posted(engine) == 2

    page = give(look(CLERK, "import_spend"), GOOD)
    assert "loading it posts nothing" in seen(page)
    page.button(key="import-load").click().run()

    assert "Nothing was posted: every line of this file was loaded before, in batch B-00001" in (
        seen(page)
    )
    assert posted(engine) == 2


def test_a_file_that_goes_on_says_what_all_of_it_comes_to_beside_what_is_new(look: Open) -> None:
    page = give(look(CLERK, "import_spend"), GOOD)
    page.button(key="import-load").click().run()
    assert 'href="/journals?batch=B-00001"' in seen(page)
    grown = GOOD.replace(
        b',,Total,"1,350.50"', b'02/05/2003,Elm House,Rent,49.50\n,,Total,"1,400.00"'
    )

    page = give(look(CLERK, "import_spend"), grown)
    assert "it will come to £1,400.00; the file itself comes to £1,400.00." in seen(page)
    page.button(key="import-load").click().run()

    assert "Loaded as batch B-00002: 1 journal, £49.50" in seen(page)
    assert "<dt>With the batches it continues</dt><dd>£1,400.00</dd>" in seen(page)


def test_a_bad_file_is_refused_with_every_problem_by_row_and_column(
    look: Open, engine: Engine
) -> None:
    page = give(look(CLERK, "import_spend"), BAD)

    assert "This file cannot be loaded" in seen(page)
    assert '<th scope="row">2</th><td>Date</td>' in seen(page)
    assert '<th scope="row">3</th><td>Amount</td>' in seen(page)
    assert "Download the bad rows as CSV" in [one.label for one in page.download_button]
    assert not page.button
    assert posted(engine) == 0


def test_a_control_total_that_does_not_agree_refuses_the_file(look: Open) -> None:
    page = look(CLERK, "import_spend")
    page.text_input(key="import-control").set_value("1,350.49")

    give(page, GOOD)

    assert "a difference of £0.01" in seen(page)
    assert not page.button


def test_only_the_lines_that_were_asked_for_are_shown(look: Open) -> None:
    page = look(CLERK, "import_spend")
    page.text_input(key="import-where").set_value("Supplier = Kestrel House")

    give(page, GOOD)

    assert '<span class="figure">£100.00</span>' in seen(page)


@pytest.mark.parametrize(
    ("box", "typed", "said"),
    [
        ("import-control", "twelve", "is not an amount of money"),
        ("import-where", "Kestrel", "is not a selection"),
    ],
)
def test_what_was_asked_wrongly_is_said_before_the_file_is_read(
    look: Open, box: str, typed: str, said: str
) -> None:
    page = look(CLERK, "import_spend")
    page.text_input(key=box).set_value(typed)

    give(page, GOOD)

    assert said in seen(page)
    assert "What it would post" not in [one.value for one in page.header]


def test_an_auditor_may_not_import(look: Open) -> None:
    page = look(AUDITOR, "import_spend")

    assert "may not import a file" in page.error[0].value
    assert not page.file_uploader


def test_lines_no_rule_codes_are_coded_in_bulk_remembered_and_taken_back(
    look: Open, engine: Engine
) -> None:
    page = give(look(CLERK, "import_spend"), GOOD)
    page.multiselect[0].set_value(["Kestrel House"])
    next(box for box in page.selectbox if box.label == "Service").select("fostering")
    next(one for one in page.button if one.label == "Code these lines").click()
    page.run()
    assert not page.exception, page.exception[0].message

    assert "Remembered for 1 supplier, and used below." in seen(page)
    assert "Lines no rule codes: 1 line" in seen(page)
    assert "remembered-1" in seen(page)

    next(one for one in page.button if one.label == "Take back").click()
    page.run()
    assert "Lines no rule codes: 2 lines" in seen(page)
