"""What the pages ask about contracts."""

from __future__ import annotations

import hashlib
from datetime import date

import streamlit as st
from sqlmodel import Session

from contracts.uplift import Uplift
from dashboards import ask
from trust_commissioning import clock, commissioning
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports import contract_pages as pages
from trust_commissioning.reports.contract_pages import RegisterPage
from trust_commissioning.reports.contract_register import Wanted, published_of, register_of
from trust_commissioning.reports.contract_story import ContractStory, contract_story
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import contracts, reading, transaction
from trust_commissioning.store.standing import titles


def register(scope: Scope, wanted: Wanted) -> Report:
    """The register as at the end of a period, narrowed: read afresh, since it moves no journal."""
    with reading(ask.engine()) as session:
        return register_of(session, scope, clock.now(), wanted)


def register_page(scope: Scope, wanted: Wanted, number: int, length: int) -> RegisterPage:
    """One page of the register as at the end of a period: only what it shows is read."""
    with reading(ask.engine()) as session:
        day = scope.period.ends
        return pages.register_page(session, day, wanted, length=length, number=number)


def published(scope: Scope) -> Report:
    """How the register is read, with what was published and is not recorded here."""
    with reading(ask.engine()) as session:
        return published_of(session, scope, clock.now())


def uplifts(scope: Scope) -> Report:
    """Uplifts that wait, with what each costs; then those decided."""
    return ask.report_of("uplifts", scope)


def waiting() -> list[Uplift]:
    """The uplifts nobody has applied or refused."""
    with reading(ask.engine()) as session:
        return [one for one in contracts.uplifts(session) if one.is_open]


def story(number: str, day: date) -> ContractStory | None:
    """One contract as at a day."""
    with reading(ask.engine()) as session:
        return contract_story(session, number, day)


def providers() -> dict[str, str]:
    """The providers by code."""
    with reading(ask.engine()) as session:
        return titles(session, "provider")["provider"]


def read_published(
    viewer: SignedIn, data: bytes, name: str, publisher: str, sheet: str | None
) -> commissioning.RegisterLoaded:
    """What a published register holds, read and not kept; the last one read is not read again.

    Raises:
        Refused: with every problem by row and column.
    """
    key = (hashlib.sha256(data).digest(), name, publisher, sheet, viewer.username)
    before = st.session_state.get("published-register")
    if before is None or before[0] != key:
        with reading(ask.engine()) as session:
            found = _loaded(session, viewer, data, name, publisher, sheet, dry_run=True)
        before = st.session_state["published-register"] = (key, found)
    kept: commissioning.RegisterLoaded = before[1]
    return kept


def take_in(
    viewer: SignedIn, data: bytes, name: str, publisher: str, sheet: str | None
) -> commissioning.RegisterLoaded:
    """Keep a published register, whole or not at all.

    Raises:
        Refused: with every problem by row and column; nothing was changed.
    """
    st.session_state.pop("published-register", None)
    with transaction(ask.engine()) as session:
        return _loaded(session, viewer, data, name, publisher, sheet, dry_run=False)


def _loaded(
    session: Session,
    viewer: SignedIn,
    data: bytes,
    name: str,
    publisher: str,
    sheet: str | None,
    *,
    dry_run: bool,
) -> commissioning.RegisterLoaded:
    return commissioning.load_register(
        session,
        data,
        name=name,
        publisher=publisher,
        sheet=sheet,
        by=viewer.username,
        at=clock.now(),
        dry_run=dry_run,
    )
