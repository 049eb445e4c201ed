"""Sign-ins: what a password gets, for how long, and how it is taken back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from ledger.problems import Refused
from tests.support.trusts import CLERK, database_url, engine
from trust_commissioning import people, sign_ins
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import SignInAttemptRow, SignInRow

__all__ = ["database_url", "engine"]

AT = datetime(2003, 5, 1, 9, 30, tzinfo=UTC)
PASSWORD = "vadok benuz horap"
HERE = "192.0.2.1"


def minutes(count: float) -> datetime:
    return AT + timedelta(minutes=count)


@pytest.fixture
def clerk(engine: Engine) -> Engine:
    with transaction(engine) as session:
        people.set_password(session, CLERK, PASSWORD, by="x.admin", at=AT)
    return engine


def try_once(
    engine: Engine,
    password: str = PASSWORD,
    *,
    username: str = CLERK,
    address: str = HERE,
    at: datetime = AT,
) -> Any:
    """The token, or None."""
    with transaction(engine) as session:
        tried = sign_ins.attempt(session, username, address=address, at=at)
    if not tried.is_right(password):
        return None
    with transaction(engine) as session:
        return sign_ins.succeed(session, tried, at=at)


def fail(engine: Engine, count: int, *, username: str = CLERK, address: str = HERE) -> None:
    """So many failures, without the slow hashing."""
    for _ in range(count):
        with transaction(engine) as session:
            sign_ins.attempt(session, username, address=address, at=AT)


def find(engine: Engine, token: str, at: datetime) -> Any:
    with reading(engine) as session:
        return sign_ins.find(session, token, at=at)


def only_row(engine: Engine, table: Any) -> Any:
    with reading(engine) as session:
        return session.execute(select(table)).scalar_one().model_dump()


def test_the_right_password_gives_a_token_that_says_who_it_is(clerk):
    token = try_once(clerk)

    found = find(clerk, token, minutes(1))

    assert (found.username, found.name, found.role) == (CLERK, "Hana Clerk", "finance_officer")


def test_the_database_keeps_the_tokens_hash_and_never_the_token(clerk):
    token = try_once(clerk)

    row = only_row(clerk, SignInRow)

    assert token not in str(row)
    assert len(row["token_hash"]) == 64


@pytest.mark.parametrize("password", ["", "vadok benuz", PASSWORD.upper(), "x" * 5000])
def test_a_wrong_password_gives_nothing(clerk, password):
    assert try_once(clerk, password) is None


def test_a_person_without_a_password_cannot_sign_in_by_leaving_it_empty(engine):
    assert try_once(engine, "") is None


def test_a_disabled_person_cannot_sign_in(clerk):
    with transaction(clerk) as session:
        people.disable(session, CLERK, by="x.admin", at=AT)

    assert try_once(clerk) is None


def test_a_sign_in_ends_30_minutes_after_the_last_thing_done(clerk):
    token = try_once(clerk)

    assert find(clerk, token, minutes(29)) is not None
    assert find(clerk, token, minutes(30)) is None


def test_doing_something_puts_the_end_off(clerk):
    token = try_once(clerk)
    with transaction(clerk) as session:
        sign_ins.seen(session, find(clerk, token, minutes(1)).sid, at=minutes(29))

    assert find(clerk, token, minutes(58)) is not None
    assert find(clerk, token, minutes(59)) is None


def test_a_sign_in_ends_after_10_hours_whatever_is_done(clerk):
    token = try_once(clerk)
    sid = find(clerk, token, minutes(1)).sid
    for at in range(20, 600, 20):
        with transaction(clerk) as session:
            sign_ins.seen(session, sid, at=minutes(at))

    assert find(clerk, token, minutes(599)) is not None
    assert find(clerk, token, minutes(600)) is None


def test_signing_out_ends_this_sign_in_and_leaves_the_others(clerk):
    one, other = try_once(clerk), try_once(clerk)
    with transaction(clerk) as session:
        sign_ins.end(session, find(clerk, one, AT).sid, at=minutes(1))

    assert find(clerk, one, minutes(1)) is None
    assert find(clerk, other, minutes(1)) is not None


def test_signing_out_everywhere_ends_them_all(clerk):
    tokens = [try_once(clerk), try_once(clerk)]
    with transaction(clerk) as session:
        assert sign_ins.end_all(session, CLERK, at=minutes(1)) == 2

    assert [find(clerk, token, minutes(1)) for token in tokens] == [None, None]


@pytest.mark.parametrize("act", ["disable", "set_password"])
def test_a_sign_in_ends_at_once_when_the_account_is_disabled_or_its_password_changed(clerk, act):
    token = try_once(clerk)
    with transaction(clerk) as session:
        if act == "disable":
            people.disable(session, CLERK, by="x.admin", at=AT)
        else:
            people.set_password(session, CLERK, "other unheard words", by="x.admin", at=AT)

    assert find(clerk, token, minutes(1)) is None


def test_a_role_taken_away_is_gone_from_the_next_request(clerk):
    token = try_once(clerk)
    with transaction(clerk) as session:
        people.set_role(session, CLERK, "auditor", by="x.admin", at=AT)

    assert find(clerk, token, minutes(1)).role == "auditor"


def test_the_sixth_try_of_a_name_within_15_minutes_is_refused_even_if_it_is_right(clerk):
    fail(clerk, 5)

    with pytest.raises(Refused, match="wait 15 minutes"):
        try_once(clerk)
    assert try_once(clerk, at=minutes(15)) is not None


def test_a_success_forgives_the_failures_before_it(clerk):
    fail(clerk, 4)
    assert try_once(clerk) is not None
    fail(clerk, 4)

    assert try_once(clerk) is not None


def test_the_21st_try_of_an_address_is_refused_whatever_the_name(clerk):
    for number in range(20):
        fail(clerk, 1, username=f"nobody{number}")

    with pytest.raises(Refused, match="too many"):
        try_once(clerk)
    assert try_once(clerk, address="192.0.2.2") is not None


def test_an_unknown_name_is_slowed_like_a_known_one(engine):
    fail(engine, 5, username="nobody")

    with pytest.raises(Refused, match="too many"):
        fail(engine, 1, username="nobody", address="192.0.2.9")


def test_a_password_typed_into_the_name_box_is_not_kept(engine):
    fail(engine, 1, username="my secret words")

    assert "secret" not in str(only_row(engine, SignInAttemptRow))


def test_a_try_counts_as_failed_before_its_password_is_looked_at(engine):
    fail(engine, 1)

    assert not only_row(engine, SignInAttemptRow)["succeeded"]


def test_a_password_changed_during_the_hashing_gives_no_sign_in(clerk):
    with transaction(clerk) as session:
        tried = sign_ins.attempt(session, CLERK, address=HERE, at=AT)
    assert tried.is_right(PASSWORD)
    with transaction(clerk) as session:
        people.set_password(session, CLERK, "other unheard words", by="x.admin", at=AT)

    with transaction(clerk) as session:
        assert sign_ins.succeed(session, tried, at=AT) is None
