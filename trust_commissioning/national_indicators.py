"""The 53 indicators that are shipped: what the sources measure, with every figure as printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from contracts.figures import Figure, in_words
from contracts.indicators import Direction, Indicator, MeasureKind
from ledger.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as a source prints it. `sign` stands before it, `qualifier` is said with it."""

    period: str
    figure: Figure
    kind: MeasureKind
    unit: str
    sign: str = ""
    qualifier: str = ""

    @property
    def said(self) -> str:
        """``over 51%``, with its kind where that is no level: ``+4 …, change``."""
        return in_words(self.figure, self.unit, self.qualifier, self.sign)


@dataclass(frozen=True, slots=True)
class NationalTarget:
    """What government meant to reach. `figure` is None where the source has words only; `derived`
    is what follows from it by arithmetic."""

    by: str
    figure: Figure | None = None
    unit: str = ""
    words: str = ""
    derived: str = ""
    reference: str = ""

    @property
    def said(self) -> str:
        """``10 percent a year, each year for three years``."""
        figure = "" if self.figure is None else in_words(self.figure, self.unit)
        return ", ".join(part for part in (figure, self.words) if part)


@dataclass(frozen=True, slots=True)
class NationalIndicator:
    """One of the 53. `also` is an outcome it could stand under as well, or what it is besides."""

    indicator: Indicator
    figures: tuple[Printed, ...]
    target: NationalTarget | None
    also: str = ""


@cache
def national_indicators() -> dict[str, NationalIndicator]:
    """Every shipped indicator by code, in the sources' order."""
    text = files("trust_commissioning").joinpath("data/indicators.yaml").read_text("utf-8")
    held: dict[str, Any] = yaml.safe_load(text)
    return {one["code"]: _indicator(one, held["sources"]) for one in held["indicators"]}


def _indicator(held: Mapping[str, Any], sources: Mapping[str, str]) -> NationalIndicator:
    indicator = Indicator(
        code=held["code"],
        name=held["name"],
        outcome=Outcome(held["outcome"]),
        aim=held.get("aim", ""),
        kind=MeasureKind(held["kind"]),
        unit=held["unit"],
        direction=Direction(held["direction"]),
        geography=held["geography"],
        counts=held.get("counts", False),
        document=sources[held["source"]],
        reference=held["reference"],
        note=held.get("note", ""),
    )
    return NationalIndicator(
        indicator=indicator,
        figures=tuple(_printed(one, indicator) for one in held.get("figures", ())),
        target=_target(held["target"], indicator) if "target" in held else None,
        also=held.get("also", ""),
    )


def _printed(held: Mapping[str, Any], indicator: Indicator) -> Printed:
    return Printed(
        period=held["period"],
        figure=Figure.parse(held["value"]),
        kind=MeasureKind(held.get("kind", indicator.kind)),
        unit=held.get("unit", indicator.unit),
        sign=held.get("sign", ""),
        qualifier=held.get("qualifier", ""),
    )


def _target(held: Mapping[str, Any], indicator: Indicator) -> NationalTarget:
    return NationalTarget(
        by=held["by"],
        figure=Figure.parse(held["value"]) if "value" in held else None,
        unit=held.get("unit", indicator.unit),
        words=held.get("words", ""),
        derived=held.get("derived", ""),
        reference=held.get("reference", indicator.reference),
    )
