"""What every service here asks first: names it must know, versions, texts about children."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlmodel import Session

from contracts.needs import Need
from contracts.providers import Provider
from ledger.money import Money
from ledger.problems import Problem, Refused
from trust_commissioning.clock import as_text
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


def need_of(session: Session, code: str) -> Need:
    """A need by its code.

    Raises:
        Refused: ``need_unknown``.
    """
    found = providing.need(session, code)
    if found is None:
        raise Refused.because("need_unknown", f"There is no need “{code}”.", "need")
    return found


def provider_of(session: Session, code: str) -> Provider:
    """A provider by its code.

    Raises:
        Refused: ``provider_unknown``.
    """
    found = providing.provider(session, code)
    if found is None:
        raise Refused.because("provider_unknown", f"There is no provider “{code}”.", "provider")
    return found


def unknown(kind: str, code: str, codes: Container[str], where: str) -> Iterator[Problem]:
    """A code that nobody knows."""
    if code not in codes:
        yield Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", where)


def unknown_site(provider: Provider, site: str) -> Iterator[Problem]:
    """A site that is not the provider's."""
    if site and provider.site(site) is None:
        yield Problem("site_unknown", f"{provider.name} has no site “{site}” on record.", "site")


def stale(now: int, read: int | None, what: str) -> Iterator[Problem]:
    """Somebody changed it after it was read; without a version nobody is held to one."""
    if read is not None and read != now:
        yield Problem(
            "entry_version_is_stale",
            f"{what} is at version {now} and was read at version {read}: read it again.",
            "version",
        )


def note(
    session: Session,
    kind: str,
    reference: str,
    *,
    about: str,
    day: date,
    contents: Any,
    by: str,
    at: datetime,
    after: Mapping[str, object],
) -> None:
    """Keep a dated fact with its line in the audit trail."""
    providing.keep(session, kind, reference, about=about, day=day, contents=contents, by=by, at=at)
    audit.record(
        session,
        by=by,
        at=at,
        action=f"{kind}_recorded",
        object_kind=kind,
        object_key=reference,
        after={"about": about, "day": day.isoformat(), **after},
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
