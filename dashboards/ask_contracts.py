"""What the pages ask about contracts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import Engine

from contracts.uplift import Uplift
from dashboards import ask, long_work
from trust_commissioning import clock, commissioning
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports import contract_pages as pages
from trust_commissioning.reports.contract_pages import RegisterPage
from trust_commissioning.reports.contract_register import Wanted, published_of, register_of
from trust_commissioning.reports.contract_story import ContractStory, contract_story
from trust_commissioning.roles import Action
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import contracts, reading, transaction
from trust_commissioning.store.standing import titles
from trust_commissioning.under_way import WORKS, Asked, Work


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


READ, KEEP = "read-register", "keep-register"


@dataclass(frozen=True, slots=True)
class Register:
    """A published register as a person gave it."""

    data: bytes
    name: str
    publisher: str
    sheet: str | None


def read_published(viewer: SignedIn, file: Register) -> Work:
    """What a published register holds, read and not kept; the last one read is not read again.

    Its answer is a `RegisterLoaded`, or it is refused with every problem by row and column.
    """
    return _asked(viewer, file, READ, f"Reading {file.name}")


def take_in(viewer: SignedIn, file: Register) -> Work:
    """Keep a published register, whole or not at all; one at a time for a person."""
    return _asked(viewer, file, KEEP, f"Taking in {file.name}")


def forget_readings(viewer: SignedIn) -> None:
    """Let go of what was read and is kept now: read once more it says so."""
    for work in long_work.of(viewer):
        if work.asked.kind == READ:
            WORKS.put_away(work)


def _asked(viewer: SignedIn, file: Register, kind: str, title: str) -> Work:
    named = (hashlib.sha256(file.data).hexdigest(), file.name, file.publisher, file.sheet)
    asked = partial(
        Asked,
        kind=kind,
        key=named,
        page="import-contracts",
        title=title,
        about=file,
        reads=kind == READ,
        size=len(file.data),
    )
    do = partial(_load, file, viewer.username, kind == READ)
    return long_work.begin(viewer, asked, Action.KEEP_REGISTER, do, anew=kind == KEEP)


def _load(file: Register, by: str, dry_run: bool, engine: Engine) -> commissioning.RegisterLoaded:
    with reading(engine) if dry_run else transaction(engine) as session:
        return commissioning.load_register(
            session,
            file.data,
            name=file.name,
            publisher=file.publisher,
            sheet=file.sheet,
            by=by,
            at=clock.now(),
            dry_run=dry_run,
        )
