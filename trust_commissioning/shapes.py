"""Journals as JSON, read exactly, for the command line as for the interface."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from ledger.problems import Problem, Refused
from trust_commissioning.fields import Printable
from trust_commissioning.store.journals import JournalLine, StoredJournal


def _amount(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError('an amount is text, such as "1250.00", because a number may be inexact')
    Money.parse(value)
    return value


def _period(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a period is text, such as 2003-04 P01")
    Period.parse(value)
    return value


def _day(value: object) -> date:
    """Nothing else: a number would be read as seconds since 1970."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError("a day is text, such as 2003-04-30")
    return date.fromisoformat(value)


_HALF = re.compile("[\ud800-\udfff]")
_Amount = Annotated[str, BeforeValidator(_amount), Field(examples=["1250.00"])]
_Day = Annotated[date, BeforeValidator(_day)]
_Period = Annotated[str, BeforeValidator(_period), Field(examples=["2003-04 P01"])]


class PostingIn(BaseModel):
    """One line: debits above nil, credits below."""

    model_config = ConfigDict(extra="forbid")
    account: Printable
    amount: _Amount
    outcome: Outcome | None = None
    service: Printable | None = None
    partner: Printable | None = None
    contract: Printable | None = None
    call_off: Printable | None = None

    def read(self) -> Posting:
        return Posting(
            self.account,
            Money.parse(self.amount),
            self.outcome,
            self.service,
            self.partner,
            self.contract,
            self.call_off,
        )


class JournalIn(BaseModel):
    """A keyed journal. `source` and `source_ref` name the request: sent again, it is the same."""

    model_config = ConfigDict(extra="forbid")
    book: Book = Book.ACTUAL
    fund: Printable
    period: _Period
    day: _Day
    narration: str
    postings: list[PostingIn]
    source: Printable
    source_ref: Printable
    payee: str = ""
    document_day: _Day | None = None

    def read(self) -> Journal:
        return Journal(
            book=self.book,
            fund=self.fund,
            period=Period.parse(self.period),
            day=self.day,
            narration=self.narration,
            postings=tuple(posting.read() for posting in self.postings),
            source=self.source,
            source_ref=self.source_ref,
            payee=self.payee,
            document_day=self.document_day,
        )


def read_journal(data: bytes, *, name: str) -> Journal:
    """The journal in a file, which is JSON in UTF-8, with or without a byte order mark.

    Raises:
        Refused: ``file_is_not_json``, ``json_key_repeated``, or each field that cannot be read.
    """
    held = json_object(data, name=name)
    try:
        return JournalIn.model_validate(held).read()
    except ValidationError as wrong:
        raise Refused([_field(error["loc"], error["msg"]) for error in wrong.errors()]) from wrong


def json_object(data: bytes, *, name: str) -> dict[str, object]:
    """What one JSON object in UTF-8 holds, with or without a byte order mark.

    Raises:
        Refused: ``file_is_not_json``, ``json_key_repeated`` or, of each text that is half a
            character, ``text_has_control_characters``.
    """
    try:
        held = json.loads(data.decode("utf-8-sig"), object_pairs_hook=each_once)
    except UnicodeDecodeError as wrong:
        why = "it is not text in UTF-8; save it as that"
        raise Refused([_not_json(name, why)]) from wrong
    except RecursionError as wrong:
        raise Refused([_not_json(name, "it is nested too deeply")]) from wrong
    except ValueError as wrong:
        raise Refused([_not_json(name, str(wrong))]) from wrong
    if not isinstance(held, dict):
        why = "it holds something else than one object, which is written in braces"
        raise Refused([_not_json(name, why)])
    if halves := list(half_characters(held)):
        raise Refused(halves)
    return held


def half_characters(held: object) -> Iterator[Problem]:
    """Each text with half a character in it, a lone surrogate: JSON can say it, nothing can keep it."""
    left: deque[tuple[object, str]] = deque([(held, "")])
    while left:
        one, where = left.popleft()
        if isinstance(one, dict):
            left.extend((key, where) for key in one)
            left.extend((said, f"{where}.{key}" if where else key) for key, said in one.items())
        elif isinstance(one, list):
            left.extend((said, f"{where}[{place}]") for place, said in enumerate(one))
        elif isinstance(one, str) and (found := sorted(set(_HALF.findall(one)))):
            halves = ", ".join(f"U+{ord(half):04X}" for half in found)
            yield Problem(
                "text_has_control_characters",
                f"The text holds characters that cannot be printed: {halves}.",
                where,
            )


def each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A key given twice would be two answers to one question, of which one is dropped unseen."""
    read: dict[str, object] = {}
    for key, value in pairs:
        if key in read:
            raise Refused.because("json_key_repeated", f"“{key}” is given twice.", key)
        read[key] = value
    return read


def _not_json(name: str, why: str) -> Problem:
    return Problem("file_is_not_json", f"{name} cannot be read: {why}.", "file")


def _field(place: tuple[int | str, ...], said: str) -> Problem:
    where = ".".join(str(part) for part in place)
    return Problem("journal_field_unreadable", f"{said.removeprefix('Value error, ')}.", where)


def journal_json(stored: StoredJournal) -> dict[str, object]:
    """A journal in any state as it is answered."""
    journal, posted = stored.journal, stored.posted
    return {
        "id": stored.id,
        "number": posted.number if posted else None,
        "status": stored.status,
        "version": stored.version,
        "book": journal.book.value,
        "fund": journal.fund,
        "period": str(journal.period),
        "day": journal.day.isoformat(),
        "document_day": journal.document_day.isoformat() if journal.document_day else None,
        "narration": journal.narration,
        "payee": journal.payee,
        "source": journal.source,
        "source_ref": journal.source_ref,
        "reverses": journal.reverses,
        "author": stored.author,
        "authored_by": stored.authored_by.value,
        "posted_by": posted.posted_by if posted else None,
        "posted_at": posted.posted_at.isoformat() if posted else None,
        "hash": posted.hash if posted else None,
        "postings": [
            {
                "account": posting.account,
                "amount": posting.amount.plain,
                "outcome": posting.outcome.value if posting.outcome else None,
                "service": posting.service,
                "partner": posting.partner,
                "contract": posting.contract,
                "call_off": posting.call_off,
            }
            for posting in journal.postings
        ],
    }


def line_json(line: JournalLine) -> dict[str, object]:
    """A journal as a list shows it."""
    return {
        "number": line.number,
        "day": line.day,
        "period": line.period,
        "book": line.book,
        "fund": line.fund,
        "payee": line.payee,
        "narration": line.narration,
        "amount": line.amount.plain,
    }
