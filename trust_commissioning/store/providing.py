"""Needs, providers, the services directory read as kernel values, with what was said of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, insert, or_, select
from sqlmodel import Session

from contracts.directory import Entry, Status
from contracts.identifiers import Identifier
from contracts.needs import Led, Need, Observation, Priority, Provision, View
from contracts.providers import (
    SHIPPED,
    Document,
    DocumentRule,
    Inspection,
    Kind,
    Provider,
    Registration,
    Sector,
    Site,
    Withdrawal,
)
from ledger.problems import Problem, Refused
from trust_commissioning.clock import as_text
from trust_commissioning.store.tables import (
    ContractRow,
    DirectoryEntryRow,
    NeedRow,
    ProviderProfileRow,
    ProviderRow,
    ProvidingFactRow,
    TrustRow,
    table_of,
)

NEED, PROFILE, ENTRY = table_of(NeedRow), table_of(ProviderProfileRow), table_of(DirectoryEntryRow)
PROVIDER, FACT = table_of(ProviderRow), table_of(ProvidingFactRow)
CONTRACT, TRUST = table_of(ContractRow), table_of(TrustRow)

OBSERVATION, PROVISION, PRIORITY = "observation", "provision", "priority"
VIEW, LED = "view", "view_led"
IDENTIFIER, REGISTRATION, DOCUMENT = "identifier", "registration", "document"
INSPECTION, DOCUMENT_RULE = "inspection", "document_rule"
WITHDRAWAL = "document_withdrawal"
CHECK, CHASE = "entry_check", "entry_chase"

_CONTENTS: Mapping[str, Any] = {
    OBSERVATION: Observation,
    PROVISION: Provision,
    PRIORITY: Priority,
    VIEW: View,
    LED: Led,
    IDENTIFIER: Identifier,
    REGISTRATION: Registration,
    DOCUMENT: Document,
    WITHDRAWAL: Withdrawal,
    INSPECTION: Inspection,
    DOCUMENT_RULE: DocumentRule,
    CHECK: dict[str, str],
    CHASE: dict[str, str],
}
OF_A_NEED = (OBSERVATION, PROVISION, PRIORITY)
OF_A_PROVIDER = (IDENTIFIER, REGISTRATION, DOCUMENT, WITHDRAWAL, INSPECTION)
EVERY_KIND = "every kind"
"""What a rule for no one kind of provider is about."""

_COLUMNS_OF_AN_ENTRY = (
    *("code", "service", "provider", "title", "published", "owner", "review_day", "assured"),
    "version",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a provider's profile keeps as JSON; the rest are columns of their own."""

    legal_name: str = ""
    description: str = ""
    website: str = ""
    email: str = ""
    phone: str = ""
    sites: tuple[Site, ...] = ()


_TOLD = TypeAdapter(_Told)
_ENTRY = TypeAdapter(Entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One dated fact: what it is of, what it says, who recorded it."""

    kind: str
    reference: str
    about: str
    day: date
    contents: Any
    recorded_by: str
    recorded_at: str


@cache
def _as_json(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_CONTENTS[kind])


def founded(session: Session) -> str:
    """The instant the trust was founded, by which its own names are told from another trust's."""
    return str(session.execute(select(TRUST.c.created_at)).scalar() or "")


def facts(session: Session, *kinds: str, about: str | None = None) -> Iterator[Fact]:
    """The facts of some kinds, in order of day; of one day in the order they were recorded."""
    query = select(FACT).where(FACT.c.kind.in_(kinds))
    if about is not None:
        query = query.where(FACT.c.about == about)
    for row in session.execute(query.order_by(FACT.c.day, FACT.c.turn, FACT.c.reference)):
        yield _fact(row)


def fact(session: Session, kind: str, reference: str) -> Fact | None:
    """One fact by its name; None where there is none."""
    row = session.execute(
        select(FACT).where(FACT.c.kind == kind, FACT.c.reference == reference)
    ).first()
    return None if row is None else _fact(row)


def _fact(row: Any) -> Fact:
    return Fact(
        kind=row.kind,
        reference=row.reference,
        about=row.about,
        day=row.day,
        contents=_as_json(row.kind).validate_json(row.contents),
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def kept_before(
    session: Session, kind: str, reference: str, about: str, contents: Any
) -> Fact | None:
    """The fact as it was recorded before under its name; None where it is new.

    Raises:
        Refused: ``event_recorded_otherwise`` where another was kept under its name.
    """
    before = fact(session, kind, reference)
    if before is None:
        return None
    if (before.about, before.contents) != (about, contents):
        raise Refused(
            [
                Problem(
                    "event_recorded_otherwise",
                    f"The {kind.replace('_', ' ')} “{reference}” was recorded before with other "
                    "contents; give this one another reference.",
                    "reference",
                )
            ]
        )
    return before


def keep(
    session: Session,
    kind: str,
    reference: str,
    *,
    about: str,
    day: date,
    contents: Any,
    by: str,
    at: datetime,
) -> None:
    """Add a fact."""
    last = select(func.coalesce(func.max(FACT.c.turn), 0)).where(
        FACT.c.kind == kind, FACT.c.about == about
    )
    session.execute(
        insert(FACT).values(
            kind=kind,
            reference=reference,
            about=about,
            day=day,
            turn=int(session.execute(last).scalar_one()) + 1,
            contents=_as_json(kind).dump_json(contents).decode(),
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )


def needs(session: Session, *, code: str | None = None) -> dict[str, Need]:
    """The needs by code, in order of title, with everything said of them."""
    said = _by_about(facts(session, *OF_A_NEED, about=code))
    query = select(NEED).order_by(NEED.c.title, NEED.c.code)
    rows = session.execute(query if code is None else query.where(NEED.c.code == code))
    return {
        row.code: Need(
            code=row.code,
            title=row.title,
            group=row.children,
            locality=row.locality,
            counts=row.counts,
            owner=row.owner,
            words=row.words,
            closed=row.closed,
            closed_because=row.closed_because,
            observations=_said(said, row.code, OBSERVATION),
            provisions=_said(said, row.code, PROVISION),
            priorities=_said(said, row.code, PRIORITY),
            version=row.version,
        )
        for row in rows
    }


def need(session: Session, code: str) -> Need | None:
    """One need; None where there is none."""
    return needs(session, code=code).get(code)


def views(session: Session) -> list[View]:
    """What children and families said, in order of day."""
    return [one.contents for one in facts(session, VIEW)]


def led(session: Session) -> list[Led]:
    """What their views changed, in order of day."""
    return [one.contents for one in facts(session, LED)]


def document_rules(session: Session) -> tuple[DocumentRule, ...]:
    """What providers of each kind must hold: as shipped, then as the trust said since."""
    return (*SHIPPED, *(one.contents for one in facts(session, DOCUMENT_RULE)))


def providers(
    session: Session, *, code: str | None = None, said_of: tuple[str, ...] = OF_A_PROVIDER
) -> dict[str, Provider]:
    """The providers by code, in order of name, with what was said of them: all of it, or the kinds
    of facts asked for."""
    said = _by_about(facts(session, *said_of, about=code))
    rules = document_rules(session)
    query = (
        select(PROVIDER, PROFILE.c.kinds, PROFILE.c.ends, PROFILE.c.contents, PROFILE.c.version)
        .outerjoin(PROFILE, PROFILE.c.provider == PROVIDER.c.code)
        .order_by(PROVIDER.c.name, PROVIDER.c.code)
    )
    rows = session.execute(query if code is None else query.where(PROVIDER.c.code == code))
    return {row.code: _provider(row, said, rules) for row in rows}


def provider(session: Session, code: str) -> Provider | None:
    """One provider with everything said of it; None where there is none."""
    return providers(session, code=code).get(code)


def _provider(
    row: Any, said: Mapping[tuple[str, str], list[Any]], rules: tuple[DocumentRule, ...]
) -> Provider:
    told = _TOLD.validate_json(row.contents) if row.contents else _Told()
    return Provider(
        code=row.code,
        name=row.name,
        sector=Sector(row.sector) if row.sector in set(Sector) else None,
        kinds=tuple(Kind(one) for one in (row.kinds or "").split()),
        legal_name=told.legal_name,
        description=told.description,
        website=told.website,
        email=told.email,
        phone=told.phone,
        ends=row.ends,
        sites=told.sites,
        identifiers=_said(said, row.code, IDENTIFIER),
        registrations=_said(said, row.code, REGISTRATION),
        documents=_documents(said, row.code),
        inspections=_said(said, row.code, INSPECTION),
        document_rules=rules,
        version=row.version or 0,
    )


def _documents(said: Mapping[tuple[str, str], list[Any]], provider: str) -> tuple[Document, ...]:
    """The documents a provider filed, each with the day from which it was said to hold no more."""
    ended: dict[str, Withdrawal] = {one.document: one for one in _said(said, provider, WITHDRAWAL)}
    return tuple(
        replace(one, withdrawn=ended[one.reference].day, why=ended[one.reference].reason)
        if one.reference in ended
        else one
        for one in _said(said, provider, DOCUMENT)
    )


def profile_values(kept: Provider) -> dict[str, Any]:
    """What is kept of a provider beside its name, as the columns of its profile's row."""
    told = _Told(
        legal_name=kept.legal_name,
        description=kept.description,
        website=kept.website,
        email=kept.email,
        phone=kept.phone,
        sites=kept.sites,
    )
    return {
        "provider": kept.code,
        "kinds": " ".join(one.value for one in kept.kinds),
        "ends": kept.ends,
        "contents": _TOLD.dump_json(told).decode(),
        "version": kept.version,
    }


def contracts_in_force(session: Session, day: date) -> dict[str, int]:
    """How many contracts each provider has that run on a day, by its code."""
    query = (
        select(CONTRACT.c.provider, func.count())
        .where(CONTRACT.c.starts <= day, or_(CONTRACT.c.ends.is_(None), CONTRACT.c.ends >= day))
        .group_by(CONTRACT.c.provider)
    )
    return {code: int(number) for code, number in session.execute(query)}


@dataclass(frozen=True, slots=True)
class ContractListed:
    """A contract as its provider's page lists it, as it was signed."""

    number: str
    title: str
    service: str
    starts: date
    ends: date | None

    def runs_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)


def contracts_of(session: Session, provider: str) -> list[ContractListed]:
    """The contracts of a provider, the newest first."""
    query = (
        select(CONTRACT)
        .where(CONTRACT.c.provider == provider)
        .order_by(CONTRACT.c.starts.desc(), CONTRACT.c.number)
    )
    return [
        ContractListed(row.number, row.title, row.service, row.starts, row.ends)
        for row in session.execute(query)
    ]


def names(session: Session) -> dict[str, str]:
    """The providers' names by code, in order of name."""
    query = select(PROVIDER.c.code, PROVIDER.c.name).order_by(PROVIDER.c.name, PROVIDER.c.code)
    return dict(session.execute(query).all())


def entries(session: Session, *, code: str | None = None) -> dict[str, Entry]:
    """The directory's entries by code, in order of title."""
    query = select(ENTRY).order_by(ENTRY.c.title, ENTRY.c.code)
    rows = session.execute(query if code is None else query.where(ENTRY.c.code == code))
    return {row.code: _entry(row) for row in rows}


def entry(session: Session, code: str) -> Entry | None:
    """One entry; None where there is none."""
    return entries(session, code=code).get(code)


def _entry(row: Any) -> Entry:
    return replace(
        _ENTRY.validate_json(row.contents),
        code=row.code,
        service=row.service,
        provider=row.provider,
        title=row.title,
        status=Status(row.status),
        published=row.published,
        owner=row.owner,
        review_day=row.review_day,
        assured=row.assured,
        version=row.version,
        changed_at=row.changed_at,
    )


def entry_values(kept: Entry) -> dict[str, Any]:
    """An entry as the columns of its row, without who changed it and when."""
    return {
        **{name: getattr(kept, name) for name in _COLUMNS_OF_AN_ENTRY},
        "status": kept.status.value,
        "contents": _ENTRY.dump_json(replace(kept, version=0, changed_at="")).decode(),
    }


def _by_about(found: Iterator[Fact]) -> dict[tuple[str, str], list[Any]]:
    said: dict[tuple[str, str], list[Any]] = {}
    for one in found:
        said.setdefault((one.about, one.kind), []).append(one.contents)
    return said


def _said(said: Mapping[tuple[str, str], list[Any]], about: str, kind: str) -> tuple[Any, ...]:
    return tuple(said.get((about, kind), ()))
