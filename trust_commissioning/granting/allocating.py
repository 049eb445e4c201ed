"""Allocations recorded as they are announced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from ledger.funds import FundKind
from ledger.grant import allocation as allocation_rules
from ledger.grant.allocation import Allocation
from ledger.grant.life import GrantEvent, Step
from ledger.grant.programme import Unspent
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.granting.living import Recorded, record
from trust_commissioning.posting import lock_head
from trust_commissioning.store import grants, standing
from trust_commissioning.store.tables import (
    GrantAllocationRow,
    GrantProgrammeRow,
    GrantYearRow,
    PartnerRow,
)


def allocate(
    session: Session, allocation: Allocation, *, announced: date, by: str, at: datetime
) -> Recorded:
    """Record what a grant gives an authority, on the day it was announced.

    Where nothing could stop the grant it is recognised at once for a year that has begun.
    The same allocation again changes nothing.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_GRANTS)
    lock_head(session)
    there = grants.allocations(session)
    event = GrantEvent(step=Step.ANNOUNCED, day=announced, reference="announced")
    known = there.get(allocation.reference)
    if known is not None and known == replace(allocation, income=known.income):
        return record(session, allocation.reference, event, by=by, at=at)
    problems = [
        *allocation_rules.problems_in(allocation),
        *_check_names(session, allocation),
        *_check_others(allocation, there),
    ]
    if problems:
        raise Refused(problems)
    _keep(session, allocation, by=by, at=at)
    return record(session, allocation.reference, event, by=by, at=at)


def _keep(session: Session, allocation: Allocation, *, by: str, at: datetime) -> None:
    transfers = allocation.with_transfers
    session.add(
        GrantAllocationRow(
            reference=allocation.reference,
            grant_code=allocation.grant,
            authority=allocation.authority,
            fund=allocation.fund,
            starts=allocation.starts,
            ends=allocation.ends,
            core_pence=allocation.core.pence,
            with_transfers_pence=None if transfers is None else transfers.pence,
            document=allocation.document,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    session.flush()
    for one in allocation.years:
        session.add(
            GrantYearRow(
                allocation=allocation.reference,
                year=str(one.year),
                pence=one.amount.pence,
                ring_fenced=one.ring_fenced,
                unspent=one.unspent.value,
            )
        )
    session.flush()


def _check_names(session: Session, allocation: Allocation) -> Iterator[Problem]:
    programme = session.get(GrantProgrammeRow, allocation.grant)
    if programme is None:
        yield Problem("grant_unknown", f"There is no grant “{allocation.grant}”.", "grant")
    if session.get(PartnerRow, allocation.authority) is None:
        yield Problem(
            "partner_unknown", f"There is no partner “{allocation.authority}”.", "authority"
        )
    fund = standing.funds(session).get(allocation.fund)
    if fund is None:
        yield Problem("fund_unknown", f"There is no fund “{allocation.fund}”.", "fund")
    elif fund.kind is not FundKind.SPECIAL_GRANT and any(y.ring_fenced for y in allocation.years):
        yield Problem(
            "ring_fence_needs_own_fund",
            f"A ring-fenced grant is kept in a fund of its own; fund "
            f"{fund.code} ({fund.kind.title.lower()}) holds other money too.",
            "fund",
        )
    for place, one in enumerate(allocation.years):
        capital = one.unspent is Unspent.CARRY_FORWARD_CAPITAL
        if capital and programme is not None and not programme.capital:
            yield Problem(
                "only_capital_is_carried",
                f"{programme.title} pays for revenue, and only capital not spent may be carried "
                "forward; say that what is not spent is returned.",
                f"years[{place}].unspent",
            )


def _check_others(allocation: Allocation, there: dict[str, Allocation]) -> Iterator[Problem]:
    if allocation.reference in there:
        yield Problem(
            "allocation_recorded_otherwise",
            f"{allocation.reference} was recorded before with other contents; what changed since "
            "is a revision.",
            "reference",
        )
        return
    for other in there.values():
        overlap = other.starts <= allocation.ends and allocation.starts <= other.ends
        same = (other.grant, other.authority) == (allocation.grant, allocation.authority)
        if overlap and same:
            yield Problem(
                "allocation_overlaps",
                f"{other.reference} is of the same grant, authority and days; what is added to it "
                "is a revision.",
                "starts",
            )
        ring_fenced = any(y.ring_fenced for one in (other, allocation) for y in one.years)
        if overlap and not same and other.fund == allocation.fund and ring_fenced:
            yield Problem(
                "ring_fence_needs_own_fund",
                f"A ring-fenced grant is kept in a fund of its own; {allocation.fund} keeps "
                f"{other.reference} in these days.",
                "fund",
            )
