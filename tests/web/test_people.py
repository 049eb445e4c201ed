"""People: accounts, passwords, roles."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select
from sqlmodel import col

from ledger.problems import Refused
from tests.support.trusts import APPROVER, AUDITOR, CLERK, database_url, engine
from trust_commissioning import passwords, people, roles
from trust_commissioning.roles import MAY, Action, Role
from trust_commissioning.store import reading, sight, transaction
from trust_commissioning.store.tables import AuditEventRow, PersonRow

__all__ = ["database_url", "engine"]

AT = datetime(2003, 5, 1, 9, 30, tzinfo=UTC)
ADMIN = "x.admin"
PASSWORD = "vadok benuz horap"


def codes(password: str, **who: str) -> list[str]:
    return [problem.code for problem in passwords.problems_in(password, **who)]


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("vadok benuz horap", []),
        ("all small words without figures", []),
        ("ﬁve wörds thät äre ünusual", []),
        ("short", ["password_too_short"]),
        ("x" * 129, ["password_too_long", "password_guessable"]),
        ("Password12345", ["password_guessable"]),
        ("P@ssw0rd!!!!", ["password_guessable"]),
        ("aaaaaaaaaaaaaa", ["password_guessable"]),
        ("j.okafor2003!", ["password_guessable"]),
        ("Okafor-Okafor-1", ["password_guessable"]),
    ],
)
def test_a_password_is_long_and_not_what_people_usually_choose(password, expected):
    assert codes(password, username="j.okafor", name="Joy Okafor") == expected


def test_a_generated_password_keeps_the_policy_and_is_another_each_time():
    made = {passwords.generated() for _ in range(50)}

    assert len(made) == 50
    assert not any(passwords.problems_in(password) for password in made)


def test_a_password_is_kept_as_argon2id_and_found_again():
    kept = passwords.kept(PASSWORD)

    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, PASSWORD)
    assert not passwords.matches(kept, "vadok benuz horaq")
    assert not passwords.matches("", "")
    assert not passwords.matches("not a hash", PASSWORD)


def test_a_new_person_has_what_was_given_and_no_password_to_read(engine):
    with transaction(engine) as session:
        people.add(
            session,
            "j.okafor",
            name=" Joy Okafor ",
            role="commissioner",
            partner="pct",
            password=PASSWORD,
            by=ADMIN,
            at=AT,
        )

    with reading(engine) as session:
        found = people.find(session, "j.okafor")
    assert found == people.Person(
        username="j.okafor",
        name="Joy Okafor",
        role=Role.COMMISSIONER,
        partner="pct",
        has_password=True,
    )


def test_everything_wrong_with_a_new_person_is_said_at_once(engine):
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        people.add(
            session,
            "J Okafor",
            name="",
            role="manager",
            partner="nobody",
            password="short",
            by=ADMIN,
            at=AT,
        )

    assert refused.value.codes == (
        "username_unfit",
        "person_name_unfit",
        "role_unknown",
        "partner_unknown",
        "password_too_short",
    )


def test_a_user_name_is_given_once(engine):
    with transaction(engine) as session, pytest.raises(Refused, match="already a person"):
        people.add(session, CLERK, name="Another", role="auditor", by=ADMIN, at=AT)


def test_every_change_of_a_person_is_in_the_audit_trail_without_the_password(engine):
    with transaction(engine) as session:
        people.set_role(session, CLERK, Role.POOL_MANAGER, by=ADMIN, at=AT)
        people.set_password(session, CLERK, PASSWORD, by=ADMIN, at=AT)
        people.disable(session, CLERK, by=ADMIN, at=AT)
        people.enable(session, CLERK, by=ADMIN, at=AT)

    with reading(engine) as session:
        events = session.execute(
            select(AuditEventRow)
            .where(col(AuditEventRow.object_key) == CLERK)
            .order_by(col(AuditEventRow.id))
        ).scalars()
        trail = [(e.action, e.person, e.before, e.after) for e in events]
    assert [(action, by) for action, by, _, _ in trail] == [
        ("person_changed", ADMIN),
        ("person_password_set", ADMIN),
        ("person_disabled", ADMIN),
        ("person_enabled", ADMIN),
    ]
    assert json.loads(trail[0][2])["role"] == "finance_officer"
    assert json.loads(trail[0][3])["role"] == "pool_manager"
    assert "argon2" not in str(trail)


def test_the_last_administrator_cannot_be_disabled_or_given_another_role(engine):
    with transaction(engine) as session, pytest.raises(Refused, match="only administrator"):
        people.disable(session, ADMIN, by=ADMIN, at=AT)
    with transaction(engine) as session, pytest.raises(Refused, match="only administrator"):
        people.set_role(session, ADMIN, "auditor", by=ADMIN, at=AT)
    with transaction(engine) as session:
        people.set_role(session, CLERK, "administrator", by=ADMIN, at=AT)
        people.disable(session, ADMIN, by=CLERK, at=AT)
        assert people.first_administrator(session) == CLERK


def test_whoever_hosts_every_fund_keeps_the_books_where_nobody_is_named(engine):
    with reading(sight.from_partner(engine, None)) as session:
        assert sight.sight_of(session) is None
        assert sight.keeps_the_books(session, "council")
        assert not sight.keeps_the_books(session, "pct")


def test_every_action_is_held_by_some_role_and_every_role_may_read_reports():
    assert set(MAY) == set(Action)
    assert all(MAY[action] for action in Action)
    assert MAY[Action.READ_REPORTS] == frozenset(Role)


@pytest.mark.parametrize(
    ("username", "action", "code"),
    [
        (CLERK, Action.POST_JOURNAL, "not_permitted"),
        (AUDITOR, Action.ENTER_JOURNAL, "not_permitted"),
        (APPROVER, Action.MANAGE_PEOPLE, "not_permitted"),
        ("nobody", Action.READ_REPORTS, "person_unknown"),
    ],
)
def test_whoever_lacks_the_role_is_refused(engine, username, action, code):
    with reading(engine) as session, pytest.raises(Refused) as refused:
        roles.check(session, username, action)

    assert refused.value.codes == (code,)


def test_a_disabled_person_may_do_nothing(engine: Engine):
    with transaction(engine) as session:
        session.get_one(PersonRow, CLERK).active = False

    with reading(engine) as session, pytest.raises(Refused, match="disabled"):
        roles.check(session, CLERK, Action.READ_REPORTS)
