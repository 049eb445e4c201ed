"""A pooled fund through a whole year, from its agreement to its end, beside a grant paid late.

Wealdshire County Council and the Weald Primary Care Trust pool £400,000 for child and adolescent
mental health in 2003-04; the council holds the Special Grant beside it. Everything is recorded as a
person would, by `trust record`, and at the end of every month the books are published and Beancount
agrees with them to the penny. Everybody and every figure is made up.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from trust_commissioning import applying, founding, posting, posting_rules
from trust_commissioning.checking import check
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.publishing import note, publish, verify
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.store import engine_for, migrate, reading, transaction
from trust_commissioning.store.register import services

YEAR = FinancialYear.parse("2003-04")
THERAPY = ("Expenses:ThirdParty:TherapeuticServices", "therapy")
OUTREACH = ("Expenses:ThirdParty:VoluntaryOrganisations", "outreach")
ADMIN, CLERK, MANAGER = "admin", "h.clerk", "p.manager"

TRUST = """
partners:
  - {code: council, name: Wealdshire County Council, kind: council}
  - {code: pct, name: Weald Primary Care Trust, kind: health}
funds:
  - {code: camhs, title: CAMHS pooled fund, kind: pooled, legal_basis: health_act_1999_s31,
     host: council, pool_manager: P Manager}
  - {code: quality-protects, title: Special Grant, kind: special_grant, host: council,
     legal_basis: local_government_finance_act_1988_s88b}
services:
  - code: therapy
    title: Child and adolescent therapy
    outcomes: [{starts: 2003-04-01, weights: {be_healthy: 3, stay_safe: 1}}]
  - code: outreach
    title: Outreach to schools
    outcomes: [{starts: 2003-04-01, weights: {enjoy_and_achieve: 1}}]
  - code: placements
    title: Choice of placements
    outcomes: [{starts: 2003-04-01, weights: {stay_safe: 1}}]
people:
  - {username: h.clerk, name: Hana Clerk, role: finance_officer}
  - {username: p.manager, name: Piers Manager, role: pool_manager}
budgets:
  - fund: camhs
    year: 2003-04
    lines:
      - {account: "Expenses:ThirdParty:TherapeuticServices", service: therapy, amount: "340000.00"}
      - {account: "Expenses:ThirdParty:VoluntaryOrganisations", service: outreach,
         amount: "60000.00"}
      - {account: "Expenses:Employees:Seconded", service: outreach, amount: "12000.00"}
"""
AGREEMENT = {
    "reference": "camhs-2003",
    "fund": "camhs",
    "title": "Section 31 agreement for child and adolescent mental health",
    "parties": [
        {"partner": "council", "body": "local_authority"},
        {"partner": "pct", "body": "primary_care_trust"},
    ],
    "host": "council",
    "pool_manager": "P Manager",
    "starts": "2003-04-01",
    "signed": "2003-03-24",
    "review_day": "2003-12-31",
    "notice_months": 6,
    "terms": {
        "aims": "Earlier help for children in distress",
        "contributions": "The council 60, the primary care trust 40 of every hundred pounds",
        "contributions_varied": "By both in writing",
        "functions": "Child and adolescent mental health",
        "services": "Therapy and outreach for under-18s",
        "resources": "A seconded outreach worker",
        "duration": "Until ended by notice",
        "review": "Each December",
        "variation": "By both in writing",
        "termination": "Six months' notice",
        "management": "The council is host; its officer manages the fund",
        "monitoring": "Quarterly reports",
    },
    "accounting_roles": [{"role": "joint"}],
}
SHARED = {
    "do": "share",
    "by": "agreed",
    "percent": {"council": "60", "pct": "40"},
}
RISK = {
    "title": "Risk share of the CAMHS pool",
    "clause": "Schedule 3",
    "starts": "2003-04-01",
    "host": "council",
    "partners": ["council", "pct"],
    "parts": [
        {
            "code": "pool",
            "title": "The pool",
            "overspend": {"number": "3.1", "steps": [SHARED]},
            "underspend": {"number": "3.2", "steps": [{"do": "keep", "use": "carried_forward"}]},
        }
    ],
}
QUARTERS = ("2003-04-15", "2003-07-15", "2003-10-15", "2004-01-15")


def instalments(amount: str) -> list[dict[str, str]]:
    return [{"day": day, "amount": amount} for day in QUARTERS]


MAP = {
    "allocation": "qp-2003",
    "year": "2003-04",
    "reference": "map-2003",
    "submitted": "2003-04-28",
    "objectives": [
        {
            "number": "1",
            "title": "Stable placements",
            "measure": "Children with three or more placements in the year",
            "actions": [
                {
                    "number": "1.1",
                    "title": "Recruit carers near the schools",
                    "owner": "Fostering team",
                    "milestone": "2003-12-31",
                    "planned": "120000.00",
                    "service": "placements",
                }
            ],
        }
    ],
}
PLACEMENTS = ("Expenses:Transfers:FosterAllowances", "placements")


def april(trust: "Trust") -> None:
    """Both partners pay their first instalment."""
    trust.receives("council", "60000.00")
    trust.receives("pct", "40000.00")


def may(trust: "Trust") -> None:
    """Cash for the grant comes before its plan is assessed: it is owed, and is not income."""
    trust.record(
        "payment",
        {
            "allocation": "qp-2003",
            "reference": "qp-1",
            "day": "2003-05-28",
            "amount": "30000.00",
        },
    )
    assert trust.balance("quality-protects", "Liabilities:GrantsInAdvance", 2) == "-30000.00"
    assert trust.balance("quality-protects", "Income:Grants:SpecialGrant", 2) == "0.00"


def june(trust: "Trust") -> None:
    """£4,000 is moved from outreach to therapy, by two people; the total cannot change."""
    asked = {
        "fund": "camhs",
        "day": "2003-06-28",
        "reference": "V-1",
        "reason": "The waiting list for therapy",
        "moves": [
            {"account": OUTREACH[0], "service": OUTREACH[1], "amount": "-4000.00"},
            {"account": THERAPY[0], "service": THERAPY[1], "amount": "4000.00"},
        ],
    }
    waiting = trust.record("virement", asked, by=MANAGER)
    with pytest.raises(Refused, match="Somebody else must post"):
        trust.posts(int(waiting["id"]), by=MANAGER)
    trust.posts(int(waiting["id"]), by=ADMIN)
    assert trust.report("budget", 3).totals["revised"] == Money.parse("412000.00")


def july(trust: "Trust") -> None:
    """The trust pays what it does not dispute; the plan is assessed, whatever its mark."""
    trust.receives("council", "60000.00")
    trust.record(
        "dispute",
        {
            "reference": "D-1",
            "contribution": "camhs/2003-04/pct/cash",
            "instalment": "2003-07-15",
            "amount": "5000.00",
            "day": "2003-07-20",
            "reason": "Two therapists' posts were vacant in the first quarter",
        },
    )
    trust.receives("pct", "35000.00")
    trust.record(
        "map-assessment",
        {
            "allocation": "qp-2003",
            "reference": "qp-assessed",
            "day": "2003-07-21",
            "mark": "some concerns",
            "assessor": "Social Services Inspectorate",
            "confirmed": True,
        },
    )
    # Parliament has not approved the grant yet, so what was paid is still held.
    assert trust.balance("quality-protects", "Income:Grants:SpecialGrant", 4) == "0.00"


def september(trust: "Trust") -> None:
    """Seven weeks of therapy were delivered and not invoiced. The council gives notice."""
    waiting = trust.record(
        "accrual",
        {
            "fund": "camhs",
            "period": "2003-04 P06",
            "reference": "A-1",
            "account": THERAPY[0],
            "service": THERAPY[1],
            "reason": "Delivered in August and September, not invoiced",
            "delivered": {
                "rate": "500.00",
                "per": "week",
                "starts": "2003-08-13",
                "ends": "2003-09-30",
            },
        },
    )
    trust.posts(int(waiting["id"]))
    trust.record(
        "agreement-termination",
        {
            "agreement": "camhs-2003",
            "reference": "notice",
            "partner": "council",
            "day": "2003-09-28",
            "ends": "2004-03-31",
            "reason": "The service passes to the trust's own team",
        },
    )


def october(trust: "Trust") -> None:
    """September's accrual has reversed by itself; the grant is cut by one in a hundred."""
    assert trust.spent("therapy", to=6) == "174500.00"
    assert trust.spent("therapy", to=7) == "199500.00"
    trust.receives("council", "60000.00")
    trust.receives("pct", "40000.00")
    trust.record(
        "grant-cut",
        {
            "reference": "cut-1",
            "day": "2003-10-28",
            "year": "2003-04",
            "allocations": ["qp-2003"],
            "percent": "1",
        },
    )


def december(trust: "Trust") -> None:
    """Parliament approves in December: the whole of the revised grant is now income."""
    trust.record(
        "grant-approval",
        {"allocation": "qp-2003", "reference": "qp-approved", "day": "2003-12-17"},
    )
    assert trust.balance("quality-protects", "Income:Grants:SpecialGrant", 9) == "-118800.00"
    assert trust.balance("quality-protects", "Liabilities:GrantsInAdvance", 9) == "0.00"
    # Three quarters of the year are known: an overspend is forecast, and who would carry it.
    trust.record(
        "forecast",
        {
            "fund": "camhs",
            "period": "2003-04 P09",
            "account": OUTREACH[0],
            "service": OUTREACH[1],
            "method": "person",
            "amount": "60000.00",
            "reason": "Two schools joined in September",
        },
    )


def january(trust: "Trust") -> None:
    """The dispute is withdrawn and the rest paid, with the last instalments and the grant."""
    trust.receives("council", "60000.00")
    trust.record(
        "dispute-resolution",
        {
            "dispute": "D-1",
            "reference": "D-1/withdrawn",
            "day": "2004-01-20",
            "words": "The posts were covered by agency staff",
            "outcome": "withdrawn",
        },
    )
    trust.receives("pct", "45000.00")
    trust.record(
        "payment",
        {
            "allocation": "qp-2003",
            "reference": "qp-2",
            "day": "2004-01-28",
            "amount": "88800.00",
        },
    )


def after_july(trust: "Trust") -> None:
    """What is disputed is owed still, and stands apart; both partners see the same."""
    position = trust.report("partner-position", 4)
    assert cells(position, "outstanding", partner="pct")[0] == "5000.00"
    assert cells(position, "disputed", partner="pct")[0] == "5000.00"
    assert cells(position, "undisputed", partner="pct")[0] == "0.00"
    assert cells(position, "outstanding", partner="council")[0] == "0.00"


def after_december(trust: "Trust") -> None:
    """Therapy is heading for £1,500 under, outreach for £4,000 over: who would carry it."""
    forecast = trust.report("forecast", 9)
    assert forecast.totals["variance"] == Money.parse("2500.00")
    sharing = trust.report("risk-share", 9)
    assert cells(sharing, "share", partner="council") == ["1500.00"]
    assert cells(sharing, "share", partner="pct") == ["1000.00"]
    assert "3.1" in json.dumps(sharing.as_json())


KNOWN_AFTER = {4: after_july, 9: after_december}
WIND_UP = {
    "agreement": "camhs-2003",
    "reference": "end",
    "day": "2004-05-20",
    "words": "Settled with both partners",
}
HAPPENS = {
    1: april,
    2: may,
    3: june,
    4: july,
    6: september,
    7: october,
    9: december,
    10: january,
}


class Trust:
    """One trust on one database; each thing recorded is one unit of work, on its own day."""

    def __init__(self, url: str, books: Path) -> None:
        migrate(url)
        self.engine: Engine = engine_for(url)
        self.books = books
        self.at = datetime(2003, 4, 1, 9, tzinfo=UTC)
        with transaction(self.engine) as session:
            founding.found(
                session,
                name="Wealdshire Children's Trust",
                year=YEAR,
                administrator=founding.Administrator(
                    username=ADMIN, name="Administrator", password="vadok benuz horap"
                ),
                at=self.at,
            )
        with transaction(self.engine) as session:
            applying.apply(session, applying.read(TRUST), by=ADMIN, at=self.at)

    def on(self, day: date) -> None:
        self.at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)

    def record(self, event: str, asked: Mapping[str, Any], by: str = CLERK) -> Mapping[str, Any]:
        """As `trust record EVENT FILE.json` does."""
        what = EVENTS[event]
        read = what.read(json.dumps(asked).encode(), name="asked.json")
        with transaction(self.engine) as session:
            return what.act(session, read, by, self.at)

    def posts(self, id: int, by: str = MANAGER) -> str:
        with transaction(self.engine) as session:
            return posting.post_submitted(session, id, by=by, at=self.at)

    def receives(self, partner: str, amount: str, ref: str = "") -> None:
        """A partner's money comes in today; it pays the oldest that is not disputed."""
        day = self.at.date().isoformat()
        asked = {
            "reference": f"{partner}/{day}{ref}",
            "fund": "camhs",
            "partner": partner,
            "amount": amount,
            "day": day,
        }
        assert self.record("receipt", asked)["held"] == "0.00"

    def balance(self, fund: str, account: str, to: int) -> str:
        """What an account of a fund came to in the year, up to a period; debits above nil."""
        rows = self.report("trial-balance", to, fund=fund).rows
        return Money.total(
            cell
            for row in rows
            if row["account"] == account and isinstance(cell := row["balance"], Money)
        ).plain

    def spent(self, service: str, to: int) -> str:
        rows = self.report("budget", to).rows
        return Money.total(
            cell
            for row in rows
            if row["service"] == service and isinstance(cell := row["actual"], Money)
        ).plain

    def spends(
        self, where: tuple[str, str], amount: str, fund: str = "camhs", *, ref: str = ""
    ) -> None:
        account, service = where
        day = self.at.date()
        with transaction(self.engine) as session:
            weights = services(session)[service].weights_on(day)
            event = Event(
                fund=fund,
                day=day,
                source="document",
                source_ref=f"{fund}/{service}/{day}{ref}",
                narration=f"{service.title()}, {day:%B %Y}",
            )
            spend = Spend(account=account, service=service, weights=weights)
            journal = posting_rules.spending_line(event, Money.parse(amount), spend)
            posting.post(session, journal, by=CLERK, at=self.at)

    def report(self, name: str, to: int = 13, **scope: Any) -> Report:
        with reading(self.engine) as session:
            wanted = Scope(scope.pop("fund", "camhs"), YEAR, to, **scope)
            return REPORTS[name](session, wanted, self.at)

    def closes(self, number: int) -> None:
        self.record(
            "period-closing",
            {"period": str(Period(YEAR, number)), "reason": "Known, and looked at by the officer"},
            by=MANAGER,
        )

    def the_books_agree(self) -> None:
        with reading(self.engine) as session:
            done = publish(session, self.books, self.at)
        assert not done.withheld, done.problems
        with transaction(self.engine) as session:
            note(session, done)
        with reading(self.engine) as session:
            assert verify(session, self.books) == []


@pytest.fixture
def trust(database_url: str, tmp_path: Path) -> Trust:
    return Trust(database_url, tmp_path / "books")


def cells(report: Report, key: str, **where: str) -> list[str]:
    """The plain figures of one column in the rows that say so, in this table or its parts."""
    tables = [report.rows, *(part.rows for part in report.parts)]
    return [
        cell.plain if isinstance(cell := row[key], Money) else str(cell)
        for rows in tables
        for row in rows
        if key in row and all(str(row.get(name)) == value for name, value in where.items())
    ]


@pytest.mark.slow
def test_a_pool_through_a_year(trust: Trust) -> None:
    # April. The agreement is signed and complete; the rule for an overspend is agreed with it.
    trust.record("agreement", AGREEMENT)
    trust.record("risk-share", {"fund": "camhs", "reference": "sched-3", "rule": RISK})
    for partner, amount in (("council", "60000.00"), ("pct", "40000.00")):
        trust.record(
            "contribution",
            {
                "fund": "camhs",
                "partner": partner,
                "year": "2003-04",
                "recurrent": True,
                "instalments": instalments(amount),
            },
        )
    trust.record(
        "contribution",
        {
            "fund": "camhs",
            "partner": "pct",
            "year": "2003-04",
            "kind": "in_kind",
            "form": "secondment",
            "valuation": "Salary and on-costs of one outreach worker",
            "account": "Expenses:Employees:Seconded",
            "service": "outreach",
            "instalments": instalments("3000.00"),
        },
    )
    agreement = trust.report("agreements", 1)
    assert cells(agreement, "stated", fund="camhs") == ["7 of 7"]

    # The Special Grant is announced. Its plan was sent in late, and is assessed in July.
    trust.record(
        "grant",
        {
            "code": "quality-protects",
            "shipped": True,
            "services": {"placement-choice": ["placements"]},
        },
    )
    trust.record(
        "allocation",
        {
            "reference": "qp-2003",
            "grant": "quality-protects",
            "authority": "council",
            "fund": "quality-protects",
            "announced": "2003-04-02",
            "core": "120000.00",
            "year": "2003-04",
            "ring_fenced": True,
        },
    )
    trust.record("map", MAP)

    for number in range(1, 13):
        month = Period(YEAR, number)
        trust.on(month.starts.replace(day=28))
        trust.record("contributions-due", {"day": trust.at.date().isoformat()})
        last = "29833.33" if number == 12 else "28500.00"
        trust.spends(THERAPY, last)
        trust.spends(OUTREACH, "5000.00")
        trust.spends(PLACEMENTS, "9900.00", "quality-protects")
        HAPPENS.get(number, lambda _trust: None)(trust)
        trust.on(month.ends + timedelta(days=9))
        trust.closes(number)
        trust.the_books_agree()
        KNOWN_AFTER.get(number, lambda _trust: None)(trust)

    # The year's end. The pool is £3,333.33 overspent; it is shared 60 to 40, to the penny.
    sharing = trust.report("risk-share")
    assert cells(sharing, "share", partner="council") == ["2000.00"]
    assert cells(sharing, "share", partner="pct") == ["1333.33"]
    settled = trust.record(
        "settlement", {"fund": "camhs", "year": "2003-04", "reference": "S-1"}, by=MANAGER
    )
    assert settled["shares"] == {"council": "2000.00", "pct": "1333.33"}
    trust.record(
        "claim",
        {
            "allocation": "qp-2003",
            "reference": "claim-1",
            "day": "2004-04-20",
            "to": "2003-04 P12",
            "amount": "118800.00",
        },
    )
    trust.record(
        "certification",
        {
            "allocation": "qp-2003",
            "reference": "cert-1",
            "day": "2004-06-30",
            "year": "2003-04",
            "amount": "118800.00",
            "auditor": "District Auditor",
        },
    )
    for fund in ("camhs", "quality-protects", "general"):
        trust.record(
            "year-end-rule",
            {"fund": fund, "year": "2003-04", "rule": "carry_forward", "clause": "Clause 9"},
        )
    left = trust.report("year-end", fund=None).rows
    assert [row["item"] for row in left if row["count"]] == []
    closed = trust.record(
        "year-closing", {"year": "2003-04", "reason": "Known and agreed"}, by=MANAGER
    )
    assert closed["opened"] == "2004-05"
    trust.the_books_agree()
    grant = trust.report("grant-statement", fund="quality-protects").totals
    assert [str(grant[key]) for key in ("announced", "revised", "spent", "unspent")] == [
        "£120,000.00",
        "-£1,200.00",
        "£118,800.00",
        "£0.00",
    ]
    memorandum = trust.report("memorandum-account")
    assert cells(memorandum, "amount", section="Funding") == ["415333.33"]
    assert cells(memorandum, "paid", partner="pct") == ["1333.33"]
    assert trust.report("fund-position").totals["closing"] == Money(0)

    # The partners pay what they carry, and the fund, whose agreement ended in March, is wound up.
    trust.on(date(2004, 5, 20))
    with pytest.raises(Refused):
        trust.record("wind-up", WIND_UP)
    trust.receives("council", "2000.00")
    trust.receives("pct", "1333.33")
    trust.record("wind-up", WIND_UP)
    trust.the_books_agree()
    with reading(trust.engine) as session:
        assert check(session) == []
