"""A write asked for twice under one Idempotency-Key is done once and answered the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from starlette.responses import JSONResponse

from ledger.problems import Refused
from trust_commissioning.clock import as_text
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import AnsweredRequestRow

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers; kept beside what it did."""

    status: int
    body: dict[str, object]
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> JSONResponse:
        return JSONResponse(self.body, status_code=self.status, headers=self.headers)


def write(
    engine: Engine,
    *,
    by: str,
    at: datetime,
    key: str,
    request: object,
    work: Callable[[Session], Answer],
) -> JSONResponse:
    """Do `work` in one transaction with the note that it was done.

    `request` is all that was asked, as JSON: the same key with another request is refused. A
    refusal leaves no note, so that what was mended may be sent under the same key.

    Raises:
        Refused: ``idempotency_key_reused``, ``idempotency_key_unfit`` or what `work` refuses.
    """
    if not key:
        with transaction(engine) as session:
            return work(session).response()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Refused.because(
            "idempotency_key_unfit",
            f"An Idempotency-Key has up to {LONGEST_KEY} printable characters.",
        )
    asked = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
    try:
        return _write(engine, by, at, key, asked, work)
    except IntegrityError:
        # The same request came twice at once and the other was first: its answer is there now.
        with transaction(engine) as session:
            if (before := _before(session, by, key, asked)) is not None:
                return before.response()
        raise


def _write(
    engine: Engine,
    by: str,
    at: datetime,
    key: str,
    asked: str,
    work: Callable[[Session], Answer],
) -> JSONResponse:
    with transaction(engine) as session:
        if (before := _before(session, by, key, asked)) is not None:
            return before.response()
        answer = work(session)
        session.add(
            AnsweredRequestRow(
                username=by,
                key=key,
                request_hash=asked,
                status=answer.status,
                answer=json.dumps({"body": answer.body, "headers": answer.headers}),
                at=as_text(at),
            )
        )
        session.flush()
        return answer.response()


def _before(session: Session, by: str, key: str, asked: str) -> Answer | None:
    row = session.get(AnsweredRequestRow, (by, key))
    if row is None:
        return None
    if row.request_hash != asked:
        raise Refused.because(
            "idempotency_key_reused",
            f"The Idempotency-Key “{key}” was used before for another request.",
        )
    kept = json.loads(row.answer)
    return Answer(row.status, kept["body"], kept["headers"])
