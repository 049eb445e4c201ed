"""What is noted of the pool besides money: offices, plans signed off, next year, letters sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from ledger.money import Money
from ledger.pool.contributions import Contribution, Instalment
from ledger.pool.letters import reminder
from ledger.pool.noted import Chase, ConnexionsPlan, OfficeHeld, Planned
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.pooling.known import fund_of, note, unknown
from trust_commissioning.store.pool import agreement_of, contributions, facts
from trust_commissioning.store.pool.facts import Fact
from trust_commissioning.store.standing import titles, trust_name


def hold_office(
    session: Session, held: OfficeHeld, *, reference: str, by: str, at: datetime
) -> bool:
    """Record who holds an office from a day on; an empty name is a vacancy.

    Raises:
        Refused: ``event_recorded_otherwise``; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    after = {"name": held.name, "from": held.starts.isoformat()}
    return _note(
        session, facts.OFFICE, reference, held.office.value, "", held.starts, held, after, by, at
    )


def sign_off(
    session: Session, plan: ConnexionsPlan, *, reference: str, day: date, by: str, at: datetime
) -> bool:
    """Record an area's Connexions resource for a year, and the plan's sign-off once it is given.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    if plan.signed_off is not None and not plan.signed_off_by:
        raise Refused.because(
            "sign_off_without_a_name", "Say who signed the plan off for the trust.", "signed_off_by"
        )
    after = {"area": plan.area, "year": str(plan.year), "resource": plan.resource.plain}
    return _note(session, facts.CONNEXIONS, reference, plan.area, "", day, plan, after, by, at)


def plan_next(
    session: Session,
    fund: str,
    planned: Planned,
    *,
    reference: str,
    day: date,
    by: str,
    at: datetime,
) -> bool:
    """Record what next year's contribution of a partner is proposed with.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    fund_of(session, fund)
    if problems := [*unknown("partner", planned.partner, titles(session)["partner"], "partner")]:
        raise Refused(problems)
    about = f"{fund}/{planned.year}/{planned.partner}"
    after = {"partner": planned.partner, "year": str(planned.year), "words": planned.words}
    return _note(session, facts.PROPOSAL, reference, about, fund, day, planned, after, by, at)


def chase(
    session: Session,
    fund: str,
    partner: str,
    *,
    reference: str,
    day: date,
    to: str,
    by: str,
    at: datetime,
) -> Chase:
    """Write to a partner for what is overdue, and keep the letter; the same again is the same one.

    The letter lists each overdue instalment and asks for the undisputed part only; what is
    disputed is named as such.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    kept = facts.fact(session, facts.CHASE, reference)
    if kept is not None:
        if (kept.fund, kept.contents.partner, kept.day, kept.contents.to) != (
            fund,
            partner,
            day,
            to,
        ):
            raise Refused([facts.otherwise(facts.CHASE, reference)])
        letter: Chase = kept.contents
        return letter
    found = fund_of(session, fund)
    overdue = [
        (one, part)
        for one in contributions(session, fund, partner=partner)
        for part in one.instalments
        if part.day < day and part.outstanding.pence > 0
    ]
    problems = [
        *unknown("partner", partner, titles(session)["partner"], "partner"),
        *_check_overdue(overdue, partner),
    ]
    if problems:
        raise Refused(problems)
    under = agreement_of(session, fund, day)
    parts = [part for _, part in overdue]
    letter = Chase(
        partner=partner,
        to=to,
        outstanding=Money.total(part.outstanding for part in parts),
        disputed=Money.total(part.disputed for part in parts),
        text=reminder(
            trust=trust_name(session),
            fund=found.title,
            partner=titles(session)["partner"][partner],
            agreement=under.title if under is not None else "",
            overdue=parts,
            day=day,
        ),
    )
    after = {"partner": partner, "outstanding": letter.outstanding.plain}
    about = f"{fund}/{partner}"
    _note(session, facts.CHASE, reference, about, fund, day, letter, after, by, at)
    return letter


def _check_overdue(overdue: list[tuple[Contribution, Instalment]], partner: str) -> list[Problem]:
    if any(part.undisputed for _, part in overdue):
        return []
    return [
        Problem(
            "nothing_to_chase",
            f"{partner} owes this fund nothing that is overdue and undisputed.",
            "partner",
        )
    ]


def _note(
    session: Session,
    kind: str,
    reference: str,
    about: str,
    fund: str,
    day: date,
    contents: Any,
    after: Mapping[str, object],
    by: str,
    at: datetime,
) -> bool:
    fact = Fact(
        kind=kind,
        reference=reference,
        about=about,
        fund=fund,
        day=day,
        contents=contents,
        recorded_by=by,
        recorded_at=as_text(at),
    )
    return note(session, fact, at=at, after=after)
