"""How the interface says no: problem+json (RFC 9457) with every problem in it."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ledger.problems import Problem, Refused

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 5_000
"""A file of a few megabytes can have more wrong with it than anybody reads or wants sent."""
DESCRIBED: dict[str, object] = {
    "description": (
        "Every problem at once; nothing was changed. Of more than "
        f"{_MOST_ERRORS:,} the first are given, and `detail` says how many there are."
    ),
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status", "errors"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "errors": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["pointer", "code", "message"],
                            "properties": {
                                "pointer": {"type": "string"},
                                "code": {"type": "string"},
                                "message": {"type": "string"},
                                "row": {"type": "integer"},
                                "column": {"type": "string"},
                            },
                        },
                    },
                },
            }
        }
    },
}
"""How the interface's own description describes a failure."""

# A refusal is 409 unless its code says that something is absent, stale, unreadable or not this
# person's.
_STATUS = {
    "not_permitted": 403,
    "person_not_active": 403,
    "person_unknown": 403,
    "journal_unknown": 404,
    "report_unknown": 404,
    "version_is_stale": 412,
    "entry_version_is_stale": 412,
    "version_missing": 428,
    "file_too_large": 413,
    "books_being_made": 429,
    "field_missing": 422,
    "json_key_repeated": 422,
    "field_unknown": 422,
    "field_unreadable": 422,
}
_TITLES = {
    400: "The request cannot be read.",
    401: "Sign in first.",
    403: "You may not do this.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    409: "The request was refused; nothing was changed.",
    412: "It was changed since you read it.",
    413: "The request is too large.",
    422: "The request cannot be read.",
    428: "Say which version you read, in If-Match.",
    429: "Ask again in a minute.",
    500: "Something went wrong.",
}
_PLACE = re.compile(r"\[(\d+)\]")


class Absent(Exception):
    """Raised where what an address names is not there."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def install(app: FastAPI) -> None:
    """Answer every failure of `app` in this one shape."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Absent, _absent)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


def answer(
    status: int,
    problems: Iterable[Problem],
    *,
    detail: str = "",
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """One problem+json answer."""
    every = list(problems)
    body: dict[str, object] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "The request failed."),
        "status": status,
        "errors": [_error(problem) for problem in every[:_MOST_ERRORS]],
    }
    if len(every) > _MOST_ERRORS:
        detail = f"These are the first {_MOST_ERRORS:,} of {len(every):,} problems."
    if detail:
        body["detail"] = detail
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def pointer(where: str) -> str:
    """``postings[2].account`` as a JSON pointer, ``/postings/2/account`` (RFC 6901)."""
    path = _PLACE.sub(r".\1", where).strip(".")
    return (
        "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path.split("."))
        if path
        else ""
    )


def _error(problem: Problem) -> dict[str, object]:
    shown = problem.as_json()
    shown.pop("where")
    return {"pointer": pointer(problem.where), **shown}


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    status = max((_STATUS.get(code, 409) for code in error.codes), key=_weight)
    later = {"Retry-After": "60"} if status == 429 else None
    return answer(status, error.problems, headers=later)


def _weight(status: int) -> bool:
    """Any special status of one problem speaks for all of them."""
    return status != 409


async def _unreadable(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(422, [_field_problem(found) for found in error.errors()])


_CODES = {
    "missing": ("field_missing", "is missing"),
    "extra_forbidden": ("field_unknown", "is not one that is known here"),
    "json_invalid": ("json_unreadable", "is not JSON"),
}


def _field_problem(found: dict[str, object]) -> Problem:
    place = found["loc"]
    assert isinstance(place, tuple)
    parts = [str(part) for part in place[1:]] or [str(place[0])]
    where = ".".join(parts)
    code, said = _CODES.get(str(found["type"]), ("field_unreadable", ""))
    message = (
        f"“{where}” {said}."
        if said
        else f"“{where}” cannot be read: {str(found['msg']).removeprefix('Value error, ')}"
    )
    return Problem(code, message, where)


async def _absent(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Absent)
    return answer(404, [Problem("not_found", error.message)])


async def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = _TITLES.get(error.status_code, error.detail)
    codes = {404: "not_found", 405: "method_not_allowed"}
    code = codes.get(error.status_code, "request_unfit")
    return answer(error.status_code, [Problem(code, title)], headers=dict(error.headers or {}))


async def _fault(_request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4).upper()
    log.error("Reference %s: %s", reference, type(error).__name__)
    message = f"Something went wrong; tell the administrator this reference: {reference}."
    return answer(500, [Problem("internal_fault", message)], detail=message)
