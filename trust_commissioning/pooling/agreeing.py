"""Agreements signed, varied, directed and ended; who is host, who manages, who delivers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from ledger.pool.agreement import (
    Agreement,
    Appointment,
    Direction,
    RolePlaced,
    Termination,
    Variation,
    problems_in,
)
from ledger.pool.vat import Delivery
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.pooling.known import fund_of, note, unknown
from trust_commissioning.store.pool import agreement as agreement_kept
from trust_commissioning.store.pool import agreements, facts
from trust_commissioning.store.pool.facts import Fact
from trust_commissioning.store.standing import standing


def agree(session: Session, wanted: Agreement, *, by: str, at: datetime) -> bool:
    """Record a signed agreement; False where it was recorded before.

    Its kind is its fund's. What it leaves out is not refused: the agreements report says what is
    missing, with the regulation.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    fund = fund_of(session, wanted.fund)
    wanted = replace(wanted, kind=fund.kind, basis=fund.legal_basis)
    fact = _fact(wanted, facts.AGREEMENT, wanted.reference, wanted.starts, wanted, by, at)
    if facts.fact(session, fact.kind, fact.reference) is None:
        problems = [
            *problems_in(wanted),
            *_unknown_names(session, wanted),
            *_overlap(session, wanted),
        ]
        if problems:
            raise Refused(problems)
    return note(session, fact, at=at, after={"fund": fund.code, "title": wanted.title})


def vary(session: Session, reference: str, variation: Variation, *, by: str, at: datetime) -> bool:
    """Record what the partners agreed to change from a day on; the signed text stays as it was.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    return _add(
        session,
        reference,
        facts.VARIATION,
        variation.reference,
        variation.starts,
        variation,
        lambda now: replace(now, variations=(*now.variations, variation)),
        by=by,
        at=at,
    )


def appoint(
    session: Session,
    reference: str,
    *,
    host: Appointment | None = None,
    manager: Appointment | None = None,
    by: str,
    at: datetime,
) -> bool:
    """Record who is host, or who manages the fund, from a day on, with the reason.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    done = False
    if host is not None:
        done |= _add(
            session,
            reference,
            facts.HOST,
            host.reference,
            host.starts,
            host,
            lambda now: replace(now, hosts=(*now.hosts, host)),
            by=by,
            at=at,
        )
    if manager is not None:
        done |= _add(
            session,
            reference,
            facts.MANAGER,
            manager.reference,
            manager.starts,
            manager,
            lambda now: replace(now, managers=(*now.managers, manager)),
            by=by,
            at=at,
        )
    return done


def direct(
    session: Session,
    reference: str,
    direction: Direction,
    *,
    host: str = "",
    manager: str = "",
    by: str,
    at: datetime,
) -> bool:
    """Record a direction that budgets be pooled or a function moved, with whom it puts in place.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    done = _add(
        session,
        reference,
        facts.DIRECTION,
        direction.reference,
        direction.starts,
        direction,
        lambda now: replace(now, directions=(*now.directions, direction)),
        by=by,
        at=at,
    )
    placed = {
        name: Appointment(
            starts=direction.starts,
            holder=holder,
            reason=f"Direction {direction.reference}: {direction.words}",
            reference=direction.reference,
        )
        for name, holder in (("host", host), ("manager", manager))
        if holder
    }
    appoint(session, reference, **placed, by=by, at=at)
    return done


def place(
    session: Session,
    reference: str,
    fact: RolePlaced | Delivery,
    name: str,
    *,
    by: str,
    at: datetime,
) -> bool:
    """Record an accounting role, or who delivers a service and so its VAT regime, from a day on.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    if isinstance(fact, Delivery):
        kind = facts.DELIVERY
    else:
        kind = facts.ROLE

    def with_it(now: Agreement) -> Agreement:
        if isinstance(fact, Delivery):
            return replace(now, deliveries=(*now.deliveries, fact))
        return replace(now, roles=(*now.roles, fact))

    return _add(session, reference, kind, name, fact.starts, fact, with_it, by=by, at=at)


def terminate(
    session: Session, reference: str, notice: Termination, *, by: str, at: datetime
) -> bool:
    """Record notice that an agreement ends: instalments after that day lapse unraised.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    return _add(
        session,
        reference,
        facts.TERMINATION,
        notice.reference,
        notice.notice_day,
        notice,
        lambda now: replace(now, termination=notice),
        by=by,
        at=at,
        check=lambda now: _check_not_ended(now, notice),
    )


def agreement_named(session: Session, reference: str) -> Agreement:
    """An agreement by its reference.

    Raises:
        Refused: ``agreement_unknown``.
    """
    found = agreement_kept(session, reference)
    if found is None:
        raise Refused.because(
            "agreement_unknown", f"There is no agreement “{reference}”.", "agreement"
        )
    return found


def _add(
    session: Session,
    reference: str,
    kind: str,
    name: str,
    day: date,
    contents: Any,
    with_it: Callable[[Agreement], Agreement],
    *,
    by: str,
    at: datetime,
    check: Callable[[Agreement], Iterable[Problem]] = lambda _: (),
) -> bool:
    """Add a dated fact to an agreement, if the agreement with it has no new problem."""
    roles.check(session, by, roles.Action.KEEP_POOL)
    now = agreement_named(session, reference)
    fact = _fact(now, kind, name, day, contents, by, at)
    if facts.fact(session, kind, name) is None:
        then = with_it(now)
        problems = [*problems_in(then), *_unknown_names(session, then), *check(now)]
        if now.wound_up is not None:
            problems.append(_wound_up(now))
        if problems:
            raise Refused(problems)
    return note(session, fact, at=at, after={"agreement": reference, "day": day.isoformat()})


def _fact(
    agreement: Agreement, kind: str, name: str, day: date, contents: Any, by: str, at: datetime
) -> Fact:
    return Fact(
        kind=kind,
        reference=name,
        about=agreement.reference,
        fund=agreement.fund,
        day=day,
        contents=contents,
        recorded_by=by,
        recorded_at=as_text(at),
    )


def _unknown_names(session: Session, agreement: Agreement) -> Iterator[Problem]:
    known = standing(session)
    changed = [one.parties for one in agreement.variations if one.parties is not None]
    for parties in (agreement.parties, *changed):
        for turn, party in enumerate(parties):
            yield from unknown("partner", party.partner, known.partners, f"parties[{turn}].partner")
    for turn, delivery in enumerate(agreement.deliveries):
        where = f"deliveries[{turn}]"
        yield from unknown("partner", delivery.partner, known.partners, f"{where}.partner")
        yield from unknown("service", delivery.service, known.services, f"{where}.service")


def _overlap(session: Session, wanted: Agreement) -> Iterator[Problem]:
    """A fund has one agreement at a time: a successor starts after the one before it ends."""
    for other in agreements(session, wanted.fund):
        ends = other.as_at(date.max).ends
        if other.starts <= wanted.starts and (ends is None or wanted.starts <= ends):
            until = f"until {day_in_full(ends)}" if ends else "with no end"
            yield Problem(
                "fund_has_an_agreement",
                f"Fund {wanted.fund} has agreement {other.reference}, which runs {until}; vary it, "
                "or give notice that it ends.",
                "starts",
            )


def _check_not_ended(now: Agreement, notice: Termination) -> Iterator[Problem]:
    if now.termination is not None and now.termination.reference != notice.reference:
        yield Problem(
            "agreement_already_terminated",
            f"Notice of {now.reference} was given on "
            f"{day_in_full(now.termination.notice_day)}: it ends on "
            f"{day_in_full(now.termination.ends)}.",
            "agreement",
        )


def _wound_up(now: Agreement) -> Problem:
    assert now.wound_up is not None
    return Problem(
        "agreement_wound_up",
        f"{now.reference} was wound up on {day_in_full(now.wound_up.day)}.",
        "agreement",
    )
