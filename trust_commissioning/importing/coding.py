"""Coding: the ordered rules that say what a line of a spending extract was for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from contracts.services import NO_OUTCOME, Service, Weights, in_order
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.wording import day_in_full
from trust_commissioning.fields import Amount, Printable
from trust_commissioning.importing.patterns import LONGEST_TEXT, wrong_with


def _one_as_list(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Texts = Annotated[
    tuple[Annotated[Printable, Field(min_length=1, max_length=200)], ...],
    BeforeValidator(_one_as_list, json_schema_input_type=str | list[str]),
    Field(strict=False, min_length=1, max_length=500),
]


class Condition(BaseModel):
    """One thing that must be so of a line for its rule to code it.

    `column` is a heading of the file or what a column means (`supplier`, `detail`, `amount` …).
    Text is compared without regard to case or spacing; of several texts one is enough. A pattern
    is found anywhere in the cell. Amounts are pounds, both ends included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    column: Printable = Field(min_length=1, max_length=120)
    equals: Texts | None = None
    contains: Texts | None = None
    starts: Texts | None = None
    matches: Printable | None = Field(default=None, min_length=1, max_length=100)
    at_least: Amount | None = None
    at_most: Amount | None = None

    @field_validator("matches")
    @classmethod
    def _check_pattern(cls, pattern: str | None) -> str | None:
        if pattern is not None and (wrong := wrong_with(pattern)):
            raise ValueError(f"“{pattern}” {wrong}.")
        return pattern

    @model_validator(mode="after")
    def _check_says_one_thing(self) -> Self:  # noqa: N804 - called on the value
        said = [self.equals, self.contains, self.starts, self.matches]
        amounts = (self.at_least, self.at_most) != (None, None)
        if sum(test is not None for test in said) + amounts != 1:
            raise ValueError(
                "A condition says one of equals, contains, starts, matches, or an amount with "
                "at_least, at_most or both."
            )
        if self.at_least is not None and self.at_most is not None and self.at_most < self.at_least:
            raise ValueError(f"No amount is at least {self.at_least} and at most {self.at_most}.")
        return self

    @property
    def is_of_amount(self) -> bool:
        return self.at_least is not None or self.at_most is not None


class CodingRule(BaseModel):
    """What a line that meets every condition is for. The lowest `priority` is tried first.

    `outcomes` is ``by service`` (the service's own weights on the day), ``none`` (not
    attributed), or whole-number weights. `fund` sends the line to another fund than the file's;
    where that fund's conditions do not let it pay, `otherwise_fund` does.
    A `call_off` says its contract. `starts` and `ends` are inclusive and hold against the day of the line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    priority: int = Field(default=100, ge=0, le=1_000_000)
    title: Printable = Field(default="", max_length=200)
    when: tuple[Condition, ...] = Field(max_length=20, strict=False)
    starts: date | None = None
    ends: date | None = None
    account: Printable = Field(max_length=120)
    service: Printable | None = Field(default=None, max_length=60)
    outcomes: Literal["by service", "none"] | dict[Annotated[Outcome, Field(strict=False)], int] = (
        "by service"
    )
    contract: Printable | None = Field(default=None, max_length=60)
    call_off: Printable | None = Field(default=None, max_length=64, pattern=r"^.+/[0-9]{2,}$")
    fund: Printable | None = Field(default=None, max_length=60)
    otherwise_fund: Printable | None = Field(default=None, max_length=60)

    @model_validator(mode="after")
    def _check_sense(self) -> Self:  # noqa: N804 - called on the value
        if not self.when:
            raise ValueError("A rule says at least one condition under when.")
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError(
                f"The rule ends on {day_in_full(self.ends)}, before it starts on "
                f"{day_in_full(self.starts)}."
            )
        if isinstance(self.outcomes, dict):
            if not self.outcomes:
                raise ValueError("For spend with no outcome write: outcomes: none.")
            if any(weight < 1 for weight in self.outcomes.values()):
                raise ValueError("An outcome weight is a whole number above nil.")
        return self

    def holds_on(self, day: date) -> bool:
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


@dataclass(frozen=True, slots=True)
class Coding:
    """How one rule codes a line. `outcomes` None is "by the service's weights on the day"."""

    rule: str
    account: str
    service: str | None = None
    outcomes: Weights | None = None
    contract: str | None = None
    call_off: str | None = None
    fund: str | None = None
    otherwise_fund: str | None = None

    def weights(self, services: Mapping[str, Service], day: date) -> Weights:
        """The outcome weights this coding comes to on a day."""
        if self.outcomes is not None:
            return self.outcomes
        service = services.get(self.service) if self.service is not None else None
        return service.weights_on(day) if service is not None else NO_OUTCOME


Test = Callable[[str], bool]
"""Whether a folded cell meets a condition."""


class Coder:
    """The rules made ready for one file's columns.

    Extracts repeat themselves, so which rules a cell's text allows is worked out once for each
    column and text, then remembered as the bits of a number: the first rule is the lowest bit.
    """

    _REMEMBERED = 50_000

    def __init__(self, rules: Sequence[CodingRule], find: Callable[[str], int | None]) -> None:
        self._rules = tuple(rules)
        self._codings = tuple(map(_coding, self._rules))
        self._possible = 0
        by_place: dict[int, list[tuple[int, Test]]] = {}
        for turn, rule in enumerate(self._rules):
            texts = [condition for condition in rule.when if not condition.is_of_amount]
            places = [find(condition.column) for condition in texts]
            if None in places:
                continue
            self._possible |= 1 << turn
            for condition, place in zip(texts, places, strict=True):
                assert place is not None
                by_place.setdefault(place, []).append((1 << turn, _test(condition)))
        self._columns = tuple(
            (place, tuple(tests), dict[str, int]()) for place, tests in sorted(by_place.items())
        )

    def code(self, cells: Sequence[str], day: date, amount: Money) -> Coding | None:
        """How the first rule that holds codes this line; None where none does."""
        allowed, size = self._possible, len(cells)
        for place, tests, remembered in self._columns:
            cell = cells[place] if place < size else ""
            bits = remembered.get(cell)
            if bits is None:
                bits = self._allowed_by(cell, tests)
                if len(remembered) < self._REMEMBERED:
                    remembered[cell] = bits
            allowed &= bits
            if not allowed:
                return None
        while allowed:
            turn = (allowed & -allowed).bit_length() - 1
            if _holds(self._rules[turn], day, amount):
                return self._codings[turn]
            allowed &= allowed - 1
        return None

    def _allowed_by(self, cell: str, tests: Sequence[tuple[int, Test]]) -> int:
        folded, refused = _folded(cell), 0
        for bit, test in tests:
            if not test(folded):
                refused |= bit
        return self._possible & ~refused


def make_ready(rules: Iterable[CodingRule], find: Callable[[str], int | None]) -> Coder:
    """The rules in the order they are tried, ready for a file.

    `find` gives the place of the column with a heading or meaning, or None (`Columns.find`). A
    rule that asks about a column the file does not have can never hold.
    """
    return Coder(sorted(rules, key=lambda rule: (rule.priority, rule.code)), find)


def _coding(rule: CodingRule) -> Coding:
    outcomes: Weights | None = None
    if rule.outcomes == "none":
        outcomes = NO_OUTCOME
    elif isinstance(rule.outcomes, dict):
        outcomes = in_order(rule.outcomes)
    return Coding(
        rule.code,
        rule.account,
        rule.service,
        outcomes,
        rule.contract or _contract_of(rule.call_off),
        rule.call_off,
        rule.fund,
        rule.otherwise_fund,
    )


def _contract_of(call_off: str | None) -> str | None:
    """A call-off's number begins with its contract's."""
    return None if call_off is None else call_off.rpartition("/")[0]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _holds(rule: CodingRule, day: date, amount: Money) -> bool:
    if not rule.holds_on(day):
        return False
    for condition in rule.when:
        if condition.at_least is not None and amount < condition.at_least:
            return False
        if condition.at_most is not None and amount > condition.at_most:
            return False
    return True


def _test(condition: Condition) -> Test:
    if condition.equals is not None:
        return frozenset(map(_folded, condition.equals)).__contains__
    if condition.contains is not None:
        parts = tuple(map(_folded, condition.contains))
        if len(parts) == 1:
            part = parts[0]
            return lambda cell: part in cell
        return lambda cell: any(part in cell for part in parts)
    if condition.starts is not None:
        beginnings = tuple(map(_folded, condition.starts))
        return lambda cell: cell.startswith(beginnings)
    assert condition.matches is not None
    search = re.compile(condition.matches, re.IGNORECASE).search
    return lambda cell: search(cell[:LONGEST_TEXT]) is not None
