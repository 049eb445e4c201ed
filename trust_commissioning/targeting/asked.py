"""What is asked of measures, as a file or a program writes it: figures are text, never floats."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from contracts.figures import Figure
from contracts.indicators import Direction, Indicator, Mapped, MeasureKind, Observation
from contracts.targets import OutcomeTarget, Path, Point
from trust_commissioning.fields import Asked, Code, OutcomeKey, Reference, ShortText, Text, Title

IndicatorCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
"""An indicator's code: small letters, figures, hyphens, and underscores as the shipped ones have."""
Count = Annotated[int, Field(ge=0, le=100_000_000)]


def _figure(value: object) -> Figure:
    if isinstance(value, Figure):
        return value
    if not isinstance(value, str):
        raise ValueError(f"Write {value} in quotes: “15.2”.")
    return Figure.parse(value.strip())


FigureText = Annotated[
    Figure,
    PlainValidator(_figure),
    PlainSerializer(lambda figure: figure.printed, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["15.2", "59,700", "1/5", "50-100"]}),
]


class IndicatorAsked(Asked):
    """A measure of the trust's own, beside the 53 that are shipped."""

    code: IndicatorCode
    name: Title
    kind: Annotated[MeasureKind, Field(strict=False)] = MeasureKind.LEVEL
    unit: Annotated[ShortText, Field(min_length=1, description="percent, children, £ per week …")]
    direction: Annotated[Direction, Field(strict=False)] = Field(
        description="Which way is good; context is neither and is never judged"
    )
    outcome: OutcomeKey | None = None
    aim: ShortText = Field(default="", description="An aim of 2004 under that outcome")
    qualifier: ShortText = Field(default="", description="What is said with every figure")
    geography: ShortText = ""
    counts: bool = Field(
        default=False, description="It counts people: small figures are hidden when published"
    )
    document: ShortText = Field(default="", description="Where it is defined")
    reference: ShortText = Field(default="", description="The paragraph or page of it")
    note: Text = ""

    def read(self) -> Indicator:
        return Indicator(**dict(self))


class MappingAsked(Asked):
    """Under which outcomes an indicator stands from a day on; under none it is not attributed."""

    reference: Reference
    indicator: IndicatorCode
    starts: date
    outcomes: list[OutcomeKey] = Field(description="It is counted under the first")
    reason: Annotated[Text, Field(min_length=1)]

    def read(self) -> Mapped:
        return Mapped(
            reference=self.reference,
            indicator=self.indicator,
            starts=self.starts,
            outcomes=tuple(self.outcomes),
            reason=self.reason,
        )


class PointAsked(Asked):
    """What the measure is to come to by a day."""

    day: date
    figure: FigureText

    def read(self) -> Point:
        return Point(self.day, self.figure)


class TargetAsked(Asked):
    """What a measure for children is to come to, from where, by which way, and whose it is."""

    code: Code
    indicator: IndicatorCode
    area: ShortText = Field(default="", description="The whole trust without it")
    group: ShortText = Field(default="", description="Which children; all without it")
    baseline: PointAsked
    points: list[PointAsked] = Field(min_length=1, description="In order; the last is the end")
    path: Annotated[Path, Field(strict=False)] = Field(
        default=Path.STRAIGHT, description="What is expected between two points"
    )
    owner: Title
    services: list[Code] = Field(
        default=[], description="Services meant to move it; their spend is set beside it"
    )
    reason: Text = Field(default="", description="Needed where it was agreed otherwise before")

    def read(self) -> OutcomeTarget:
        return OutcomeTarget(
            code=self.code,
            indicator=self.indicator,
            area=self.area,
            group=self.group,
            baseline=self.baseline.read(),
            points=tuple(one.read() for one in self.points),
            path=self.path,
            owner=self.owner,
            services=tuple(self.services),
            reason=self.reason,
        )


class ObservationAsked(Asked):
    """What a measure came to: for whom, on which day, by which source."""

    reference: Reference
    indicator: IndicatorCode
    day: date = Field(description="The day it is a figure of, or the last of its time")
    figure: FigureText
    source: Title
    area: ShortText = Field(default="", description="The whole trust without it")
    group: ShortText = Field(default="", description="Which children; all without it")
    period: ShortText = Field(default="", description="The time in words, such as 2003-04")
    qualifier: ShortText = Field(default="", description="over, nearly, about …")
    counted: Count | None = Field(default=None, description="How many children it rests on")
    out_of: Count | None = Field(default=None, description="Of how many")
    revises: Reference | None = Field(
        default=None, description="The observation it takes the place of, which is kept"
    )
    reason: Text = Field(default="", description="Why it is revised")

    def read(self) -> Observation:
        return Observation(**{**dict(self), "revises": self.revises or ""})
