"""What every service here does alike: who may, again?, problems, the fact or row, the audit trail."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlmodel import Session

from ledger.money import Money
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.identifiability import questions
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit, providing


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of it: added, changed, or unchanged; `questions` are texts to look at again."""

    did: str
    questions: tuple[Problem, ...] = ()

    @property
    def new(self) -> bool:
        return self.did != "unchanged"

    def as_json(self) -> dict[str, object]:
        return {"did": self.did, "questions": [one.as_json() for one in self.questions]}


def begin(session: Session, by: str, action: roles.Action = roles.Action.KEEP_REGISTER) -> None:
    """Only who may; on PostgreSQL those who keep the register at once come one after another.

    Raises:
        Refused: if the person may not.
    """
    roles.check(session, by, action)
    lock_head(session)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A dated fact as somebody says it: what it is of, what the audit trail tells of it besides,
    and its texts, which may say too much of a child."""

    kind: str
    reference: str
    about: str
    day: date
    contents: Any
    after: Mapping[str, object]
    texts: Mapping[str, str] = field(default_factory=dict)


def say(
    session: Session,
    said: Saying,
    problems: Callable[[], Iterable[Problem]],
    *,
    by: str,
    at: datetime,
    action: roles.Action = roles.Action.KEEP_REGISTER,
) -> Kept:
    """Keep a dated fact with its line in the audit trail; the same again is the same one.

    `problems` are looked for only where it is new.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    begin(session, by, action)
    if providing.kept_before(session, said.kind, said.reference, said.about, said.contents):
        return Kept("unchanged")
    if found := [*problems()]:
        raise Refused(found)
    providing.keep(
        session,
        said.kind,
        said.reference,
        about=said.about,
        day=said.day,
        contents=said.contents,
        by=by,
        at=at,
    )
    audit.record(
        session,
        by=by,
        at=at,
        action=f"{said.kind}_recorded",
        object_kind=said.kind,
        object_key=said.reference,
        after={"about": said.about, "day": said.day.isoformat(), **said.after},
    )
    return Kept("added", questions(said.day, **said.texts))


def unknown_need(session: Session, code: str, where: str = "need") -> Iterator[Problem]:
    """A need nobody recorded."""
    yield from unknown("need", code, providing.needs(session, code=code), where)


def unknown_provider(session: Session, code: str, *, site: str = "") -> Iterator[Problem]:
    """A provider nobody recorded, or a site it has not."""
    found = providing.provider(session, code)
    if found is None:
        yield from unknown("provider", code, (), "provider")
    elif site and found.site(site) is None:
        yield Problem("site_unknown", f"{found.name} has no site “{site}” on record.", "site")


def unknown(kind: str, code: str, codes: Container[str], where: str) -> Iterator[Problem]:
    """A code that nobody knows."""
    if code not in codes:
        yield Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", where)


def stale(now: int, read: int | None, what: str) -> Iterator[Problem]:
    """Somebody changed it after it was read; without a version nobody is held to one."""
    if read is not None and read != now:
        yield Problem(
            "entry_version_is_stale",
            f"{what} is at version {now} and was read at version {read}: read it again.",
            "version",
        )


def bring(
    session: Session,
    table: Table,
    kind: str,
    values: Mapping[str, Any],
    *,
    by: str,
    at: datetime,
) -> str:
    """Bring a row that is edited to some values, the next version of it where they differ.

    The table's key is its first column. Returns added, changed or unchanged.
    """
    (name,) = [column.name for column in table.primary_key]
    key = values[name]
    row = session.execute(select(table).where(table.c[name] == key)).mappings().first()
    said = {column: value for column, value in values.items() if column != "version"}
    stamped = {"changed_by": by, "changed_at": as_text(at)}
    if row is None:
        session.execute(insert(table).values(**said, **stamped, version=1))
        _audit(session, kind, key, "added", None, {k: v for k, v in said.items() if v}, by, at)
        return "added"
    differs = {column: value for column, value in said.items() if row[column] != value}
    if not differs:
        return "unchanged"
    session.execute(
        update(table)
        .where(table.c[name] == key)
        .values(**differs, **stamped, version=row["version"] + 1)
    )
    before = {column: row[column] for column in differs}
    _audit(session, kind, key, "changed", before, differs, by, at)
    return "changed"


def _audit(
    session: Session,
    kind: str,
    key: str,
    did: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    by: str,
    at: datetime,
) -> None:
    audit.record(
        session,
        by=by,
        at=at,
        action=f"{kind}_{did}",
        object_kind=kind,
        object_key=key,
        before=_shown(before) if before is not None else None,
        after=_shown(after),
    )


def _shown(values: Mapping[str, Any]) -> dict[str, object]:
    return {
        name: value.plain if isinstance(value, Money) else value for name, value in values.items()
    }
