"""What the law asks an agreement to state, held against what it states.

SI 2000/617 (NHS Bodies and Local Authorities Partnership Arrangements Regulations 2000): regulation
7 for a pooled fund; where one body exercises another's functions, regulation 9 if that body is a
local authority, else regulation 8. Both lists have seven contents, (a) to (g); regulation 9 speaks
of payments where regulation 7 speaks of contributions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ledger.funds import FundKind, LegalBasis
from ledger.pool.agreement import Agreement, Body

_ORDER = "SI 2000/617"
_DELEGATED = (FundKind.LEAD_COMMISSIONED, FundKind.INTEGRATED_PROVISION)
_UNDER_IT = (LegalBasis.HEALTH_ACT_1999_S31, LegalBasis.NHS_ACT_2006_S75)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing an agreement should say and does not. `regulation` is empty for good practice."""

    content: str
    regulation: str
    message: str


@dataclass(frozen=True, slots=True)
class Content:
    """One of the contents, as it stands: `stated` where nothing of it is missing."""

    letter: str
    regulation: str
    words: str
    gaps: tuple[Gap, ...]

    @property
    def stated(self) -> bool:
        return not self.gaps


# Letter, what it is, then each part of the terms with the words for its absence.
_CONTENTS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("a", "aims and outcomes", (("aims", "the agreed aims and outcomes"),)),
    (
        "b",
        "contributions",
        (
            ("contributions", "the {money} of each partner"),
            ("contributions_varied", "how the {money} may be varied"),
        ),
    ),
    ("c", "functions", (("functions", "the NHS functions and the health-related functions"),)),
    ("d", "persons and kinds of services", (("services", "the persons and kinds of services"),)),
    (
        "e",
        "staff, goods, services, accommodation",
        (("resources", "the staff, goods, services or accommodation the partners provide"),),
    ),
    (
        "f",
        "duration, review, variation, termination",
        (
            ("duration", "the duration"),
            ("review", "provision for review"),
            ("variation", "provision for variation"),
            ("termination", "provision for termination"),
        ),
    ),
    (
        "g",
        "management and monitoring",
        (("management", "how the fund is managed"), ("monitoring", "how it is monitored")),
    ),
)


def regulation_of(agreement: Agreement) -> str:
    """The number of the regulation that lists the contents; empty where none does."""
    if agreement.basis not in _UNDER_IT:
        return ""
    if agreement.kind is FundKind.POOLED:
        return "7"
    if agreement.kind in _DELEGATED:
        return "9" if agreement.host_body is Body.LOCAL_AUTHORITY else "8"
    return ""


def contents_of(agreement: Agreement, contributors: Collection[str] = ()) -> tuple[Content, ...]:
    """The seven contents in order, each with what is missing of it.

    `contributors` are the partners with a contribution in the schedule. Where no regulation asks,
    the list is kept as good practice.
    """
    number = regulation_of(agreement)
    made = []
    for letter, words, parts in _CONTENTS:
        cited = f"{_ORDER}, regulation {number}(3)({letter})" if number else ""
        missing = [
            *_unsaid(agreement, parts, number),
            *(_unplaced(agreement, number) if letter == "g" else ()),
            *(_without_contribution(agreement, contributors) if letter == "b" else ()),
        ]
        gaps = tuple(Gap(letter, cited, _sentence(said, cited)) for said in missing)
        made.append(Content(letter, cited, _money(words, number), gaps))
    return tuple(made)


def gaps_in(agreement: Agreement, contributors: Collection[str] = ()) -> list[Gap]:
    """Everything the agreement should say and does not, each with its regulation."""
    found = [gap for content in contents_of(agreement, contributors) for gap in content.gaps]
    return [*found, *_consents(agreement), *_writing(agreement)]


def _sentence(said: str, cited: str) -> str:
    return f"{said} ({cited})." if cited else f"{said} (good practice; no regulation asks it)."


def _money(words: str, number: str) -> str:
    return words.replace("contributions", "payments") if number in ("8", "9") else words


def _unsaid(agreement: Agreement, parts: tuple[tuple[str, str], ...], number: str) -> Iterator[str]:
    for name, words in parts:
        if name == "management" and number in ("8", "9"):
            continue
        if not getattr(agreement.terms, name).strip():
            money = "payments" if number in ("8", "9") else "contributions"
            yield f"The agreement does not state {words.format(money=money)}"


def _unplaced(agreement: Agreement, number: str) -> Iterator[str]:
    """A pooled fund has one host, which appoints a pool manager (regulation 7(4))."""
    if not agreement.host:
        yield "No partner is host"
    if not agreement.pool_manager and number not in ("8", "9"):
        yield "No pool manager is appointed"


def _without_contribution(agreement: Agreement, contributors: Collection[str]) -> Iterator[str]:
    for party in agreement.parties:
        if party.role.value == "partner" and party.partner not in contributors:
            yield f"No contribution of {party.partner} is in the schedule"


def _consents(agreement: Agreement) -> Iterator[Gap]:
    """An NHS trust may join a local authority only with its health authorities' consent."""
    number = regulation_of(agreement)
    if not number or not any(p.body is Body.LOCAL_AUTHORITY for p in agreement.parties):
        return
    cited = f"{_ORDER}, regulation {number}(2)"
    for party in agreement.parties:
        if party.body is Body.NHS_TRUST and not party.consents:
            said = f"No health authority's consent to {party.partner}, an NHS trust, is recorded"
            yield Gap("consent", cited, _sentence(said, cited))


def _writing(agreement: Agreement) -> Iterator[Gap]:
    number = regulation_of(agreement)
    if agreement.signed is None:
        cited = f"{_ORDER}, regulation {number}(3)" if number else ""
        yield Gap("signed", cited, _sentence("No day of signing is recorded", cited))
