"""Examples of how the web process says no."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Engine
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from ledger.problems import Problem
from tests.docs.examples.kept import example, scratch
from tests.support.trusts import AT, CLERK, found_small_trust
from trust_commissioning import server
from trust_commissioning.api import interface
from trust_commissioning.api.books import UnderWay
from trust_commissioning.roles import Role
from trust_commissioning.server.gate import Gate
from trust_commissioning.server.sessions import Sessions
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import engine_for, migrate, transaction

_JOURNAL = {
    "fund": "general",
    "period": "2003-04 P01",
    "day": "2003-04-30",
    "narration": "Foster care in April",
    "source": "letter",
    "source_ref": "17",
    "postings": [
        {"account": "Expenses:Unallocated", "amount": "100.00"},
        {"account": "Assets:HostCash", "amount": "-100.00"},
    ],
}


@cache
def _engine() -> Engine:
    url = f"sqlite:///{scratch() / 'web.sqlite3'}"
    migrate(url)
    engine = engine_for(url)
    with transaction(engine) as session:
        found_small_trust(session)
    return engine


class _SignedIn:
    """Stands where the gate does, with Hana Clerk signed in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        signed_in = SignedIn(
            sid="s",
            username=CLERK,
            name="Hana Clerk",
            role=Role.FINANCE_OFFICER,
            partner=None,
            csrf="c",
            created_at=AT,
            seen_at=AT,
        )
        await self._app({**scope, "state": {"signed_in": signed_in}}, receive, send)


@cache
def _interface() -> TestClient:
    return TestClient(_SignedIn(interface(_engine())), raise_server_exceptions=False)


@cache
def _gate() -> TestClient:
    return TestClient(Gate(interface(_engine()), sessions=Sessions(_engine(), "k" * 32)))


def _asked(client: Callable[[], TestClient], method: str, path: str, **more: Any) -> Any:
    def run() -> list[Problem]:
        answer = client().request(method, path, **more)
        return [
            Problem(error["code"], error["message"], error.get("pointer", ""))
            for error in answer.json()["errors"]
        ]

    return run


def _twice(first: dict[str, Any], second: dict[str, Any]) -> Any:
    def run() -> object:
        _interface().post("/v1/journals", json=first, headers={"Idempotency-Key": "k-17"})
        return _asked(
            _interface, "POST", "/v1/journals", json=second, headers={"Idempotency-Key": "k-17"}
        )()

    return run


def _again() -> object:
    under_way = UnderWay()
    with under_way.of(CLERK), under_way.of(CLERK):
        raise AssertionError


def _failing() -> object:
    """The interface over a record that has gone away."""
    failing = interface(None)  # type: ignore[arg-type]
    client = TestClient(_SignedIn(failing), raise_server_exceptions=False)
    # Our mistake is logged; here it is meant.
    logging.disable(logging.ERROR)
    try:
        error = client.get("/v1/funds").json()["errors"][0]
    finally:
        logging.disable(logging.NOTSET)
    return [Problem(error["code"], error["message"])]


def _taken() -> object:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        return server.bound("127.0.0.1", holder.getsockname()[1])


example("sign_in_first", "A program asks without a session.", _asked(_gate, "GET", "/api/v1/funds"))
example(
    "request_from_elsewhere",
    "Another site's page sends a form.",
    _asked(_gate, "POST", "/api/v1/journals", headers={"Origin": "https://elsewhere.example"}),
)
example("not_found", "A report is mistyped.", _asked(_interface, "GET", "/v1/reports/outcomespend"))
example("method_not_allowed", "A fund is deleted.", _asked(_interface, "DELETE", "/v1/funds"))
example(
    "json_unreadable",
    "A body ends too early.",
    _asked(
        _interface,
        "POST",
        "/v1/journals",
        content='{"fund": "general",',
        headers={"Content-Type": "application/json"},
    ),
)
example(
    "request_unfit",
    "A file is sent in a form that cannot be taken apart.",
    _asked(
        _interface,
        "POST",
        "/v1/imports/spend",
        content="no parts",
        headers={"Content-Type": "multipart/form-data"},
    ),
)
example(
    "request_too_large",
    "A body of a hundred megabytes is announced.",
    _asked(
        _interface, "POST", "/v1/journals", content=b"", headers={"Content-Length": "100000000"}
    ),
)
example(
    "idempotency_key_reused",
    "One key is used for two journals.",
    _twice(_JOURNAL, {**_JOURNAL, "source_ref": "18"}),
)
example(
    "idempotency_key_unfit",
    "A key of three hundred characters is sent.",
    _asked(
        _interface, "POST", "/v1/journals", json=_JOURNAL, headers={"Idempotency-Key": "k" * 300}
    ),
)
example(
    "version_missing",
    "A journal is posted by a program that never read it.",
    _asked(_interface, "POST", "/v1/journals/1/post"),
)
example("books_being_made", "A partner's books are asked for again before they came.", _again)
example(
    "internal_fault",
    "The record cannot be reached.",
    _failing,
    tidied={r"\b[0-9A-F]{8}\b": "5A0C3F1E"},
)
example("port_taken", "The port is in use.", _taken, tidied={r"Port \d+": "Port 8400"})
example(
    "address_unfit",
    "A host is mistyped.",
    lambda: server.bound("127.0.0.one.invalid", 8400),
)
