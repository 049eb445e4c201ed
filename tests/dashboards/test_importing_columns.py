"""A file with headings nobody knows, by the page: seen, chosen, previewed, remembered, removed."""

import re
from typing import Any

from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from tests.dashboards.conftest import Open, seen
from tests.dashboards.test_importing_page import GOOD, give, posted
from tests.support.trusts import CLERK
from trust_commissioning.importing.profiles import kept_profiles
from trust_commissioning.store import reading

ODD = (
    b"Pd On,Whom,For,Net GBP,Incl GBP\n"
    b"30/04/2003,Kestrel House,Short breaks,100.00,117.50\n"
    b'01/05/2003,Weald Therapies,Therapy,"1,250.50","1,250.50"\n'
    b"02/05/2003,Elm House,Rent,(20.25),(20.25)\n"
)
NEXT = b"Pd On,Whom,For,Net GBP,Incl GBP\n03/06/2003,Kestrel House,Rent,60.00,70.50\n"
TWICE = b"Date,Supplier,Amount,Amount\n30/04/2003,Kestrel House,100.00,117.50\n"
FOLD = "Which column is which"


def of_label(widgets: Any, label: str) -> Any:
    (found,) = [one for one in widgets if one.label == label]
    return found


def choose(page: AppTest, **columns: str) -> AppTest:
    """Choose a column for each field, one after the other as a person does."""
    for field, heading in columns.items():
        of_label(page.selectbox, field.replace("_", " ")).select(heading)
        page.run()
        assert not page.exception, page.exception[0].message
    return page


def press(page: AppTest, label: str) -> AppTest:
    of_label(page.button, label).click()
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def remember(page: AppTest, name: str) -> AppTest:
    of_label(page.checkbox, "Remember these columns for the next file").check()
    page.run()
    of_label(page.text_input, "Remember these columns as").set_value(name)
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def opened(page: AppTest) -> bool:
    return bool(of_label(page.expander, FOLD).proto.expanded)


def test_unknown_headings_are_shown_with_their_first_values_and_nothing_is_chosen(
    look: Open, engine: Engine
) -> None:
    page = give(look(CLERK, "import_spend"), ODD)

    assert opened(page)
    values = r">Net GBP</th><td[^>]*>100.00</td><td[^>]*>1,250.50</td><td[^>]*>\(20.25\)</td>"
    assert re.search(values, seen(page))
    assert of_label(page.selectbox, "Amount").value is None
    assert of_label(page.selectbox, "Date paid").value is None
    assert "Say above which column is which" in seen(page)
    assert "Post" not in " ".join(one.label for one in page.button)
    assert posted(engine) == 0


def test_what_is_still_unclear_is_told_by_name_as_columns_are_chosen(look: Open) -> None:
    page = choose(give(look(CLERK, "import_spend"), ODD), Amount="Net GBP")

    assert "No column is known to hold the date paid." in seen(page)
    assert "hold the amount" not in seen(page)


def test_chosen_columns_show_at_once_what_would_be_posted_and_post_it(
    look: Open, engine: Engine
) -> None:
    page = give(look(CLERK, "import_spend"), ODD)
    choose(page, Amount="Net GBP", Date_paid="Pd On", Supplier="Whom", What_it_is_for="For")

    assert '<span class="figure">£1,330.25</span>' in seen(page)
    assert re.search(r">Kestrel House</td><td[^>]*>Short breaks</td>", seen(page))
    page.button(key="import-load").click().run()
    assert "Loaded as batch B-00001: 3 journals, £1,330.25" in seen(page)
    assert posted(engine) == 3


def test_a_column_found_twice_is_chosen_by_a_person(look: Open) -> None:
    page = give(look(CLERK, "import_spend"), TWICE)

    assert opened(page)
    assert "More than one column is headed “Amount”." in seen(page)
    choose(page, Amount="Amount (2)")
    assert '<span class="figure">£117.50</span>' in seen(page)


def test_one_column_for_two_fields_is_refused_by_its_name(look: Open) -> None:
    page = give(look(CLERK, "import_spend"), ODD)
    choose(page, Amount="Net GBP", Date_paid="Pd On", Supplier="Whom", Account_as_printed="Whom")

    assert "The column “Whom” is chosen for 2 fields." in seen(page)


def test_a_known_file_needs_no_choosing_and_its_columns_can_be_corrected(look: Open) -> None:
    page = give(look(CLERK, "import_spend"), GOOD)

    assert not opened(page)
    assert of_label(page.selectbox, "Amount").value == "Amount"
    assert "Remember these columns for the next file" not in [one.label for one in page.checkbox]
    choose(page, Supplier="")
    assert "No column is known to hold the supplier" in seen(page)


def test_remembered_columns_read_the_next_file_and_are_removed(look: Open, engine: Engine) -> None:
    page = give(look(CLERK, "import_spend"), ODD)
    choose(page, Amount="Net GBP", Date_paid="Pd On", Supplier="Whom")
    press(remember(page, "Borough list"), "Remember")

    assert "Remembered as “Borough list”." in seen(page)
    assert "Borough list: Amount is Net GBP, Date paid is Pd On, Supplier is Whom." in seen(page)
    assert posted(engine) == 0

    page = give(look(CLERK, "import_spend"), NEXT)
    assert not opened(page)
    assert "The columns are read as “Borough list”." in seen(page)
    assert '<span class="figure">£60.00</span>' in seen(page)
    assert "Borough list" in page.selectbox(key="import-profile").options

    press(page, "Remove Borough list")
    assert "“Borough list” is removed." in seen(page)
    page = give(look(CLERK, "import_spend"), NEXT)
    assert "Say above which column is which" in seen(page)


def test_remembered_columns_are_corrected_by_remembering_them_again_under_their_name(
    look: Open, engine: Engine
) -> None:
    page = give(look(CLERK, "import_spend"), ODD)
    choose(page, Amount="Net GBP", Date_paid="Pd On")
    press(remember(page, "Borough list"), "Remember")
    choose(page, Amount="Incl GBP")
    remember(page, "borough LIST")
    assert "“Borough list” is remembered already; these columns will be put in its place." in (
        seen(page)
    )
    press(page, "Remember")

    page = give(look(CLERK, "import_spend"), NEXT)
    assert '<span class="figure">£70.50</span>' in seen(page)
    with reading(engine) as session:
        assert [one.title for one in kept_profiles(session)] == ["borough LIST"]


def test_what_is_ticked_to_be_remembered_is_kept_when_the_file_is_posted(
    look: Open, engine: Engine
) -> None:
    page = give(look(CLERK, "import_spend"), ODD)
    choose(page, Amount="Net GBP", Date_paid="Pd On")
    remember(page, "Borough list")
    page.button(key="import-load").click().run()

    assert "Loaded as batch B-00001" in seen(page)
    with reading(engine) as session:
        assert [one.profile.name for one in kept_profiles(session)] == ["borough-list"]


def test_a_name_that_cannot_be_kept_stops_the_file_and_says_why(look: Open, engine: Engine) -> None:
    page = give(look(CLERK, "import_spend"), ODD)
    choose(page, Amount="Net GBP", Date_paid="Pd On")
    remember(page, "SAP")
    page.button(key="import-load").click().run()

    assert "is the name of a layout that comes with the product" in seen(page)
    assert posted(engine) == 0


def test_kept_columns_can_be_chosen_by_name_where_two_fit(look: Open) -> None:
    page = give(look(CLERK, "import_spend"), ODD)
    choose(page, Amount="Net GBP", Date_paid="Pd On")
    press(remember(page, "Net"), "Remember")
    choose(page, Amount="Incl GBP")
    press(remember(page, "With VAT"), "Remember")

    page = give(look(CLERK, "import_spend"), NEXT)
    assert "“Net”, “With VAT” were kept for these headings" in seen(page)
    page.selectbox(key="import-profile").select("with-vat").run()
    assert '<span class="figure">£70.50</span>' in seen(page)
