"""Who may do what: one table from each action to the roles that hold it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from sqlalchemy import select
from sqlmodel import Session

from contracts.lifecycle import Event, Lifecycle, State, after, allowed
from ledger.problems import Problem, Refused
from trust_commissioning.store import sight
from trust_commissioning.store.tables import PartnerRow, PersonRow, table_of


class Role(StrEnum):
    """What a person is to the trust. A person holds one."""

    FINANCE_OFFICER = "finance_officer"
    APPROVER = "approver"
    POOL_MANAGER = "pool_manager"
    COMMISSIONER = "commissioner"
    BOARD_MEMBER = "board_member"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Finance officer``: what a screen shows."""
        return self.value.replace("_", " ").capitalize()


class Action(StrEnum):
    """What a person asks to do, in the words of a refusal: "may not …"."""

    READ_REPORTS = "read_reports"
    READ_JOURNALS = "read_journals"
    READ_BOOKS = "read_books"
    ENTER_JOURNAL = "enter_journal"
    POST_JOURNAL = "post_journal"
    REVERSE_JOURNAL = "reverse_journal"
    IMPORT_FILE = "import_file"
    PUBLISH_BOOKS = "publish_books"
    CLOSE_PERIOD = "close_period"
    REOPEN_PERIOD = "reopen_period"
    CLOSE_YEAR = "close_year"
    CHANGE_REGISTER = "change_register"
    KEEP_POOL = "keep_pool"
    KEEP_GRANTS = "keep_grants"
    FORECAST = "forecast"
    KEEP_REGISTER = "keep_register"
    PROCURE = "procure"
    AWARD = "award"
    DECLARE_INTEREST = "declare_interest"
    CHECK_UPLIFT = "check_uplift"
    CALL_OFF = "call_off"
    OVERRIDE_LIMIT = "override_limit"
    APPROVE_INVOICE = "approve_invoice"
    KEEP_TARGETS = "keep_targets"
    MONITOR = "monitor"
    ISSUE_REPORT = "issue_report"
    READ_AUDIT_TRAIL = "read_audit_trail"
    MANAGE_PEOPLE = "manage_people"
    RESTORE_RECORD = "restore_record"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``read the published books``: completes "may not …"."""
        return _TITLES[self]


_TITLES = {
    Action.READ_REPORTS: "read reports",
    Action.READ_JOURNALS: "read journals",
    Action.READ_BOOKS: "read the published books",
    Action.ENTER_JOURNAL: "enter a journal",
    Action.POST_JOURNAL: "post a journal",
    Action.REVERSE_JOURNAL: "reverse a journal",
    Action.IMPORT_FILE: "import a file",
    Action.PUBLISH_BOOKS: "publish the books",
    Action.CLOSE_PERIOD: "close a period",
    Action.REOPEN_PERIOD: "ask for or agree to a period being opened again",
    Action.CLOSE_YEAR: "close a year",
    Action.CHANGE_REGISTER: "change the register",
    Action.KEEP_POOL: "keep agreements, contributions and their receipts",
    Action.KEEP_GRANTS: "keep grants, their plans and claims",
    Action.FORECAST: "forecast what a year will come to",
    Action.KEEP_REGISTER: "keep needs, providers, services and contracts",
    Action.PROCURE: "run a procurement",
    Action.AWARD: "award a contract or let one go without competition",
    Action.DECLARE_INTEREST: "declare an interest in a procurement",
    Action.CHECK_UPLIFT: "check or apply an uplift",
    Action.CALL_OFF: "raise, vary or end a call-off",
    Action.OVERRIDE_LIMIT: "call off more than is available",
    Action.APPROVE_INVOICE: "approve an invoice",
    Action.KEEP_TARGETS: "keep indicators and outcome targets",
    Action.MONITOR: "monitor and review providers and contracts",
    Action.ISSUE_REPORT: "issue a report",
    Action.READ_AUDIT_TRAIL: "read the audit trail",
    Action.MANAGE_PEOPLE: "manage people",
    Action.RESTORE_RECORD: "put a backup in place of the record",
}

_EVERYBODY = frozenset(Role)
_KEEPERS = frozenset({Role.FINANCE_OFFICER, Role.POOL_MANAGER, Role.ADMINISTRATOR})

# That the poster is not the author is the ledger's own rule, and the database's; roles only say
# who may be either.
MAY: dict[Action, frozenset[Role]] = {
    Action.READ_REPORTS: _EVERYBODY,
    Action.READ_JOURNALS: _EVERYBODY,
    Action.READ_BOOKS: _KEEPERS | {Role.APPROVER, Role.AUDITOR},
    Action.ENTER_JOURNAL: _KEEPERS | {Role.APPROVER},
    Action.POST_JOURNAL: frozenset({Role.APPROVER, Role.POOL_MANAGER, Role.ADMINISTRATOR}),
    Action.REVERSE_JOURNAL: _KEEPERS | {Role.APPROVER},
    Action.IMPORT_FILE: _KEEPERS,
    Action.PUBLISH_BOOKS: _KEEPERS,
    Action.CLOSE_PERIOD: _KEEPERS,
    Action.REOPEN_PERIOD: _KEEPERS | {Role.APPROVER},
    Action.CLOSE_YEAR: frozenset({Role.POOL_MANAGER, Role.ADMINISTRATOR}),
    Action.CHANGE_REGISTER: _KEEPERS,
    Action.KEEP_POOL: _KEEPERS,
    Action.KEEP_GRANTS: _KEEPERS,
    Action.FORECAST: _KEEPERS | {Role.COMMISSIONER},
    Action.KEEP_REGISTER: _KEEPERS | {Role.COMMISSIONER},
    Action.PROCURE: _KEEPERS | {Role.COMMISSIONER},
    Action.AWARD: frozenset({Role.APPROVER, Role.POOL_MANAGER, Role.ADMINISTRATOR}),
    Action.DECLARE_INTEREST: _KEEPERS | {Role.COMMISSIONER, Role.APPROVER},
    Action.CHECK_UPLIFT: _KEEPERS | {Role.APPROVER, Role.COMMISSIONER},
    Action.CALL_OFF: _KEEPERS | {Role.COMMISSIONER},
    Action.OVERRIDE_LIMIT: frozenset({Role.POOL_MANAGER, Role.ADMINISTRATOR}),
    Action.APPROVE_INVOICE: _KEEPERS | {Role.APPROVER, Role.COMMISSIONER},
    Action.KEEP_TARGETS: _KEEPERS | {Role.COMMISSIONER},
    Action.MONITOR: _KEEPERS | {Role.COMMISSIONER},
    Action.ISSUE_REPORT: frozenset({Role.POOL_MANAGER, Role.ADMINISTRATOR}),
    Action.READ_AUDIT_TRAIL: frozenset({Role.AUDITOR, Role.POOL_MANAGER, Role.ADMINISTRATOR}),
    Action.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.RESTORE_RECORD: frozenset({Role.ADMINISTRATOR}),
}


OF_ONES_OWN_FUNDS = frozenset(
    {
        Action.READ_REPORTS,
        Action.READ_JOURNALS,
        Action.READ_AUDIT_TRAIL,
        Action.FORECAST,
        Action.DECLARE_INTEREST,
        Action.CHECK_UPLIFT,
        Action.CALL_OFF,
        Action.APPROVE_INVOICE,
        Action.MONITOR,
    }
)
"""What a role lets the people of any partner do, each in the funds their partner is party to. All
else changes the whole trust's record, and is for the people of no partner and of the partner that
keeps the books."""
_OF_THE_WHOLE_TRUST = frozenset({"contract", "procurement"})
"""Things whose moves are for those who keep the books, by the names of their lifecycles."""


class Holder(Protocol):
    """Somebody with a role, who may be held to the funds of a partner."""

    @property
    def role(self) -> Role: ...

    @property
    def of_a_partner(self) -> bool: ...


def may(who: Holder | Role | str, action: Action) -> bool:
    """Whether a person holds an action, or a role where the books are kept; an unknown role holds
    none."""
    if isinstance(who, str):
        return who in {held.value for held in MAY[action]}
    return may(who.role, action) and (action in OF_ONES_OWN_FUNDS or not who.of_a_partner)


def check(session: Session, username: str, action: Action) -> None:
    """Hold a person to their role as the database has it now.

    Raises:
        Refused: ``person_unknown``, ``person_not_active`` or ``not_permitted``.
    """
    person = check_role(session, username, action)
    if action not in OF_ONES_OWN_FUNDS:
        _check_keeper(session, person, action.title)


def check_role(session: Session, username: str, action: Action) -> PersonRow:
    """Hold a person to their role alone, whatever partner they work for.

    Raises:
        Refused: as `check`.
    """
    person = _acting(session, username)
    if not may(person.role, action):
        raise _not_permitted(person, action.title)
    return person


def move(
    session: Session,
    username: str,
    table: Lifecycle[State, Event],
    state: State | str | None,
    event: Event,
    *,
    what: str = "",
    where: str = "",
) -> State:
    """The state a thing comes to by what a person does to it; `state` is None of a new thing.

    `what` names the thing in a refusal ("Call-off C-0007/02"), `where` its field.

    Raises:
        Refused: ``move_not_permitted``, or as `check`.
    """
    person = _acting(session, username)
    to = after(table, state, event, what=what, where=where)
    if isinstance(to, Problem):
        raise Refused([to])
    if event not in allowed(table, state, person.role):
        raise _not_permitted(person, f"{event.words} {_article(table.title)}")
    if table.name in _OF_THE_WHOLE_TRUST:
        _check_keeper(session, person, f"{event.words} {_article(table.title)}")
    return to


def check_whole_trust(session: Session, username: str, words: str, *, partner: str = "") -> None:
    """Hold a person to those who keep the books, of an action that a partner's people hold in their
    own funds alone; or to `partner`'s own people, where that is whose it is.

    Raises:
        Refused: ``person_unknown``, ``person_not_active`` or ``not_permitted``.
    """
    person = _acting(session, username)
    if not partner or person.partner != partner:
        _check_keeper(session, person, words)


def _check_keeper(session: Session, person: PersonRow, words: str) -> None:
    if person.partner is None or sight.keeps_the_books(session, person.partner):
        return
    partner = session.get_one(PartnerRow, person.partner)
    raise Refused.because(
        "not_permitted",
        f"{person.name} works for {partner.name}, which does not keep these books, and may not "
        f"{words}.",
        "by",
    )


def _acting(session: Session, username: str) -> PersonRow:
    person = session.get(PersonRow, username)
    if person is None:
        raise Refused.because("person_unknown", f"There is no person “{username}”.", "by")
    if not person.active:
        raise Refused.because("person_not_active", f"{person.name}'s account is disabled.", "by")
    return person


def names_of(session: Session, username: str) -> frozenset[str]:
    """Every user name of a person: their accounts have one e-mail address. Where a rule asks for
    two people, two accounts of one person are not two."""
    table = table_of(PersonRow)
    held = session.execute(select(table.c.username, table.c.email).where(table.c.email != ""))
    addresses = {name: email.strip().casefold() for name, email in held}
    own = addresses.get(username)
    return frozenset({username, *(name for name, one in addresses.items() if own and one == own)})


def _not_permitted(person: PersonRow, words: str) -> Refused:
    return Refused.because(
        "not_permitted", f"{person.name} is {_article(person.role)} and may not {words}.", "by"
    )


def _article(role: str) -> str:
    words = role.replace("_", " ")
    return f"{'an' if words[:1] in 'aeiou' else 'a'} {words}"
