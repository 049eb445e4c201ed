"""The child process that shows the published books in Fava, without a way to write anything.

Run by `books.Books`: ``python -m trust_commissioning.server.fava_child --socket PATH FILE…``. It
ends when its standard input closes, so it never outlives the process that started it.
"""

from __future__ import annotations

import argparse
import hmac
import logging
import os
import shutil
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask.wrappers import Response

    Environ = dict[str, Any]
    StartResponse = Callable[..., Any]

PREFIX = "/books"
ALIVE = "/-/alive"
"""Answered without touching a ledger: how the parent knows that the interpreter still turns."""

SECRET_HEADER = "X-Books-Secret"  # noqa: S105 - the name of a header, not a secret
_CLOSED_PAGES = frozenset({"editor", "import"})
_CLOSED_ENDPOINTS = frozenset({"source", "extract", "imports"})
# What a person may say to the query page beside a query. Everything else is shut: `.output FILE`
# empties FILE, `.set` and `.format` change what the next person sees.
_OPEN_COMMANDS = frozenset({"help", "run", "tables", "describe", "errors"})
_BAR = (
    '<nav id="trust-bar" aria-label="Trust"><strong>The published books</strong>'
    "<span>Read-only</span>"
    '<a href="/">Back to the ledger</a><a href="/sign-out">Sign out</a></nav>'
)
_HEAD = (
    '<link rel="stylesheet" href="/assets/books.css">'
    '<script defer src="/assets/session.js"></script></head>'
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Load the books, then serve them until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", default="")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("files", nargs="+")
    asked = parser.parse_args(arguments)
    if absent := [file for file in asked.files if not Path(file).is_file()]:
        sys.exit(f"These books are not there: {', '.join(absent)}")
    threading.Thread(target=_end_with_parent, args=(asked.socket,), daemon=True).start()
    os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
    _give_up_writing()
    warnings.simplefilter("ignore")
    # Fava logs each mistyped query as an error with its trace.
    logging.getLogger("fava.json_api").setLevel(logging.CRITICAL)
    app = books_app(asked.files, secret=os.environ.pop("TRUST_BOOKS_SECRET", ""))

    from cheroot.wsgi import Server

    address = asked.socket or ("127.0.0.1", asked.port)
    server = Server(address, app, numthreads=8, server_name="books", shutdown_timeout=1)
    server.safe_start()


def books_app(
    files: Sequence[str], *, secret: str = ""
) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """The WSGI application: Fava under its prefix, shut, dressed and answering `ALIVE`.

    With a `secret` only requests that carry it are answered.
    """
    from werkzeug.middleware.dispatcher import DispatcherMiddleware

    close_shell()
    _stop_reloading()
    only_our_page()
    from fava.application import create_app

    fava = create_app(files, load=True, read_only=True)
    fava.before_request(_refuse_closed)
    fava.after_request(_dress)
    mounted = DispatcherMiddleware(_absent, {PREFIX: fava})

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_" + SECRET_HEADER.upper().replace("-", "_"), "")
        if secret and not hmac.compare_digest(given, secret):
            return _absent(environ, start_response)
        if environ["PATH_INFO"] == ALIVE:
            start_response("204 No Content", [])
            return []
        return mounted(environ, start_response)

    return app


def close_shell() -> None:
    """Leave of the query page's commands only those that cannot write, read files or change what
    others see. Must come before `create_app`.

    GET only is not read-only: ``GET …/api/query?query_string=.output PATH`` empties PATH, and
    ``CREATE TABLE … USING 'csv:PATH'`` opens it.
    """
    from fava.core.query_shell import FavaBQLShell

    def shut(shell: FavaBQLShell, typed: object = None) -> None:
        if typed is not None:  # None is the shell's own call of `do_reload` when it is made
            print("That command is shut in the published books.", file=shell.outfile)

    for name in dir(FavaBQLShell):
        if name.startswith("do_") and name.removeprefix("do_") not in _OPEN_COMMANDS:
            setattr(FavaBQLShell, name, shut)
    for statement in ("CreateTable", "Insert"):
        setattr(FavaBQLShell, f"on_{statement}", shut)
    # Said to the person who typed, not to the server's log.
    FavaBQLShell.error = lambda shell, message: print(message, file=shell.outfile)
    _one_query_at_a_time(FavaBQLShell)


def _one_query_at_a_time(shell: Any) -> None:
    """Queries share one shell in each ledger: two at once would mix their answers."""
    run, turn = shell.run, threading.Lock()

    def in_turn(self: Any, entries: Any, query: str) -> Any:
        with turn:
            return run(self, entries, query)

    shell.run = in_turn


def _stop_reloading() -> None:
    """A changed book is loaded by the next child, not in the request that notices.

    An open page learns of it because the next child's answers carry another time.
    """
    from fava.core import FavaLedger

    loaded_at = time.time_ns()
    FavaLedger.changed = lambda _ledger: False  # type: ignore[assignment, method-assign]
    FavaLedger.mtime = property(lambda _ledger: loaded_at)  # type: ignore[assignment, method-assign]


def only_our_page() -> None:
    """Give every book our own page, and no other: a book's text must not name code to be run."""
    from fava.core.extensions import ExtensionModule

    from trust_commissioning.server.beside_record import BooksBesideRecord

    def load_file(self: ExtensionModule) -> None:
        self.errors = []
        ours = BooksBesideRecord(self.ledger)
        self._instances = {ours.name: ours}

    ExtensionModule.load_file = load_file  # type: ignore[method-assign]


def _give_up_writing() -> None:
    """Let this process make no file longer: what slips past the shut commands writes nothing."""
    sys.dont_write_bytecode = True
    try:
        import resource
    except ImportError:  # not POSIX
        return
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse_closed() -> tuple[str, int] | None:
    from flask import request

    values = request.view_args or {}
    endpoint = (request.endpoint or "").removeprefix("json_api.get_")
    if values.get("report_name") in _CLOSED_PAGES or endpoint in _CLOSED_ENDPOINTS:
        return "Not found", HTTPStatus.NOT_FOUND
    return None


def _dress(response: Response) -> Response:
    from flask import request

    if request.endpoint == "static":
        # Code that every installation shares, asked for by its time of change.
        response.headers["Cache-Control"] = "private, max-age=86400"
    else:
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype == "text/html" and not response.direct_passthrough:
        page = response.get_data(as_text=True)
        page = page.replace("<html>", '<html lang="en-GB">', 1)
        page = page.replace("</head>", _HEAD, 1).replace("<body>", f"<body>{_BAR}", 1)
        response.set_data(page)
    return response


def _absent(_environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"Not found"]


def _end_with_parent(way_in: str) -> None:
    """A parent that was killed outright could not clear the socket's folder away."""
    while os.read(0, 1024):
        pass
    if way_in:
        shutil.rmtree(Path(way_in).parent, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main()
