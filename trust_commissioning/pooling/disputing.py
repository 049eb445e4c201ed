"""Disputes over instalments: raised in part, noted, resolved or withdrawn; the rest goes on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.pool.disputes import Dispute, Step, StepKind, problems_in_dispute, problems_in_end
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import as_text
from trust_commissioning.pooling.known import contribution_of, instalment_in, period_of
from trust_commissioning.posting import lock_head, post
from trust_commissioning.posting_rules import Event
from trust_commissioning.store import audit
from trust_commissioning.store.pool import disputes
from trust_commissioning.store.pool.facts import otherwise
from trust_commissioning.store.standing import titles
from trust_commissioning.store.tables import DisputeRow, DisputeStepRow, table_of

DISPUTE = "dispute"
"""The source of a journal made when a dispute ends in less being owed."""
_DISPUTE, _STEP = table_of(DisputeRow), table_of(DisputeStepRow)


def dispute(
    session: Session,
    *,
    reference: str,
    contribution: str,
    instalment: date,
    amount: Money,
    day: date,
    reason: str,
    by: str,
    at: datetime,
) -> bool:
    """Record that a partner denies to owe some of an instalment; False where it was recorded.

    Nothing is posted: the whole is still owed, and what is not disputed goes on being asked for.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    before = _found(session, reference)
    if before is not None:
        said = (before.contribution, before.instalment, before.day, before.amount, before.reason)
        if said != (contribution, instalment, day, amount, reason):
            raise Refused([otherwise(DISPUTE, reference)])
        return False
    found = contribution_of(session, contribution)
    problems = []
    for one in instalment_in(found, instalment, "instalment"):
        if isinstance(one, Problem):
            problems.append(one)
        else:
            problems += problems_in_dispute(amount, day, one)
    if problems:
        raise Refused(problems)
    session.execute(
        insert(_DISPUTE).values(
            reference=reference,
            contribution=contribution,
            instalment=instalment,
            day=day,
            pence=amount.pence,
            reason=reason,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    after = {
        "instalment": f"{contribution}/{instalment.isoformat()}",
        "amount": amount.plain,
        "reason": reason,
    }
    audit.record(
        session,
        by=by,
        at=at,
        action="dispute_recorded",
        object_kind=DISPUTE,
        object_key=reference,
        after=after,
    )
    return True


def take_step(
    session: Session,
    dispute: str,
    step: Step,
    *,
    period: Period | None = None,
    by: str,
    at: datetime,
) -> str:
    """Note something said in a dispute, resolve it, or let it be withdrawn; returns the number of
    the journal where the debt is reduced, else nothing.

    Withdrawn, the whole is owed as before. Resolved, what was agreed comes off the debt and the
    rest is owed; what of it was paid in the meantime is owed back to the partner. Who recorded the
    dispute may not take anything off.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    found = _found(session, dispute)
    if found is None:
        raise Refused.because("dispute_unknown", f"There is no dispute “{dispute}”.", "dispute")
    before = next((one for one in found.steps if one.reference == step.reference), None)
    if before is not None:
        return _again(session, found, before, step, period)
    problems = [*problems_in_end(found, step)]
    if step.reduced and found.by in roles.names_of(session, by):
        problems.append(_own(found))
    if step.reduced and step.kind is not StepKind.RESOLVED:
        problems.append(
            Problem(
                "only_a_resolution_reduces",
                f"{step.reduced} would come off a debt by a step that does not resolve the dispute.",
                "reduced",
            )
        )
    if problems:
        raise Refused(problems)
    journal = _reduce(session, found, step, period, by=by, at=at) if step.reduced else ""
    _keep(session, found, step, journal, by=by, at=at)
    return journal


def _found(session: Session, reference: str) -> Dispute | None:
    return next((one for one in disputes(session) if one.reference == reference), None)


def _again(
    session: Session, found: Dispute, before: Step, step: Step, period: Period | None
) -> str:
    said = (before.day, before.kind, before.words, before.reduced)
    if said != (step.day, step.kind, step.words, step.reduced):
        raise Refused([otherwise("step of a dispute", step.reference)])
    query = select(_STEP.c.journal).where(
        _STEP.c.dispute == found.reference, _STEP.c.reference == step.reference
    )
    journal = str(session.execute(query).scalar() or "")
    if journal and period_of(session, journal) != (period or Period.containing(step.day)):
        raise Refused([otherwise("step of a dispute", step.reference)])
    return journal


def _own(found: Dispute) -> Problem:
    return Problem(
        "dispute_resolved_by_its_recorder",
        f"You recorded dispute {found.reference}; what comes off a partner's debt is recorded by "
        "somebody else.",
        "by",
    )


def _reduce(
    session: Session, found: Dispute, step: Step, period: Period | None, *, by: str, at: datetime
) -> str:
    event = Event(
        fund=found.fund,
        day=step.day,
        period=period,
        source=DISPUTE,
        source_ref=f"{found.reference}/{step.reference}",
        narration=(
            f"Dispute {found.reference} resolved: instalment of {day_in_full(found.instalment)} "
            "reduced"
        ),
        payee=titles(session)["partner"].get(found.partner, ""),
    )
    off = min(step.reduced, _outstanding(session, found))
    journal = posting_rules.contribution_reduced(event, found.partner, off, step.reduced - off)
    return post(session, journal, by=by, at=at)


def _outstanding(session: Session, found: Dispute) -> Money:
    parts = contribution_of(session, found.contribution).instalments
    owed = next((one.outstanding for one in parts if one.day == found.instalment), NIL)
    return max(owed, NIL)


def _keep(
    session: Session, found: Dispute, step: Step, journal: str, *, by: str, at: datetime
) -> None:
    last = session.execute(select(func.coalesce(func.max(_STEP.c.turn), 0))).scalar_one()
    session.execute(
        insert(_STEP).values(
            dispute=found.reference,
            reference=step.reference,
            turn=int(last) + 1,
            day=step.day,
            kind=step.kind.value,
            reduced_pence=step.reduced.pence,
            words=step.words,
            journal=journal or None,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    after = {"step": step.kind.value, "words": step.words}
    if step.reduced != NIL:
        after |= {"reduced": step.reduced.plain, "journal": journal}
    audit.record(
        session,
        by=by,
        at=at,
        action=f"dispute_{step.kind.value}",
        object_kind=DISPUTE,
        object_key=found.reference,
        after=after,
    )
