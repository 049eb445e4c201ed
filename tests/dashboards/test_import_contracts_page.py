"""A published contracts register by the page: seen first, every odd value, then kept or refused."""

import re

from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from dashboards.pages_table import for_person
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import CLERK
from trust_commissioning.roles import MAY, Action, Role
from trust_commissioning.store import contracts, reading

GOOD = (
    "Reference Number,Title of agreement,Supplier,Start Date,End Date,Contract value\n"
    "DN1,Advice line,The Haven Trust,01/04/2003,31/03/2004,£24000\n"
    "DN2,Short breaks,Kestrel House,01/04/2003,Rolling,TBC\n"
    "DN3,Therapy,Weald Therapies,01/04/2003,31/03/2002,£500\n"
).encode()
BAD = GOOD.replace(b"DN2,Short breaks,Kestrel House", b",,")


def give(page: AppTest, data: bytes, *, whose: str = "") -> AppTest:
    page.text_input(key="import-contracts-whose").set_value(whose)
    page.file_uploader(key="import-contracts-file").set_value(("register.csv", data, "text/csv"))
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def kept(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [f"{one.publisher} {one.number}" for one in contracts.published(session)]


def test_nothing_is_kept_until_it_is_accepted_and_each_odd_value_says_what_it_was_read_as(
    look: Open, engine: Engine
) -> None:
    page = give(look(CLERK, "import_contracts"), GOOD, whose="Wealdshire")

    shown = re.sub(r"(<wbr>|</?t[dhr][^>]*>)+", "|", seen(page).replace("<wbr>", ""))
    assert "£24,500.00" in shown
    for printed, words, read in (
        ("Rolling", "Is not a day", "Nothing"),
        ("TBC", "Is not an amount of money", "Nothing"),
        ("31/03/2002", "Is before the start", "31 March 2002"),
    ):
        assert f"|{printed}|{words}|{read}|" in shown
    assert kept(engine) == []

    page.button(key="import-contracts-keep").click().run()
    assert "Kept in B-00001: 3 contracts as published, 3 odd values as printed." in seen(page)
    assert kept(engine) == ["Wealdshire DN1", "Wealdshire DN2", "Wealdshire DN3"]

    again = give(look(CLERK, "import_contracts"), GOOD, whose="Wealdshire")
    assert "This register was taken in before, in B-00001" in seen(again)


def test_a_file_with_any_problem_says_each_by_its_row_and_keeps_nothing(
    look: Open, engine: Engine
) -> None:
    page = give(look(CLERK, "import_contracts"), BAD)

    shown = seen(page)
    assert "This file cannot be taken in" in shown
    assert "The row has a value or a day, and neither a reference, a title nor a supplier." in shown
    assert kept(engine) == []


def test_it_is_a_page_of_those_who_keep_the_register() -> None:
    held = {role for role in Role if "import_contracts" in {one.file for one in for_person(role)}}

    assert held == MAY[Action.KEEP_REGISTER]
    assert Role.COMMISSIONER in held
