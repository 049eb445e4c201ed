"""What a provider must hold on a day, by which new call-offs with it are stopped.

What it must hold depends on its kind and sector. Registration: Care Standards Act 2000, section 11,
for children's homes, fostering agencies, voluntary adoption agencies and residential family centres;
Education Act 2002, part 10, for independent schools. Employers' liability: the Employers' Liability
(Compulsory Insurance) Act 1969, from which section 3 exempts public bodies. The rest is asked by the
rules of documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from contracts.providers import (
    Document,
    DocumentKind,
    DocumentRule,
    Kind,
    Provider,
    Sector,
    Withdrawal,
)
from ledger.money import Money
from ledger.problems import Problem
from ledger.wording import day_in_full


def needs_registration(provider: Provider) -> tuple[Kind, ...]:
    """The kinds for which the law asks that the provider is registered, each by itself.

    A council's own fostering and adoption services are not agencies that register; its homes are.
    """
    public = provider.sector in (Sector.OWN, Sector.OTHER_PUBLIC)
    asked = {Kind.CHILDRENS_HOME, Kind.RESIDENTIAL_FAMILY_CENTRE}
    if not public:
        asked |= {Kind.FOSTERING_AGENCY, Kind.ADOPTION_AGENCY, Kind.SCHOOL}
    return tuple(kind for kind in provider.kinds if kind in asked)


def required_of(provider: Provider, day: date) -> tuple[DocumentRule, ...]:
    """What the provider must hold on a day, each document once with the highest cover asked.

    Own provision files nothing with itself.
    """
    if provider.sector is Sector.OWN or not provider.kinds:
        return ()
    public = provider.sector is Sector.OTHER_PUBLIC
    return _required_of(_Same(provider.document_rules), day, provider.kinds, public)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """Rules that are one object: providers that are read together have theirs in common."""

    rules: tuple[DocumentRule, ...]

    def __hash__(self) -> int:
        return id(self.rules)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.rules is other.rules


@lru_cache(maxsize=256)
def _required_of(
    same: _Same, day: date, kinds: tuple[Kind, ...], public: bool
) -> tuple[DocumentRule, ...]:
    standing = rules_on(same.rules, day)
    found: dict[DocumentKind, DocumentRule] = {}
    for one in standing.values():
        if not any(_applies(one, kind, standing) for kind in kinds):
            continue
        exempt = public and one.document is DocumentKind.EMPLOYERS_LIABILITY
        held = found.get(one.document)
        if one.needed and not exempt and (held is None or _above(one.cover, held.cover)):
            found[one.document] = one
    return tuple(found.values())


def rules_on(
    rules: Iterable[DocumentRule], day: date
) -> dict[tuple[Kind | None, DocumentKind], DocumentRule]:
    """What stands on a day of what was asked for, by kind and document; `rules` in order of day."""
    return {(one.kind, one.document): one for one in rules if one.starts <= day}


def _applies(
    rule: DocumentRule,
    kind: Kind,
    standing: Mapping[tuple[Kind | None, DocumentKind], DocumentRule],
) -> bool:
    """Whether a rule is the one that holds for a kind."""
    if rule.kind is None:
        return (kind, rule.document) not in standing
    return rule.kind is kind


def problems_in_rule(
    rule: DocumentRule, standing: Mapping[tuple[Kind | None, DocumentKind], DocumentRule]
) -> Iterator[Problem]:
    """What is wrong with a rule; `standing` are those that hold on its first day."""
    title = rule.document.title
    if rule.cover is not None and not rule.document.is_insurance:
        yield Problem("cover_of_no_insurance", f"{title} covers no amount.", "cover")
    if rule.needed:
        return
    held = standing.get((rule.kind, rule.document)) or standing.get((None, rule.document))
    if held is None or not held.needed:
        whom = "every kind" if rule.kind is None else f"a {rule.kind.title.lower()}"
        yield Problem(
            "document_rule_lifts_nothing",
            f"On {day_in_full(rule.starts)} no rule asks {whom} for {_lower(title)}, so there is "
            "none to lift; what is asked of one kind is lifted of that kind.",
            "needed",
        )


def problems_on(provider: Provider, day: date) -> list[Problem]:
    """Everything that stops new call-offs on a day, each naming the document and its day."""
    return [
        *_check_ended(provider, day),
        *_check_registered(provider, day),
        *(
            problem
            for required in required_of(provider, day)
            for problem in _check_document(provider, required, day)
        ),
    ]


def _check_ended(provider: Provider, day: date) -> Iterator[Problem]:
    if provider.ends is not None and provider.ends < day:
        yield Problem(
            "provider_no_longer_used",
            f"{provider.name} has not been used since {day_in_full(provider.ends)}.",
            "provider",
        )


def _check_registered(provider: Provider, day: date) -> Iterator[Problem]:
    standing = provider.registrations_on(day)
    lacking = [
        kind
        for kind in needs_registration(provider)
        if not any(one.status.may_operate for one in standing if one.kind in (kind, None))
    ]
    if not lacking:
        return
    ended = [one for one in standing if not one.status.may_operate and one.kind in (*lacking, None)]
    unheard = [kind for kind in lacking if not any(one.kind in (kind, None) for one in ended)]
    if unheard:
        kinds = " and ".join(f"as a {kind.title.lower()}" for kind in unheard)
        yield Problem(
            "provider_not_registered",
            f"No registration of {provider.name} {kinds} was recorded by {day_in_full(day)}.",
            "provider.registration",
        )
    for one in ended:
        yield Problem(
            "provider_registration_ended",
            f"The registration {one.number} of {provider.name} with {one.regulator} was "
            f"{one.status.title.lower()} on {day_in_full(one.day)}.",
            "provider.registration",
        )


def _check_document(provider: Provider, required: DocumentRule, day: date) -> Iterator[Problem]:
    title, where = required.document.title, f"provider.documents.{required.document.value}"
    filed = [one for one in _of_kind(provider, required.document) if one.starts <= day]
    current = [one for one in filed if one.is_current_on(day)]
    if not filed:
        yield Problem(
            "provider_document_missing",
            f"{provider.name} has filed no {_lower(title)} for {day_in_full(day)}.",
            where,
        )
    elif not current:
        yield _no_longer_holds(provider, max(filed, key=_last_day), where)
    elif not any(one.covers(required.cover) for one in current):
        best = max((one.cover for one in current if one.cover is not None), default=None)
        yield Problem(
            "provider_cover_too_low",
            f"The {_lower(title)} of {provider.name} covers "
            f"{best if best is not None else 'an amount nobody stated'}; {required.cover} is "
            "asked for.",
            where,
        )


def _of_kind(provider: Provider, kind: DocumentKind) -> list[Document]:
    """The documents of a kind; one withdrawn from its first day on was never there."""
    return [
        one
        for one in provider.documents
        if one.kind is kind and (one.last_day is None or one.last_day >= one.starts)
    ]


def _last_day(document: Document) -> date:
    return document.last_day or date.max


def _no_longer_holds(provider: Provider, last: Document, where: str) -> Problem:
    title, ended = _lower(last.kind.title), last.last_day
    assert ended is not None, "a document without an end is current"
    if last.withdrawn is not None and ended != last.expires:
        return Problem(
            "provider_document_withdrawn",
            f"The {title} of {provider.name} holds no more since {day_in_full(last.withdrawn)}: "
            f"“{last.why.rstrip('.')}.”",
            where,
        )
    return Problem(
        "provider_document_expired",
        f"The {title} of {provider.name} expired on {day_in_full(ended)}.",
        where,
    )


@dataclass(frozen=True, slots=True)
class Expiring:
    """A required document that runs out, or has; `expires` is the last day it holds."""

    provider: str
    document: DocumentKind
    expires: date
    cover: Money | None
    issuer: str


def expiring(provider: Provider, day: date, until: date) -> list[Expiring]:
    """The documents asked for that hold on a day and run out by another, the soonest first.

    A document with a later one filed that takes over on the day after, and covers enough, goes on.
    """
    found = []
    for required in required_of(provider, day):
        filed = [one for one in _of_kind(provider, required.document) if one.covers(required.cover)]
        last = max((one for one in filed if one.is_current_on(day)), key=_last_day, default=None)
        while last is not None and last.last_day is not None:
            following = last.last_day + timedelta(days=1)
            after = max(
                (one for one in filed if one.is_current_on(following)), key=_last_day, default=None
            )
            if after is None:
                break
            last = after
        if last is not None and last.last_day is not None and last.last_day <= until:
            found.append(Expiring(provider.code, last.kind, last.last_day, last.cover, last.issuer))
    return sorted(found, key=lambda one: (one.expires, one.document.value))


def problems_in(provider: Provider) -> list[Problem]:
    """Everything wrong with what is kept of a provider itself; `where` is the field."""
    return [*_check_sites(provider)]


def problems_in_document(document: Document) -> list[Problem]:
    """Everything wrong with a document as it is filed."""
    return [*_check_dates(document), *_check_cover(document)]


def _check_sites(provider: Provider) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, one in enumerate(provider.sites):
        if one.code in seen:
            yield Problem(
                "site_repeated",
                f"The site “{one.code}” of {provider.name} stands there twice.",
                f"sites[{place}].code",
            )
        seen.add(one.code)
        if one.starts is not None and one.ends is not None and one.ends < one.starts:
            yield Problem(
                "site_ends_before_it_starts",
                f"The site {one.name} would end on {day_in_full(one.ends)}, before it starts on "
                f"{day_in_full(one.starts)}.",
                f"sites[{place}].ends",
            )


def problems_in_withdrawal(document: Document, withdrawal: Withdrawal) -> Iterator[Problem]:
    """What stops a document being said to hold no more."""
    if document.withdrawn is not None:
        yield Problem(
            "document_withdrawn_already",
            f"The document {document.reference} was said before to hold no more since "
            f"{day_in_full(document.withdrawn)}.",
            "document",
        )
    elif withdrawal.day < document.starts:
        yield Problem(
            "document_expires_before_it_starts",
            f"The document {document.reference} holds from {day_in_full(document.starts)}; say that "
            "day if it never held.",
            "day",
        )


def _check_dates(document: Document) -> Iterator[Problem]:
    if document.expires is not None and document.expires < document.starts:
        yield Problem(
            "document_expires_before_it_starts",
            f"The document would expire on {day_in_full(document.expires)}, before it starts on "
            f"{day_in_full(document.starts)}.",
            "expires",
        )


def _check_cover(document: Document) -> Iterator[Problem]:
    if not document.kind.is_insurance:
        if document.cover is not None:
            yield Problem(
                "cover_of_no_insurance",
                f"A {_lower(document.kind.title)} covers no amount; it is no insurance.",
                "cover",
            )
        return
    if document.cover is None or document.cover.pence <= 0:
        yield Problem(
            "insurance_incomplete",
            f"Say what the {_lower(document.kind.title)} covers, above nil.",
            "cover",
        )
    if document.expires is None:
        yield Problem(
            "insurance_incomplete",
            f"Say on which day the {_lower(document.kind.title)} expires.",
            "expires",
        )


def _above(one: Money | None, other: Money | None) -> bool:
    return one is not None and (other is None or one > other)


def _lower(title: str) -> str:
    return f"{title[0].lower()}{title[1:]}"
