"""The 53 indicators that are shipped, as their sources print them and as the trust has mapped them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from contracts.indicators import outcomes_on
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from trust_commissioning.national_indicators import NationalIndicator, national_indicators
from trust_commissioning.reports.balances import OUTCOME_KEYS
from trust_commissioning.reports.outcome_spend import title as outcome_title
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import targeting


def national_indicators_report(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each indicator, by the outcome it stands under at the end of the periods shown."""
    mapped = targeting.mappings(session)
    day = scope.period.ends
    found = [
        (one, outcomes_on(one.indicator, mapped, day)) for one in national_indicators().values()
    ]
    own = [
        (one, outcomes_on(one, mapped, day)) for one in targeting.own_indicators(session).values()
    ]
    rows = [_row(one, outcomes) for one, outcomes in found]
    rows.sort(key=lambda row: OUTCOME_KEYS.index(str(row["outcome"])))
    return make(
        session,
        scope,
        at,
        name="national-indicators",
        title="National indicators",
        basis=(
            "What the source documents measure, with every figure as printed and the paragraph it "
            "was read in; names are in our words. The outcome is the one the trust counts it under, "
            "which is the source's own unless it was mapped anew. A measure of context is neither "
            "good nor bad."
        ),
        sign="A change is printed with its sign where the source has one, and is never a level.",
        columns=_COLUMNS,
        rows=rows,
        totals={},
        parts=[
            Part(
                key="figures",
                title="Every figure as printed",
                columns=_FIGURES,
                rows=tuple(row for one, _ in found for row in _figures(one)),
            ),
            Part(
                key="national-targets",
                title="What government meant to reach",
                columns=_TARGETS,
                rows=tuple(row for one, _ in found for row in _target(one)),
            ),
            Part(
                key="own",
                title="The trust's own indicators",
                columns=_OWN,
                rows=tuple(
                    {
                        "code": one.code,
                        "name": one.name,
                        "title": outcome_title(outcomes[0].value if outcomes else NOT_ATTRIBUTED),
                        "kind": one.kind.title,
                        "unit": one.unit,
                        "direction": one.direction.title,
                        "document": ", ".join(filter(None, (one.document, one.reference))),
                    }
                    for one, outcomes in own
                ),
            ),
        ],
    )


def _row(one: NationalIndicator, outcomes: tuple[Outcome, ...]) -> dict[str, Cell]:
    indicator = one.indicator
    key = outcomes[0].value if outcomes else NOT_ATTRIBUTED
    assert indicator.outcome is not None, "each of the 53 is printed under an outcome"
    return {
        "outcome": key,
        "title": outcome_title(key),
        "code": indicator.code,
        "name": indicator.name,
        "aim": indicator.aim,
        "figures": "; ".join(f"{figure.said} ({figure.period})" for figure in one.figures)
        or "No figure is given",
        "kind": indicator.kind.title,
        "unit": indicator.unit,
        "direction": indicator.direction.title,
        "way": indicator.direction.value,
        "geography": indicator.geography,
        "printed_under": indicator.outcome.title,
        "also": _also(one.also),
        "document": indicator.document,
        "reference": indicator.reference,
        "note": indicator.note,
    }


def _also(key: str) -> str:
    """Another outcome by its title; what it is besides in a word."""
    return Outcome(key).title if key in list(Outcome) else key.capitalize()


def _figures(one: NationalIndicator) -> Iterator[dict[str, Cell]]:
    for figure in one.figures:
        yield {
            "code": one.indicator.code,
            "name": one.indicator.name,
            "period": figure.period,
            "said": figure.said,
            "figure": f"{figure.sign}{figure.figure.printed}",
            "unit": figure.unit,
            "qualifier": figure.qualifier,
            "kind": figure.kind.title,
            "reference": one.indicator.reference,
        }


def _target(one: NationalIndicator) -> Iterator[dict[str, Cell]]:
    if one.target is not None:
        yield {
            "code": one.indicator.code,
            "name": one.indicator.name,
            "wanted": one.target.said,
            "by": one.target.by,
            "derived": one.target.derived,
            "reference": one.target.reference,
        }


_COLUMNS = (
    Column(key="outcome", title="Key", kind="code"),
    Column(key="title", title="Outcome"),
    Column(key="code", title="Code", kind="code"),
    Column(key="name", title="Indicator"),
    Column(key="figures", title="Figures as printed"),
    Column(key="kind", title="Kind"),
    Column(key="direction", title="Direction"),
    Column(key="way", title="Way", kind="code"),
    Column(key="geography", title="Of where"),
    Column(key="aim", title="Aim of 2004"),
    Column(key="also", title="Could stand under"),
    Column(key="document", title="Source"),
    Column(key="reference", title="Paragraph"),
    Column(key="note", title="Note"),
)
_FIGURES = (
    Column(key="code", title="Code", kind="code"),
    Column(key="name", title="Indicator"),
    Column(key="period", title="Time"),
    Column(key="said", title="Figure"),
    Column(key="kind", title="Kind"),
    Column(key="reference", title="Paragraph"),
)
_TARGETS = (
    Column(key="code", title="Code", kind="code"),
    Column(key="name", title="Indicator"),
    Column(key="wanted", title="Target"),
    Column(key="by", title="By"),
    Column(key="derived", title="Which comes to"),
    Column(key="reference", title="Paragraph"),
)
_OWN = (
    Column(key="code", title="Code", kind="code"),
    Column(key="name", title="Indicator"),
    Column(key="title", title="Outcome"),
    Column(key="kind", title="Kind"),
    Column(key="unit", title="Unit"),
    Column(key="direction", title="Direction"),
    Column(key="document", title="Source"),
)
