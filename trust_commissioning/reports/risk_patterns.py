"""The risk-share patterns that are shipped, fitted to a fund so that they can be tried on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ledger.money import Money
from ledger.pool.risk_share import RiskShare
from trust_commissioning.fields.risk_share import RiskShareEntry

HOST, OTHER, CHOSEN = "host", "other", "chosen"
_NO_SERVICE = "none-chosen"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of sharing found in use; `made_up` says what of it its source does not give."""

    code: str
    title: str
    about: str
    used_by: str
    source: str
    made_up: str
    rule: Mapping[str, Any]

    @property
    def names_services(self) -> bool:
        """Whether it treats some services otherwise than the rest, so that they must be chosen."""
        return CHOSEN in str(self.rule)

    @property
    def decisions(self) -> tuple[str, ...]:
        """The decisions of the partners that its steps wait for."""
        return self.fitted(HOST, [OTHER]).decisions

    def fitted(self, host: str, others: Sequence[str], chosen: Sequence[str] = ()) -> RiskShare:
        """The pattern as a rule of these partners; `chosen` are the services it sets apart."""
        return self.fitted_entry(host, others, chosen).made()

    def fitted_entry(
        self, host: str, others: Sequence[str], chosen: Sequence[str] = ()
    ) -> RiskShareEntry:
        """The pattern as a file would say it for these partners."""
        fitting = _Fitting(host, tuple(others), tuple(chosen) or (_NO_SERVICE,))
        return RiskShareEntry.model_validate(fitting.of(self.rule))


@cache
def patterns() -> dict[str, Pattern]:
    """The patterns by code, in the order of the file."""
    text = files("trust_commissioning").joinpath("data/risk_share_patterns.yaml").read_text("utf-8")
    return {one["code"]: Pattern(**one) for one in yaml.safe_load(text)["patterns"]}


@dataclass(frozen=True, slots=True)
class _Fitting:
    host: str
    others: tuple[str, ...]
    chosen: tuple[str, ...]

    def of(self, held: Any, key: str = "") -> Any:
        if isinstance(held, Mapping):
            if key == "percent":
                return dict(self._percent(held))
            return {name: self.of(value, name) for name, value in held.items()}
        if isinstance(held, list):
            return [made for one in held for made in self._each(one, key)]
        if key in ("host", "partner"):
            return self.host if held == HOST else self.others[0]
        return held

    def _each(self, one: Any, key: str) -> Iterator[Any]:
        """What one entry of a list becomes: one for each other partner, or for each service."""
        if key == "caps" and one["partner"] == OTHER:
            yield from ({**self.of(one), "partner": other} for other in self.others)
        elif key in ("partners", "among"):
            yield from self.others if one == OTHER else (self.host,)
        elif key == "services":
            yield from self.chosen if one == CHOSEN else (one,)
        else:
            yield self.of(one)

    def _percent(self, rates: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """The others' percentage parted equally, to four places, none of it lost."""
        for partner, rate in rates.items():
            if partner == HOST:
                yield self.host, rate
                continue
            # In ten-thousandths, which whole pence of a hundred times as much can hold.
            parted = Money.parse(f"{rate}.00").pence * 100
            shares = Money(parted).split([1] * len(self.others))
            for other, share in zip(self.others, shares, strict=True):
                yield other, f"{share.pence // 10_000}.{share.pence % 10_000:04d}"
