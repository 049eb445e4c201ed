"""The directory as Open Referral UK 3.0 (HSDS) has it: plain values ready for JSON.

Optional fields that are empty are left out. Eligibility and how to be referred, which the Green
Paper asks of a directory and the UK profile leaves out, are served from HSDS's core, as are phones
and e-mail addresses of contacts; the profile's schema allows both. Times of opening are told as weekly
schedules by the clock in London.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.directory import Contact, Cost, Entry, Place
from contracts.opening_times import by_hours
from contracts.providers import Provider
from contracts.services import Service
from ledger.money import Money
from ledger.outcomes import WORDINGS, Outcome
from trust_commissioning.clock import from_text

VERSION = "3.0"
PROFILE = "https://docs.openreferraluk.org/"
OPENAPI = "https://raw.githubusercontent.com/openreferral/uk-profile/main/schema/openapi.json"
_TAXONOMY = "outcomes"

Told = dict[str, Any]
"""One object as JSON has it."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the public is told, as of a day, with the names everything has in the standard.

    `founded` tells this trust's names from another's; a name stays the same as long as its code.
    """

    founded: str
    day: date
    entries: tuple[Entry, ...]
    providers: Mapping[str, Provider]
    services: Mapping[str, Service]

    def id(self, kind: str, *keys: object) -> str:
        """The standard's name for a thing: a UUID made of its kind and code."""
        whole = uuid5(NAMESPACE_OID, self.founded)
        return str(uuid5(whole, "/".join((kind, *map(str, keys)))))

    def listed(self, entry: Entry) -> Told:
        """A service with what it has one of, and its organisation."""
        return _told(
            id=self.id("service", entry.code),
            organization_id=self.id("organization", entry.provider),
            name=entry.title,
            description=entry.description,
            url=entry.website,
            email=next((one.email for one in entry.contacts if one.email), ""),
            status=entry.status.value,
            minimum_age=entry.minimum_age,
            maximum_age=entry.maximum_age,
            assured_date=entry.assured.isoformat() if entry.assured else "",
            assurer_email=entry.owner_email,
            alert=entry.alert,
            last_modified=_instant(entry.changed_at),
            eligibility_description=entry.eligibility,
            application_process=entry.referral,
            organization=self._organization(entry.provider),
        )

    def service(self, entry: Entry) -> Told:
        """A service with everything that is told of it."""
        own = self.id("service", entry.code)
        organization = self._organization(entry.provider)
        identifiers = list(self._identifiers(entry.provider))
        return self.listed(entry) | _told(
            organization=organization | _told(organization_identifiers=identifiers),
            schedules=self._schedules(entry, own),
            service_areas=[
                {"id": self.id("area", entry.code, area), "service_id": own, "name": area}
                for area in entry.areas
            ],
            service_at_locations=[
                self._at(entry, turn, place) for turn, place in enumerate(entry.places)
            ],
            languages=[
                {"id": self.id("language", entry.code, name), "service_id": own, "name": name}
                for name in entry.languages
            ],
            cost_options=[self._cost(entry, turn, cost) for turn, cost in enumerate(entry.costs)],
            contacts=[self._contact(entry, turn, one) for turn, one in enumerate(entry.contacts)],
            attributes=list(self._attributes(entry, own)),
        )

    def at_locations(self, entries: Sequence[Entry]) -> list[Told]:
        """Each service at each of its places, with its service and place."""
        return [
            self._at(entry, turn, place) | {"service": self.listed(entry)}
            for entry in entries
            for turn, place in enumerate(entry.places)
        ]

    def taxonomy(self) -> Told:
        """The five outcomes as a taxonomy."""
        return {
            "id": self.id("taxonomy", _TAXONOMY),
            "name": "The five outcomes for children",
            "description": "The outcomes of Every Child Matters: Change for Children (2004).",
            "version": "2004",
        }

    def terms(self) -> list[Told]:
        """The outcomes as terms of it."""
        return [self._term(outcome) for outcome in Outcome]

    def serves(self, entry: Entry) -> list[Outcome]:
        """The outcomes the service behind an entry is for, on the day."""
        service = self.services.get(entry.service)
        return [outcome for outcome, _ in service.weights_on(self.day)] if service else []

    def _term(self, outcome: Outcome) -> Told:
        return {
            "id": self.id("term", _TAXONOMY, outcome.value),
            "name": outcome.title,
            "description": WORDINGS[outcome].children_act,
            "taxonomy": self.taxonomy()["name"],
            "taxonomy_id": self.id("taxonomy", _TAXONOMY),
        }

    def _attributes(self, entry: Entry, own: str) -> Iterator[Told]:
        for outcome in self.serves(entry):
            term = self._term(outcome)
            yield {
                "id": self.id("attribute", entry.code, outcome.value),
                "link_id": own,
                "link_type": "service",
                "taxonomy_term_id": term["id"],
                "taxonomy_term": term,
            }

    def _organization(self, code: str) -> Told:
        provider = self.providers[code]
        return _told(
            id=self.id("organization", code),
            name=provider.name,
            description=provider.description or provider.name,
            email=provider.email,
            website=provider.website,
        )

    def _identifiers(self, code: str) -> Iterator[Told]:
        for one in self.providers[code].known_by:
            if not one.site:
                yield {
                    "id": self.id("identifier", code, one.scheme.value, one.value),
                    "organization_id": self.id("organization", code),
                    "identifier_scheme": one.scheme.value,
                    "identifier_type": one.scheme.title,
                    "identifier": one.value,
                }

    def _schedules(self, entry: Entry, own: str) -> list[Told]:
        """The hours of each week, each with its days; what is said in words stands with the first."""
        hours: list[Told] = [
            {
                "freq": "WEEKLY",
                "byday": ",".join(day.value for day in days),
                "opens_at": f"{opens:%H:%M}",
                "closes_at": f"{closes:%H:%M}",
            }
            for (opens, closes), days in by_hours(entry.times).items()
        ]
        if not hours and not entry.opening:
            return []
        first, *rest = hours or [{}]
        told = [first | _told(description=entry.opening), *rest]
        # What has no hours is one schedule in words, under the name it always had.
        return [
            {"id": self.id("schedule", entry.code, *([turn] if turn else [])), "service_id": own}
            | one
            for turn, one in enumerate(told)
        ]

    def _at(self, entry: Entry, turn: int, place: Place) -> Told:
        location = self.id("location", entry.code, turn)
        return {
            "id": self.id("service_at_location", entry.code, turn),
            "service_id": self.id("service", entry.code),
            "location_id": location,
            "location": _told(
                id=location,
                location_type="physical",
                name=place.name,
                addresses=[
                    {
                        "id": self.id("address", entry.code, turn),
                        "location_id": location,
                        "address_1": place.address,
                        "city": place.town,
                        "state_province": place.county,
                        "postal_code": place.postcode,
                        "country": "GB",
                        "address_type": "physical",
                    }
                ],
                accessibility=[
                    {
                        "id": self.id("accessibility", entry.code, turn),
                        "location_id": location,
                        "description": place.access,
                    }
                ]
                if place.access
                else [],
            ),
        }

    def _cost(self, entry: Entry, turn: int, cost: Cost) -> Told:
        return _told(
            id=self.id("cost", entry.code, turn),
            service_id=self.id("service", entry.code),
            option=cost.option,
            amount=_number(cost.amount),
            amount_description=cost.said,
        )

    def _contact(self, entry: Entry, turn: int, contact: Contact) -> Told:
        own = self.id("contact", entry.code, turn)
        phones = [
            {"id": self.id("phone", entry.code, turn), "contact_id": own, "number": contact.phone}
        ]
        return _told(
            id=own,
            service_id=self.id("service", entry.code),
            name=contact.name,
            title=contact.title,
            email=contact.email,
            phones=phones if contact.phone else [],
        )


def page_of(found: Sequence[Told], page: int, per_page: int) -> Told:
    """One page of a list, under the standard's header. Pages are counted from 1."""
    pages = max(1, -(-len(found) // per_page))
    contents = list(found[(page - 1) * per_page : page * per_page])
    return {
        "total_items": len(found),
        "total_pages": pages,
        "page_number": page,
        "size": len(contents),
        "first_page": page == 1,
        "last_page": page >= pages,
        "empty": not contents,
        "contents": contents,
    }


def is_id(text: str) -> bool:
    """Whether a text is a UUID, as all names in the standard are."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _told(**fields: Any) -> Told:
    """The fields that say something: an empty one is left out, a nil is not."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], ())}


def _number(amount: Money | None) -> int | float | None:
    """Pounds as JSON's number, which the standard asks for."""
    if amount is None:
        return None
    return amount.pence // 100 if amount.pence % 100 == 0 else amount.pence / 100


def _instant(kept: str) -> str:
    return from_text(kept).isoformat(timespec="milliseconds") if kept else ""
