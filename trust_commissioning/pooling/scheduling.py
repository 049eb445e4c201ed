"""The schedule of contributions: recorded, then changed with a reason while it is not raised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session

from ledger.money import NIL
from ledger.pool.contributions import Contribution, problems_in_change
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.pooling.known import contribution_of, note, unknown
from trust_commissioning.pooling.raising import reference_of
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store.journals import JOURNAL, by_id
from trust_commissioning.store.pool import contribution, facts
from trust_commissioning.store.pool.facts import Fact, otherwise
from trust_commissioning.store.pool.schedule import CONTRIBUTION
from trust_commissioning.store.standing import standing
from trust_commissioning.store.tables import ContributionRow, InstalmentRow, table_of

_CONTRIBUTION, _INSTALMENT = table_of(ContributionRow), table_of(InstalmentRow)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What recording a contribution did: `before` is empty where it was not there, and both are
    where nothing changed."""

    before: Mapping[str, object]
    after: Mapping[str, object]


def record(session: Session, wanted: Contribution, *, by: str, at: datetime) -> bool:
    """Record a contribution that was not there; False where the same was.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    before = contribution(session, wanted.key)
    if before is not None and _said(before) != _said(wanted):
        raise Refused([otherwise(CONTRIBUTION, wanted.key)])
    return bool(schedule(session, wanted, by=by, at=at).after)


def change(
    session: Session,
    wanted: Contribution,
    *,
    reference: str,
    day: date,
    reason: str,
    by: str,
    at: datetime,
) -> bool:
    """Change what is still to be raised of a contribution, from a day on and for a reason.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    before = contribution_of(session, wanted.key)
    fact = Fact(
        kind=facts.CHANGE,
        reference=reference,
        about=wanted.key,
        fund=wanted.fund,
        day=day,
        contents={"reason": reason, "to": _said(wanted)},
        recorded_by=by,
        recorded_at=as_text(at),
    )
    after = {"reason": reason, "from": _said(before), "to": _said(wanted)}
    if not note(session, fact, at=at, after=after):
        return False
    schedule(session, wanted, by=by, at=at)
    return True


def schedule(session: Session, wanted: Contribution, *, by: str, at: datetime) -> Scheduled:
    """Bring a contribution to what it should be; what was raised stays as it was raised.

    An instalment not raised yet that is no longer named is taken off.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    before = contribution(session, wanted.key)
    merged = wanted if before is None else _with_raised(before, wanted)
    problems = [
        *problems_in_change(wanted, merged),
        *_unknown_names(session, wanted),
        *_check_raised(session, wanted),
    ]
    if problems:
        raise Refused(problems)
    if before is not None and _said(before) == _said(merged):
        return Scheduled({}, {})
    _write(session, merged, new=before is None)
    done = Scheduled({} if before is None else _said(before), _said(merged))
    audit.record(
        session,
        by=by,
        at=at,
        action="contribution_added" if before is None else "contribution_changed",
        object_kind=CONTRIBUTION,
        object_key=wanted.key,
        before=done.before or None,
        after=done.after,
    )
    return done


def _said(one: Contribution) -> dict[str, object]:
    """A contribution as the audit trail keeps it: what was agreed, not what became of it."""
    return {
        "fund": one.fund,
        "year": str(one.year),
        "partner": one.partner,
        "kind": one.kind.value,
        "form": one.form.value if one.form else "",
        "valuation": one.valuation,
        "recurrent": one.recurrent,
        "gross": one.gross.plain if one.gross is not None else "",
        "client_charges": one.client_charges.plain,
        "account": one.account,
        "service": one.service,
        "instalments": {
            part.day.isoformat(): part.amount.plain for part in one.instalments if part.amount
        },
    }


def _with_raised(before: Contribution, wanted: Contribution) -> Contribution:
    """What is wanted with what was raised, and with nil for what is taken off."""
    parts = {one.day: one for one in wanted.instalments}
    for one in before.instalments:
        if one.day not in parts:
            parts[one.day] = one if one.raised else replace(one, amount=NIL)
    return replace(wanted, instalments=tuple(parts[day] for day in sorted(parts)))


def _write(session: Session, wanted: Contribution, *, new: bool) -> None:
    values = {
        "fund": wanted.fund,
        "year": str(wanted.year),
        "partner": wanted.partner,
        "kind": wanted.kind.value,
        "form": wanted.form.value if wanted.form else "",
        "valuation": wanted.valuation,
        "recurrent": wanted.recurrent,
        "gross_pence": wanted.gross.pence if wanted.gross is not None else None,
        "client_charges_pence": wanted.client_charges.pence,
        "account": wanted.account or None,
        "service": wanted.service or None,
    }
    if new:
        session.execute(insert(_CONTRIBUTION).values(key=wanted.key, **values))
    else:
        session.execute(
            update(_CONTRIBUTION).where(_CONTRIBUTION.c.key == wanted.key).values(**values)
        )
    there = set(
        session.execute(
            select(_INSTALMENT.c.day).where(_INSTALMENT.c.contribution == wanted.key)
        ).scalars()
    )
    for one in wanted.instalments:
        if one.day in there:
            session.execute(
                update(_INSTALMENT)
                .where(_INSTALMENT.c.contribution == wanted.key, _INSTALMENT.c.day == one.day)
                .values(pence=one.amount.pence)
            )
        else:
            session.execute(
                insert(_INSTALMENT).values(
                    contribution=wanted.key, day=one.day, pence=one.amount.pence
                )
            )


def _unknown_names(session: Session, wanted: Contribution) -> Iterator[Problem]:
    known = standing(session)
    yield from unknown("fund", wanted.fund, known.funds, "fund")
    yield from unknown("partner", wanted.partner, known.partners, "partner")
    if wanted.account:
        yield from unknown("account", wanted.account, known.chart, "account")
    if wanted.service:
        yield from unknown("service", wanted.service, known.services, "service")


def _check_raised(session: Session, wanted: Contribution) -> Iterator[Problem]:
    """An instalment in the books keeps the amount it was entered with."""
    refs = {
        reference_of(wanted.key, one.day): place for place, one in enumerate(wanted.instalments)
    }
    rows = session.execute(
        select(JOURNAL.c.id, JOURNAL.c.source_ref, JOURNAL.c.number).where(
            JOURNAL.c.source == CONTRIBUTION, JOURNAL.c.source_ref.in_(list(refs))
        )
    ).all()
    for row in rows:
        place = refs[row.source_ref]
        one = wanted.instalments[place]
        stored = by_id(session, row.id)
        assert stored is not None
        entered = stored.journal.debits
        if entered != one.amount:
            number = row.number or f"id {row.id}"
            yield Problem(
                "instalment_already_posted",
                f"The instalment of {day_in_full(one.day)} was posted as {number} for {entered}, "
                f"and is now {one.amount}; reverse {number} and give the new amount another day.",
                f"instalments[{place}].amount",
            )
