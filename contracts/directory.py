"""The services directory: what is offered to whom, where, at what cost, how to be referred.

The Green Paper asks for a directory of local providers, eligibility, location and referral, with
procedures to keep it up to date (*Every Child Matters*, 2003, appendix on information sharing). So
each entry has an owner and a day by which it is looked at again; past it, it is flagged to those
who read it and its owner is chased. The fields are those of Open Referral UK 3.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from contracts import opening_times
from contracts.opening_times import Open, Sought, is_open
from ledger.money import NIL, Money
from ledger.problems import Problem
from ledger.wording import day_in_full

ANY_TIME = Sought()


class Status(StrEnum):
    """Whether the service can be used; the values are those of Open Referral."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the service is given."""

    name: str
    address: str
    town: str
    county: str
    postcode: str
    access: str = ""
    """What a wheelchair user, say, should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a family pays for one way of using the service; nil where it is free."""

    option: str
    amount: Money | None = None
    words: str = ""

    @property
    def said(self) -> str:
        """``Free``, ``£2.50, a session``: what a page shows."""
        amount = "" if self.amount is None else "Free" if self.amount == NIL else str(self.amount)
        return ", ".join(part for part in (amount, self.words) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to ask: an office rather than a person, where there is one."""

    name: str
    title: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One service as the directory tells the public of it.

    Ages are whole years, both ends included; None is no limit. `areas` are the districts it is
    for; none is everywhere. `opening` tells in words when it is open, `times` the hours of each week.
    `assured` is the day on which somebody last checked all of it.
    """

    code: str
    service: str
    provider: str
    title: str
    description: str
    status: Status = Status.ACTIVE
    published: bool = True
    minimum_age: int | None = None
    maximum_age: int | None = None
    eligibility: str = ""
    referral: str = ""
    places: tuple[Place, ...] = ()
    areas: tuple[str, ...] = ()
    opening: str = ""
    times: tuple[Open, ...] = ()
    costs: tuple[Cost, ...] = ()
    contacts: tuple[Contact, ...] = ()
    languages: tuple[str, ...] = ()
    website: str = ""
    alert: str = ""
    owner: str = ""
    owner_email: str = ""
    review_day: date | None = None
    assured: date | None = None
    changed_at: str = ""
    version: int = 0

    def is_past_review(self, day: date) -> bool:
        """Whether it should have been looked at again before this day."""
        return self.review_day is not None and self.review_day < day

    @property
    def is_public(self) -> bool:
        """Whether the public pages list it."""
        return self.published and self.status in (Status.ACTIVE, Status.TEMPORARILY_CLOSED)

    @property
    def when(self) -> str:
        """When it is open: in words, with the hours of each week."""
        hours = opening_times.in_words(self.times)
        return ". ".join(part for part in (self.opening.rstrip("."), hours) if part)

    @property
    def ages(self) -> str:
        """``Ages 5 to 11``, ``Up to age 4``, ``All ages``."""
        if self.minimum_age is None and self.maximum_age is None:
            return "All ages"
        if self.minimum_age is None:
            return f"Up to age {self.maximum_age}"
        if self.maximum_age is None:
            return f"Age {self.minimum_age} and over"
        return f"Ages {self.minimum_age} to {self.maximum_age}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody looks for: words, the age of the child, an age range, a place, a time."""

    words: str = ""
    age: int | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    place: str = ""
    time: Sought = ANY_TIME


def matches(entry: Entry, wanted: Wanted, *, provider: str = "") -> bool:
    """Whether an entry is one somebody looks for. Every word must be met somewhere in it.

    `provider` is the provider's name. `minimum_age` and `maximum_age` are as Open Referral has
    them: the entry's own limits lie within them.
    """
    told = " ".join(
        (
            entry.title,
            entry.description,
            entry.eligibility,
            provider,
            *entry.areas,
            *(place.town for place in entry.places),
            *(place.name for place in entry.places),
        )
    ).casefold()
    return (
        all(word in told for word in wanted.words.casefold().split())
        and _takes(entry, wanted.age)
        and (wanted.minimum_age is None or (entry.minimum_age or 0) >= wanted.minimum_age)
        and (
            wanted.maximum_age is None
            or (entry.maximum_age is not None and entry.maximum_age <= wanted.maximum_age)
        )
        and _is_near(entry, wanted.place)
        and is_open(entry.times, wanted.time)
    )


def _takes(entry: Entry, age: int | None) -> bool:
    return age is None or (
        (entry.minimum_age is None or entry.minimum_age <= age)
        and (entry.maximum_age is None or age <= entry.maximum_age)
    )


def _is_near(entry: Entry, place: str) -> bool:
    """Whether it is for, or in, a place somebody named; an entry for no area is for them all."""
    wanted = "".join(place.casefold().split())
    if not wanted or not (entry.areas or entry.places):
        return True
    told = [
        *entry.areas,
        *(text for one in entry.places for text in (one.town, one.county, one.postcode)),
    ]
    return any(wanted in "".join(text.casefold().split()) for text in told)


def checked(entry: Entry, day: date, review_day: date) -> Entry:
    """The entry as somebody found it right on a day, to be looked at again by another.

    A check that is told late leaves what a later one found.
    """
    if entry.assured is not None and day < entry.assured:
        return entry
    return replace(entry, assured=day, review_day=review_day)


def reminder(entry: Entry, *, trust: str, day: date) -> str:
    """The letter that asks an entry's owner to look at it again."""
    assert entry.review_day is not None, "only an entry with a review day is chased"
    last = (
        f"It was last checked on {day_in_full(entry.assured)}."
        if entry.assured is not None
        else "Nobody has recorded checking it."
    )
    return (
        f"To: {entry.owner}\n"
        f"From: {trust}\n"
        f"Date: {day_in_full(day)}\n\n"
        f"“{entry.title}” in the services directory was to be reviewed by "
        f"{day_in_full(entry.review_day)}. {last}\n\n"
        "Families and those who refer them rely on it. Please check what is offered, the ages, who "
        "may use it, where, how to be referred, the costs and the contacts, and record that you "
        "have; or say that the service has changed or ended."
    )


def problems_in(entry: Entry) -> list[Problem]:
    """Everything wrong with an entry; `where` is the field."""
    return [
        *_check_ages(entry),
        *_check_costs(entry),
        *opening_times.problems_in(entry.times),
        *_check_published(entry),
    ]


def _check_ages(entry: Entry) -> Iterator[Problem]:
    least, most = entry.minimum_age, entry.maximum_age
    if least is not None and most is not None and most < least:
        yield Problem(
            "ages_out_of_order",
            f"“{entry.title}” would be for ages {least} to {most}.",
            "maximum_age",
        )


def _check_costs(entry: Entry) -> Iterator[Problem]:
    for place, one in enumerate(entry.costs):
        if one.amount is not None and one.amount < NIL:
            yield Problem(
                "cost_below_nil",
                f"A cost is not below nil: {one.amount}.",
                f"costs[{place}].amount",
            )


def _check_published(entry: Entry) -> Iterator[Problem]:
    """What the public must find in an entry, besides its title and description."""
    if not entry.published:
        return
    lacks = [
        ("referral", entry.referral, "how to be referred"),
        ("contacts", entry.contacts, "whom to ask"),
        ("owner", entry.owner, "who keeps it up to date"),
        ("review_day", entry.review_day, "by when it is looked at again"),
    ]
    for where, held, words in lacks:
        if not held:
            yield Problem(
                "directory_entry_incomplete",
                f"“{entry.title}” is to be published and does not say {words}.",
                where,
            )


def problems_in_check(entry: Entry, day: date, review_day: date) -> Iterator[Problem]:
    """What stops a check being recorded: the next review would not come after it."""
    if review_day <= day:
        yield Problem(
            "review_not_after_the_check",
            f"“{entry.title}” would be due again on {day_in_full(review_day)}, not after it was "
            f"checked on {day_in_full(day)}.",
            "review_day",
        )


def problems_in_chase(entry: Entry, day: date) -> Iterator[Problem]:
    """What stops an owner being chased: the review day has not passed, or there is no owner."""
    if not entry.is_past_review(day):
        due = day_in_full(entry.review_day) if entry.review_day else "no day"
        yield Problem(
            "entry_not_past_review",
            f"“{entry.title}” is to be reviewed by {due}, so its owner is not chased on "
            f"{day_in_full(day)}.",
            "entry",
        )
    if not entry.owner:
        yield Problem(
            "directory_entry_incomplete",
            f"“{entry.title}” does not say who keeps it up to date, so there is nobody to write to.",
            "owner",
        )
