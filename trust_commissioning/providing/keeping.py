"""Providers kept: who they are, their identifiers, registration, documents, inspections."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session

from contracts import providers as rules
from contracts.days import ahead_of_time
from contracts.identifiers import Identifier, canonical
from contracts.providers import Document, DocumentRule, Inspection, Provider, Registration
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import day_of
from trust_commissioning.files.identifiability import questions
from trust_commissioning.providing.known import (
    Kept,
    bring,
    note,
    provider_of,
    stale,
    unknown,
    unknown_site,
)
from trust_commissioning.store import audit, providing


def keep_provider(
    session: Session, provider: Provider, *, version: int | None = None, by: str, at: datetime
) -> Kept:
    """Keep a provider with its sites and contacts, or what changed of them.

    What is dated (identifiers, registrations, documents, inspections) is recorded by itself.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    now = providing.provider(session, provider.code)
    problems = [
        *rules.problems_in(provider),
        *stale(now.version if now else 0, version, f"The provider “{provider.code}”"),
    ]
    if now is not None:
        gone = {one.code for one in now.sites} - {one.code for one in provider.sites}
        problems += _check_sites_used(now, gone)
    if problems:
        raise Refused(problems)
    named = _name(session, provider, by=by, at=at)
    values = providing.profile_values(provider)
    did = bring(session, providing.PROFILE, "provider_profile", values, by=by, at=at)
    asked = questions(day_of(at), description=provider.description)
    return Kept(named if named != "unchanged" else did, asked)


def _name(session: Session, provider: Provider, *, by: str, at: datetime) -> str:
    """Bring the provider's own row, which keeps its name and sector, to what is said."""
    table = providing.PROVIDER
    said = {
        "name": provider.name,
        "sector": provider.sector.value if provider.sector is not None else "",
    }
    row = session.execute(select(table).where(table.c.code == provider.code)).mappings().first()
    if row is None:
        session.execute(insert(table).values(code=provider.code, also_known_as="", **said))
        before, did = None, "added"
    else:
        before = {name: row[name] for name, value in said.items() if row[name] != value}
        if not before:
            return "unchanged"
        session.execute(update(table).where(table.c.code == provider.code).values(**said))
        did = "changed"
    audit.record(
        session,
        by=by,
        at=at,
        action=f"provider_{did}",
        object_kind="provider",
        object_key=provider.code,
        before=before,
        after=said,
    )
    return did


def identify(
    session: Session, provider: str, identifier: Identifier, *, by: str, at: datetime
) -> Kept:
    """Record an identifier of a provider by its scheme; its canonical form is worked out here.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    known = provider_of(session, provider)
    value = canonical(identifier.scheme, identifier.given)
    if isinstance(value, Problem):
        raise Refused([value, *unknown_site(known, identifier.site)])
    wanted = replace(identifier, value=value)
    if _again(session, providing.IDENTIFIER, wanted.reference, provider, wanted):
        return Kept("unchanged")
    problems = [
        *unknown_site(known, wanted.site),
        *ahead_of_time(wanted.day, day_of(at)),
        *_check_of_another(session, provider, wanted),
        *_check_verified(wanted),
    ]
    if problems:
        raise Refused(problems)
    note(
        session,
        providing.IDENTIFIER,
        wanted.reference,
        about=provider,
        day=wanted.day,
        contents=wanted,
        by=by,
        at=at,
        after={"scheme": wanted.scheme.value, "value": wanted.value},
    )
    return Kept("added")


def register(
    session: Session, provider: str, registration: Registration, *, by: str, at: datetime
) -> Kept:
    """Record what a regulator says of a provider's registration from a day on.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    known = provider_of(session, provider)
    if _again(session, providing.REGISTRATION, registration.reference, provider, registration):
        return Kept("unchanged")
    if problems := [
        *unknown_site(known, registration.site),
        *ahead_of_time(registration.day, day_of(at)),
    ]:
        raise Refused(problems)
    note(
        session,
        providing.REGISTRATION,
        registration.reference,
        about=provider,
        day=registration.day,
        contents=registration,
        by=by,
        at=at,
        after={"regulator": registration.regulator, "status": registration.status.value},
    )
    return Kept("added", questions(registration.day, conditions=registration.conditions))


def file_document(
    session: Session, provider: str, document: Document, *, by: str, at: datetime
) -> Kept:
    """Record a document a provider filed, with the day it expires on and what it covers.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    if problems := [*unknown("provider", provider, providing.names(session), "provider")]:
        raise Refused(problems)
    if _again(session, providing.DOCUMENT, document.reference, provider, document):
        return Kept("unchanged")
    if problems := rules.problems_in_document(document):
        raise Refused(problems)
    note(
        session,
        providing.DOCUMENT,
        document.reference,
        about=provider,
        day=document.starts,
        contents=document,
        by=by,
        at=at,
        after={
            "document": document.kind.value,
            "expires": document.expires.isoformat() if document.expires else "",
        },
    )
    return Kept("added", questions(document.starts, words=document.words))


def inspect(
    session: Session, provider: str, inspection: Inspection, *, by: str, at: datetime
) -> Kept:
    """Record the result of an inspection of a provider or of one of its sites.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    known = provider_of(session, provider)
    if _again(session, providing.INSPECTION, inspection.reference, provider, inspection):
        return Kept("unchanged")
    if problems := [
        *unknown_site(known, inspection.site),
        *ahead_of_time(inspection.day, day_of(at)),
    ]:
        raise Refused(problems)
    note(
        session,
        providing.INSPECTION,
        inspection.reference,
        about=provider,
        day=inspection.day,
        contents=inspection,
        by=by,
        at=at,
        after={"inspectorate": inspection.inspectorate, "result": inspection.result.value},
    )
    return Kept("added", questions(inspection.day, words=inspection.words))


def set_document_rule(
    session: Session, reference: str, rule: DocumentRule, *, by: str, at: datetime
) -> Kept:
    """Say from which day providers of a kind must hold a document, with which cover, or need not.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.CHANGE_REGISTER)
    about = rule.kind.value if rule.kind else providing.EVERY_KIND
    if _again(session, providing.DOCUMENT_RULE, reference, about, rule):
        return Kept("unchanged")
    if rule.cover is not None and not rule.document.is_insurance:
        raise Refused.because(
            "cover_of_no_insurance",
            f"{rule.document.title} covers no amount; it is no insurance.",
            "cover",
        )
    note(
        session,
        providing.DOCUMENT_RULE,
        reference,
        about=about,
        day=rule.starts,
        contents=rule,
        by=by,
        at=at,
        after={
            "document": rule.document.value,
            "needed": rule.needed,
            "cover": rule.cover.plain if rule.cover is not None else "",
        },
    )
    return Kept("added")


def _again(session: Session, kind: str, reference: str, about: str, contents: object) -> bool:
    return providing.kept_before(session, kind, reference, about, contents) is not None


def _check_of_another(session: Session, provider: str, wanted: Identifier) -> list[Problem]:
    """One identifier of one scheme is one body's. A withdrawal takes nothing from another."""
    if wanted.withdrawn:
        return []
    standing = {
        (one.about, one.contents.site): one
        for one in providing.facts(session, providing.IDENTIFIER)
        if (one.contents.scheme, one.contents.value) == (wanted.scheme, wanted.value)
    }
    return [
        Problem(
            "identifier_of_another_provider",
            f"{wanted.scheme.title} {wanted.value} is recorded of the provider “{one.about}”.",
            "value",
        )
        for one in standing.values()
        if one.about != provider and not one.contents.withdrawn
    ]


def _check_verified(wanted: Identifier) -> list[Problem]:
    if bool(wanted.verified_at) == (wanted.verified_on is not None):
        return []
    return [
        Problem(
            "verification_incomplete",
            "Say both where the identifier was verified and on which day, or neither.",
            "verified_on" if wanted.verified_at else "verified_at",
        )
    ]


def _check_sites_used(now: Provider, gone: set[str]) -> list[Problem]:
    """A site something was recorded of is ended by its day, and not left out."""
    named = {
        *(one.site for one in now.identifiers),
        *(one.site for one in now.registrations),
        *(one.site for one in now.inspections),
    }
    return [
        Problem(
            "site_is_named",
            f"The site “{code}” of {now.name} is named in what was recorded; give it a last day "
            "instead of leaving it out.",
            "sites",
        )
        for code in sorted(named & gone)
    ]
