"""Changing one's own password on its page, which is no place to guess it from."""

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from tests.dashboards.conftest import Open, seen, signed_in
from tests.support.trusts import AT, AUDITOR
from trust_commissioning import clock, passwords, people, sign_ins
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import PersonRow

OLD, NEW = "vadok benuz horap", "kujed topag minor"


@pytest.fixture
def auditor(engine: Engine) -> Engine:
    with transaction(engine) as session:
        people.set_password(session, AUDITOR, OLD, by="x.admin", at=AT)
    return engine


def type_in(page: AppTest, current: str, new: str, again: str | None = None) -> str:
    page.text_input(key="password-current").set_value(current)
    page.text_input(key="password-new").set_value(new)
    page.text_input(key="password-again").set_value(new if again is None else again)
    next(one for one in page.button if one.label == "Change the password").click()
    page.run()
    assert not page.exception, page.exception[0].message
    return seen(page)


def kept(engine: Engine) -> str:
    with reading(engine) as session:
        return session.get_one(PersonRow, AUDITOR).password_hash


def test_anybody_signed_in_changes_their_own_password_and_is_signed_out(
    look: Open, auditor: Engine
) -> None:
    page = look(AUDITOR, "your_password")

    said = type_in(page, OLD, NEW)

    assert "Your password is changed." in said
    assert passwords.matches(kept(auditor), NEW)
    with reading(auditor) as session:
        assert sign_ins.find_by_sid(session, f"test-{AUDITOR}", at=clock.now()) is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ((OLD + "x", NEW), "The current password is not the one given."),
        ((OLD, "short"), "A password has 12 characters or more"),
        ((OLD, NEW, NEW + "x"), "not typed the same both times"),
        (("", NEW), "Enter the password you have now."),
    ],
)
def test_what_is_wrong_is_said_and_the_password_stays(
    look: Open, auditor: Engine, typed: tuple[str, ...], words: str
) -> None:
    before = kept(auditor)

    said = type_in(look(AUDITOR, "your_password"), *typed)

    assert "It was not changed" in said
    assert words in said
    assert kept(auditor) == before


def test_the_sixth_guess_within_15_minutes_is_refused_even_if_it_is_right(
    look: Open, auditor: Engine
) -> None:
    page = look(AUDITOR, "your_password")
    for guess in range(5):
        type_in(page, f"{OLD}{guess}", NEW)

    said = type_in(page, OLD, NEW)

    assert "There have been too many tries" in said
    assert passwords.matches(kept(auditor), OLD)


def test_guesses_here_count_at_the_door_and_a_right_one_clears_them(
    look: Open, auditor: Engine
) -> None:
    page = look(AUDITOR, "your_password")
    for guess in range(4):
        type_in(page, f"{OLD}{guess}", NEW)
    type_in(page, OLD, "short")
    type_in(page, f"{OLD}4", NEW)

    assert "Your password is changed." in type_in(page, OLD, NEW)
    signed_in(auditor, AUDITOR)
    with transaction(auditor) as session:
        assert sign_ins.attempt(session, AUDITOR, address="", at=clock.now()).is_right(NEW)
