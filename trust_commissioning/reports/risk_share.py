"""Risk share: each partner's share of the variance, the clause that says so, the effect in cash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.pool.risk_share import LAST_PENNY, Line, Met, RiskShare, Sharing
from ledger.wording import day_in_full
from trust_commissioning.reports.lines import LINE_COLUMNS, leading, line_cells, totals_of
from trust_commissioning.reports.risk_position import RiskPosition, Stretch, risk_position
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store.pool import contributions
from trust_commissioning.store.risk import Suspension, agreed_rules
from trust_commissioning.store.standing import funds, titles

SIGN = (
    "Variance is outturn less budget: above nil is overspent. A share above nil is to be paid "
    "into the fund, below nil it is given back."
)


def risk_share(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each partner of each fund that shares a risk, then how each fund came to it."""
    fund_titles = {code: fund.title for code, fund in funds(session).items()}
    named = titles(session)
    wanted = [scope.fund] if scope.fund in fund_titles else _sharing_funds(session, fund_titles)
    positions = [risk_position(session, fund, scope.year, scope.to) for fund in wanted]
    rows: list[dict[str, Cell]] = []
    parts: list[Part] = []
    notes: list[str] = []
    for position in positions:
        title = fund_titles[position.fund]
        notes += _notes(session, position, title)
        shared = position.shared()
        if shared is not None:
            rows += [
                {"fund": position.fund, "fund_title": title, **row}
                for row in partner_rows(position, position.own(shared))
                if scope.partner in (None, row["partner"])
            ]
        parts += _parts(position, named, title)
    return make(
        session,
        scope,
        at,
        name="risk-share",
        title="Risk share",
        basis=_basis(positions, scope),
        sign=SIGN,
        columns=(
            Column(key="fund", title="Code", kind="code"),
            *([Column(key="fund_title", title="Fund")] if scope.fund is None else []),
            *PARTNER_COLUMNS,
        ),
        rows=rows,
        totals=totals_of(rows, [c.key for c in PARTNER_COLUMNS if c.kind == "money"]),
        notes=[*notes, *([LAST_PENNY] if rows else [])],
        parts=parts,
    )


def partner_rows(position: RiskPosition, sharing: Sharing) -> list[dict[str, Cell]]:
    """What each partner carries and what that means to it in cash."""
    put_in = {one.partner: one for one in position.contributions}
    return [
        {
            "partner": one.partner,
            "title": position.names.get(one.partner, one.partner),
            "opening": put_in[one.partner].opening if one.partner in put_in else NIL,
            "revised": put_in[one.partner].revised if one.partner in put_in else NIL,
            "share": one.share,
            "still_due": one.still_due,
            "in_cash": one.in_cash,
            "effect": _effect_in_words(one.in_cash),
        }
        for one in position.effects(sharing)
    ]


def met_part(sharing: Sharing, title: str, turn: str = "") -> Part:
    """How the variance is met, piece by piece; the pieces come to it exactly."""
    rows: list[dict[str, Cell]] = [
        {
            "part": case.part.title,
            "clause": case.clause.number if case.clause is not None else "",
            "how": piece.words[:1].upper() + piece.words[1:],
            "beyond_caps": "Beyond the caps" if piece.beyond_caps else "",
            "amount": piece.amount,
        }
        for case in sharing.cases
        for piece in case.pieces
    ]
    return Part(
        key=f"met-{sharing.rule.clause}{turn}",
        title=f"{title}: how the variance is met",
        columns=_MET_COLUMNS,
        rows=tuple(rows),
        totals=totals_of(rows, ["amount"]),
    )


def clauses_applied(sharing: Sharing) -> list[str]:
    """Each clause that was applied, by its number and in its words, once."""
    found = [
        f"Clause {case.clause.number} ({case.part.title}): {case.words}"
        for case in sharing.cases
        if case.clause is not None
    ]
    return list(dict.fromkeys(found))


def _sharing_funds(session: Session, codes: Iterable[str]) -> list[str]:
    return [code for code in codes if agreed_rules(session, code)]


def _parts(
    position: RiskPosition, named: Mapping[str, Mapping[str, str]], title: str
) -> Iterator[Part]:
    """The lines, how they are met and the working; of each stretch where the year is parted."""
    for place, (stretch, sharing) in enumerate(position.by_stretch()):
        turn = f"-{place + 1}" if position.stretches else ""
        heading = f"{title}, {stretch.months}" if stretch.months else title
        yield _lines(position, stretch.lines, sharing, named, heading, turn)
        if sharing is not None:
            yield met_part(sharing, heading, turn)
            yield _working(sharing, heading, turn)


def _lines(
    position: RiskPosition,
    lines: Iterable[Line],
    sharing: Sharing | None,
    named: Mapping[str, Mapping[str, str]],
    title: str,
    turn: str,
) -> Part:
    """The variance line by line, with the part of the rule each belongs to and who leads it."""
    rows: list[dict[str, Cell]] = []
    for line in lines:
        cells = line_cells(line.fund, BudgetLine(line.account, line.service), named)
        if sharing is not None:
            at = (line.fund, line.service, line.account)
            cells["part"] = sharing.rule.part_of(*at).title
            lead = sharing.rule.lead_of(*at)
            cells["lead"] = position.names.get(lead, lead)
        rows.append(
            {**cells, "budget": line.budget, "outturn": line.outturn, "variance": line.variance}
        )
    of_rule = () if sharing is None else _OF_RULE
    return Part(
        key=f"lines-{position.fund}{turn}",
        title=f"{title}: variance by line",
        columns=(*LINE_COLUMNS, *of_rule, *_LINE_MONEY),
        rows=tuple(rows),
        totals=totals_of(rows, ["budget", "outturn", "variance"]),
    )


def _working(sharing: Sharing, title: str, turn: str) -> Part:
    return Part(
        key=f"working-{sharing.rule.clause}{turn}",
        title=f"{title}: the clause and the working",
        words=(*clauses_applied(sharing), *sharing.reasons),
    )


def _notes(session: Session, position: RiskPosition, title: str) -> Iterator[str]:
    on = day_in_full(position.period.ends)
    sharing = position.shared()
    if position.applied is None or sharing is None:
        yield f"{title}: no risk share is in force on {on}, so nothing is shared."
        return
    if position.stretches:
        for stretch in position.stretches:
            yield from _stretch_notes(stretch, title)
    else:
        yield (
            f"{title}: {_quoted(position.applied.rule)} holds on {on} and decides on the variance "
            "of the whole year."
        )
        yield from _suspended(position.applied.suspension, title)
    for action in sharing.actions:
        yield f"{title}: {abs(action.amount)} is not shared. {action.words}"
    for piece in sharing.met_otherwise:
        if piece.how in (Met.OFFSET, Met.RESOURCE) and piece.amount > NIL:
            yield f"{title}: {piece.amount} is {piece.words}."
    for other, amount in position.transferred.items():
        way = "came from" if amount > NIL else "went to"
        yield f"{title}: {abs(amount)} {way} fund {other} by settlement."
    in_dispute = Money.total(
        part.disputed
        for one in contributions(session, position.fund, position.period.year, to=position.period)
        for part in one.instalments
    )
    if in_dispute:
        yield f"{title}: {in_dispute} of contributions is disputed, and counts as not paid."
    for done in position.settlements:
        yield (
            f"{title}: settled on {day_in_full(done.day)} ({done.reference}) for a variance of "
            f"{done.variance}."
        )


def _stretch_notes(stretch: Stretch, title: str) -> Iterator[str]:
    """What decides on some months of the year, and what they came to."""
    came_to = f"{stretch.months}, which came to {stretch.variance}"
    if stretch.applied is None:
        yield (
            f"{title}: no risk share was in force in {came_to} against budget; it stays with the "
            "fund."
        )
        return
    yield (
        f"{title}: {_quoted(stretch.applied.rule)} decides on the months it held for, {came_to} "
        "against the budget their profile had for them."
    )
    yield from _suspended(stretch.applied.suspension, title)


def _suspended(suspension: Suspension | None, title: str) -> Iterator[str]:
    if suspension is not None:
        until = f" to {day_in_full(suspension.ends)}" if suspension.ends is not None else ""
        yield (
            f"{title}: the risk share is suspended from {day_in_full(suspension.starts)}{until}. "
            f"Reason: {suspension.reason.rstrip('.')}. What applies meanwhile is shown."
        )


def _quoted(rule: RiskShare) -> str:
    return f"“{rule.title}” ({rule.clause}{', ' + rule.source if rule.source else ''})"


def _basis(positions: Iterable[RiskPosition], scope: Scope) -> str:
    every = list(positions)
    if every and all(position.final for position in every):
        return f"The outturn of {scope.year}: what was spent, March being closed."
    return (
        f"The forecast outturn of {scope.year} as known at the end of {scope.period.title}: what "
        "is spent, with what is promised or what the profile has left. A share of a forecast is "
        "not yet owed."
    )


def _effect_in_words(amount: Money) -> str:
    if not amount:
        return "Neither pays nor gets"
    return f"Pays {amount}" if amount > NIL else f"Gets {-amount}"


PARTNER_COLUMNS = (
    Column(key="partner", title="Partner code", kind="code"),
    Column(key="title", title="Partner"),
    Column(key="opening", title="Opening contribution", kind="money"),
    Column(key="revised", title="Contribution now", kind="money"),
    Column(key="share", title="Share of the variance", kind="money"),
    Column(key="still_due", title="Contributions due, not paid", kind="money"),
    Column(key="in_cash", title="Effect in cash", kind="money"),
    Column(key="effect", title="In words"),
)
_MET_COLUMNS = (
    Column(key="part", title="Part"),
    Column(key="clause", title="Clause"),
    Column(key="how", title="How it is met"),
    Column(key="beyond_caps", title="Caps"),
    Column(key="amount", title="Amount", kind="money"),
)
_OF_RULE = (Column(key="part", title="Part"), Column(key="lead", title="Led by"))
_LINE_MONEY = (
    leading("budget", "Budget", Book.BUDGET),
    Column(key="outturn", title="Outturn", kind="money"),
    Column(key="variance", title="Variance", kind="money"),
)
