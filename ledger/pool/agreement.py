"""The agreement behind a fund held with partners: what it says, as it stands on a day.

A signed agreement is never changed: what is agreed, directed or appointed later is a dated fact
beside it, and `as_at` reads it all together. What a pooled fund's agreement must say is in
regulation 7 of the NHS Bodies and Local Authorities Partnership Arrangements Regulations 2000
(SI 2000/617), held in `ledger.pool.completeness`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from ledger.funds import FundKind, LegalBasis
from ledger.money import Money
from ledger.pool.vat import Delivery
from ledger.problems import Problem
from ledger.wording import day_in_full


class Body(StrEnum):
    """What a party is in law, where the regulations make a difference of it."""

    LOCAL_AUTHORITY = "local_authority"
    HEALTH_AUTHORITY = "health_authority"
    PRIMARY_CARE_TRUST = "primary_care_trust"
    NHS_TRUST = "nhs_trust"
    OTHER = "other"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _BODY_TITLES[self]

    @property
    def is_nhs(self) -> bool:
        return self in (Body.HEALTH_AUTHORITY, Body.PRIMARY_CARE_TRUST, Body.NHS_TRUST)


_BODY_TITLES = {
    Body.LOCAL_AUTHORITY: "Local authority",
    Body.HEALTH_AUTHORITY: "Health authority",
    Body.PRIMARY_CARE_TRUST: "Primary care trust",
    Body.NHS_TRUST: "NHS trust",
    Body.OTHER: "Another body",
}


class PartyRole(StrEnum):
    """What a party does under the agreement. Who is host is a dated appointment beside it."""

    PARTNER = "partner"
    LEAD_COMMISSIONER = "lead_commissioner"
    PROVIDER = "provider"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()


class AccountingRole(StrEnum):
    """How a partner accounts for its part: by who controls it. It changes no journal."""

    PRINCIPAL = "principal"
    AGENT = "agent"
    JOINT = "joint"

    @property
    def heading(self) -> str:
        """The heading of the statement a partner so placed puts its figures under."""
        return _HEADINGS[self]


_HEADINGS = {
    AccountingRole.PRINCIPAL: "Memorandum account: the whole of the fund's income and expenditure",
    AccountingRole.AGENT: "Agency statement: what was spent on another's behalf, and its cost",
    AccountingRole.JOINT: "Joint operation: the partner's own share of income and expenditure",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A body that signed. `consents` names the health authorities that consented to an NHS trust's
    joining (regulation 7(2))."""

    partner: str
    body: Body
    role: PartyRole = PartyRole.PARTNER
    consents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the agreement says, in its own words; empty where it says nothing."""

    aims: str = ""
    contributions: str = ""
    contributions_varied: str = ""
    functions: str = ""
    services: str = ""
    resources: str = ""
    duration: str = ""
    review: str = ""
    variation: str = ""
    termination: str = ""
    management: str = ""
    monitoring: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What somebody may decide alone, up to an amount."""

    who: str
    decision: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """Who holds a place from a day on, and why; a code for a host, a name for a manager."""

    starts: date
    holder: str
    reason: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePlaced:
    """A partner's accounting role from a day on; of every partner where none is named."""

    starts: date
    role: AccountingRole
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """What the partners agreed to change from a day on; None leaves a part as it was."""

    starts: date
    reference: str
    reason: str
    title: str | None = None
    parties: tuple[Party, ...] | None = None
    terms: tuple[tuple[str, str], ...] = ()
    limits: tuple[Limit, ...] | None = None
    review_day: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """A direction of Ministers (*Every Child Matters*, 5.46): budgets pooled, or a function moved."""

    starts: date
    reference: str
    directs: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """Notice that the agreement ends: given by a party on a day, for a reason."""

    notice_day: date
    ends: date
    by_partner: str
    reason: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindUp:
    """The day the last balance was settled and the fund closed."""

    day: date
    words: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """An agreement with every dated fact beside it, in order of day.

    `ends` None is no fixed end. Of one read `as_at` a day, `host`, `pool_manager`, `ends` and the
    rest are what held on that day.
    """

    reference: str
    fund: str
    kind: FundKind
    basis: LegalBasis
    title: str
    parties: tuple[Party, ...]
    starts: date
    signed: date | None = None
    ends: date | None = None
    review_day: date | None = None
    notice_months: int = 0
    terms: Terms = Terms()
    limits: tuple[Limit, ...] = ()
    hosts: tuple[Appointment, ...] = ()
    managers: tuple[Appointment, ...] = ()
    roles: tuple[RolePlaced, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    variations: tuple[Variation, ...] = ()
    directions: tuple[Direction, ...] = ()
    termination: Termination | None = None
    wound_up: WindUp | None = None

    def as_at(self, day: date) -> Agreement:
        """The agreement as it stood on a day: with what had happened by then, and no more."""
        now = self
        for variation in _by_day(self.variations, day):
            now = _varied(now, variation)
        ended = self.termination if _given(self.termination, day) else None
        return replace(
            now,
            ends=ended.ends if ended is not None else now.ends,
            hosts=_by_day(self.hosts, day),
            managers=_by_day(self.managers, day),
            roles=_by_day(self.roles, day),
            deliveries=_by_day(self.deliveries, day),
            variations=_by_day(self.variations, day),
            directions=_by_day(self.directions, day),
            termination=ended,
            wound_up=self.wound_up if self.wound_up and self.wound_up.day <= day else None,
        )

    @property
    def host(self) -> str:
        """The code of the partner last appointed host; empty where none is."""
        return self.hosts[-1].holder if self.hosts else ""

    @property
    def pool_manager(self) -> str:
        return self.managers[-1].holder if self.managers else ""

    @property
    def host_body(self) -> Body | None:
        return next((p.body for p in self.parties if p.partner == self.host), None)

    def role_of(self, partner: str) -> AccountingRole | None:
        """A partner's own accounting role, else the fund's; None where neither is decided."""
        for wanted in (partner, ""):
            placed = [one.role for one in self.roles if one.partner == wanted]
            if placed:
                return placed[-1]
        return None

    def delivery_of(self, service: str) -> Delivery | None:
        """Who delivers a service, and so under which VAT regime."""
        found = [one for one in self.deliveries if one.service == service]
        return found[-1] if found else None


class _Dated(Protocol):
    @property
    def starts(self) -> date: ...


_D = TypeVar("_D", bound=_Dated)


def _by_day(facts: Iterable[_D], day: date) -> tuple[_D, ...]:
    """The facts that hold by a day, the earlier first; of one day in the order they came."""
    return tuple(sorted((one for one in facts if one.starts <= day), key=lambda one: one.starts))


def _given(termination: Termination | None, day: date) -> bool:
    return termination is not None and termination.notice_day <= day


def _varied(now: Agreement, variation: Variation) -> Agreement:
    return replace(
        now,
        title=variation.title or now.title,
        parties=now.parties if variation.parties is None else variation.parties,
        terms=replace(now.terms, **dict(variation.terms)),
        limits=now.limits if variation.limits is None else variation.limits,
        review_day=variation.review_day or now.review_day,
        ends=variation.ends or now.ends,
    )


TERMS = tuple(one.name for one in fields(Terms))
"""The parts of an agreement's terms, by name."""


def problems_in(agreement: Agreement) -> list[Problem]:
    """Everything an agreement says that cannot be so; what it leaves out is not among it."""
    return [
        *_check_parties(agreement),
        *_check_days(agreement),
        *_check_places(agreement),
        *_check_limits(agreement.limits, "limits"),
        *_check_variations(agreement),
        *_check_end(agreement),
    ]


def _check_parties(agreement: Agreement) -> Iterator[Problem]:
    changed = [one.parties for one in agreement.variations if one.parties is not None]
    for parties in (agreement.parties, *changed):
        codes = [party.partner for party in parties]
        if len(set(codes)) < 2:
            yield Problem(
                "agreement_needs_two_parties",
                f"Agreement {agreement.reference} has fewer than two parties: "
                f"{', '.join(codes) or 'none'}.",
                "parties",
            )
        for place, code in enumerate(codes):
            if code in codes[:place]:
                yield Problem(
                    "party_repeated",
                    f"{code} is named twice among the parties of {agreement.reference}.",
                    f"parties[{place}].partner",
                )


def _check_days(agreement: Agreement) -> Iterator[Problem]:
    if agreement.ends is not None and agreement.ends < agreement.starts:
        yield _ends_first(agreement, agreement.ends, "ends")


def _ends_first(agreement: Agreement, ends: date, where: str) -> Problem:
    return Problem(
        "agreement_ends_before_it_starts",
        f"Agreement {agreement.reference} would end on {day_in_full(ends)}, before it starts on "
        f"{day_in_full(agreement.starts)}.",
        where,
    )


def _check_places(agreement: Agreement) -> Iterator[Problem]:
    """A host is a party on the day it takes the accounts over."""
    for place, appointment in enumerate(agreement.hosts):
        parties = agreement.as_at(max(appointment.starts, agreement.starts)).parties
        if appointment.holder not in {party.partner for party in parties}:
            yield Problem(
                "host_is_no_party",
                f"{appointment.holder} would be host of {agreement.fund} from "
                f"{day_in_full(appointment.starts)} and is no party to {agreement.reference}.",
                "host" if place == 0 else f"hosts[{place}].holder",
            )
    for placed in agreement.roles:
        if placed.partner and placed.partner not in {p.partner for p in agreement.parties}:
            yield Problem(
                "accounting_role_of_no_party",
                f"{placed.partner} is no party to {agreement.reference}, so it has no accounting "
                "role under it.",
                "roles",
            )


def _check_limits(limits: Iterable[Limit], where: str) -> Iterator[Problem]:
    for place, limit in enumerate(limits):
        if limit.amount.pence <= 0:
            yield Problem(
                "delegated_limit_not_above_nil",
                f"{limit.who} may decide “{limit.decision}” up to {limit.amount}; a limit is more "
                "than nothing.",
                f"{where}[{place}].amount",
            )


def _check_variations(agreement: Agreement) -> Iterator[Problem]:
    for variation in agreement.variations:
        if variation.starts < agreement.starts:
            yield Problem(
                "variation_before_agreement",
                f"Variation {variation.reference} would take effect on "
                f"{day_in_full(variation.starts)}, before {agreement.reference} starts on "
                f"{day_in_full(agreement.starts)}.",
                "day",
            )
        if variation.ends is not None and variation.ends < agreement.starts:
            yield _ends_first(agreement, variation.ends, "ends")
        yield from _check_limits(variation.limits or (), "limits")


def _check_end(agreement: Agreement) -> Iterator[Problem]:
    given = agreement.termination
    if given is None:
        return
    if given.ends < given.notice_day:
        yield Problem(
            "termination_before_notice",
            f"Notice was given on {day_in_full(given.notice_day)} and {agreement.reference} would "
            f"have ended before it, on {day_in_full(given.ends)}.",
            "ends",
        )
    if given.ends < agreement.starts:
        yield _ends_first(agreement, given.ends, "ends")
    earliest = months_after(given.notice_day, agreement.notice_months)
    if given.ends < earliest:
        yield Problem(
            "notice_too_short",
            f"{agreement.reference} asks for notice of {agreement.notice_months} months: given on "
            f"{day_in_full(given.notice_day)}, it ends on {day_in_full(earliest)} at the earliest.",
            "ends",
        )


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = 31 if month == 11 else (date(year, month + 2, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))
