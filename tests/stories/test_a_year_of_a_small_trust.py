"""A year of a small trust, from its budget to books that agree.

Wealdshire's fostering service has a budget of £120,000; a pool with the primary care trust pays for
therapy. Money is moved, promised, spent, put right, reported, and published.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.budget import BudgetLine
from ledger.journal import Journal
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from ledger.problems import Refused
from tests.support.extracts import FOSTERING_RULE, add_rules, extract, load, row
from tests.support.trusts import APPROVER, AT, CLERK, YEAR, journal
from trust_commissioning import budgeting, closing, posting, posting_rules
from trust_commissioning.checking import check
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.publishing import note, publish, verify
from trust_commissioning.reports import Scope, fund_position, outcome_spend, trial_balance
from trust_commissioning.store import reading, transaction

FOSTER_CARE = "Expenses:ThirdParty:FosterCare"
HEALTH = "Expenses:ThirdParty:Health"
FOSTERING = Spend(
    account=FOSTER_CARE,
    service="fostering",
    contract="C-0001",
    weights=((Outcome.BE_HEALTHY, 1), (Outcome.STAY_SAFE, 3)),
)
THERAPY = Spend(account=HEALTH, service="therapy", weights=((Outcome.BE_HEALTHY, 1),))

BUDGET = b"""fund,account,service,amount,year
general,Expenses:ThirdParty:FosterCare,fostering,"120,000.00",2003-04
general,Expenses:Unallocated,,5000.00,2003-04
camhs,Expenses:ThirdParty:Health,therapy,40000.00,2003-04
"""


def pounds(text: str) -> Money:
    return Money.parse(text)


class Office:
    """The people of the trust; each thing they do is one unit of work."""

    def __init__(self, engine: Engine, books: Path) -> None:
        self.engine, self.books = engine, books

    def clerk(self, act: Callable[..., Any], *args: Any, **words: Any) -> Any:
        with transaction(self.engine) as session:
            return act(session, *args, by=CLERK, at=AT, **words)

    def approver(self, act: Callable[..., Any], *args: Any, **words: Any) -> Any:
        with transaction(self.engine) as session:
            return act(session, *args, by=APPROVER, at=AT, **words)

    def posts(self, *journals: Journal) -> None:
        self.clerk(posting.post_many, journals)

    def keyed_by_one_and_posted_by_another(self, wanted: Journal) -> str:
        return str(self.approver(posting.post_submitted, self.clerk(posting.submit, wanted)))

    def position(self, fund: str | None = None, to: int = 13) -> dict[str, tuple[str, ...]]:
        """Budget, committed, spent and available by outcome, the lines at nil left out."""
        with reading(self.engine) as session:
            report = outcome_spend(session, Scope(fund, YEAR, to), AT)
        return {
            str(line["outcome"]): figures
            for line in report.rows
            if set(
                figures := tuple(
                    str(line[name]) for name in ("budget", "committed", "actual", "available")
                )
            )
            != {"£0.00"}
        }

    def publishes(self) -> None:
        with reading(self.engine) as session:
            done = publish(session, self.books, AT)
        assert not done.withheld, done.problems
        with transaction(self.engine) as session:
            note(session, done)

    def the_record_is_clean_and_the_books_agree(self) -> bool:
        with reading(self.engine) as session:
            assert check(session) == []
            assert verify(session, self.books) == []
        return True


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    add_rules(
        engine,
        FOSTERING_RULE | {"contract": "C-0001"},
        {
            "code": "therapy",
            "when": [{"column": "service", "equals": "CAMHS pool"}],
            "account": HEALTH,
            "service": "therapy",
            "fund": "camhs",
        },
    )
    return Office(engine, tmp_path / "books")


def event(day: date, ref: str, words: str, *, fund: str = "general", payee: str = "") -> Event:
    return Event(
        fund=fund, day=day, source="document", source_ref=ref, narration=words, payee=payee
    )


@pytest.mark.slow
def test_a_year_of_a_small_trust(office: Office) -> None:
    # April. The budget is set from the treasurer's file; the partners' contributions fall due.
    office.clerk(budgeting.load_budget, BUDGET, "budget 2003-04.csv")
    office.posts(
        posting_rules.contribution_due(
            event(date(2003, 4, 1), "council/1", "Council's contribution for 2003-04"),
            "council",
            pounds("125000.00"),
        ),
        posting_rules.contribution_due(
            event(date(2003, 4, 1), "pct/1", "PCT's contribution to the pool", fund="camhs"),
            "pct",
            pounds("30000.00"),
        ),
        posting_rules.receipt(
            event(date(2003, 4, 14), "pct/1/paid", "PCT's contribution received", fund="camhs"),
            "pct",
            pounds("30000.00"),
        ),
    )
    assert office.position() == {
        "be_healthy": ("£70,000.00", "£0.00", "£0.00", "£70,000.00"),
        "stay_safe": ("£90,000.00", "£0.00", "£0.00", "£90,000.00"),
        "not_attributed": ("£5,000.00", "£0.00", "£0.00", "£5,000.00"),
    }

    # Foster placements for the year are promised to Oakfield.
    office.posts(
        posting_rules.commitment_raised(
            event(date(2003, 4, 30), "C-0001/1", "Placements of 2003-04", payee="Oakfield"),
            pounds("100000.01"),
            FOSTERING,
        )
    )
    assert office.position("general") == {
        "be_healthy": ("£30,000.00", "£25,000.00", "£0.00", "£5,000.00"),
        "stay_safe": ("£90,000.00", "£75,000.01", "£0.00", "£14,999.99"),
        "not_attributed": ("£5,000.00", "£0.00", "£0.00", "£5,000.00"),
    }

    # May. £4,000 is moved from what is unallocated to fostering, by two people. More than there is
    # cannot be moved.
    moves = [
        (BudgetLine("Expenses:Unallocated"), pounds("-4000.00")),
        (BudgetLine(FOSTER_CARE, "fostering"), pounds("4000.00")),
    ]
    with pytest.raises(Refused, match=r"would give £6,000\.00 and has £5,000\.00 available"):
        office.clerk(
            budgeting.vire,
            "general",
            [
                (BudgetLine("Expenses:Unallocated"), pounds("-6000.00")),
                (BudgetLine(FOSTER_CARE, "fostering"), pounds("6000.00")),
            ],
            day=date(2003, 5, 6),
            reference="V-1",
            reason="More placements than planned",
        )
    virement = office.clerk(
        budgeting.vire,
        "general",
        moves,
        day=date(2003, 5, 6),
        reference="V-1",
        reason="More placements than planned",
    )
    office.approver(posting.post_submitted, virement)
    assert office.position("general")["not_attributed"] == (
        "£1,000.00",
        "£0.00",
        "£0.00",
        "£1,000.00",
    )

    # June. The host's extract of what it paid arrives, and again in July with a line more.
    paid = [
        row(1, "24000.00", day="30/05/2003"),
        row(2, "(150.50)", day="02/06/2003"),
        row(3, "9000.00", "Weald Therapy", "CAMHS pool", day="10/06/2003"),
        row(4, "75.25", "Stationers", "Office", day="11/06/2003"),
    ]
    june = load(office.engine, extract(paid, printed_total="32924.75"), name="to june.csv")
    more = [*paid, row(5, "31000.00", "Weald Therapy", "CAMHS pool", day="01/07/2003")]
    july = load(office.engine, extract(more), name="to july.csv")
    again = load(office.engine, extract(more), name="to july (copy).csv")
    assert (june.rows_posted, june.rows_unmatched, june.total.plain) == (4, 1, "32924.75")
    assert (july.rows_posted, july.continues, july.total.plain) == (1, june.batch, "31000.00")
    assert again.rows_posted == 0

    # What was promised and has now been paid is no longer promised.
    office.posts(
        posting_rules.commitment_raised(
            event(date(2003, 6, 30), "C-0001/1/paid", "Paid to June", payee="Oakfield"),
            pounds("-23849.50"),
            FOSTERING,
        )
    )

    # The stationery was for the therapists: a keyed journal moves it. Then it turns out it was
    # not, and the journal is reversed; each by two people.
    moved = office.keyed_by_one_and_posted_by_another(
        replace(
            journal(
                f"{HEALTH} 75.25 be_healthy service=therapy / Expenses:Unallocated -75.25",
                day=date(2003, 6, 30),
                narration="Stationery belongs to therapy",
            ),
            source="keyed",
        )
    )
    assert office.position("general")["not_attributed"][2] == "£0.00"
    reversed_by = office.clerk(posting.reverse, moved, reason="It was the office's after all")
    office.approver(posting.post_submitted, reversed_by)
    with pytest.raises(Refused, match="already reversed"):
        office.clerk(posting.reverse, moved, reason="Once more")

    # The first quarter is closed; nothing goes into it any more.
    for number in (1, 2, 3):
        office.clerk(closing.close, Period(YEAR, number), reason="Known and small")
    late = row(6, "12.00", day="29/06/2003")
    with pytest.raises(Refused, match="2003-04 P03 is not open"):
        load(office.engine, extract([late]))
    load(office.engine, extract([late]), name="late.csv", late_into=Period(YEAR, 4))

    # The board's figures.
    assert office.position() == {
        "be_healthy": ("£71,000.00", "£19,037.62", "£45,965.37", "£5,997.01"),
        "stay_safe": ("£93,000.00", "£57,112.89", "£17,896.13", "£17,990.98"),
        "not_attributed": ("£1,000.00", "£0.00", "£75.25", "£924.75"),
    }
    with reading(office.engine) as session:
        funds = {
            line["fund"]: tuple(str(line[name]) for name in ("income", "surplus", "closing"))
            for line in fund_position(session, Scope(None, YEAR), AT).rows
        }
        balance = trial_balance(session, Scope(None, YEAR), AT).totals
    assert funds == {
        "camhs": ("£30,000.00", "-£10,000.00", "-£10,000.00"),
        "general": ("£125,000.00", "£101,063.25", "£101,063.25"),
    }
    assert balance["debit"] == balance["credit"]
    assert balance["balance"] == Money(0)

    # The auditors' books, through Beancount's own arithmetic, say the same.
    office.publishes()
    assert office.the_record_is_clean_and_the_books_agree()
