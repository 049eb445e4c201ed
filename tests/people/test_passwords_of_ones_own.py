"""One's own password is changed by whoever knows the one there is, in any role."""

import pytest

from ledger.problems import Refused
from tests.support.trusts import AT, AUDITOR, CLERK
from trust_commissioning import passwords, people, sign_ins
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import PersonRow

OLD, NEW = "vadok benuz horap", "kujed topag minor"


@pytest.fixture
def auditor(engine):
    with transaction(engine) as session:
        people.set_password(session, AUDITOR, OLD, by="x.admin", at=AT)
    return engine


def kept(engine) -> str:
    with reading(engine) as session:
        return session.get_one(PersonRow, AUDITOR).password_hash


def test_an_auditor_changes_their_own_password_with_the_one_there_is(auditor):
    with transaction(auditor) as session:
        people.change_own_password(session, AUDITOR, OLD, NEW, at=AT)

    assert passwords.matches(kept(auditor), NEW)


def test_a_wrong_current_password_changes_nothing(auditor):
    with transaction(auditor) as session, pytest.raises(Refused) as refused:
        people.change_own_password(session, AUDITOR, "vadok benuz horaq", NEW, at=AT)

    assert refused.value.codes == ("password_wrong",)
    assert passwords.matches(kept(auditor), OLD)


def test_somebody_without_a_password_cannot_give_themselves_one(engine):
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        people.change_own_password(session, CLERK, "", NEW, at=AT)

    assert refused.value.codes == ("password_wrong",)


def test_a_new_password_of_ones_own_keeps_the_policy(auditor):
    with transaction(auditor) as session, pytest.raises(Refused) as refused:
        people.change_own_password(session, AUDITOR, OLD, "short", at=AT)

    assert refused.value.codes == ("password_too_short",)


def test_a_new_password_of_ones_own_is_another_than_the_one_there_is(auditor):
    with transaction(auditor) as session, pytest.raises(Refused) as refused:
        people.change_own_password(session, AUDITOR, OLD, OLD, at=AT)

    assert refused.value.codes == ("password_unchanged",)


def test_a_disabled_person_changes_no_password(auditor):
    with transaction(auditor) as session:
        people.disable(session, AUDITOR, by="x.admin", at=AT)

    with transaction(auditor) as session, pytest.raises(Refused) as refused:
        people.change_own_password(session, AUDITOR, OLD, NEW, at=AT)

    assert refused.value.codes == ("person_not_active",)


def test_changing_ones_password_ends_every_sign_in_one_has(auditor):
    with transaction(auditor) as session:
        tried = sign_ins.attempt(session, AUDITOR, address="192.0.2.7", at=AT)
        token = sign_ins.succeed(session, tried, at=AT)
        assert token is not None

    with transaction(auditor) as session:
        people.change_own_password(session, AUDITOR, OLD, NEW, at=AT)

    with reading(auditor) as session:
        assert sign_ins.find(session, str(token), at=AT) is None


def test_a_name_that_no_database_could_hold_is_counted_as_anybodys_unknown_one(auditor):
    """A stranger's form may hold any sign; PostgreSQL takes no NUL, and would answer by failing."""
    with transaction(auditor) as session:
        tried = sign_ins.attempt(session, f"{AUDITOR}\0", address="192.0.2.7", at=AT)

    assert not tried.is_right(OLD)


def test_the_first_administrator_is_made_once(engine):
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        people.add_first_administrator(session, "j.okafor", name="Jo Okafor", at=AT)

    assert refused.value.codes == ("people_already_there",)
