"""A pool of a council and a trust that is overspent or underspent, for the tests of settling it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from tests.support.trusts import journal
from trust_commissioning import applying, closing, posting, settling
from trust_commissioning.fields.risk_share import RiskShareEntry
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.year_end import year_items
from trust_commissioning.store import reading, transaction

AT = datetime(2004, 4, 20, 9, 0, tzinfo=UTC)
ADMIN, OTHER = "x.admin", "p.manager"
YEAR = FinancialYear(2003)
HEALTH = "Expenses:ThirdParty:Health"
TRUST = """
partners:
  - {code: council, name: The Council}
  - {code: pct, name: The Primary Care Trust}
services: [{code: therapy, title: Therapy}]
years: [2004-05]
funds:
  - {code: pool, title: The pool, kind: pooled, legal_basis: health_act_1999_s31, host: council}
  - {code: beside, title: Beside, kind: aligned, host: council}
budgets:
  - {fund: pool, year: 2003-04, lines: [{account: "Expenses:ThirdParty:Health", service: therapy, amount: "1000.00"}]}
  - {fund: beside, year: 2003-04, lines: [{account: "Expenses:ThirdParty:Health", amount: "500.00"}]}
contributions:
  - {fund: pool, partner: council, year: 2003-04, instalments: [{day: 2003-04-01, amount: "600.00"}]}
  - {fund: pool, partner: pct, year: 2003-04, instalments: [{day: 2003-04-01, amount: "400.00"}]}
"""
Act = Callable[..., Any]
RESERVE = """
funds:
  - {code: reserve, title: A reserve, kind: pooled, legal_basis: health_act_1999_s31, host: council}
contributions:
  - {fund: reserve, partner: council, year: 2003-04, instalments: [{day: 2003-04-01, amount: "40.00"}]}
"""


def clause(*steps: dict[str, object], number: str = "4.1") -> dict[str, object]:
    return {"number": number, "steps": list(steps)}


BY_OPENING = clause({"do": "share", "by": "opening"})
PLAN = clause({"do": "act", "words": "A plan comes to the next meeting."}, number="4.2")


EQUALLY = clause({"do": "share", "by": "equal"})


def rule(
    over: dict[str, object] = BY_OPENING, under: dict[str, object] = BY_OPENING, **rest: Any
) -> RiskShareEntry:
    return RiskShareEntry.model_validate(
        {
            "title": "Risk share",
            "clause": "4",
            "starts": date(2003, 4, 1),
            "host": "council",
            "partners": ["council", "pct"],
            "parts": [{"code": "all", "title": "The pool", "overspend": over, "underspend": under}],
            **rest,
        }
    )


def counting(*funds: str) -> RiskShareEntry:
    """A rule with a part for lines of other funds before the part for the rest."""
    whole = rule()
    others = whole.parts[0].model_dump() | {"code": "others", "lines": {"funds": list(funds)}}
    parts = [others, whole.parts[0].model_dump()]
    return RiskShareEntry.model_validate(whole.model_dump() | {"parts": parts})


def agree(engine: Engine, entry: RiskShareEntry, *, fund: str = "pool", ref: str = "RS-1") -> int:
    with transaction(engine) as session:
        return settling.agree_risk_share(session, fund, entry, reference=ref, by=ADMIN, at=AT)


def spend(engine: Engine, amount: str, *, ref: str = "1", period: int = 6, fund: str = "pool"):
    text = f"{HEALTH} {amount} service=therapy / Assets:HostCash {(-Money.parse(amount)).plain}"
    on = Period(YEAR, period)
    with transaction(engine) as session:
        made = journal(text, ref=ref, fund=fund, day=on.ends, period=on)
        posting.post(session, made, by=ADMIN, at=AT)


def close_march(engine: Engine) -> None:
    with transaction(engine) as session:
        close_to(session, 12)


def close_to(session: Session, last: int) -> None:
    """Close every month up to this one that is not closed yet."""
    for number in range(1, last + 1):
        closing.close(session, Period(YEAR, number), by=ADMIN, at=AT, reason="A test")


def suspend(engine: Engine, ref: str, **rest: Any) -> int:
    asked = {"starts": date(2003, 10, 1), "ends": None, "reason": "The council asked"} | rest
    with transaction(engine) as session:
        return settling.suspend_risk_share(
            session, "pool", rule(over=PLAN, title="Meanwhile"), reference=ref, by=ADMIN, at=AT,
            **asked,
        )  # fmt: skip


def settle(engine: Engine, ref: str = "S-1", *, by: str = ADMIN, **rest: Any) -> settling.Settled:
    with transaction(engine) as session:
        fund = rest.pop("fund", "pool")
        return settling.settle(session, fund, YEAR, reference=ref, by=by, at=AT, **rest)


def shares(done: settling.Settled) -> dict[str, str]:
    return {partner: share.plain for partner, share in done.shares.items()}


def report(
    engine: Engine,
    name: str,
    *,
    to: int = 13,
    fund: str | None = "pool",
    year: FinancialYear = YEAR,
) -> Report:
    with reading(engine) as session:
        return REPORTS[name](session, Scope(fund, year, to), AT)


def balances(engine: Engine, *accounts: str) -> dict[tuple[str, str], str]:
    with reading(engine) as session:
        return {
            (key[0], key[1]): amount.plain
            for key, amount in sums(
                session, Scope("pool", YEAR), "account", "partner", book=Book.ACTUAL
            )
            if key[0] in accounts
        }


def record(engine: Engine, name: str, **asked: Any) -> Any:
    event = EVENTS[name]
    wanted = event.read(json.dumps(asked).encode(), name="event.json")
    with transaction(engine) as session:
        return event.act(session, wanted, ADMIN, AT)


def add(engine: Engine, text: str) -> None:
    with transaction(engine) as session:
        applying.apply(session, applying.read(text), by=ADMIN, at=AT)


def unsettled(engine: Engine) -> int:
    with reading(engine) as session:
        return next(one.count for one in year_items(session, YEAR) if one.key == "settlements")


def reverse(engine: Engine, number: str) -> None:
    with transaction(engine) as session:
        id = posting.reverse(session, number, reason="Wrong", by=ADMIN, at=AT)
    with transaction(engine) as session:
        posting.post_submitted(session, id, by=OTHER, at=AT)
