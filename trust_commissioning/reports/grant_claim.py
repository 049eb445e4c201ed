"""Grant claim: eligible spend by purpose, line by line down to its journals, the rest apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from ledger.grant.conditions import Line
from ledger.money import NIL, Money
from trust_commissioning.reports.grants import GrantInYear, grants_in
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store.standing import titles


def grant_claim(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each purpose, account and service of each grant in the year."""
    grants = grants_in(session, scope)
    names = titles(session)
    rows = [row for grant in grants for row in _eligible(grant, names)]
    return make(
        session,
        scope,
        at,
        name="grant-claim",
        title="Grant claim",
        basis=(
            "Actual spend of each grant's fund up to and with the period shown that meets the "
            "grant's conditions, by the first purpose it serves. What may be claimed is the lower "
            "of that and what the grant allows. Spend counts by the day it was held to the "
            "conditions on: that of its paper where the grant ran on it, else the day of entry."
        ),
        sign="Spend is above nil; what was credited back is below.",
        columns=_COLUMNS,
        rows=rows,
        totals={"amount": _sum(rows, "amount")},
        parts=[
            _purposes(grants),
            _not_eligible(grants, names),
            _claims(grants),
            _shares(grants),
        ],
    )


def _eligible(grant: GrantInYear, names: dict[str, dict[str, str]]) -> list[dict[str, Cell]]:
    found: dict[tuple[str, str, str], Money] = {}
    for one in grant.claim.eligible:
        purpose = one.purpose.title if one.purpose else ""
        key = (purpose, one.line.account, one.line.service or "")
        found[key] = found.get(key, NIL) + one.line.amount
    other = {(one.line.account, one.line.service or "") for one in grant.claim.ineligible}
    order = [purpose.title for purpose in grant.programme.purposes]
    return [
        {
            "grant": grant.programme.title,
            "code": grant.programme.code,
            "fund": grant.fund,
            "purpose": purpose or "No purpose told apart",
            "account": names["account"].get(account, account),
            "service_title": names["service"].get(service, "No service"),
            "amount": amount,
            **_lead(account, service, whole=(account, service) not in other, grant=grant),
        }
        for (purpose, account, service), amount in sorted(
            found.items(),
            key=lambda item: (_place(order, item[0][0]), item[0][1], item[0][2]),
        )
    ]


def _lead(account: str, service: str, *, whole: bool, grant: GrantInYear) -> dict[str, Cell]:
    """Where a line's journals are; nowhere, where only part of them is meant."""
    return {"leads": account if whole and grant.whole else "", "service": service}


def _place(order: Sequence[str], purpose: str) -> int:
    return order.index(purpose) if purpose in order else len(order)


def _purposes(grants: Iterable[GrantInYear]) -> Part:
    rows: list[dict[str, Cell]] = []
    for grant in grants:
        for purpose in grant.programme.purposes:
            lines = [one.line for one in grant.claim.eligible if one.purpose == purpose]
            rows.append(
                {
                    "grant": grant.programme.title,
                    "purpose": purpose.title,
                    "amount": _total(lines),
                }
            )
    return Part(
        key="purposes",
        title="Eligible spend by purpose",
        columns=(_GRANT, _PURPOSE, _AMOUNT),
        rows=tuple(rows),
        totals={"amount": _sum(rows, "amount")},
    )


def _not_eligible(grants: Iterable[GrantInYear], names: dict[str, dict[str, str]]) -> Part:
    """Of a fund that keeps other money too, the rest of its spend is no fault."""
    rows: list[dict[str, Cell]] = []
    for grant in grants:
        if not grant.ring_fenced:
            continue
        found: dict[tuple[str, str, str], Money] = {}
        for one in grant.claim.ineligible:
            why = " ".join(problem.message for problem in one.problems)
            key = (one.line.account, one.line.service or "", why)
            found[key] = found.get(key, NIL) + one.line.amount
        good = {(one.line.account, one.line.service or "") for one in grant.claim.eligible}
        rows += [
            {
                "grant": grant.programme.title,
                "fund": grant.fund,
                "account": names["account"].get(account, account),
                "service_title": names["service"].get(service, "No service"),
                "amount": amount,
                "why": why,
                **_lead(account, service, whole=(account, service) not in good, grant=grant),
            }
            for (account, service, why), amount in found.items()
        ]
    return Part(
        key="not-eligible",
        title="Charged to the grant and not eligible",
        words=() if rows else ("Nothing was charged to a grant that it may not pay for.",),
        columns=(_GRANT, _ACCOUNT, _SERVICE, _LINE_AMOUNT, Column(key="why", title="Why not")),
        rows=tuple(rows),
        totals={"amount": _sum(rows, "amount")} if rows else {},
    )


def _claims(grants: Iterable[GrantInYear]) -> Part:
    rows: list[dict[str, Cell]] = []
    for grant in grants:
        spent, charged = grant.parted(grant.claim.spent), grant.parted(grant.claim.charged)
        for life, part, of_it in zip(grant.lives, spent, charged, strict=True):
            position = life.years[grant.year]
            claimable = min(max(NIL, of_it), position.available)
            rows.append(
                {
                    "grant": grant.programme.title,
                    "allocation": life.allocation.reference,
                    "available": position.available,
                    "amount": part,
                    "claimable": claimable,
                    "claimed": position.claimed,
                    "certified": position.certified,
                    "paid": life.books.cash,
                }
            )
    keys = ("available", "amount", "claimable", "claimed", "certified", "paid")
    return Part(
        key="claim",
        title="What may be claimed",
        columns=(
            _GRANT,
            Column(key="allocation", title="Allocation"),
            Column(key="available", title="Available", kind="money"),
            _AMOUNT,
            Column(key="claimable", title="May be claimed", kind="money"),
            Column(key="claimed", title="Claimed", kind="money"),
            Column(key="certified", title="Certified", kind="money"),
            Column(key="paid", title="Paid to date", kind="money"),
        ),
        rows=tuple(rows),
        totals={key: _sum(rows, key) for key in keys},
    )


def _shares(grants: Iterable[GrantInYear]) -> Part:
    rows: list[dict[str, Cell]] = [
        {
            "grant": grant.programme.title,
            "purpose": one.purpose.title,
            "condition": one.condition.wording,
            "percent": f"{one.condition.at_least_percent}%",
            "wanted": one.wanted,
            "amount": one.spent,
            "short": one.short,
        }
        for grant in grants
        for one in grant.claim.least_shares
    ]
    return Part(
        key="least-shares",
        title="Purposes that must have a share",
        words=() if rows else ("No grant of the year ties a share to one purpose.",),
        columns=(
            _GRANT,
            _PURPOSE,
            Column(key="condition", title="Condition"),
            Column(key="percent", title="At least"),
            Column(key="wanted", title="Of the claim", kind="money"),
            _AMOUNT,
            Column(key="short", title="Short by", kind="money"),
        ),
        rows=tuple(rows),
    )


def _total(lines: Iterable[Line]) -> Money:
    return Money.total(line.amount for line in lines)


def _sum(rows: Iterable[dict[str, Cell]], key: str) -> Money:
    return Money.total(cell for row in rows if isinstance(cell := row[key], Money))


_GRANT = Column(key="grant", title="Grant")
_PURPOSE = Column(key="purpose", title="Purpose")
_ACCOUNT = Column(key="account", title="Account")
_SERVICE = Column(key="service_title", title="Service")
_AMOUNT = Column(key="amount", title="Eligible spend", kind="money")
_LINE_AMOUNT = Column(
    key="amount",
    title="Spent",
    kind="money",
    leads_to=Lead(account="{leads}", service="{service}"),
)
_COLUMNS = (_GRANT, _PURPOSE, _ACCOUNT, _SERVICE, _LINE_AMOUNT)
