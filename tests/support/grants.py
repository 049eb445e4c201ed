"""Grants for the tests: a grant of a small trust with its fund, and words for its events."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, select

from ledger.grant.allocation import Allocation, GrantYear
from ledger.grant.conditions import Condition, Purpose
from ledger.grant.life import GrantEvent, Step
from ledger.grant.programme import Programme, Unspent
from ledger.money import Money
from ledger.periods import FinancialYear
from tests.support.trusts import AT, CLERK, YEAR
from trust_commissioning import founding, granting
from trust_commissioning.granting import Recorded
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import (
    AccountRow,
    BalanceRow,
    FinancialYearRow,
    FundRow,
    ServiceRow,
)

MAP = Step.PLAN_ASSESSED
PARLIAMENT = Step.PARLIAMENT_APPROVED
ACCOUNTS = {
    "Assets:Debtors:Grants": "Grants due",
    "Liabilities:GrantsInAdvance": "Grants received before their conditions are met",
    "Liabilities:Creditors:Grants": "Grants to be paid back",
    "Income:Grants:SpecialGrant": "Special Grant",
    "Income:Grants:Other": "Other grants",
    "Expenses:Transfers:FosterAllowances": "Fees and allowances of own foster carers",
    "Expenses:Capital:Equipment": "Capital: equipment",
}


def programme(**changes: Any) -> Programme:
    """A special grant for fostering, whose plan must be assessed."""
    made = Programme(
        code="special",
        title="Special Grant",
        payer="Department of Health",
        legal_power="Local Government Finance Act 1988, section 88B",
        income="Income:Grants:SpecialGrant",
        purposes=(
            Purpose(code="carers", title="Foster carers", services=("fostering",)),
            Purpose(code="health", title="Health of children", services=("therapy",)),
        ),
        conditions=(
            Condition(code="purposes", wording="For foster carers only.", services=("fostering",)),
        ),
        needs_plan=True,
    )
    return replace(made, **changes)


def allocation(**changes: Any) -> Allocation:
    """£1,000.00 for 2003-04, in a fund of its own, to be returned where it is not spent."""
    core = changes.pop("core", Money.parse("1000.00"))
    facts = {
        "ring_fenced": changes.pop("ring_fenced", True),
        "unspent": changes.pop("unspent", Unspent.RETURN),
    }
    year = changes.pop("year", YEAR)
    return Allocation(
        **(
            {
                "reference": f"special/{year}",
                "grant": "special",
                "authority": "council",
                "fund": "special",
                "income": "",
                "starts": year.starts,
                "ends": year.ends,
                "core": core,
                "years": (GrantYear(year=year, amount=core, **facts),),
            }
            | changes
        )
    )


def keep_accounts(session: Session) -> None:
    """The accounts and the fund a grant needs, beside those of the small trust."""
    there = set(session.exec(select(AccountRow.name)))
    for name, title in ACCOUNTS.items():
        if name not in there:
            session.add(AccountRow(name=name, title=title))
    session.add(
        FundRow(
            code="special", title="Special Grant", kind="special_grant", legal_basis="other_power"
        )
    )
    session.add(ServiceRow(code="leisure", title="Leisure"))
    session.flush()


def take_on(
    engine: Engine, made: Programme | None = None, given: Allocation | None = None
) -> Allocation:
    """A grant with one allocation, announced on 1 April 2003."""
    given = given or allocation()
    with transaction(engine) as session:
        keep_accounts(session)
        granting.keep_programme(session, made or programme(), by=CLERK, at=AT)
        granting.allocate(session, given, announced=date(2003, 4, 1), by=CLERK, at=AT)
    return given


def open_next_year(engine: Engine) -> None:
    with transaction(engine) as session:
        if session.get(FinancialYearRow, "2004-05") is None:
            founding.open_year(session, FinancialYear(2004))


def happens(
    engine: Engine,
    step: Step,
    day: date,
    amount: str = "0.00",
    *,
    to: str = "special/2003-04",
    ref: str = "",
    at: datetime = AT,
    **said: Any,
) -> Recorded:
    """One event of an allocation, recorded by the finance officer."""
    event = GrantEvent(
        step=step,
        day=day,
        reference=ref or f"{step.value} {day.isoformat()}",
        amount=Money.parse(amount),
        **said,
    )
    with transaction(engine) as session:
        return granting.record(session, to, event, by=CLERK, at=at)


def books(session: Session, fund: str = "special") -> dict[str, str]:
    """What the actual book holds on each account of a fund that is not at nil."""
    found: dict[str, int] = {}
    for row in session.exec(
        select(BalanceRow).where(BalanceRow.fund == fund, BalanceRow.book == "actual")
    ):
        found[row.account] = found.get(row.account, 0) + row.pence
    return {account: Money(pence).plain for account, pence in sorted(found.items()) if pence}
