"""What every route starts from: the record and the person who asks."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Header, Query, Request
from sqlalchemy import Engine
from sqlmodel import Session

from trust_commissioning import roles
from trust_commissioning.fields import FIRST_DAY, LAST_DAY
from trust_commissioning.roles import Action
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import from_partner


def _person(request: Request) -> SignedIn:
    """The gate lets nobody through without a session; a route reached without one is our fault."""
    found = request.state.signed_in
    assert isinstance(found, SignedIn)
    return found


def _engine(request: Request) -> Engine:
    """The record as the person who asks sees it: of a partner, the funds it is party to."""
    return from_partner(request.app.state.engine, _person(request).partner)


Record = Annotated[Engine, Depends(_engine)]
Person = Annotated[SignedIn, Depends(_person)]
AsAt = Annotated[
    date | None,
    # What comes within months of a day is looked for too, and the calendar has an end.
    Query(description="The day it is asked of; today without it.", ge=FIRST_DAY, le=LAST_DAY),
]
IdempotencyKey = Annotated[
    str, Header(description="Names the request: sent again under it, it is done once.")
]


def check(session: Session, person: SignedIn, action: Action) -> None:
    """Hold the person to the role they have now.

    Raises:
        Refused: ``not_permitted``.
    """
    roles.check(session, person.username, action)
