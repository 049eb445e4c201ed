"""Top-slices: one cut by the payer, spread over allocations uniformly, to the pound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlmodel import Session

from ledger.grant.life import GrantEvent, Step
from ledger.grant.top_slice import reduction_of, top_slice
from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.granting.living import Recorded, record
from trust_commissioning.posting import lock_head
from trust_commissioning.store import grants
from trust_commissioning.store.grants import StoredEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What the payer takes off the allocations of one year: a total, or a percentage of them."""

    reference: str
    day: date
    year: FinancialYear
    total: Money | None = None
    percent: Fraction | None = None
    document: str = ""


def slice_top(
    session: Session, allocations: Sequence[str], cut: Cut, *, by: str, at: datetime
) -> list[Recorded]:
    """Take a cut off allocations in the same proportion, each in whole pounds, to the pound.

    The same cut again changes nothing.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_GRANTS)
    lock_head(session)
    if problems := list(_check(session, allocations, cut)):
        raise Refused(problems)
    said = {"document": cut.document, "cut": cut.reference, "of": list(allocations)}
    if cut.percent is not None:
        said["percent"] = str(cut.percent)
    lives = grants.lives(session)
    if made := _made_before(session, lives, cut):
        if not _is_same([stored for _, stored in made], cut, said):
            raise Refused.because(
                "grant_event_recorded_otherwise",
                f"The cut {cut.reference} was recorded before with other contents.",
                "reference",
            )
        return [
            Recorded(reference, stored.event, stored.journal, lives[reference])
            for reference, stored in made
        ]
    amounts = [lives[reference].years[cut.year].allocation for reference in allocations]
    total = cut.total if cut.percent is None else reduction_of(amounts, cut.percent)
    assert total is not None, "checked: a cut has a total or a percentage"
    try:
        shares = top_slice(amounts, total)
    except ValueError as unfit:
        raise Refused.because("cut_unfit", str(unfit), "total") from None
    return [
        record(
            session,
            reference,
            GrantEvent(
                step=Step.REVISED, day=cut.day, reference=cut.reference, amount=-less, year=cut.year
            ),
            said=said,
            by=by,
            at=at,
        )
        for reference, less in zip(allocations, shares, strict=True)
        if less
    ]


def _made_before(session: Session, lives: Iterable[str], cut: Cut) -> list[tuple[str, StoredEvent]]:
    """What the cut of this reference took off each allocation, if it was recorded before.

    An allocation whose share was nil has no event of it.
    """
    found = {
        reference: stored
        for reference in lives
        for stored in grants.events(session, reference)
        if stored.said.get("cut") == cut.reference
    }
    return sorted(found.items(), key=lambda one: one[1].said["of"].index(one[0]))


def _is_same(made: Sequence[StoredEvent], cut: Cut, said: Mapping[str, object]) -> bool:
    taken = -Money.total(one.event.amount for one in made)
    words = {name: value for name, value in said.items() if value}
    return cut.total in (None, taken) and all(
        (one.event.day, one.event.year, dict(one.said)) == (cut.day, cut.year, words)
        for one in made
    )


def _check(session: Session, allocations: Sequence[str], cut: Cut) -> Iterator[Problem]:
    if (cut.total is None) == (cut.percent is None):
        yield Problem("cut_unfit", "A cut is a total or a percentage, one of the two.", "total")
    if cut.percent is not None and not 0 < cut.percent <= 100:
        yield Problem("cut_unfit", f"{cut.percent}% is not a part of the whole.", "percent")
    lives = grants.lives(session)
    for place, reference in enumerate(allocations):
        where = f"allocations[{place}]"
        if reference not in lives:
            yield Problem("allocation_unknown", f"There is no allocation “{reference}”.", where)
        elif cut.year not in lives[reference].years:
            yield Problem(
                "year_not_of_allocation",
                f"{reference} gives nothing for {cut.year}.",
                where,
            )
        if reference in allocations[:place]:
            yield Problem("allocation_named_twice", f"{reference} is named twice.", where)
