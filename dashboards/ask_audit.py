"""What the pages ask for those who check the record: its trail, its seals, the published books."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards import ask
from ledger.journal import PostedJournal
from trust_commissioning import settings
from trust_commissioning.publishing import Manifest, Place, place_of
from trust_commissioning.reports.seals import Seals, seals
from trust_commissioning.roles import Action, check
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import audit, reading
from trust_commissioning.store.audit import Event, Wanted


@dataclass(frozen=True, slots=True)
class Found:
    """One page of acts; `older` is the number of the last where there are more."""

    events: list[Event]
    older: int | None


def events(viewer: SignedIn, wanted: Wanted, below: int | None) -> Found:
    """A page of the trail, newest first."""
    with reading(ask.engine()) as session:
        check(session, viewer.username, Action.READ_AUDIT_TRAIL)
        found = audit.events(session, wanted, limit=ask.PAGE_LENGTH + 1, below=below)
    page = found[: ask.PAGE_LENGTH]
    return Found(page, page[-1].id if len(found) > ask.PAGE_LENGTH else None)


def all_events(viewer: SignedIn, wanted: Wanted) -> list[Event]:
    """Everything wanted, for a file; the newest where there are too many."""
    with reading(ask.engine()) as session:
        check(session, viewer.username, Action.READ_AUDIT_TRAIL)
        return audit.events(session, wanted, limit=ask.LONGEST_EXPORT)


def words_known(viewer: SignedIn) -> tuple[list[str], list[str]]:
    """Every kind of object there is in the trail, and every act."""
    with reading(ask.engine()) as session:
        check(session, viewer.username, Action.READ_AUDIT_TRAIL)
        return audit.words_known(session)


def of_journal(viewer: SignedIn, id: int) -> list[Event]:
    """What was done to one journal, from the first act on."""
    with reading(ask.engine()) as session:
        check(session, viewer.username, Action.READ_AUDIT_TRAIL)
        found = audit.events(session, Wanted(kind="journal", key=str(id)), limit=ask.LONGEST_EXPORT)
    return found[::-1]


def place(posted: PostedJournal) -> Place | None:
    """Where a journal stands in the published books; None where it is not there yet."""
    return place_of(settings.load().books_dir, posted)


def all_seals() -> tuple[Seals, Manifest | None]:
    """The seals there are, and which record the published books are of."""
    with reading(ask.engine()) as session:
        return seals(session), Manifest.read(settings.load().books_dir)
