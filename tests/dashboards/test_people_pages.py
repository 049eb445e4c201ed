"""The administrator's pages: people, one person, what is left of setting the trust up."""

import re

from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from tests.dashboards.conftest import Open, seen, signed_in
from tests.support.trusts import AUDITOR, CLERK
from trust_commissioning import clock, people, sign_ins
from trust_commissioning.store import reading, sight, transaction
from trust_commissioning.store.tables import FundRow

ADMIN = "x.admin"


def press(page: AppTest, label: str) -> str:
    next(one for one in page.button if one.label == label).click()
    page.run()
    assert not page.exception, page.exception[0].message
    return seen(page)


def box(page: AppTest, label: str):
    return next(one for one in page.text_input if one.label == label)


def test_people_are_listed_with_their_role_partner_and_last_sign_in(look: Open) -> None:
    said = seen(look(ADMIN, "people"))

    assert "Hana Clerk" in said
    assert "Finance officer" in said
    assert "No one partner" in said
    assert "Never" in said


def test_the_address_narrows_the_list(look: Open) -> None:
    said = seen(look(ADMIN, "people", words="hana"))

    assert "1 person." in said
    assert "Piers Approver" not in said


def test_somebody_is_added_and_the_word_for_their_first_sign_in_is_told_once(
    look: Open, engine: Engine
) -> None:
    page = look(ADMIN, "people")
    box(page, "Name").set_value("Nia New")
    box(page, "User name").set_value("N.New")

    said = press(page, "Add this person")

    word = re.search(r"([a-z]{5}(?:-[a-z]{5}){4})", said)
    assert word
    with reading(engine) as session:
        person = people.find(session, "n.new")
        assert person is not None
        assert person.role == "finance_officer"
    page.run()
    assert word[1] not in seen(page)


def test_everything_wrong_with_somebody_new_is_said_at_once_and_nobody_is_added(
    look: Open, engine: Engine
) -> None:
    page = look(ADMIN, "people")
    box(page, "User name").set_value(CLERK)

    said = press(page, "Add this person")

    assert "Nobody was added" in said
    assert "There is already a person" in said
    assert "Give the person" in said


def test_a_person_is_disabled_and_let_in_again(look: Open, engine: Engine) -> None:
    signed_in(engine, CLERK)
    page = look(ADMIN, "person", of=CLERK)

    assert "can no longer sign in" in press(page, "Disable the account")
    with reading(engine) as session:
        assert sign_ins.find_by_sid(session, f"test-{CLERK}", at=clock.now()) is None
    assert "may sign in again" in press(page, "Let them in again")


def test_a_person_is_signed_out_everywhere_from_their_page(look: Open, engine: Engine) -> None:
    signed_in(engine, CLERK)
    page = look(ADMIN, "person", of=CLERK)

    said = press(page, "Sign them out everywhere")

    assert "signed out everywhere (1)" in said
    assert "They are signed in nowhere." in said


def test_an_unknown_person_is_said(look: Open) -> None:
    assert "There is no person" in seen(look(ADMIN, "person", of="nobody"))


def test_the_last_administrator_cannot_be_disabled(look: Open) -> None:
    assert "only administrator" in press(look(ADMIN, "person", of=ADMIN), "Disable the account")


def test_set_up_says_what_is_done_and_what_is_left_with_where_to_do_it(look: Open) -> None:
    said = seen(look(ADMIN, "set_up"))

    assert "The partners are named" in said
    assert "missing: camhs" in said
    assert "trust backup FILE.zip" in said
    assert "trust books publish" in said
    assert AUDITOR not in said


def test_an_administrator_says_on_set_up_which_partner_keeps_the_books(
    look: Open, engine: Engine
) -> None:
    with transaction(engine) as session:
        session.get_one(FundRow, "camhs").host = "pct"
    assert "Say which partner keeps the books" in seen(look(ADMIN, "today"))
    page = look(ADMIN, "set_up")
    assert "2 partners host funds, and none is named" in seen(page)
    page.selectbox[0].set_value("pct")

    assert "Weald Primary Care Trust is named" in press(page, "Keep this")
    with reading(engine) as session:
        assert sight.keeps_the_books(session, "pct")
    assert "Say which partner keeps the books" not in seen(look(ADMIN, "today"))
