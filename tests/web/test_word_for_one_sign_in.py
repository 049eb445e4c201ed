"""A word for one sign-in: told once, good once, and only to choose one's own password by."""

from datetime import timedelta

import pytest

from ledger.problems import Refused
from tests.support.trusts import AUDITOR, CLERK
from tests.web.conftest import ADMIN, PASSWORD, sign_in
from trust_commissioning import clock, passwords, people, people_listed, sign_ins
from trust_commissioning.people_listed import Wanted
from trust_commissioning.roles import Role
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import PersonRow

OWN = "kujed topag minor"


@pytest.fixture
def word(engine):
    with transaction(engine) as session:
        return people.give_word(session, CLERK, by=ADMIN, at=clock.now())


def is_in(client):
    return client.get("/sign-in/session").status_code == 200


def test_a_word_leads_to_choosing_a_password_and_not_into_the_trust(client, word):
    answer = sign_in(client, CLERK, word)

    assert answer.status_code == 200
    assert "<h1>Choose your password</h1>" in answer.text
    assert word not in answer.text
    assert not is_in(client)


def test_with_a_password_of_ones_own_one_is_in_and_the_word_is_spent(client, word, engine):
    answer = sign_in(client, CLERK, word, new=OWN, again=OWN, next="/journals")

    assert (answer.status_code, answer.headers["location"]) == (303, "/journals")
    assert is_in(client)
    with reading(engine) as session:
        row = session.get_one(PersonRow, CLERK)
        assert passwords.matches(row.password_hash, OWN)
        assert row.word_ends_at is None
    client.cookies.clear()
    assert sign_in(client, CLERK, word).status_code == 401
    assert sign_in(client, CLERK, OWN).status_code == 303


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        (OWN, OWN + "x", "not typed the same both times"),
        ("short", "short", "12 characters or more"),
        ("Hana Clerk Hana", "Hana Clerk Hana", "mostly a name"),
    ],
)
def test_a_password_that_will_not_do_is_said_beside_its_box_and_the_word_still_holds(
    client, word, new, again, words
):
    answer = sign_in(client, CLERK, word, new=new, again=again)

    assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert sign_in(client, CLERK, word, new=OWN, again=OWN).status_code == 303


def test_the_word_itself_is_no_password_of_ones_own_because_another_knows_it(client, word):
    """Whoever handed it out would come in as the person, and post what they entered themselves."""
    answer = sign_in(client, CLERK, word, new=word, again=word)

    assert answer.status_code == 422
    assert "the password there is" in answer.text
    assert not is_in(client)


def test_a_wrong_word_is_answered_as_a_wrong_password_and_counted(client, word):
    for _ in range(5):
        assert sign_in(client, CLERK, "wrong words", new=OWN, again=OWN).status_code == 401

    assert sign_in(client, CLERK, word).status_code == 429


def test_after_three_days_a_word_is_worth_nothing(client, word, engine):
    with transaction(engine) as session:
        row = session.get_one(PersonRow, CLERK)
        row.word_ends_at = clock.as_text(clock.now() - timedelta(seconds=1))

    answer = sign_in(client, CLERK, word, new=OWN, again=OWN)

    assert answer.status_code == 422
    assert "good for three days" in answer.text


def test_giving_a_word_ends_every_sign_in_and_is_for_administrators(signed_in, engine):
    client = signed_in(CLERK)
    with transaction(engine) as session:
        people.give_word(session, CLERK, by=ADMIN, at=clock.now())

    assert not is_in(client)
    with pytest.raises(Refused, match="may not manage people"), transaction(engine) as session:
        people.give_word(session, CLERK, by=AUDITOR, at=clock.now())


def test_an_administrator_signs_anybody_out_everywhere_and_others_only_themselves(
    signed_in, engine
):
    client = signed_in(CLERK)
    with transaction(engine) as session:
        assert people.sign_out_everywhere(session, CLERK, by=ADMIN, at=clock.now()) == 1
    assert not is_in(client)

    client = signed_in(CLERK)
    with pytest.raises(Refused, match="may not manage people"), transaction(engine) as session:
        people.sign_out_everywhere(session, CLERK, by=AUDITOR, at=clock.now())
    assert is_in(client)
    with transaction(engine) as session:
        people.sign_out_everywhere(session, CLERK, by=CLERK, at=clock.now())
    assert not is_in(client)


def test_people_are_found_by_words_role_partner_and_state(engine):
    def found(**wanted):
        with reading(engine) as session:
            listed = people_listed.listed(session, Wanted(**wanted), by=ADMIN)
            return [one.person.username for one in listed]

    assert found(words="HANA") == [CLERK]
    assert found(words="hana auditor") == []
    assert found(role=Role.AUDITOR) == [AUDITOR]
    assert found(partner="pct") == ["p.partner"]
    assert found(active=False) == []
    with reading(engine) as session, pytest.raises(Refused, match="may not manage people"):
        people_listed.listed(session, Wanted(), by=CLERK)


def test_a_persons_page_counts_the_sign_ins_that_stand_and_says_the_last(signed_in, engine):
    signed_in(CLERK)
    signed_in(CLERK)

    with reading(engine) as session:
        now = people_listed.seen(session, CLERK, by=ADMIN, at=clock.now())
        late = clock.now() + sign_ins.IDLE + timedelta(seconds=2)
        later = people_listed.seen(session, CLERK, by=ADMIN, at=late)
        assert people_listed.seen(session, "nobody", by=ADMIN, at=late) is None

    assert (len(now.sittings), len(later.sittings)) == (2, 0)
    assert later.last is not None
    assert PASSWORD not in str(now)
