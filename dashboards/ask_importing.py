"""What the import page asks: a file read, a file posted, each as long work of its person."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Engine
from sqlmodel import col, func, select

from dashboards import ask, long_work
from trust_commissioning import clock
from trust_commissioning.importing import loading
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.roles import Action
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import AuditEventRow
from trust_commissioning.under_way import WORKS, Asked, Work

READ, POST = "read-spend", "post-spend"
_PAGE = "import-spend"
_PLAN = 40
"""How many times the size of its file the plan of a spending extract takes."""
_QUICK = 1.0
"""Seconds that reading a file may take to be read again as soon as anything is recorded."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file with all that its person says of it; `head` is the trail's end as it was given."""

    data: bytes
    name: str
    options: SpendOptions
    head: int = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def read(viewer: SignedIn, file: Given) -> Work:
    """What loading a file would post, its answer a `SpendPlan`; nothing is written.

    What was read is held, so that pressing a button does not read the file again: read anew is what
    the person has since said of coding and columns, and whatever was recorded where that is quick.
    Posting makes its own plan.
    """
    own, head = trail(viewer)
    file = replace(file, head=head)
    key = (file.sha256, file.name, file.options, own)
    asked = partial(
        Asked,
        kind=READ,
        key=key,
        page=_PAGE,
        title=f"Reading {file.name}",
        about=file,
        reads=True,
        size=_PLAN * len(file.data),
    )

    def begun() -> Work:
        return long_work.begin(viewer, asked, Action.IMPORT_FILE, partial(_preview, file))

    work = begun()
    is_older = isinstance(work.asked.about, Given) and work.asked.about.head != head
    if work.end is not None and work.seconds < _QUICK and is_older:
        WORKS.put_away(work)
        work = begun()
    return work


def post(viewer: SignedIn, file: Given) -> Work:
    """Load a file, whole or not at all, its answer a `SpendLoaded`; one at a time for a person."""
    asked = partial(
        Asked,
        kind=POST,
        key=(file.sha256, file.name, file.options),
        page=_PAGE,
        title=f"Posting {file.name}",
        about=file,
        size=len(file.data),
    )
    do = partial(_load, file, viewer.username)
    return long_work.begin(viewer, asked, Action.IMPORT_FILE, do, anew=True)


def forget_readings(viewer: SignedIn, posted: Work) -> None:
    """Let go of what was read of a file that is posted now."""
    for work in long_work.of(viewer):
        about, loaded = work.asked.about, posted.asked.about
        if (
            work.asked.kind == READ
            and isinstance(about, Given)
            and isinstance(loaded, Given)
            and about.sha256 == loaded.sha256
        ):
            WORKS.put_away(work)


def _preview(file: Given, engine: Engine) -> loading.SpendPlan:
    with reading(engine) as session:
        return loading.preview_spend(session, file.data, name=file.name, options=file.options)


def _load(file: Given, by: str, engine: Engine) -> loading.SpendLoaded:
    with transaction(engine) as session:
        return loading.load_spend(
            session, file.data, name=file.name, options=file.options, by=by, at=clock.now()
        )


def trail(viewer: SignedIn) -> tuple[int, int]:
    """The last entry of the audit trail that is the person's own, and the last of all."""
    own = (
        select(AuditEventRow.id)
        .where(AuditEventRow.person == viewer.username)
        .order_by(col(AuditEventRow.at).desc(), col(AuditEventRow.id).desc())
    )
    with reading(ask.engine()) as session:
        last = session.exec(select(func.max(AuditEventRow.id))).one()
        return session.exec(own).first() or 0, last or 0
