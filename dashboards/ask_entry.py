"""What the page of journal entry asks: what was typed and not saved, papers, saving all at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from dashboards import ask
from ledger.journal import Journal
from ledger.problems import Refused
from trust_commissioning import clock, entering, posting, roles
from trust_commissioning.entering import Typed
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import attachments, reading, transaction
from trust_commissioning.store.attachments import Attachment

_T = TypeVar("_T")
File = tuple[str, bytes]
"""A file's name with what is in it."""


def typed(viewer: SignedIn) -> tuple[Typed, ...]:
    """What a person typed and has not saved."""
    with reading(ask.engine()) as session:
        return entering.typed_by(session, viewer.username)


def keep_typed(viewer: SignedIn, token: str, contents: Mapping[str, object]) -> None:
    """Keep what is typed so far."""
    _act(
        lambda session, at: entering.keep(session, token, contents, by=viewer.username, at=at),
    )


def forget(viewer: SignedIn, token: str) -> None:
    """Let go what was typed and not saved."""
    _act(lambda session, _: entering.forget(session, token, by=viewer.username))


def send(
    viewer: SignedIn,
    draft: Journal,
    id: int | None,
    version: int | None,
    *,
    submit: bool,
    files: Sequence[File],
) -> int:
    """Save a journal as a draft, or hand it over, with its papers: all of it or nothing.

    Raises:
        Refused: with every problem.
    """

    def work(session: Session, at: datetime) -> int:
        act = posting.submit if submit else posting.save_draft
        kept = act(session, draft, by=viewer.username, at=at, id=id, version=version)
        for name, data in files:
            entering.attach(session, kept, name=name, data=data, by=viewer.username, at=at)
        entering.forget(session, draft.source_ref, by=viewer.username)
        return kept

    return _act(work)


def papers(journal_id: int) -> tuple[Attachment, ...]:
    """The files kept with a journal."""
    with reading(ask.engine()) as session:
        return attachments.of_journal(session, journal_id)


def contents(viewer: SignedIn, paper: Attachment) -> bytes:
    """What is in a file, for whoever may read journals.

    Raises:
        Refused: if they may not.
    """
    with reading(ask.engine()) as session:
        roles.check(session, viewer.username, roles.Action.READ_JOURNALS)
        if attachments.one(session, paper.journal_id, paper.turn) is None:
            raise Refused.because("attachment_unknown", "There is no such file.", "file")
        return attachments.contents(session, paper.journal_id, paper.turn)


def attach(viewer: SignedIn, journal_id: int, files: Sequence[File]) -> None:
    """Keep files with a journal, all of them or none."""

    def work(session: Session, at: datetime) -> None:
        for name, data in files:
            entering.attach(session, journal_id, name=name, data=data, by=viewer.username, at=at)

    _act(work)


def detach(viewer: SignedIn, paper: Attachment) -> None:
    """Take a file away from a journal that is not posted."""
    _act(
        lambda session, at: entering.detach(
            session, paper.journal_id, paper.turn, by=viewer.username, at=at
        )
    )


def _act(what: Callable[[Session, datetime], _T]) -> _T:
    with transaction(ask.engine()) as session:
        return what(session, clock.now())
