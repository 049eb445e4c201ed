"""The books of the funds a person sees, to be taken away: Beancount files in a zip."""

from __future__ import annotations

from fastapi import APIRouter, Response

from trust_commissioning import clock
from trust_commissioning.api.asking import Person, Record, check
from trust_commissioning.publishing import books_to_take
from trust_commissioning.roles import Action
from trust_commissioning.store import reading

routes = APIRouter(tags=["books"])
ZIP = "application/zip"


@routes.get("/books.zip", response_class=Response, responses={200: {"content": {ZIP: {}}}})
def books(record: Record, person: Person) -> Response:
    """Of a partner's people: the funds their partner is party to. Of the host's: every fund."""
    at = clock.now()
    with reading(record) as session:
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
