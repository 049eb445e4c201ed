"""Contributions of a document posted as they fall due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sqlmodel import Session, col, select

from contracts.services import Service
from ledger.journal import Journal
from ledger.problems import Problem
from trust_commissioning import posting_rules
from trust_commissioning.applying.document import ContributionEntry, Document, InstalmentEntry
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.store.journals import StoredJournal, by_id
from trust_commissioning.store.standing import open_periods
from trust_commissioning.store.tables import JournalRow, PartnerRow

CONTRIBUTION = "contribution"
"""The source of a journal made from an instalment."""


def due(
    session: Session, document: Document, services: Mapping[str, Service], today: date
) -> Iterator[tuple[Journal, Problem | None]]:
    """The journals of instalments due by `today` and not posted yet, each with what stops it.

    An instalment already posted is left, unless the document now says another amount for it.
    """
    names = dict(session.exec(select(PartnerRow.code, PartnerRow.name)).all())
    names |= {entry.code: entry.name for entry in document.partners}
    open_now = set(open_periods(session))
    for place, entry in enumerate(document.contributions):
        for turn, instalment in enumerate(entry.instalments):
            if instalment.day > today:
                continue
            where = f"contributions[{place}].instalments[{turn}]"
            journal = _journal(entry, instalment, names[entry.partner], services)
            before = _posted_before(session, journal.source_ref)
            if before is None:
                shut = journal.period not in open_now
                yield journal, _not_open(journal, where) if shut else None
            elif before.journal.debits != journal.debits:
                yield journal, _otherwise(before, journal, where)


def _journal(
    entry: ContributionEntry,
    instalment: InstalmentEntry,
    partner: str,
    services: Mapping[str, Service],
) -> Journal:
    in_kind = entry.kind == "in_kind"
    words = "Contribution in kind for" if in_kind else "Instalment due"
    event = Event(
        fund=entry.fund,
        day=instalment.day,
        source=CONTRIBUTION,
        source_ref=f"{entry.key}/{instalment.day.isoformat()}",
        narration=f"{words} {instalment.day.day} {instalment.day:%B %Y}: {partner}",
        payee=partner,
    )
    if not in_kind:
        return posting_rules.contribution_due(event, entry.partner, instalment.amount)
    assert entry.account is not None, "checked with the document"
    service = services.get(entry.service or "")
    spend = Spend(
        account=entry.account,
        service=entry.service,
        weights=service.weights_on(instalment.day) if service is not None else (),
    )
    return posting_rules.contribution_in_kind(event, entry.partner, instalment.amount, spend)


def _posted_before(session: Session, source_ref: str) -> StoredJournal | None:
    entered = session.exec(
        select(JournalRow.id).where(
            col(JournalRow.source) == CONTRIBUTION, col(JournalRow.source_ref) == source_ref
        )
    ).first()
    return by_id(session, entered) if entered is not None else None


def _not_open(journal: Journal, where: str) -> Problem:
    return Problem(
        "period_not_open",
        f"The instalment of {journal.day:%d %B %Y} is due and {journal.period} is not open.",
        f"{where}.day",
    )


def _otherwise(before: StoredJournal, journal: Journal, where: str) -> Problem:
    number = before.posted.number if before.posted else f"id {before.id}"
    return Problem(
        "instalment_already_posted",
        f"The instalment of {journal.day:%d %B %Y} was posted as {number} for "
        f"{before.journal.debits}, and is now {journal.debits}; reverse {number} and give the new "
        "amount another day.",
        f"{where}.amount",
    )
