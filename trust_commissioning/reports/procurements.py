"""Procurements: route, bids, results, awards, and a record of each decision and who made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlmodel import Session

from contracts.lifecycle import ProcurementState
from contracts.procurement import (
    Abandonment,
    Award,
    Contents,
    Evaluation,
    Interest,
    Link,
    Plan,
    Procurement,
    Tender,
    Waiver,
    results,
    shown,
)
from ledger.money import Money
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.shape import (
    Cell,
    Column,
    Part,
    Report,
    Scope,
    make,
    of_the_whole_trust,
)
from trust_commissioning.store import procuring as record
from trust_commissioning.store.standing import people, titles


def procurements(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each procurement planned by the end of the period that had not ended before the year.

    A procurement is of no fund until its contract is, so whatever fund is asked of it the report is
    of the whole trust, and says so.
    """
    scope = of_the_whole_trust(session, scope)
    day = scope.period.ends
    known = titles(session, "provider", "service")
    names = people(session)
    made = [one for one in record.procurements(session) if _is_of(one, scope.year.starts, day)]
    return make(
        session,
        scope,
        at,
        name="procurements",
        title="Procurements",
        basis=(
            f"Procurements planned by {day_in_full(day)} that led to something in the year or are "
            "still open, as they stand now. Results are worked out exactly and shown to two places; "
            "equal results share their place."
        ),
        sign="Values and prices are for the whole term, above nil.",
        columns=_COLUMNS,
        rows=[_row(one, known) for one in made],
        totals={"estimated": Money.total(one.plan.estimated for one in made)},
        parts=[part for one in made for part in _parts(one, known, names)],
    )


def _is_of(procurement: Procurement, starts: date, ends: date) -> bool:
    over = procurement.state in (ProcurementState.ABANDONED, ProcurementState.AWARDED)
    last = max(one.day for one in procurement.happened)
    return procurement.planned.day <= ends and (not over or last >= starts)


def _row(procurement: Procurement, known: Mapping[str, Mapping[str, str]]) -> dict[str, Cell]:
    plan = procurement.plan
    awarded = []
    for award in procurement.awards:
        bid = procurement.bid(award.bid)
        assert bid is not None, "what is awarded is a bid"
        awarded.append(known["provider"].get(bid.provider, bid.provider))
    return {
        "reference": procurement.reference,
        "title": plan.title,
        "service": known["service"].get(plan.service, plan.service),
        "need": plan.need,
        "route": plan.route.title,
        "estimated": plan.estimated,
        "state": procurement.state.title,
        "bids": len(procurement.bids()),
        "awarded": ", ".join(dict.fromkeys(awarded)),
        "contracts": ", ".join(one.contract for one in procurement.links),
    }


def _parts(
    procurement: Procurement, known: Mapping[str, Mapping[str, str]], names: Mapping[str, str]
) -> Iterator[Part]:
    plan = procurement.plan
    named = f"{procurement.reference} {plan.title}"
    for lot in plan.lots:
        if procurement.bids(lot.code):
            yield Part(
                key=f"results-{procurement.reference}-{lot.code}",
                title=f"{named}: bids for {lot.title}",
                columns=_BIDS,
                rows=tuple(_bid_rows(procurement, lot.code, known)),
            )
    yield Part(
        key=f"decisions-{procurement.reference}",
        title=f"{named}: what was decided, and by whom",
        words=(f"{plan.route.title}: {plan.reasons}",) if plan.reasons else (),
        columns=_DECISIONS,
        rows=tuple(
            {
                "day": day_in_full(one.day),
                "by": names.get(one.by, one.by),
                "decision": words,
            }
            for one in procurement.happened
            if (words := _decision(one.contents))
        ),
    )


def _bid_rows(
    procurement: Procurement, lot: str, known: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, Cell]]:
    ranked = results(procurement, lot)
    award = procurement.award_of(lot)
    if not ranked:
        for bid in procurement.bids(lot):
            yield {
                "provider": known["provider"].get(bid.provider, bid.provider),
                "price": bid.price,
                "scores": "",
                "result": "",
                "place": "Awarded" if award and award.bid == bid.bid else "",
            }
    for one in ranked:
        tied = ", tied" if one.tied else ""
        taken = ", awarded" if award and award.bid == one.bid.bid else ""
        yield {
            "provider": known["provider"].get(one.bid.provider, one.bid.provider),
            "price": one.bid.price,
            "scores": "; ".join(
                f"{criterion.title} {shown(share)}" for criterion, share in one.scores
            ),
            "result": one.shown,
            "place": f"{one.place}{tied}{taken}",
        }


def _decision(said: Contents) -> str:
    """What a reader of the record is told; bids and single scores are in the table of bids."""
    match said:
        case Plan():
            return f"Planned: {said.route.title.lower()}, thought to be worth {said.estimated}."
        case Tender():
            return f"Bids asked for until {day_in_full(said.closes)}. {said.words}".strip()
        case Interest():
            return (
                f"Declared an interest and takes no part. {said.words}".strip()
                if said.has_interest
                else "Declared no interest."
            )
        case Evaluation():
            agreed = (
                f" {counted(len(said.moderated), 'score')} moderated." if said.moderated else ""
            )
            return f"Evaluated. {said.words}".strip() + agreed
        case Waiver():
            return f"Let go to {said.provider} without competition. {said.reason}"
        case Award():
            over = "".join(f" Passed over {one.bid}: {one.reason}" for one in said.passed_over)
            return f"Lot {said.lot} awarded to bid {said.bid}. {said.reason}{over}"
        case Link():
            return f"Lot {said.lot} led to contract {said.contract}."
        case Abandonment():
            return f"Abandoned. {said.reason}"
        case _:
            return ""


_COLUMNS = (
    Column(key="reference", title="Procurement"),
    Column(key="title", title="For"),
    Column(key="service", title="Service"),
    Column(key="need", title="Need"),
    Column(key="route", title="Route"),
    Column(key="estimated", title="Estimated", kind="money"),
    Column(key="state", title="State"),
    Column(key="bids", title="Bids", kind="count"),
    Column(key="awarded", title="Awarded to"),
    Column(key="contracts", title="Contracts"),
)
_BIDS = (
    Column(key="provider", title="Provider"),
    Column(key="price", title="Price", kind="money"),
    Column(key="scores", title="Out of 100"),
    Column(key="result", title="Result"),
    Column(key="place", title="Place"),
)
_DECISIONS = (
    Column(key="day", title="Day"),
    Column(key="by", title="Who"),
    Column(key="decision", title="What"),
)
