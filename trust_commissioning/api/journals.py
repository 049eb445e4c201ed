"""Journals: looked for, read, submitted by one person, posted by another."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from sqlmodel import Session

from ledger.journal import Book
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from ledger.periods import FinancialYear
from ledger.problems import Problem, Refused
from trust_commissioning import clock, posting
from trust_commissioning.api.asking import IdempotencyKey, Person, Record, check
from trust_commissioning.api.once import Answer, write
from trust_commissioning.api.problems import Absent
from trust_commissioning.files.identifiability import questions_in_journal
from trust_commissioning.roles import Action
from trust_commissioning.shapes import JournalIn, journal_json, line_json
from trust_commissioning.store import reading
from trust_commissioning.store.journals import (
    Search,
    StoredJournal,
    by_id,
    by_number,
    search,
    search_totals,
    waiting,
)

routes = APIRouter(prefix="/journals", tags=["journals"])

_ETAG = re.compile(r'(?:W/)?"(\d{1,9})"', re.ASCII)
_IfMatch = Annotated[str, Header(description="The ETag of the journal as you read it.")]
_Id = Annotated[int, Path(ge=1, lt=2**63)]
_Coding = Annotated[str, Query(description="A code, or “none” for what has none.")]


@routes.get("")
def find(
    record: Record,
    person: Person,
    words: str = "",
    book: Book | None = None,
    fund: str = "",
    year: str = "",
    from_period: Annotated[int, Query(ge=1, le=13)] = 1,
    to: Annotated[int, Query(ge=1, le=13)] = 13,
    account: str = "",
    service: _Coding = "",
    outcome: Annotated[str, Query(description=f"An outcome, or {NOT_ATTRIBUTED}.")] = "",
    partner: _Coding = "",
    contract: _Coding = "",
    call_off: _Coding = "",
    batch: Annotated[str, Query(description="The batch they came in, as B-00001.")] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    page_size: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, object]:
    """Posted journals, newest first. With a coding asked for, each amount is the part so coded."""
    wanted = Search(
        words=words,
        book=book,
        fund=fund,
        year=_year(year),
        from_period=from_period,
        to_period=to,
        account=account,
        service=service,
        outcome=_outcome(outcome),
        partner=partner,
        contract=contract,
        call_off=call_off,
        batch=batch,
    )
    with reading(record) as session:
        check(session, person, Action.READ_JOURNALS)
        count, total = search_totals(session, wanted)
        lines = search(session, wanted, limit=page_size, offset=(page - 1) * page_size)
    return {
        "journals": [line_json(line) for line in lines],
        "page": page,
        "page_size": page_size,
        "total_pages": max(1, -(-count // page_size)),
        "total_journals": count,
        "total_amount": total.plain,
    }


@routes.get("/waiting")
def not_posted(record: Record, person: Person) -> dict[str, object]:
    """Submitted journals that wait for another person, oldest first."""
    with reading(record) as session:
        check(session, person, Action.READ_JOURNALS)
        return {"journals": [journal_json(one) for one in waiting(session, status="submitted")]}


@routes.get("/{id}")
def one_by_id(id: _Id, record: Record, person: Person, response: Response) -> dict[str, object]:
    """A journal in any state by its id; its ETag is what `If-Match` wants."""
    with reading(record) as session:
        check(session, person, Action.READ_JOURNALS)
        found = by_id(session, id)
    # A draft is its author's own until it is submitted.
    if found is None or (found.status == "draft" and found.author != person.username):
        raise Absent(f"There is no journal with id {id}.")
    return _shown(found, response)


@routes.get("/{year}/{number}")
def one_by_number(
    year: str, number: str, record: Record, person: Person, response: Response
) -> dict[str, object]:
    """A posted journal by its number, such as 2003-04/000123."""
    with reading(record) as session:
        check(session, person, Action.READ_JOURNALS)
        found = by_number(session, f"{year}/{number}")
    if found is None:
        raise Absent(f"There is no journal {year}/{number}.")
    return _shown(found, response)


@routes.post("", status_code=201)
def submit(
    asked: JournalIn, record: Record, person: Person, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Hand a journal over for another person to post. Sent again, it is the same journal."""
    at = clock.now()

    def work(session: Session) -> Answer:
        id = posting.submit(session, asked.read(), by=person.username, at=at)
        found = by_id(session, id)
        assert found is not None
        headers = {"Location": f"/api/v1/journals/{id}", "ETag": _etag(found)}
        questions = [one.as_json() for one in questions_in_journal(found.journal)]
        return Answer(201, journal_json(found) | {"warnings": questions}, headers)

    return write(
        record,
        by=person.username,
        at=at,
        key=idempotency_key,
        request=["submit", asked.model_dump(mode="json")],
        work=work,
    )


@routes.post("/{id}/post")
def post(
    id: _Id,
    record: Record,
    person: Person,
    if_match: _IfMatch = "",
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Post a journal another person submitted. Posted again, it keeps its number."""
    version = _version(if_match)
    at = clock.now()

    def work(session: Session) -> Answer:
        number = posting.post_submitted(session, id, by=person.username, at=at, version=version)
        found = by_number(session, number)
        assert found is not None
        return Answer(200, journal_json(found), {"ETag": _etag(found)})

    return write(
        record,
        by=person.username,
        at=at,
        key=idempotency_key,
        request=["post", id, version],
        work=work,
    )


def _shown(found: StoredJournal, response: Response) -> dict[str, object]:
    response.headers["ETag"] = _etag(found)
    return journal_json(found)


def _etag(found: StoredJournal) -> str:
    return f'"{found.version}"'


def _version(if_match: str) -> int:
    read = _ETAG.fullmatch(if_match.strip())
    if read is None:
        raise Refused.because(
            "version_missing",
            "Read the journal first and send its ETag as If-Match, so that you post what you saw.",
            "If-Match",
        )
    return int(read[1])


def _year(text: str) -> FinancialYear | None:
    try:
        return FinancialYear.parse(text) if text else None
    except ValueError as error:
        raise Refused([Problem("year_unreadable", str(error), "year")]) from error


def _outcome(text: str) -> str:
    if text and text not in {*(outcome.value for outcome in Outcome), NOT_ATTRIBUTED}:
        raise Refused([Problem("outcome_unknown", f"There is no outcome “{text}”.", "outcome")])
    return text
