"""The national grants that are shipped: programmes to take on, figures with their sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ledger.grant.conditions import Condition, Purpose, SpendKind
from ledger.grant.programme import Programme, Unspent
from ledger.money import Money
from ledger.periods import FinancialYear


class Status(StrEnum):
    """How far a fact can be relied on."""

    SOURCED = "sourced"
    DERIVED = "derived"
    UNVERIFIED = "unverified"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum with where it was read. `year` is None where it is not of one year; `about` says of
    what it is then, or whose allocation it is."""

    amount: Money
    status: Status
    reference: str
    year: FinancialYear | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class NationalGrant:
    """One national grant: its programme as shipped, what was announced, its yearly figures.

    `core` and `with_transfers` are kept apart. `doubts` name the fields that could not be
    verified, conditions by their codes.
    """

    programme: Programme
    payee: str
    announced: tuple[Figure, ...]
    core: tuple[Figure, ...]
    with_transfers: tuple[Figure, ...]
    local: tuple[Figure, ...]
    condition_status: Mapping[str, Status]
    condition_reference: Mapping[str, str]
    doubts: tuple[str, ...] = ()

    def of_year(self, year: FinancialYear) -> Figure | None:
        """The programme's own money for a year."""
        return next((one for one in self.core if one.year == year), None)


@cache
def national_grants() -> dict[str, NationalGrant]:
    """Every shipped grant by code."""
    held = _file()
    return {one["code"]: _grant(one, held["sources"]) for one in held["grants"]}


@cache
def other_streams() -> tuple[Figure, ...]:
    """Streams the sources name that are not grants to a council's own account."""
    held = _file()
    return tuple(_figure(one, held["sources"]) for one in held["other_streams"])


@cache
def _file() -> dict[str, Any]:
    text = files("trust_commissioning").joinpath("data/grants.yaml").read_text("utf-8")
    held: dict[str, Any] = yaml.safe_load(text)
    return held


def _grant(held: Mapping[str, Any], sources: Mapping[str, str]) -> NationalGrant:
    def figures(part: str) -> tuple[Figure, ...]:
        return tuple(_figure(one, sources) for one in held.get(part, ()))

    conditions = held.get("conditions", [])
    fields = ("legal_power", "unspent")
    doubts = [name for name in fields if held.get(f"{name}_status") == Status.UNVERIFIED]
    return NationalGrant(
        programme=_programme(held),
        payee=held["payee"],
        announced=figures("announced"),
        core=figures("core"),
        with_transfers=figures("with_transfers"),
        local=figures("local"),
        condition_status={one["code"]: Status(one["status"]) for one in conditions},
        condition_reference={
            one["code"]: sources[one["source"]] if "source" in one else "" for one in conditions
        },
        doubts=tuple(doubts),
    )


def _programme(held: Mapping[str, Any]) -> Programme:
    return Programme(
        code=held["code"],
        title=held["title"],
        payer=held["payer"],
        legal_power=held.get("legal_power", ""),
        income=held["income"],
        purposes=tuple(
            Purpose(code=one["code"], title=one["title"], accounts=tuple(one.get("accounts", ())))
            for one in held["purposes"]
        ),
        conditions=tuple(_condition(one) for one in held.get("conditions", ())),
        needs_plan=held.get("needs_plan", False),
        needs_parliament=held.get("needs_parliament", False),
        unspent=Unspent(held["unspent"]),
        capital=held.get("capital", False),
        successors=tuple(held.get("successors", ())),
    )


def _condition(held: Mapping[str, Any]) -> Condition:
    return Condition(
        code=held["code"],
        wording=held["wording"],
        accounts=tuple(held.get("accounts", ())),
        spend=SpendKind(held["spend"]) if "spend" in held else None,
        for_purposes=held.get("for_purposes", False),
        purpose=held.get("purpose", ""),
        at_least_percent=held.get("at_least_percent", 0),
        not_before=held.get("not_before"),
        not_after=held.get("not_after"),
        starts=held.get("starts"),
        ends=held.get("ends"),
    )


def _figure(held: Mapping[str, Any], sources: Mapping[str, str]) -> Figure:
    named = sources[held["source"]] if "source" in held else held.get("from", "")
    about = (held.get("title"), held.get("authority"), held.get("words"))
    return Figure(
        amount=Money(held["amount"] * 100),
        status=Status(held["status"]),
        reference=named,
        year=FinancialYear.parse(held["year"]) if "year" in held else None,
        about=": ".join(one for one in about if one),
    )
