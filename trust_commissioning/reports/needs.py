"""Needs: how many children, which way it goes, what is not provided for, what they said themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from sqlmodel import Session

from contracts.needs import (
    GAP,
    NUMBER,
    PROVIDED,
    Changed,
    Led,
    Need,
    View,
    hidden_on,
    in_order_of_priority,
    of_service,
)
from contracts.small_numbers import HIDDEN, is_small, to_nearest
from ledger.outcomes import Outcome
from ledger.wording import day_in_full
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import providing
from trust_commissioning.store.standing import titles

NOT_KNOWN = "Not known"


def needs(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each need that was open on the last day of the period shown."""
    day = scope.period.ends
    services = titles(session, "service")["service"]
    every = providing.needs(session)
    found = [need for need in every.values() if need.is_open_on(day)]
    rows = [_row(need, day) for need in found]
    return make(
        session,
        scope,
        at,
        name="needs",
        title="Needs",
        basis=(
            f"Each need that was open on {day_in_full(day)}, as last observed by then. The trend is "
            "between the last two days it was observed on. What is provided is as last said of each "
            "service; where nobody has said, or nobody has counted, the gap is not known. A number "
            "of 1 to 7 is not shown, nor what would tell it by subtraction; every other is to the "
            "nearest 5, each by itself, so that a gap may differ a little from what it is between."
        ),
        sign="A gap above nil is children without provision; below nil, provision without children.",
        columns=_COLUMNS,
        rows=rows,
        totals={},
        parts=[
            Part(
                key="priorities",
                title="Priorities by outcome",
                columns=_PRIORITIES,
                rows=tuple(_priorities(found, day)),
            ),
            Part(
                key="numbers",
                title="What was counted, and by whom",
                columns=_NUMBERS,
                rows=tuple(_numbers(found, day)),
            ),
            Part(
                key="provision",
                title="What is provided, and who says so",
                columns=_PROVISION,
                rows=tuple(_provision(found, services, day)),
            ),
            Part(
                key="views",
                title="What children and families said, and what it changed",
                columns=_VIEWS,
                rows=tuple(
                    _views(providing.views(session), providing.led(session), every, services, day)
                ),
            ),
        ],
    )


def _row(need: Need, day: date) -> dict[str, Cell]:
    observed, gap = need.number_on(day), need.gap_on(day)
    places, kept_back = need.priorities_on(day), hidden_on(need, day)
    return {
        "code": need.code,
        "need": need.title,
        "group": need.group,
        "locality": need.locality,
        "counts": need.counts,
        "number": _shown(NUMBER, observed.number if observed else None, kept_back),
        "counted": day_in_full(observed.day) if observed else "",
        "source": _source(observed.source, observed.estimated) if observed else "",
        "trend": need.trend_on(day).title,
        "provided": _shown(PROVIDED, need.number_provided_on(day), kept_back),
        "gap": _gap(need, day),
        "said": (f"{'; '.join(gap.said_by)}, {day_in_full(gap.said)}" if gap is not None else ""),
        "priority": "; ".join(f"{one.rank} in {outcome.title}" for outcome, one in places.items()),
        "owner": need.owner,
    }


def _shown(name: str, number: int | None, kept_back: frozenset[str]) -> Cell:
    if name in kept_back:
        return HIDDEN
    return NOT_KNOWN if number is None else to_nearest(number)


def _gap(need: Need, day: date) -> Cell:
    gap = need.gap_on(day)
    return _shown(GAP, gap.number if gap else None, hidden_on(need, day))


def _source(source: str, estimated: bool) -> str:
    return f"{source} (estimate)" if estimated else source


def _priorities(found: Iterable[Need], day: date) -> Iterator[dict[str, Cell]]:
    kept = list(found)
    for outcome in Outcome:
        for need in in_order_of_priority(kept, outcome, day):
            place = need.priorities_on(day)[outcome]
            yield {
                "outcome": outcome.title,
                "rank": place.rank,
                "code": need.code,
                "need": need.title,
                "gap": _gap(need, day),
                "reason": place.reason,
                "since": day_in_full(place.day),
            }


def _numbers(found: Iterable[Need], day: date) -> Iterator[dict[str, Cell]]:
    for need in found:
        standing = {one.reference for one in need.observed_by(day)}
        for one in need.observations:
            if one.day > day:
                continue
            corrected = "" if one.reference in standing else "Corrected since. "
            yield {
                "code": need.code,
                "need": need.title,
                "day": day_in_full(one.day),
                "number": HIDDEN if is_small(one.number) else to_nearest(one.number),
                "source": _source(one.source, one.estimated),
                "words": f"{corrected}{one.words}".strip(),
            }


def _provision(
    found: Iterable[Need], services: Mapping[str, str], day: date
) -> Iterator[dict[str, Cell]]:
    for need in found:
        kept_back = hidden_on(need, day)
        for one in need.provided_on(day):
            yield {
                "code": need.code,
                "need": need.title,
                "service": services.get(one.service, one.service) or "All services together",
                "provided": _shown(of_service(one.service), one.provided, kept_back),
                "day": day_in_full(one.day),
                "said_by": one.said_by,
                "words": one.words,
            }


def _views(
    views: Iterable[View],
    led: Iterable[Led],
    every: Mapping[str, Need],
    services: Mapping[str, str],
    day: date,
) -> Iterator[dict[str, Cell]]:
    by_view: dict[str, list[Led]] = {}
    for change in led:
        if change.day <= day:
            by_view.setdefault(change.view, []).append(change)
    for view in views:
        if view.day > day:
            continue
        about = [
            *([every[view.need].title] if view.need in every else []),
            *([services.get(view.service, view.service)] if view.service else []),
        ]
        changes = [_led(one, every, services) for one in by_view.get(view.reference, [])]
        yield {
            "reference": view.reference,
            "day": day_in_full(view.day),
            "whose": view.whose.title,
            "people": view.people if view.people is not None else "",
            "words": view.words,
            "gathered": view.gathered,
            "about": "; ".join(about),
            "changed": " ".join(changes) or "Nothing is recorded yet",
        }


def _led(one: Led, every: Mapping[str, Need], services: Mapping[str, str]) -> str:
    what = {
        Changed.NEED: every[one.what].title if one.what in every else one.what,
        Changed.SERVICE: services.get(one.what, one.what),
        Changed.REVIEW: one.what,
    }[one.changed]
    return f"{one.changed.title}, {what}, {day_in_full(one.day)}: {one.words.rstrip('.')}."


_COLUMNS = (
    Column(key="need", title="Need"),
    Column(key="code", title="Code", kind="code"),
    Column(key="group", title="Which children"),
    Column(key="locality", title="Locality"),
    Column(key="priority", title="Place among needs"),
    Column(key="number", title="Number", kind="count"),
    Column(key="counts", title="Of"),
    Column(key="counted", title="Counted"),
    Column(key="source", title="Source"),
    Column(key="trend", title="Trend"),
    Column(key="provided", title="Provided for", kind="count"),
    Column(key="gap", title="Gap", kind="count"),
    Column(key="said", title="Provision said by"),
    Column(key="owner", title="Owner"),
)
_PRIORITIES = (
    Column(key="outcome", title="Outcome"),
    Column(key="rank", title="Place", kind="count"),
    Column(key="need", title="Need"),
    Column(key="gap", title="Gap", kind="count"),
    Column(key="reason", title="Why"),
    Column(key="since", title="Since"),
)
_NUMBERS = (
    Column(key="need", title="Need"),
    Column(key="day", title="Day"),
    Column(key="number", title="Number", kind="count"),
    Column(key="source", title="Source"),
    Column(key="words", title="Note"),
)
_PROVISION = (
    Column(key="need", title="Need"),
    Column(key="service", title="Service"),
    Column(key="provided", title="Provided for", kind="count"),
    Column(key="day", title="Said on"),
    Column(key="said_by", title="Said by"),
    Column(key="words", title="Note"),
)
_VIEWS = (
    Column(key="day", title="Day"),
    Column(key="whose", title="Whose view"),
    Column(key="words", title="What was said"),
    Column(key="people", title="By how many", kind="count"),
    Column(key="gathered", title="How it was gathered"),
    Column(key="about", title="About"),
    Column(key="changed", title="What it changed"),
    Column(key="reference", title="Reference", kind="code"),
)
