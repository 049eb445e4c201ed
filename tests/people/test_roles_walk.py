"""Every service, asked by a person of every role, acts for those who hold its action only."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FunctionType

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.problems import Refused
from tests.people.walked import SERVICES, asker
from tests.support.trusts import AT, found_small_trust, small_trust
from trust_commissioning import (
    applying,
    backing_up,
    budgeting,
    calling_off,
    closing,
    commissioning,
    entering,
    granting,
    invoicing,
    issuing,
    keeper,
    monitoring,
    people,
    people_listed,
    pooling,
    posting,
    procuring,
    providing,
    reconciling,
    saved_views,
    settling,
    targeting,
)
from trust_commissioning.clock import as_text
from trust_commissioning.roles import MAY, Action, Role
from trust_commissioning.store import engine_for, migrate, transaction
from trust_commissioning.store.tables import PersonRow

MODULES = (
    applying,
    budgeting,
    calling_off,
    closing,
    commissioning,
    entering,
    granting,
    invoicing,
    issuing,
    keeper,
    monitoring,
    people,
    people_listed,
    pooling,
    posting,
    procuring,
    providing,
    reconciling,
    saved_views,
    settling,
    targeting,
)


# Who may is asked above the database, so the second one is left to --long.
@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One small trust for the whole walk, since each step of it is taken back."""
    with small_trust(request, request.param, tmp_path_factory.mktemp("walk")) as made:
        yield made


class _TakenBack(Exception):
    """Ends a unit of work so that nothing of it is kept."""


@contextmanager
def tried(engine: Engine) -> Iterator[Session]:
    """The small trust with a person of each role; whatever is done is taken back."""
    try:
        with transaction(engine) as session:
            for role in Role:
                session.add(
                    PersonRow(
                        username=asker(role), name="One", role=role.value, created_at=as_text(AT)
                    )
                )
            session.flush()
            yield session
            raise _TakenBack
    except _TakenBack:
        pass


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_acts_for_the_roles_that_hold_its_action_and_refuses_the_others(engine, name):
    service, refused = SERVICES[name], {}
    for role in Role:
        with tried(engine) as session:
            by = asker(role)
            service.before(session, by)
            try:
                service.ask(session, by)
            except Refused as refusal:
                refused[role] = refusal.codes

    assert refused == dict.fromkeys(set(Role) - MAY[service.action], ("not_permitted",))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_refuses_somebody_unknown_and_somebody_whose_account_is_disabled(engine, name):
    service = SERVICES[name]
    with tried(engine) as session:
        service.before(session, asker(Role.ADMINISTRATOR))
        session.get_one(PersonRow, asker(Role.ADMINISTRATOR)).active = False
        session.flush()

        with pytest.raises(Refused) as disabled:
            service.ask(session, asker(Role.ADMINISTRATOR))

    assert disabled.value.codes == ("person_not_active",)


def test_a_change_that_is_refused_is_not_in_the_audit_trail_and_changed_nothing(engine):
    with transaction(engine) as session, pytest.raises(Refused, match="may not manage people"):
        people.set_role(session, "a.auditor", Role.ADMINISTRATOR, by="a.auditor", at=AT)

    with transaction(engine) as session:
        assert people.find(session, "a.auditor").role is Role.AUDITOR


@pytest.mark.parametrize("role", list(Role))
def test_a_backup_is_put_back_by_an_administrator_only(tmp_path, role):
    url = f"sqlite:///{tmp_path / 'trust.sqlite3'}"
    file = tmp_path / "trust.zip"
    file.write_bytes(_backup())
    backing_up.restore(url, file, keep=tmp_path / "kept", by="", at=AT)

    def restored() -> object:
        by = asker(role)
        return backing_up.restore(url, file, keep=tmp_path / "kept", by=by, at=AT).by

    if role in MAY[Action.RESTORE_RECORD]:
        assert restored() == asker(role)
    else:
        with pytest.raises(Refused, match="may not put a backup in place"):
            restored()
        assert not (tmp_path / "kept").exists()


@cache
def _backup() -> bytes:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'trust.sqlite3'}"
        migrate(url)
        with transaction(engine_for(url)) as session:
            found_small_trust(session)
            for role in Role:
                row = PersonRow(
                    username=asker(role), name="One", role=role.value, created_at=as_text(AT)
                )
                session.add(row)
        backing_up.back_up(engine_for(url), Path(folder) / "trust.zip", at=AT)
        engine_for(url).dispose()
        return (Path(folder) / "trust.zip").read_bytes()


def test_the_walk_names_every_service_that_takes_who_asks():
    """A service added later is walked too, or says here why not."""
    not_walked = {
        # They only do what the door before them was asked, which is walked.
        "posting.hold_to_available",
        "posting.post_many",
        "posting.carry_promises",
        "posting.promise_into",
        "posting.promise_under",
    }
    taking = {
        f"{module.__name__.rpartition('.')[2]}.{one.__name__}"
        for module in MODULES
        for one in vars(module).values()
        if isinstance(one, FunctionType)
        and one.__module__.startswith(module.__name__)
        and not one.__name__.startswith("_")
        and "by" in one.__annotations__
    }

    walked = {name.split(" ")[0] for name in SERVICES}
    assert taking - not_walked <= walked, json.dumps(sorted(taking - walked))
