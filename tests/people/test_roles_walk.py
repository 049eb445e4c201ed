"""Every service, asked by a person of every role, acts for those who hold its action only."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FunctionType

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.support.trusts import AT, CLERK, YEAR, found_small_trust, journal
from trust_commissioning import applying, backing_up, budgeting, closing, people, posting
from trust_commissioning.clock import as_text
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.files.columns import Profile
from trust_commissioning.importing.journals_file import load_journals
from trust_commissioning.importing.loading import SpendOptions, load_spend
from trust_commissioning.importing.profiles import save_profile
from trust_commissioning.roles import MAY, Action, Role
from trust_commissioning.store import engine_for, journals, migrate, transaction
from trust_commissioning.store.tables import PersonRow

PASSWORD = "vadok benuz horap"
SPEND = b"Date,Supplier,Reference,Amount\n30/04/2003,Oakfield,T-1,10.00\n"
JOURNALS = (
    b"reference,fund,date,narration,account,amount\n"
    b"R1,general,30/04/2003,one,Expenses:Unallocated,10.00\n"
    b"R1,general,30/04/2003,one,Assets:HostCash,-10.00\n"
)
BUDGET = b"fund,account,service,amount\ngeneral,Expenses:ThirdParty:FosterCare,fostering,100.00\n"
PAID = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"


@dataclass(frozen=True)
class Service:
    """One service that acts: what it takes to ask it, and the action that lets one."""

    action: Action
    ask: Callable[[Session, str], object]
    before: Callable[[Session, str], object] = lambda _session, _by: None


def submitted(session: Session, _by: str) -> None:
    """A journal of another person's waits."""
    posting.submit(session, journal(PAID), by=CLERK, at=AT)


def waiting(session: Session) -> int:
    """The id of the journal that waits."""
    (one,) = journals.waiting(session)
    return one.id


def own_draft(session: Session, by: str) -> None:
    _as_officer(session, by, lambda: posting.save_draft(session, journal(PAID), by=by, at=AT))


def own_submitted(session: Session, by: str) -> None:
    _as_officer(session, by, lambda: posting.submit(session, journal(PAID), by=by, at=AT))


def _as_officer(session: Session, by: str, work: Callable[[], object]) -> None:
    """What somebody entered before they were given the role they have now."""
    row = session.get_one(PersonRow, by)
    role, row.role = row.role, Role.FINANCE_OFFICER.value
    session.flush()
    work()
    row.role = role
    session.flush()


def posted(session: Session, _by: str) -> None:
    posting.post(session, journal(PAID), by=CLERK, at=AT)


def with_budget(session: Session, _by: str) -> None:
    row = BudgetRow(account="Expenses:ThirdParty:FosterCare", amount=Money(10000))
    budgeting.set_budget(session, "general", YEAR, [row], by="x.admin", at=AT)


LINES = (
    (BudgetLine("Expenses:ThirdParty:FosterCare", ""), Money(-1000)),
    (BudgetLine("Expenses:ThirdParty:Health", ""), Money(1000)),
)
SERVICES: dict[str, Service] = {
    "posting.post": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.post(s, journal(PAID), by=by, at=AT)
    ),
    "posting.save_draft": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.save_draft(s, journal(PAID), by=by, at=AT)
    ),
    "posting.submit": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.submit(s, journal(PAID), by=by, at=AT)
    ),
    "posting.withdraw": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.withdraw(s, waiting(s), by=by, at=AT), own_draft
    ),
    "posting.send_back": Service(
        Action.POST_JOURNAL,
        lambda s, by: posting.send_back(s, waiting(s), by=by, at=AT, reason="the wrong day"),
        submitted,
    ),
    "posting.send_back of one's own": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: posting.send_back(s, waiting(s), by=by, at=AT, reason="the wrong day"),
        own_submitted,
    ),
    "posting.post_submitted": Service(
        Action.POST_JOURNAL,
        lambda s, by: posting.post_submitted(s, waiting(s), by=by, at=AT),
        submitted,
    ),
    "posting.reverse": Service(
        Action.REVERSE_JOURNAL,
        lambda s, by: posting.reverse(s, "2003-04/000001", reason="twice", by=by, at=AT),
        posted,
    ),
    "closing.close": Service(
        Action.CLOSE_PERIOD,
        lambda s, by: closing.close(s, Period.parse("2003-04 P01"), by=by, at=AT),
    ),
    "budgeting.set_budget": Service(
        Action.CHANGE_REGISTER,
        lambda s, by: budgeting.set_budget(
            s,
            "general",
            YEAR,
            [BudgetRow(account="Expenses:ThirdParty:Health", amount=Money(100))],
            by=by,
            at=AT,
        ),
    ),
    "budgeting.load_budget": Service(
        Action.IMPORT_FILE,
        lambda s, by: budgeting.load_budget(s, BUDGET, "budget.csv", by=by, at=AT),
    ),
    "budgeting.vire": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: budgeting.vire(
            s,
            "general",
            LINES,
            day=AT.date(),
            reference="V1",
            reason="more children in care",
            by=by,
            at=AT,
        ),
        with_budget,
    ),
    "importing.load_spend": Service(
        Action.IMPORT_FILE,
        lambda s, by: load_spend(
            s, SPEND, name="april.csv", options=SpendOptions(fund="general"), by=by, at=AT
        ),
    ),
    "importing.load_journals": Service(
        Action.IMPORT_FILE,
        lambda s, by: load_journals(s, JOURNALS, name="journals.csv", by=by, at=AT),
    ),
    "importing.save_profile": Service(
        Action.IMPORT_FILE,
        lambda s, by: save_profile(s, Profile(name="ours"), by=by, at=AT),
    ),
    "applying.apply": Service(
        Action.CHANGE_REGISTER,
        lambda s, by: applying.apply(
            s, applying.read("partners: [{code: yot, name: Youth offending team}]"), by=by, at=AT
        ),
    ),
    "applying.apply of people": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: applying.apply(
            s,
            applying.read("people: [{username: j.okafor, name: Jo Okafor, role: auditor}]"),
            by=by,
            at=AT,
        ),
    ),
    "people.add": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.add(
            s, "j.okafor", name="Jo Okafor", role=Role.ADMINISTRATOR, by=by, at=AT
        ),
    ),
    "people.change": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.change(s, CLERK, name="Hana Other", by=by, at=AT),
    ),
    "people.set_role": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_role(s, CLERK, Role.AUDITOR, by=by, at=AT),
    ),
    "people.set_role of oneself": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_role(s, by, Role.ADMINISTRATOR, by=by, at=AT),
    ),
    "people.disable": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people.disable(s, CLERK, by=by, at=AT)
    ),
    "people.enable": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people.enable(s, CLERK, by=by, at=AT)
    ),
    "people.set_password": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_password(s, CLERK, PASSWORD, by=by, at=AT),
    ),
    "people.set_password of oneself": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_password(s, by, PASSWORD, by=by, at=AT),
    ),
}


def asker(role: Role) -> str:
    return f"one.{role.value}".replace("_", "-")


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
        "posting.post_many",
    }
    modules = {
        "posting": posting,
        "closing": closing,
        "budgeting": budgeting,
        "applying": applying,
        "people": people,
    }
    taking = {
        f"{name}.{one.__name__}"
        for name, module in modules.items()
        for one in vars(module).values()
        if isinstance(one, FunctionType)
        and one.__module__.startswith(module.__name__)
        and not one.__name__.startswith("_")
        and "by" in one.__annotations__
    }

    walked = {name.split(" ")[0] for name in SERVICES}
    assert taking - not_walked <= walked, json.dumps(sorted(taking - walked))
