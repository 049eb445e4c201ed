"""Which column of a council's file means what, by its heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from unicodedata import category

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

from ledger.problems import Problem
from trust_commissioning.files.dates import DateOrder, DateRules, PeriodMeans


class Meaning(StrEnum):
    """What a column of a spending extract can say about a line."""

    AMOUNT = "amount"
    """What the line cost: net of VAT where the file has net and gross."""
    CURRENCY = "currency"
    """What the amount is of, where the file says: anything but sterling is refused."""
    DEBIT_CREDIT = "debit_credit"
    """Whether the amount is a debit or a credit, where its own sign does not say."""
    GROSS = "gross"
    VAT = "vat"
    IRRECOVERABLE_VAT = "irrecoverable_vat"
    DATE = "date"
    PERIOD = "period"
    EFFECTIVE_DATE = "effective_date"
    REFERENCE = "reference"
    SEQUENCE = "sequence"
    """The line's number within its transaction, where the reference alone names several lines."""
    INVOICE = "invoice"
    ORDER = "order"
    CONTRACT = "contract"
    SUPPLIER = "supplier"
    """The name the council prints; it becomes a provider only when somebody matches it."""
    SUPPLIER_ID = "supplier_id"
    COMPANY_NUMBER = "company_number"
    CHARITY_NUMBER = "charity_number"
    VAT_NUMBER = "vat_number"
    VOLUNTARY_SECTOR = "voluntary_sector"
    BODY = "body"
    BODY_ID = "body_id"
    DIRECTORATE = "directorate"
    SERVICE = "service"
    SERVICE_CODE = "service_code"
    DIVISION = "division"
    COST_CENTRE = "cost_centre"
    COST_CENTRE_NAME = "cost_centre_name"
    CATEGORY = "category"
    CATEGORY_CODE = "category_code"
    DETAIL = "detail"
    DETAIL_CODE = "detail_code"
    PURPOSE = "purpose"
    PROCUREMENT_CLASS = "procurement_class"
    CAPITAL_OR_REVENUE = "capital_or_revenue"
    CREDITOR_TYPE = "creditor_type"
    CARD = "card"


class Profile(BaseModel):
    """How one system, or one council, lays out its extract. It goes to and from JSON.

    `columns` overrides the table of headings: the headings to look for, best first; an empty list
    says that this file has no such column. A profile with a `fingerprint` is chosen by itself for
    a file that has at least `fingerprint_needs` of those headings: all of them, where a person kept
    it for the headings of a file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    title: str = Field(default="", max_length=120)
    fingerprint: tuple[str, ...] = ()
    fingerprint_needs: int = Field(default=1, ge=1)
    columns: dict[Meaning, tuple[str, ...]] = Field(default_factory=dict)
    date_order: DateOrder | None = None
    period_means: PeriodMeans | None = None
    sheet: str | None = None

    @field_validator("columns", mode="before")
    @classmethod
    def _one_heading_is_a_list_of_one(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return {key: (one,) if isinstance(one, str) else one for key, one in value.items()}

    @property
    def date_rules(self) -> DateRules:
        return DateRules(order=self.date_order, period_means=self.period_means)

    @property
    def row(self) -> frozenset[str]:
        """The headings that must all be there, in normal form, where it is kept for one row of them;
        empty for a profile that is known by some of its headings."""
        names = frozenset(map(normal, self.fingerprint)) - {""}
        return names if self.fingerprint_needs >= len(names) else frozenset()

    def kept_for(self, headings: Iterable[str]) -> Profile:
        """The same for the files that have every one of these headings, and for no others."""
        names = tuple(heading for heading in headings if normal(heading))
        needed = max(1, len(set(map(normal, names))))
        return self.model_copy(update={"fingerprint": names, "fingerprint_needs": needed})

    def over(self, other: Profile | None) -> Profile:
        """Another profile with what this one says of its sheet and its dates."""
        if other is None:
            return self
        said = {
            "sheet": self.sheet,
            "date_order": self.date_order,
            "period_means": self.period_means,
        }
        return other.model_copy(update={key: value for key, value in said.items() if value})

    def is_of(self, header: Iterable[str]) -> bool:
        """Whether a row holds every heading it is kept for."""
        return bool(self.row) and self.row <= set(map(normal, header))


@dataclass(frozen=True)
class Columns:
    """The headings of one file with the meaning of those that have one.

    `labels` are the headings as a person would name them: blank for a column without a heading,
    and a repeated heading with its turn after it, ``Supplier Name (2)``.
    """

    labels: tuple[str, ...] = ()
    index: Mapping[Meaning, int] = field(default_factory=dict)
    profile: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def apart(self) -> tuple[str, ...]:
        """The labels, with the first of several equal headings marked too: ``Amount (1)``."""
        return tuple(
            f"{label} (1)" if label and f"{label} (2)" in self.labels else label
            for label in self.labels
        )

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as the file has them, each once."""
        there = set(self.labels) - {""}
        bases = ((label, without_turn(label)) for label in self.labels if label)
        return tuple(dict.fromkeys(base if base in there else label for label, base in bases))

    def label(self, meaning: Meaning) -> str | None:
        """The heading of the column with this meaning, if the file has one."""
        place = self.index.get(meaning)
        return None if place is None else self.labels[place]

    def find(self, name: str) -> int | None:
        """The place of the column that a person names by its heading or by its meaning."""
        wanted = name.strip().casefold()
        for place, label in enumerate(self.labels):
            if label and label.casefold() == wanted:
                return place
        by_meaning = {meaning.value: place for meaning, place in self.index.items()}
        if wanted in by_meaning:
            return by_meaning[wanted]
        alike = [
            i for i, label in enumerate(self.labels) if label and normal(label) == normal(name)
        ]
        return alike[0] if len(alike) == 1 else None


_MARKS_BEFORE_TEXT = ("\ufeff", "ï»¿", "Ã¯»¿")
"""A byte order mark, and what is left of one after it has been read as cp1252 once and twice."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TURN = re.compile(r" \([0-9]+\)$")
_APART = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=4096)
def normal(heading: str) -> str:
    """A heading without case, spacing or punctuation: ``NetAmount`` and `` Net amount(£)`` agree."""
    return _APART.sub(" ", _CAMEL.sub(" ", _without_mark(heading)).casefold()).strip()


def without_turn(label: str) -> str:
    """A heading as the file has it, of a label that tells it from its like: ``Net (2)`` is Net."""
    return _TURN.sub("", label)


def _without_mark(heading: str) -> str:
    for mark in _MARKS_BEFORE_TEXT:
        heading = heading.removeprefix(mark)
    return heading


@cache
def _shipped() -> tuple[Mapping[Meaning, tuple[str, ...]], tuple[Profile, ...]]:
    text = files("trust_commissioning").joinpath("data/spend_columns.yaml").read_text("utf-8")
    held = yaml.safe_load(text)
    headings = {Meaning(key): tuple(map(normal, names)) for key, names in held["headings"].items()}
    return headings, tuple(Profile.model_validate(one) for one in held["profiles"])


def headings_known() -> Mapping[Meaning, tuple[str, ...]]:
    """The table of headings, best first, in the form `normal` gives."""
    return _shipped()[0]


def shipped_profiles() -> dict[str, Profile]:
    """The profiles that come with the product, by name."""
    return {profile.name: profile for profile in _shipped()[1]}


def meanings_by_heading(profile: Profile | None = None) -> dict[str, Meaning]:
    """Every heading that means something, in normal form; a profile's own words come first."""
    known = {name: key for key, names in headings_known().items() for name in names}
    if profile is not None:
        known |= {normal(name): key for key, names in profile.columns.items() for name in names}
    return known


def recognise(header: Sequence[str], profiles: Iterable[Profile] | None = None) -> Profile | None:
    """The profile whose fingerprint this header shows best, if any shows enough of it."""
    names = {normal(heading) for heading in header}
    best, best_hits = None, 0
    for profile in shipped_profiles().values() if profiles is None else profiles:
        hits = len({normal(heading) for heading in profile.fingerprint} & names)
        if hits >= profile.fingerprint_needs and hits > best_hits:
            best, best_hits = profile, hits
    return best


def resolve(header: Sequence[str], profile: Profile | None = None) -> Columns:
    """What each column means, with the problems that stop the file being read.

    A heading named by the profile is claimed before the table of headings is asked.
    """
    labels = _labels(header)
    own = profile.columns if profile is not None else {}
    # Only a profile kept for this row of headings means a heading to the letter.
    exact = Columns(labels).apart if profile is not None and profile.is_of(header) else ()
    names = [normal(heading) for heading in header]
    by_label = [normal(label) for label in labels]
    index: dict[Meaning, int] = {}
    repeated: list[tuple[Meaning, str]] = []
    for meaning in sorted(Meaning, key=lambda one: one not in own):
        for name in own.get(meaning, headings_known()[meaning]):
            places = [place for place, label in enumerate(exact) if label == name]
            if len(places) != 1:
                wanted = normal(name)
                places = [
                    place
                    for place in range(len(names))
                    if wanted and wanted in (names[place], by_label[place])
                ]
            free = [place for place in places if place not in index.values()]
            if free:
                index[meaning] = free[0]
                if len(free) > 1:
                    repeated.append((meaning, labels[free[0]]))
                break
    warnings = [_warn_repeated(label) for meaning, label in repeated if meaning in _NAMES_A_LINE]
    problems = [_refuse_repeated(label) for meaning, label in repeated if meaning in _DECIDES]
    problems += _check_sterling(header[index[meaning]] for meaning in _MONEY if meaning in index)
    if Meaning.AMOUNT not in index and Meaning.GROSS in index and Meaning.AMOUNT not in own:
        index[Meaning.AMOUNT] = index.pop(Meaning.GROSS)
        warnings.append(_warn_gross(labels[index[Meaning.AMOUNT]]))
    problems += _check_needed(index, labels)
    if Meaning.SUPPLIER not in index:
        warnings.append(_warn_no_supplier())
    return Columns(
        labels, index, profile.name if profile else None, tuple(problems), tuple(warnings)
    )


_DECIDES = (Meaning.AMOUNT, Meaning.DATE, Meaning.CURRENCY, Meaning.DEBIT_CREDIT)
_MONEY = (Meaning.AMOUNT, Meaning.GROSS)
_NAMES_A_LINE = (Meaning.SUPPLIER, Meaning.REFERENCE)


def _labels(header: Sequence[str]) -> tuple[str, ...]:
    turn: Counter[str] = Counter()
    labels = []
    for heading in header:
        name = " ".join(_without_mark(heading).split())
        turn[name] += 1
        labels.append(f"{name} ({turn[name]})" if name and turn[name] > 1 else name)
    return tuple(labels)


def _check_needed(index: Mapping[Meaning, int], labels: Sequence[str]) -> list[Problem]:
    there = ", ".join(f"“{label}”" for label in labels if label)
    problems = []
    if Meaning.AMOUNT not in index:
        problems.append(
            Problem(
                "amount_column_missing",
                f"No column is known to hold the amount. Say which it is. The columns are {there}.",
                "header",
            )
        )
    if Meaning.DATE not in index and Meaning.PERIOD not in index:
        problems.append(
            Problem(
                "date_column_missing",
                "No column is known to hold the date paid. Say which it is. The columns are"
                f" {there}.",
                "header",
            )
        )
    return problems


def _check_sterling(headings: Iterable[str]) -> Iterator[Problem]:
    """A sign of another currency in a heading; `normal` drops it like any other sign."""
    for heading in headings:
        if any(category(sign) == "Sc" and sign != "£" for sign in heading):
            yield Problem(
                "currency_not_sterling",
                f"The column “{heading}” is not headed as pounds. Only sterling can be loaded.",
                "header",
                column=heading,
            )


def _refuse_repeated(label: str) -> Problem:
    return Problem(
        "heading_repeated",
        f"More than one column is headed “{label}”. Say which is meant.",
        "header",
        column=label,
    )


def _warn_repeated(label: str) -> Problem:
    return Problem(
        "heading_repeated",
        f"More than one column is headed “{label}”; the first is used.",
        "header",
        column=label,
    )


def _warn_gross(label: str) -> Problem:
    return Problem(
        "amount_is_gross",
        f"There is no net amount, so “{label}”, which includes VAT, is used.",
        "header",
        column=label,
    )


def _warn_no_supplier() -> Problem:
    return Problem(
        "supplier_column_missing", "No column is known to hold the supplier's name.", "header"
    )
