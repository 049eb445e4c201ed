"""Services of the finance office: what is typed, files of journals, codings, bank statements."""

from sqlmodel import Session

from tests.people.walked.ledger import as_officer, own_draft, waiting
from tests.people.walked.service import Service
from tests.support.trusts import AT, CLERK, journal
from trust_commissioning import entering, posting, reconciling
from trust_commissioning.importing import remembering
from trust_commissioning.roles import Action
from trust_commissioning.store import bank
from trust_commissioning.store.bank import BankAccount
from trust_commissioning.store.journals import by_number

CASH = BankAccount("Assets:HostCash")
STATEMENT = b"Date,Description,Amount,Balance\n01/05/2003,A,9.00,9.00\n02/05/2003,B,-9.00,0.00\n"
PAID = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
NUMBER = "2003-04/000001"
RULE = remembering.rule_for(["Oakfield"], account="Expenses:ThirdParty:FosterCare")


def posted(session: Session, _by: str) -> None:
    posting.post(session, journal(PAID), by=CLERK, at=AT)


def _attach(session: Session, by: str) -> object:
    stored = by_number(session, NUMBER)
    assert stored is not None
    return entering.attach(session, stored.id, name="a.pdf", data=b"%PDF-1", by=by, at=AT)


def own_draft_with_a_file(session: Session, by: str) -> None:
    own_draft(session, by)
    _lend(session, by)


def _lend(session: Session, by: str) -> None:
    """The file is given while the person still is an officer."""
    as_officer(
        session,
        by,
        lambda: entering.attach(
            session, waiting(session), name="a.pdf", data=b"%PDF-1", by=by, at=AT
        ),
    )


def _detach(session: Session, by: str) -> None:
    entering.detach(session, waiting(session), 1, by=by, at=AT)


def taken_in(session: Session, _by: str) -> None:
    reconciling.load_statement(session, STATEMENT, name="a.csv", of=CASH, by=CLERK, at=AT)


def matched(session: Session, by: str) -> None:
    taken_in(session, by)
    _match(session, CLERK)


def _match(session: Session, by: str) -> object:
    lines = [one.key for one in bank.lines(session, CASH, loose=True)]
    return reconciling.match_by_hand(session, CASH, lines, [], by=by, at=AT)


def remembered(session: Session, _by: str) -> None:
    remembering.remember(session, RULE, by=CLERK, at=AT)


SERVICES = {
    "entering.keep": Service(
        Action.ENTER_JOURNAL, lambda s, by: entering.keep(s, "a", {"narration": "x"}, by=by, at=AT)
    ),
    "entering.forget": Service(Action.ENTER_JOURNAL, lambda s, by: entering.forget(s, "a", by=by)),
    "entering.attach": Service(Action.ENTER_JOURNAL, _attach, posted),
    "entering.detach": Service(Action.ENTER_JOURNAL, _detach, own_draft_with_a_file),
    "importing.remember": Service(
        Action.IMPORT_FILE, lambda s, by: remembering.remember(s, RULE, by=by, at=AT)
    ),
    "importing.take_back": Service(
        Action.IMPORT_FILE,
        lambda s, by: remembering.take_back(s, "remembered-1", by=by, at=AT),
        remembered,
    ),
    "reconciling.load_statement": Service(
        Action.IMPORT_FILE,
        lambda s, by: reconciling.load_statement(s, STATEMENT, name="a.csv", of=CASH, by=by, at=AT),
    ),
    "reconciling.match_certain": Service(
        Action.IMPORT_FILE, lambda s, by: reconciling.match_certain(s, CASH, by=by, at=AT), taken_in
    ),
    "reconciling.match_by_hand": Service(Action.IMPORT_FILE, _match, taken_in),
    "reconciling.take_apart": Service(
        Action.IMPORT_FILE,
        lambda s, by: reconciling.take_apart(s, CASH, 1, by=by, at=AT),
        matched,
    ),
}
