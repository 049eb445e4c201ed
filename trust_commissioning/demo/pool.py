"""The demo trust's funds with partners: agreements, receipts, a late partner, a dispute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from ledger.money import Money
from ledger.periods import Period
from ledger.pool.contributions import ContributionKind
from ledger.pool.disputes import Step, StepKind
from ledger.pool.noted import ConnexionsPlan, Planned
from trust_commissioning import applying, pooling
from trust_commissioning.applying import Document
from trust_commissioning.demo import definition
from trust_commissioning.pooling.asked import ContributionAsked
from trust_commissioning.store.pool import contributions

OFFICER, KEEPER = "r.fenwater", "m.tarrow"
_SETTLED = date(2004, 6, 21)
_CHASED = date(2004, 9, 14)
_DISPUTED = date(2004, 11, 8)
_PAID_AFTER = {"police": 21, "probation": 30}
"""Days from the day an instalment is due; the others' are in events.yaml."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a partner pays of one instalment."""

    fund: str
    partner: str
    key: str
    due: date
    day: date
    amount: Money


def begin(session: Session, *, by: str, at: datetime, today: date) -> None:
    """Record the agreements, the schedule of the safeguarding board, who holds which office."""
    applying.apply(session, _document(), by=by, at=at, today=today)


def month(session: Session, period: Period, paid: Sequence[Receipt], *, at: datetime) -> None:
    """Raise what falls due in a month, enter what partners pay, tell what else happens."""
    pooling.raise_due(session, period.ends, by=OFFICER, at=at)
    for day, tell in _EVENTS:
        if Period.containing(day) == period:
            tell(session, at)
    for one in paid:
        if Period.containing(one.day) == period:
            pooling.receive(
                session,
                reference=f"{one.key}/{one.due.isoformat()}",
                fund=one.fund,
                partner=one.partner,
                amount=one.amount,
                day=one.day,
                pays=[pooling.Payment(one.key, one.due, one.amount)],
                by=OFFICER,
                at=at,
            )


def receipts(document: Document) -> list[Receipt]:
    """What partners pay, some days after it is due, a few in part or not at all; by day."""
    entries = [*document.contributions, *_document().contributions]
    return sorted(
        (paid for entry in entries for paid in _paid(entry)), key=lambda one: (one.day, one.key)
    )


def _paid(entry: ContributionAsked) -> Iterator[Receipt]:
    told = definition.events()
    short = {(one.fund, one.partner, one.due): one.paid for one in told.paid_short}
    after = told.paid_after | _PAID_AFTER
    if entry.kind != "cash":
        return
    for part in entry.instalments:
        amount = short.get((entry.fund, entry.partner, part.day), part.amount)
        day = part.day + timedelta(days=after[entry.partner])
        if amount and day <= definition.LAST_PERIOD.ends:
            yield Receipt(entry.fund, entry.partner, entry.key, part.day, day, amount)


def _document() -> Document:
    return definition.part("pool")


def _chase(session: Session, at: datetime) -> None:
    pooling.chase(
        session,
        "youth-aligned",
        "connexions",
        reference="L-2004-01",
        day=_CHASED,
        to="Head of finance, Connexions Wealdshire",
        by=OFFICER,
        at=at,
    )


def _pay_settlement(session: Session, at: datetime) -> None:
    """Each partner pays the share of the first year's overspends that was settled."""
    for one in contributions(session, year=definition.FIRST_YEAR):
        if one.kind is not ContributionKind.SETTLEMENT:
            continue
        for part in one.instalments:
            pooling.receive(
                session,
                reference=f"{one.key}/paid",
                fund=one.fund,
                partner=one.partner,
                amount=part.outstanding,
                day=_SETTLED,
                pays=[pooling.Payment(one.key, part.day, part.outstanding)],
                by=OFFICER,
                at=at,
            )


def _dispute(session: Session, at: datetime) -> None:
    """The primary care trust pays the rest; what it denies stays owed."""
    pooling.dispute(
        session,
        reference="D-2004-01",
        contribution="camhs-pool/2004-05/pct/cash",
        instalment=date(2004, 10, 31),
        amount=Money.parse("236800.00"),
        day=_DISPUTED,
        reason=(
            "The trust holds that placements made in an emergency in July are outside the "
            "agreement, since its officer was not asked."
        ),
        by=OFFICER,
        at=at,
    )
    said = Step(
        reference="N-1",
        day=date(2004, 11, 22),
        kind=StepKind.NOTE,
        words="Placement papers sent to both directors of finance; on the agenda of 13 January.",
    )
    pooling.take_step(session, "D-2004-01", said, by=KEEPER, at=at)


def _plan(session: Session, at: datetime) -> None:
    year = definition.SECOND_YEAR.next
    for partner, changes, planned, words in (
        ("pct", "24000.00", "0.00", "Full year of the third specialist placement"),
        ("social-services", "0.00", "15000.00", "A worker for children leaving care"),
        ("education", "0.00", "0.00", ""),
    ):
        wanted = Planned(
            partner=partner,
            year=year,
            recurrent_changes=Money.parse(changes),
            inflation=300,
            planned=Money.parse(planned),
            efficiency=100,
            words=words,
        )
        pooling.plan_next(
            session,
            "camhs-pool",
            wanted,
            reference=f"{year}/{partner}",
            day=date(2004, 11, 24),
            by=KEEPER,
            at=at,
        )
    plan = ConnexionsPlan(area="Wealdshire", year=year, resource=Money.parse("1236000.00"))
    pooling.sign_off(session, plan, reference="CX-2005", day=date(2004, 11, 26), by=KEEPER, at=at)


_EVENTS = (
    (_SETTLED, _pay_settlement),
    (_CHASED, _chase),
    (_DISPUTED, _dispute),
    (date(2004, 11, 24), _plan),
)
