"""Settlement between partners at the year's end, by risk shares agreed and suspended here."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from ledger.funds import FundKind
from ledger.journal import Journal
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.pool.contributions import ContributionKind
from ledger.pool.risk_share import Met, RiskShare, Sharing, problems_in
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import as_text
from trust_commissioning.fields.risk_share import RiskShareEntry
from trust_commissioning.posting import lock_head, post_many
from trust_commissioning.posting_rules import Event
from trust_commissioning.reports.risk_position import RiskPosition, risk_position
from trust_commissioning.reports.shape import books_head
from trust_commissioning.store import audit, risk
from trust_commissioning.store.pool import contributions
from trust_commissioning.store.pool.schedule import SETTLEMENT
from trust_commissioning.store.standing import open_periods, standing
from trust_commissioning.store.tables import (
    ContributionRow,
    InstalmentRow,
    RiskShareRow,
    RiskShareSuspensionRow,
    SettlementLineRow,
    SettlementRow,
    table_of,
)

_RULE, _SUSPENSION = table_of(RiskShareRow), table_of(RiskShareSuspensionRow)
_SETTLEMENT, _LINE = table_of(SettlementRow), table_of(SettlementLineRow)
_CONTRIBUTION, _INSTALMENT = table_of(ContributionRow), table_of(InstalmentRow)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a settlement did: each partner's share, with the journals it was entered by."""

    turn: int
    variance: Money
    shares: dict[str, Money]
    journals: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {
            "turn": self.turn,
            "variance": self.variance.plain,
            "shares": {partner: share.plain for partner, share in self.shares.items()},
            "journals": list(self.journals),
        }


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
        if (before.fund, before.contents) != (fund, contents):
            raise Refused([_otherwise("risk share", reference)])
        return int(before.turn)
    rule = entry.made()
    if problems := [*_check_fund(session, fund), *_under("rule", _check_rule(session, rule))]:
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
    _note(session, "agree_risk_share", reference, after, by=by, at=at)
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
        said = (before.fund, before.starts, before.ends, before.reason, before.meanwhile)
        if said != (fund, starts, ends, reason, contents):
            raise Refused([_otherwise("suspension", reference)])
        return int(before.turn)
    problems = [
        *_check_fund(session, fund),
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
        problems.append(_no_rule(fund, starts, "starts"))
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
    _note(session, "suspend_risk_share", reference, after, by=by, at=at)
    return len(turn) + 1


def settle(
    session: Session,
    fund: str,
    year: FinancialYear,
    *,
    reference: str,
    by: str,
    at: datetime,
    agreed: Collection[str] = (),
    despite_dispute: str = "",
) -> Settled:
    """Settle a year between the partners of a fund, once March is closed, into period 13.

    A share to be paid becomes a debt of the partner, which is received, aged and disputed as an
    instalment is, and funding of the fund; a share to be given back becomes a debt to the partner
    and takes funding away; what stays with the fund needs no journal. Settled again under another
    reference, only what has changed since is entered. `agreed` are decisions of the partners by the
    names the rule has for them. `despite_dispute` says why, where contributions are disputed.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.CLOSE_YEAR)
    lock_head(session)
    asked = json.dumps([fund, str(year), sorted(agreed), despite_dispute], ensure_ascii=False)
    before = session.execute(
        select(_SETTLEMENT).where(_SETTLEMENT.c.reference == reference)
    ).first()
    if before is not None:
        if before.asked != asked:
            raise Refused([_otherwise(SETTLEMENT, reference)])
        return _as_settled(session, fund, year, int(before.turn))
    period = Period(year, 13)
    position, sharing = _ready(session, fund, period, agreed, despite_dispute)
    head = books_head(session)
    turn = len(position.settlements) + 1
    # Who has left the rule has no share any more, and what was settled with it is undone.
    whole = sharing.shares | {one: NIL for one in position.settled if one not in sharing.shares}
    new = {partner: share - position.settled.get(partner, NIL) for partner, share in whole.items()}
    moved = {
        partner: _journal(fund, period, turn, partner, amount, position)
        for partner, amount in new.items()
        if amount
    }
    numbers = post_many(session, list(moved.values()), by=by, at=at) if moved else []
    for partner, amount in new.items():
        if amount > NIL:
            _owe(session, fund, period, turn, partner, amount)
    key = {"fund": fund, "year": str(year), "turn": turn}
    session.execute(
        insert(_SETTLEMENT).values(
            **key,
            reference=reference,
            day=period.ends,
            reason=despite_dispute,
            variance_pence=sharing.variance.pence,
            agreed="\n".join(sorted(agreed)),
            asked=asked,
            contents=json.dumps(_working(sharing), ensure_ascii=False),
            books_head=head,
            settled_by=by,
            settled_at=as_text(at),
        )
    )
    _keep_shares(session, key, whole, new, dict(zip(moved, numbers, strict=True)))
    after = {"fund": fund, "year": str(year), "variance": sharing.variance.plain}
    _note(session, "settle", reference, after, by=by, at=at)
    return Settled(turn, sharing.variance, whole, tuple(numbers))


def _key(fund: str, year: FinancialYear, partner: str, turn: int) -> str:
    """What names a settled share among what a partner owes."""
    return f"{fund}/{year}/{partner}/{SETTLEMENT}-{turn}"


def _owe(
    session: Session, fund: str, period: Period, turn: int, partner: str, amount: Money
) -> None:
    """A settled share as a debt beside the partner's instalments."""
    key = _key(fund, period.year, partner, turn)
    session.execute(
        insert(_CONTRIBUTION).values(
            key=key,
            fund=fund,
            year=str(period.year),
            partner=partner,
            kind=ContributionKind.SETTLEMENT.value,
            form="",
            valuation="",
            recurrent=False,
            client_charges_pence=0,
        )
    )
    session.execute(
        insert(_INSTALMENT).values(contribution=key, day=period.ends, pence=amount.pence)
    )


def _keep_shares(
    session: Session,
    key: Mapping[str, object],
    shares: Mapping[str, Money],
    new: Mapping[str, Money],
    journals: Mapping[str, str],
) -> None:
    rows = [
        {
            **key,
            "partner": partner,
            "share_pence": share.pence,
            "new_pence": new[partner].pence,
            "journal": journals.get(partner),
        }
        for partner, share in shares.items()
    ]
    session.execute(insert(_LINE), rows)


def _ready(
    session: Session, fund: str, period: Period, agreed: Collection[str], despite_dispute: str
) -> tuple[RiskPosition, Sharing]:
    """The year's final position and its sharing, if nothing stops it being settled.

    Raises:
        Refused: with every problem.
    """
    if problems := [*_check_pooled(session, fund), *_check_year(session, period)]:
        raise Refused(problems)
    position = risk_position(session, fund, period.year, period.number)
    if position.applied is None:
        raise Refused([_no_rule(fund, period.ends, "fund")])
    sharing = position.own(position.sharing(position.applied.rule, agreed))
    problems = [
        *_check_decided(sharing),
        *_check_own_money(fund, sharing),
        *_check_disputes(session, fund, period.year, despite_dispute),
    ]
    if problems:
        raise Refused(problems)
    return position, sharing


def _check_year(session: Session, period: Period) -> Iterator[Problem]:
    there = open_periods(session)
    if Period(period.year, 12) in there:
        yield Problem(
            "settlement_before_year_end",
            f"March of {period.year} is not closed, so nobody knows yet what the year came to.",
            "year",
        )
    if period not in there:
        yield Problem(
            "period_not_open",
            f"{period.title} is not open; a settlement is entered there.",
            "year",
        )


def _check_decided(sharing: Sharing) -> Iterator[Problem]:
    for action in sharing.actions:
        yield Problem(
            "settlement_waits_for_action",
            f"{abs(action.amount)} is not shared by the rule. {action.words}",
            "fund",
        )


def _check_own_money(fund: str, sharing: Sharing) -> Iterator[Problem]:
    for case in sharing.cases:
        crosses = any(
            piece.how is Met.OFFSET and sharing.rule.part(piece.of).lines.funds not in ((), (fund,))
            for piece in case.pieces
        )
        if crosses or len({line.fund for line in case.lines}) > 1:
            yield Problem(
                "settlement_crosses_funds",
                f"{case.part.title} is met over more than one fund, and {fund} alone is settled "
                "here: move what is due between them by a transfer first.",
                "fund",
            )
    held = {one.code: one.fund for one in sharing.rule.resources}
    for piece in sharing.pieces:
        if piece.how is Met.RESOURCE and held[piece.of] not in ("", fund):
            yield Problem(
                "settlement_crosses_funds",
                f"{abs(piece.amount)} is met from fund {held[piece.of]}, which settling {fund} does "
                "not use up: transfer it, and agree a rule that names the amount and no fund.",
                "fund",
            )


def _check_disputes(
    session: Session, fund: str, year: FinancialYear, despite_dispute: str
) -> Iterator[Problem]:
    """What is disputed when it is settled, not what was on 31 March."""
    disputed = Money.total(
        part.disputed for one in contributions(session, fund, year) for part in one.instalments
    )
    if disputed and not despite_dispute.strip():
        yield Problem(
            "pool_in_dispute",
            f"{disputed} of the contributions to {fund} is disputed. Resolve it, or say under "
            "“despite_dispute” why the year is settled all the same.",
            "despite_dispute",
        )


def _check_pooled(session: Session, fund: str) -> Iterator[Problem]:
    yield from _check_fund(session, fund)
    there = standing(session).funds.get(fund)
    if there is not None and there.kind in (FundKind.ALIGNED, FundKind.IN_VIEW):
        yield Problem(
            "settlement_of_unpooled_fund",
            f"Fund {fund} is held as “{there.kind.title}”: each partner keeps its own money, so "
            "there is nothing to settle.",
            "fund",
        )


def _check_fund(session: Session, fund: str) -> Iterator[Problem]:
    if fund not in standing(session).funds:
        yield Problem("fund_unknown", f"There is no fund “{fund}”.", "fund")


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


def _no_rule(fund: str, day: date, where: str) -> Problem:
    return Problem(
        "risk_share_missing", f"No risk share of {fund} is in force on {day_in_full(day)}.", where
    )


def _otherwise(what: str, reference: str) -> Problem:
    return Problem(
        "event_recorded_otherwise",
        f"The {what} “{reference}” was recorded before with other contents; give this one another "
        "reference.",
        "reference",
    )


def _journal(
    fund: str, period: Period, turn: int, partner: str, amount: Money, position: RiskPosition
) -> Journal:
    name = position.names.get(partner, partner)
    over = amount > NIL
    event = Event(
        fund=fund,
        day=period.ends,
        period=period,
        source=SETTLEMENT,
        source_ref=f"{_key(fund, period.year, partner, turn)}/{period.ends.isoformat()}",
        narration=(
            f"{'Share of the overspend' if over else 'Share given back'} of {period.year}: {name}"
        ),
        payee=name,
    )
    if over:
        return posting_rules.contribution_due(event, partner, amount)
    return posting_rules.refund_due(event, [(partner, -amount)])


def _working(sharing: Sharing) -> dict[str, Any]:
    """The sharing as it was, to be read when everybody has forgotten."""
    return {
        "rule": sharing.rule.title,
        "clause": sharing.rule.clause,
        "variance": sharing.variance.plain,
        "shares": {partner: share.plain for partner, share in sharing.shares.items()},
        "pieces": [
            {"how": piece.how.value, "amount": piece.amount.plain, "words": piece.words}
            for piece in sharing.pieces
        ],
        "working": list(sharing.reasons),
    }


def _as_settled(session: Session, fund: str, year: FinancialYear, turn: int) -> Settled:
    done = next(one for one in risk.settlements(session, fund, year) if one.turn == turn)
    return Settled(
        turn,
        done.variance,
        {one.partner: one.share for one in done.shares},
        tuple(sorted(one.journal for one in done.shares if one.journal)),
    )


def _note(
    session: Session,
    action: str,
    reference: str,
    after: Mapping[str, object],
    *,
    by: str,
    at: datetime,
) -> None:
    kind = SETTLEMENT if action == "settle" else "risk_share"
    audit.record(
        session, by=by, at=at, action=action, object_kind=kind, object_key=reference, after=after
    )
