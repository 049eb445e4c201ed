"""Providers kept: who they are, their identifiers, registration, documents, inspections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session

from contracts import provider_checking as rules
from contracts.days import ahead_of_time
from contracts.identifiers import Identifier, canonical
from contracts.providers import (
    Document,
    DocumentRule,
    Inspection,
    Provider,
    Registration,
    Withdrawal,
)
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import day_of
from trust_commissioning.files.identifiability import questions
from trust_commissioning.providing.known import (
    Kept,
    Saying,
    begin,
    bring,
    say,
    stale,
    unknown,
    unknown_provider,
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
    begin(session, by)
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
    form = canonical(identifier.scheme, identifier.given)
    malformed = [form] if isinstance(form, Problem) else []
    wanted = identifier if isinstance(form, Problem) else replace(identifier, value=form)

    def problems() -> Iterator[Problem]:
        yield from malformed
        yield from unknown_provider(session, provider, site=wanted.site)
        if wanted.withdrawn and not malformed:
            yield from _check_recorded(session, provider, wanted)
        yield from ahead_of_time(wanted.day, day_of(at))
        yield from _check_verified(wanted, day_of(at))
        if not malformed:
            yield from _check_of_another(session, provider, wanted)

    said = Saying(
        kind=providing.IDENTIFIER,
        reference=wanted.reference,
        about=provider,
        day=wanted.day,
        contents=wanted,
        after={"scheme": wanted.scheme.value, "value": wanted.value},
    )
    return say(session, said, problems, by=by, at=at)


def register(
    session: Session, provider: str, registration: Registration, *, by: str, at: datetime
) -> Kept:
    """Record what a regulator says of a provider's registration from a day on.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    said = Saying(
        kind=providing.REGISTRATION,
        reference=registration.reference,
        about=provider,
        day=registration.day,
        contents=registration,
        after={"regulator": registration.regulator, "status": registration.status.value},
        texts={"conditions": registration.conditions},
    )
    return say(
        session,
        said,
        lambda: (
            *unknown_provider(session, provider, site=registration.site),
            *ahead_of_time(registration.day, day_of(at)),
        ),
        by=by,
        at=at,
    )


def file_document(
    session: Session, provider: str, document: Document, *, by: str, at: datetime
) -> Kept:
    """Record a document a provider filed, with the day it expires on and what it covers.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    said = Saying(
        kind=providing.DOCUMENT,
        reference=document.reference,
        about=provider,
        day=document.starts,
        contents=document,
        after={
            "document": document.kind.value,
            "expires": document.expires.isoformat() if document.expires else "",
        },
        texts={"words": document.words},
    )
    return say(
        session,
        said,
        lambda: (
            *unknown_provider(session, provider),
            *rules.problems_in_document(document),
        ),
        by=by,
        at=at,
    )


def withdraw_document(
    session: Session, provider: str, withdrawal: Withdrawal, *, by: str, at: datetime
) -> Kept:
    """Say that a document filed before holds no more from a day on; on its first day, it never did.

    Raises:
        Refused: with every problem; nothing was changed.
    """

    def problems() -> Iterator[Problem]:
        known = providing.provider(session, provider)
        if known is None:
            yield from unknown("provider", provider, (), "provider")
        else:
            filed = {one.reference: one for one in known.documents}
            yield from unknown("document", withdrawal.document, filed, "document")
            if withdrawal.document in filed:
                yield from rules.problems_in_withdrawal(filed[withdrawal.document], withdrawal)
        yield from ahead_of_time(withdrawal.day, day_of(at))

    said = Saying(
        kind=providing.WITHDRAWAL,
        reference=withdrawal.reference,
        about=provider,
        day=withdrawal.day,
        contents=withdrawal,
        after={"document": withdrawal.document, "reason": withdrawal.reason},
        texts={"reason": withdrawal.reason},
    )
    return say(session, said, problems, by=by, at=at)


def inspect(
    session: Session, provider: str, inspection: Inspection, *, by: str, at: datetime
) -> Kept:
    """Record the result of an inspection of a provider or of one of its sites.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    said = Saying(
        kind=providing.INSPECTION,
        reference=inspection.reference,
        about=provider,
        day=inspection.day,
        contents=inspection,
        after={"inspectorate": inspection.inspectorate, "result": inspection.result.value},
        texts={"words": inspection.words},
    )
    return say(
        session,
        said,
        lambda: (
            *unknown_provider(session, provider, site=inspection.site),
            *ahead_of_time(inspection.day, day_of(at)),
        ),
        by=by,
        at=at,
    )


def set_document_rule(
    session: Session, reference: str, rule: DocumentRule, *, by: str, at: datetime
) -> Kept:
    """Say from which day providers of a kind must hold a document, with which cover, or need not.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    said = Saying(
        kind=providing.DOCUMENT_RULE,
        reference=reference,
        about=rule.kind.value if rule.kind else providing.EVERY_KIND,
        day=rule.starts,
        contents=rule,
        after={
            "document": rule.document.value,
            "needed": rule.needed,
            "cover": rule.cover.plain if rule.cover is not None else "",
        },
    )

    def problems() -> Iterator[Problem]:
        standing = rules.rules_on(providing.document_rules(session), rule.starts)
        return rules.problems_in_rule(rule, standing)

    return say(session, said, problems, by=by, at=at, action=roles.Action.CHANGE_REGISTER)


def _check_recorded(session: Session, provider: str, wanted: Identifier) -> Iterator[Problem]:
    """What is withdrawn was recorded: of the provider itself, or of the site it is withdrawn of."""
    known = providing.provider(session, provider)
    of = (wanted.scheme, wanted.value, wanted.site)
    if known is not None and of not in {(o.scheme, o.value, o.site) for o in known.known_by}:
        yield Problem(
            "identifier_unknown",
            f"No {wanted.scheme.title} {wanted.value} stands on record of {known.name}"
            f"{f', site {wanted.site}' if wanted.site else ''}, so there is none to withdraw.",
            "value",
        )


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


def _check_verified(wanted: Identifier, today: date) -> Iterator[Problem]:
    if bool(wanted.verified_at) != (wanted.verified_on is not None):
        yield Problem(
            "verification_incomplete",
            "Say both where the identifier was verified and on which day, or neither.",
            "verified_on" if wanted.verified_at else "verified_at",
        )
    if wanted.verified_on is not None:
        yield from ahead_of_time(wanted.verified_on, today, where="verified_on")


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
