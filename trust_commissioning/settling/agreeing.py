"""Risk shares as the partners agreed them, or suspended them for a time."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlmodel import Session

from ledger.pool.risk_share import RiskShare, problems_in
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.fields.risk_share import RiskShareEntry
from trust_commissioning.posting import lock_head
from trust_commissioning.settling.saying import check_fund, no_rule, note, otherwise
from trust_commissioning.store import risk
from trust_commissioning.store.standing import standing
from trust_commissioning.store.tables import RiskShareRow, RiskShareSuspensionRow, table_of

_RULE, _SUSPENSION = table_of(RiskShareRow), table_of(RiskShareSuspensionRow)


def agree_risk_share(
    session: Session, fund: str, entry: RiskShareEntry, *, reference: str, by: str, at: datetime
) -> int:
    """Keep the rule the partners agreed; returns its turn. Of two for one day the later holds.

    Agreed again under its reference it is the same rule.

    Raises:
        Refused: with every problem by its place under ``rule``; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    contents = entry.model_dump_json()
    before = session.execute(select(_RULE).where(_RULE.c.reference == reference)).first()
    if before is not None:
        if (before.fund, RiskShareEntry.model_validate_json(before.contents)) != (fund, entry):
            raise Refused([otherwise("risk share", reference)])
        return int(before.turn)
    rule = entry.made()
    if problems := [*check_fund(session, fund), *_under("rule", _check_rule(session, rule))]:
        raise Refused(problems)
    turn = len(risk.agreed_rules(session, fund)) + 1
    session.execute(
        insert(_RULE).values(
            fund=fund,
            turn=turn,
            reference=reference,
            starts=rule.starts,
            ends=rule.ends,
            contents=contents,
            agreed_by=by,
            agreed_at=as_text(at),
        )
    )
    after = {"fund": fund, "title": rule.title, "clause": rule.clause, "starts": str(rule.starts)}
    note(session, "agree_risk_share", reference, after, by=by, at=at)
    return turn


def suspend_risk_share(
    session: Session,
    fund: str,
    meanwhile: RiskShareEntry,
    *,
    reference: str,
    starts: date,
    ends: date | None,
    reason: str,
    by: str,
    at: datetime,
) -> int:
    """Put another rule in the place of a fund's own for a time; returns its turn.

    Another that starts on the same day takes its place, which is how an open one is given an end.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    contents = meanwhile.model_dump_json()
    before = session.execute(
        select(_SUSPENSION).where(_SUSPENSION.c.reference == reference)
    ).first()
    if before is not None:
        rule = RiskShareEntry.model_validate_json(before.meanwhile)
        said = (before.fund, before.starts, before.ends, before.reason, rule)
        if said != (fund, starts, ends, reason, meanwhile):
            raise Refused([otherwise("suspension", reference)])
        return int(before.turn)
    problems = [
        *check_fund(session, fund),
        *_under("meanwhile", _check_rule(session, meanwhile.made())),
    ]
    if ends is not None and ends < starts:
        problems.append(
            Problem(
                "suspension_ends_before_it_starts",
                f"The suspension ends on {day_in_full(ends)}, before it starts on "
                f"{day_in_full(starts)}.",
                "ends",
            )
        )
    if not any(one.rule.in_force(starts) for one in risk.agreed_rules(session, fund)):
        problems.append(no_rule(fund, starts, "starts"))
    if problems:
        raise Refused(problems)
    turn = session.execute(select(_SUSPENSION.c.turn).where(_SUSPENSION.c.fund == fund)).all()
    session.execute(
        insert(_SUSPENSION).values(
            fund=fund,
            turn=len(turn) + 1,
            reference=reference,
            starts=starts,
            ends=ends,
            reason=reason,
            meanwhile=contents,
            suspended_by=by,
            suspended_at=as_text(at),
        )
    )
    after = {"fund": fund, "starts": str(starts), "ends": str(ends or ""), "reason": reason}
    note(session, "suspend_risk_share", reference, after, by=by, at=at)
    return len(turn) + 1


def _check_rule(session: Session, rule: RiskShare) -> Iterator[Problem]:
    """What is wrong with the rule itself, then each name in it that nobody knows."""
    yield from problems_in(rule)
    there = standing(session)
    chart = {account.name for account in there.chart}
    above = {name.rsplit(":", turns)[0] for name in chart for turns in range(1, name.count(":"))}
    yield from _unknown("partner", rule.partners, there.partners, "partners")
    for place, resource in enumerate(rule.resources):
        if resource.fund:
            at = f"resources[{place}].fund"
            yield from _unknown("fund", [resource.fund], there.funds, at)
    named = [(f"parts[{place}].lines", part.lines) for place, part in enumerate(rule.parts)]
    named += [(f"leads[{place}].lines", lead.lines) for place, lead in enumerate(rule.leads)]
    for where, lines in named:
        yield from _unknown("fund", lines.funds, there.funds, f"{where}.funds")
        yield from _unknown("service", lines.services, there.services, f"{where}.services")
        yield from _unknown("account", lines.accounts, chart | above, f"{where}.accounts")


def _unknown(
    kind: str, codes: Iterable[str], there: Container[str], where: str
) -> Iterator[Problem]:
    for code in codes:
        if code not in there:
            yield Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", where)


def _under(place: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    for one in problems:
        yield Problem(one.code, one.message, f"{place}.{one.where}")
