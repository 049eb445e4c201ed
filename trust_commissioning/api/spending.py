"""A council's spending extract, loaded or only looked at."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import JSONResponse
from sqlmodel import Session
from starlette.responses import Response

from ledger.money import Money
from ledger.problems import Problem, Refused
from trust_commissioning import clock
from trust_commissioning.api.asking import IdempotencyKey, Person, Record, check
from trust_commissioning.api.once import Answer, write
from trust_commissioning.importing.loading import answer, load_spend, preview_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.roles import Action
from trust_commissioning.store import reading

routes = APIRouter(prefix="/imports", tags=["imports"])


@routes.post("/spend", status_code=201)
def spend(
    record: Record,
    person: Person,
    file: Annotated[UploadFile, File(description="CSV or XLSX, as the council published it.")],
    fund: Annotated[str, Form(description="Takes the lines no rule sends elsewhere.")],
    otherwise_fund: Annotated[str, Form(description="Takes what theirs may not pay for.")] = "",
    profile: Annotated[str, Form()] = "",
    where: Annotated[list[str] | None, Form(description="COLUMN=VALUE, repeated.")] = None,
    control_total: Annotated[str, Form(description="Held against the selected rows.")] = "",
    unmatched: Annotated[str, Form(description="“refuse” refuses lines no rule codes.")] = "",
    round_pence: Annotated[bool, Form()] = False,
    continues: Annotated[str, Form(description="The batch this file continues.")] = "",
    separate: Annotated[bool, Form()] = False,
    preview: Annotated[bool, Query(description="Only say what would be posted.")] = False,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Load a file whole or not at all. The same file again posts nothing and says so."""
    options = SpendOptions(
        fund=fund,
        otherwise_fund=otherwise_fund or None,
        profile=profile or None,
        where=tuple(_pair(text) for text in where or ()),
        control_total=_control_total(control_total),
        refuse_unmatched=_unmatched(unmatched),
        round_pence=round_pence,
        continues=continues or None,
        separate=separate,
    )
    data, name = file.file.read(), file.filename or "upload"
    if preview:
        with reading(record) as session:
            check(session, person, Action.IMPORT_FILE)
            plan = preview_spend(session, data, name=name, options=options)
            shown = answer(plan, batch=None, numbers=[], dry_run=True)
        return JSONResponse(shown.as_json())
    at = clock.now()

    def work(session: Session) -> Answer:
        loaded = load_spend(session, data, name=name, options=options, by=person.username, at=at)
        assert loaded.batch is not None
        its_journals = {"Link": f'</api/v1/journals?batch={loaded.batch}>; rel="related"'}
        return Answer(201 if loaded.journals else 200, loaded.as_json(), its_journals)

    asked = [hashlib.sha256(data).hexdigest(), name, repr(options)]
    return write(record, by=person.username, at=at, key=idempotency_key, request=asked, work=work)


def _pair(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not sign:
        raise Refused([Problem("selection_unreadable", f"“{text}” is not COLUMN=VALUE.", "where")])
    return column, value


def _control_total(text: str) -> Money | None:
    try:
        return Money.parse(text) if text else None
    except ValueError as error:
        raise Refused([Problem("control_total_unreadable", str(error), "control_total")]) from error


def _unmatched(text: str) -> bool:
    if text not in ("", "allow", "refuse"):
        raise Refused(
            [Problem("unmatched_unknown", f"“{text}” is neither allow nor refuse.", "unmatched")]
        )
    return text == "refuse"
