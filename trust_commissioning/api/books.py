"""The books of the funds a person sees, to be taken away: Beancount files in a zip.

To make them is most of what this process can do at once, so nobody has two made at a time, and no
more than two people any.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, Request, Response

from ledger.problems import Refused
from trust_commissioning import clock
from trust_commissioning.api.asking import Person, Record, check
from trust_commissioning.publishing import books_to_take
from trust_commissioning.roles import Action
from trust_commissioning.store import reading

routes = APIRouter(tags=["books"])
ZIP = "application/zip"
_AT_ONCE = 2


class UnderWay:
    """For whom books are being made now."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._people: set[str] = set()

    @contextmanager
    def of(self, username: str) -> Iterator[None]:
        """Raises:
        Refused: ``books_being_made``.
        """
        with self._door:
            if username in self._people:
                raise Refused.because(
                    "books_being_made", "Your books are being made already; wait for them."
                )
            if len(self._people) >= _AT_ONCE:
                raise Refused.because(
                    "books_being_made", "Books are being made for others; ask again in a minute."
                )
            self._people.add(username)
        try:
            yield
        finally:
            with self._door:
                self._people.remove(username)


@routes.get("/books.zip", response_class=Response, responses={200: {"content": {ZIP: {}}}})
def books(request: Request, record: Record, person: Person) -> Response:
    """Of a partner's people: the funds their partner is party to. Of the host's: every fund."""
    at = clock.now()
    under_way: UnderWay = request.app.state.books
    with under_way.of(person.username), reading(record) as session:
        check(session, person, Action.READ_JOURNALS if person.of_a_partner else Action.READ_BOOKS)
        data = books_to_take(session, at)
    name = f"books-{clock.day_of(at).isoformat()}.zip"
    return Response(
        data,
        media_type=ZIP,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
