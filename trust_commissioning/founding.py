"""Founding: an empty trust that is ready for its first journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

import yaml
from sqlmodel import Session, select

from ledger.chart import Account
from ledger.funds import FundKind, LegalBasis
from ledger.periods import FinancialYear
from ledger.problems import Problem, Refused
from trust_commissioning import people, roles
from trust_commissioning.clock import as_text
from trust_commissioning.store import audit
from trust_commissioning.store.tables import (
    AccountRow,
    FundRow,
    TrustRow,
)
from trust_commissioning.store.years import open_year

__all__ = [
    "GENERAL",
    "Administrator",
    "account_row",
    "chart_shipped",
    "complete_chart",
    "found",
    "open_year",
    "problems_in_name",
]

GENERAL = "general"
"""The fund every trust starts with."""
NAME_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """The first person of a trust. Without a password they cannot sign in yet."""

    username: str
    name: str
    email: str = ""
    password: str | None = None


def found(
    session: Session,
    *,
    name: str,
    year: FinancialYear,
    administrator: Administrator,
    at: datetime,
) -> None:
    """Make an empty trust: its chart, a year with its periods open, a fund, an administrator.

    Raises:
        Refused: if the database already holds a trust, or the name or administrator is unfit.
    """
    there = session.get(TrustRow, 1)
    if there is not None:
        raise Refused.because(
            "trust_already_founded", f"This database already holds {there.name}.", "name"
        )
    problems = problems_in_name(name)
    if problems:
        raise Refused(problems)
    session.add(TrustRow(name=name.strip(), created_at=as_text(at)))
    for account in chart_shipped():
        session.add(account_row(account))
    open_year(session, year)
    session.add(
        FundRow(
            code=GENERAL,
            title="Mainstream budgets",
            kind=FundKind.MAINSTREAM.value,
            legal_basis=LegalBasis.OTHER_POWER.value,
        )
    )
    session.flush()
    people.add_first_administrator(
        session,
        administrator.username,
        name=administrator.name,
        email=administrator.email,
        password=administrator.password,
        at=at,
    )
    audit.record(
        session,
        by=administrator.username,
        at=at,
        action="trust_founded",
        object_kind="trust",
        object_key=name.strip(),
        after={"year": str(year), "fund": GENERAL},
    )


def problems_in_name(name: str) -> list[Problem]:
    """What is wrong with a trust's name; `where` is ``name``."""
    if name.strip() and len(name) <= NAME_LIMIT and name.isprintable():
        return []
    return [
        Problem(
            "trust_name_unfit",
            f"Give the trust's name in 1 to {NAME_LIMIT} printable characters.",
            "name",
        )
    ]


@cache
def chart_shipped() -> tuple[Account, ...]:
    """The chart of accounts that comes with the product."""
    text = files("trust_commissioning").joinpath("data/chart.yaml").read_text("utf-8")
    return tuple(Account(**account) for account in yaml.safe_load(text)["accounts"])


def complete_chart(session: Session, *, by: str, at: datetime) -> tuple[str, ...]:
    """Add the accounts that the chart shipped has gained since the trust was founded; returns their
    names. An account that is there stays as the trust has it.

    Raises:
        Refused: where accounts are missing and `by` may not add them.
    """
    there = set(session.exec(select(AccountRow.name)).all())
    missing = [account for account in chart_shipped() if account.name not in there]
    if missing:
        roles.check(session, by, roles.Action.CHANGE_REGISTER)
    session.add_all([account_row(account) for account in missing])
    session.flush()
    for account in missing:
        audit.record(
            session,
            by=by,
            at=at,
            action="account_added",
            object_kind="account",
            object_key=account.name,
            after={"title": account.title, "because": "the chart shipped has gained it"},
        )
    return tuple(account.name for account in missing)


def account_row(account: Account) -> AccountRow:
    """An account as the database keeps it."""
    return AccountRow(
        name=account.name,
        title=account.title,
        subjective=account.subjective,
        s251_line=account.s251_line,
        council_code=account.council_code,
        needs_partner=account.needs_partner,
        closed=account.closed,
    )
