"""The hash chain over posted journals: evidence that nothing was changed afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from ledger.journal import Journal, PostedJournal
from ledger.periods import Period

GENESIS = "0" * 64
"""The hash before the first journal."""


def text_seal(salt: str, payee: str, narration: str) -> str:
    """The salted sha256 of a journal's free text.

    The chain holds this and not the text, so that a child's name found after posting can be
    taken out of the text without breaking the chain.
    """
    return _sha256(["text-1", salt, payee, narration])


def journal_hash(posted: PostedJournal) -> str:
    """The sha256 of a posted journal together with the hash of the one before it.

    What is hashed is a JSON list of every column a reader sees, in the order below: codes, never
    row numbers, amounts in whole pence, the free text as its seal. Anyone can compute it from the
    published books.
    """
    journal = posted.journal
    return _sha256(
        [
            "journal-1",
            posted.previous_hash,
            posted.sequence,
            posted.number,
            journal.book.value,
            journal.fund,
            str(journal.period),
            journal.day.isoformat(),
            journal.document_day.isoformat() if journal.document_day else "",
            posted.authored_by.value,
            posted.author,
            posted.posted_by,
            posted.posted_at.astimezone(UTC).isoformat(timespec="seconds"),
            journal.source,
            journal.source_ref,
            journal.reverses or "",
            posted.text_seal,
            _postings(journal),
        ]
    )


def contents_hash(journal: Journal) -> str:
    """The sha256 of what was asked for: tells a repeated request from a different one."""
    return _sha256(
        [
            "contents-1",
            journal.book.value,
            journal.fund,
            str(journal.period),
            journal.day.isoformat(),
            journal.document_day.isoformat() if journal.document_day else "",
            journal.narration,
            journal.payee,
            journal.reverses or "",
            _postings(journal),
        ]
    )


def period_seal(period: Period, hashes: Iterable[str]) -> str:
    """The sha256 of the hashes of a period's posted journals, in the order of the chain.

    Each hash takes in all that came before it, so one figure on paper holds the record to what
    it was.
    """
    sealing = hashlib.sha256(f'["period-1","{period}"'.encode("ascii"))
    for one in hashes:
        sealing.update(f',"{one}"'.encode("ascii"))
    sealing.update(b"]")
    return sealing.hexdigest()


def _postings(journal: Journal) -> list[list[object]]:
    """The lines, each with its call-off only where it has one: older lines stay what they were."""
    return [
        [
            posting.account,
            posting.amount.pence,
            posting.outcome.value if posting.outcome else "",
            posting.service or "",
            posting.partner or "",
            posting.contract or "",
            *([posting.call_off] if posting.call_off else []),
        ]
        for posting in journal.postings
    ]


def _sha256(fields: list[object]) -> str:
    return hashlib.sha256(_AS_JSON(fields).encode("ascii")).hexdigest()


_AS_JSON = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
