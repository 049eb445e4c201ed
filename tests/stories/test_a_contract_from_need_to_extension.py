"""A need, a competition, a contract and a placement under it, to its review and extension.

Wealdshire finds that 40 children wait for foster homes near their schools. It asks for bids, gives
the contract to Oakfield Fostering, places a child whom education, social services and health pay for
together, and follows what happens to the money: after each step budget, committed, actual and
available are stated by fund and outcome, and at the end the books are published and Beancount
agrees. Everybody and every figure is made up.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.journal import Book
from tests.support.register import (
    APPROVER,
    CLERK,
    COMMISSIONER,
    FOSTER,
    MANAGER,
    YEAR,
    Register,
    found_register,
)
from tests.support.trusts import copy_of
from trust_commissioning.publishing import note, publish, verify
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.store import reading, transaction

PLACEMENT = "C-0002/01"
FUNDING = [
    {"fund": "special", "weight": 40, "partner": "education"},
    {"fund": "pool", "weight": 35, "partner": "social"},
    {"fund": "pool", "weight": 25, "partner": "pct"},
]


@pytest.fixture(params=["sqlite", "postgres"])
def trust(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with copy_of(found_register, request, request.param, tmp_path) as made:
        yield Register(made)


def stands(trust: Register) -> dict[str, tuple[str, str, str, str]]:
    """Budget, committed, actual and available, by fund and by outcome."""
    found: dict[str, tuple[str, str, str, str]] = {}
    for fund in ("pool", "special"):
        report = trust.ask(REPORTS["outcome-spend"], Scope(fund, YEAR, 13), trust.at)
        for row in report.rows:
            cells = tuple(row[key].plain for key in ("budget", "committed", "actual", "available"))
            if any(cell != "0.00" for cell in cells):
                found[f"{fund}/{row['outcome']}"] = cells
    return found


def test_a_contract_travels_from_a_need_to_its_extension(trust: Register, tmp_path: Path) -> None:
    a_need_is_seen(trust)
    bids_are_asked_for_and_one_is_taken(trust)
    the_contract_is_signed(trust)
    a_child_is_placed(trust)
    the_contract_is_varied(trust)
    two_invoices_come(trust)
    an_uplift_is_refused_then_checked_and_applied(trust)
    the_provider_returns_its_measures(trust)
    the_contract_is_reviewed_and_extended(trust)
    the_books_agree(trust, tmp_path)


def a_need_is_seen(trust: Register) -> None:
    trust.on("2003-04-03")
    trust.record(
        "need",
        {
            "code": "homes-near-school",
            "title": "Foster homes near school",
            "group": "Children looked after, 5 to 11",
            "locality": "Weald district",
        },
    )
    trust.record(
        "need-observation",
        {
            "need": "homes-near-school",
            "reference": "count-2003",
            "day": "2003-03-31",
            "number": 40,
            "source": "Placement panel, March 2003",
        },
    )
    assert stands(trust) == {
        "pool/be_healthy": ("50000.00", "0.00", "0.00", "50000.00"),
        "pool/stay_safe": ("150000.00", "0.00", "0.00", "150000.00"),
        "special/be_healthy": ("25000.00", "0.00", "0.00", "25000.00"),
        "special/stay_safe": ("75000.00", "0.00", "0.00", "75000.00"),
    }


def bids_are_asked_for_and_one_is_taken(trust: Register) -> None:
    """Quality 60, price 40: Oakfield 4 of 5 and the lower price, Birch House 3 of 5."""
    of = {"procurement": "PR-1"}
    trust.record(
        "procurement",
        {
            "reference": "PR-1",
            "day": "2003-04-03",
            "title": "Foster homes near school",
            "route": "open",
            "service": "fostering",
            "need": "homes-near-school",
            "lots": [{"code": "homes", "title": "Foster homes", "estimated": "120000.00"}],
            "criteria": [
                {"code": "quality", "title": "Quality", "weight": 60, "kind": "quality"},
                {"code": "price", "title": "Price", "weight": 40, "kind": "price"},
            ],
        },
    )
    trust.record(
        "tender", of | {"reference": "PR-1/t", "day": "2003-04-03", "closes": "2003-04-10"}
    )
    trust.record("provider", {"code": "birch", "name": "Birch House", "sector": "voluntary"})
    trust.on("2003-04-11")
    for provider, price in (("oakfield", "700.00"), ("birch", "760.00")):
        trust.record(
            "bid",
            of
            | {
                "reference": f"PR-1/{provider}",
                "day": "2003-04-09",
                "bid": provider,
                "lot": "homes",
                "provider": provider,
                "price": price,
            },
        )
    trust.record(
        "interest",
        of | {"reference": "PR-1/i", "day": "2003-04-11", "has_interest": False},
    )
    trust.record(
        "interest",
        of | {"reference": "PR-1/m", "day": "2003-04-11", "has_interest": False},
        by=MANAGER,
    )
    for bid, score in (("oakfield", 4), ("birch", 3)):
        trust.record(
            "bid-score",
            of
            | {
                "reference": f"PR-1/s/{bid}",
                "day": "2003-04-11",
                "bid": bid,
                "scores": [{"criterion": "quality", "score": score, "words": "Visit and papers"}],
            },
        )
    trust.on("2003-04-14")
    trust.record("evaluation", of | {"reference": "PR-1/e", "day": "2003-04-12"})
    award = of | {
        "reference": "PR-1/a",
        "day": "2003-04-14",
        "lot": "homes",
        "bid": "oakfield",
        "reason": "The highest score",
    }
    trust.on("2003-04-14")
    assert trust.refused("award", award, by=COMMISSIONER) == ["not_permitted"]
    trust.record("award", award, by=MANAGER)
    assert stands(trust)["pool/stay_safe"] == ("150000.00", "0.00", "0.00", "150000.00")


def the_contract_is_signed(trust: Register) -> None:
    trust.on("2003-04-20")
    trust.record(
        "contract",
        {
            "number": "C-0002",
            "title": "Foster homes near school",
            "provider": "oakfield",
            "service": "fostering",
            "fund": "pool",
            "value": "120000.00",
            "starts": "2003-05-01",
            "ends": "2004-04-30",
            "signed": "2003-04-20",
            "form": "framework",
            "procurement": "PR-1",
            "extensions": [{"code": "year-two", "until": "2005-04-30"}],
            "lots": [
                {
                    "code": "homes",
                    "title": "Foster homes",
                    "unit": "week",
                    "pricing": "spot",
                    "price": "700.00",
                }
            ],
            "kpis": [
                {
                    "code": "moves",
                    "title": "Placements that broke down",
                    "target": "5",
                    "bound": "at_most",
                    "unit": "percent",
                    "frequency": "quarterly",
                }
            ],
        },
    )
    trust.record(
        "award-contract",
        {
            "procurement": "PR-1",
            "reference": "PR-1/c",
            "day": "2003-04-20",
            "lot": "homes",
            "contract": "C-0002",
        },
        by=MANAGER,
    )


def a_child_is_placed(trust: Register) -> None:
    """48 weeks of 2003-04 at £700.00: 336 days to 31 March come to £33,600.00, paid 40, 35, 25."""
    trust.on("2003-05-01")
    placed = trust.calls_off(
        "placement-1",
        contract="C-0002",
        lot="homes",
        kind="placement",
        case_reference="CX-0417",
        unit="week",
        price=None,
        day="2003-05-01",
        starts="2003-05-01",
        expected_end="2004-03-31",
        funding=FUNDING,
    )
    assert placed == PLACEMENT
    assert stands(trust) == {
        "pool/be_healthy": ("50000.00", "5040.00", "0.00", "44960.00"),
        "pool/stay_safe": ("150000.00", "15120.00", "0.00", "134880.00"),
        "special/be_healthy": ("25000.00", "3360.00", "0.00", "21640.00"),
        "special/stay_safe": ("75000.00", "10080.00", "0.00", "64920.00"),
    }
    assert trust.by("fund", "partner", book=Book.COMMITMENT) == {
        "pool/social": "11760.00",
        "pool/pct": "8400.00",
        "special/education": "13440.00",
    }


def the_contract_is_varied(trust: Register) -> None:
    """£14.00 a week more from 1 July: 275 days, 39 weeks and 2 days, cost £550.00 more."""
    trust.on("2003-06-20")
    trust.record(
        "variation",
        {
            "contract": "C-0002",
            "reference": "V-1",
            "day": "2003-07-01",
            "reason": "A link worker for each home",
            "lots_changed": [{"lot": "homes", "price": "714.00"}],
        },
    )
    assert trust.committed() == "34150.00"
    assert stands(trust)["pool/stay_safe"] == ("150000.00", "15367.49", "0.00", "134632.51")


def two_invoices_come(trust: Register) -> None:
    """May and June: the first as ordered, the second £140.00 too dear, which is held."""
    trust.on("2003-07-02")
    may = {"call_off": PLACEMENT, "starts": "2003-05-01", "ends": "2003-05-31", "net": "3100.00"}
    june = {"call_off": PLACEMENT, "starts": "2003-06-01", "ends": "2003-06-30", "net": "3140.00"}
    for number, line, state in (("OAK-1", may, "matched"), ("OAK-2", june, "held")):
        received = trust.record("invoice", _invoice(number, line))
        assert received["state"] == state
    for key in ("I-000001", "I-000002"):
        trust.record(
            "invoice-approval",
            {"reference": f"{key}/ok", "invoice": key, "day": "2003-07-04"},
            by=APPROVER,
        )
    assert (trust.committed(), trust.actual()) == ("28190.00", "6100.00")
    assert stands(trust) == {
        "pool/be_healthy": ("50000.00", "4228.51", "915.00", "44856.49"),
        "pool/stay_safe": ("150000.00", "12685.49", "2745.00", "134569.51"),
        "special/be_healthy": ("25000.00", "2819.00", "610.00", "21571.00"),
        "special/stay_safe": ("75000.00", "8457.00", "1830.00", "64713.00"),
    }
    trust.record(
        "invoice-resolution",
        {
            "reference": "OAK-2/no",
            "invoice": "I-000002",
            "day": "2003-07-10",
            "line": 1,
            "owed": "3000.00",
            "reason": "The new price holds from 1 July",
        },
        by=APPROVER,
    )
    trust.record(
        "invoice-approval",
        {"reference": "OAK-2/rest", "invoice": "I-000002", "day": "2003-07-10"},
        by=APPROVER,
    )
    assert (trust.committed(), trust.actual()) == ("28050.00", "6100.00")
    for key, amount in (("I-000001", "3100.00"), ("I-000002", "3000.00")):
        trust.record(
            "invoice-payment",
            {"reference": f"{key}/paid", "invoice": key, "day": "2003-07-20", "amount": amount},
            by=CLERK,
        )
    assert trust.by("account", book=Book.ACTUAL, account="Liabilities") == {}


def an_uplift_is_refused_then_checked_and_applied(trust: Register) -> None:
    """To £756.00 from 1 October, £42.00 a week on 183 days: £1,098.00 this year."""
    trust.on("2003-09-01")
    first = {
        "contract": "C-0002",
        "reference": "U-1",
        "day": "2003-08-20",
        "starts": "2003-10-01",
        "reason": "Rising costs",
        "prices": [{"lot": "homes", "price": "800.00"}],
    }
    trust.record("uplift", first)
    said = {"uplift": "U-1", "step": "refused", "day": "2003-09-01", "reason": "No evidence"}
    trust.record("uplift-decision", said, by=APPROVER)
    assert trust.committed() == "28050.00"

    second = first | {"reference": "U-2", "prices": [{"lot": "homes", "price": "756.00"}]}
    asked = trust.record("uplift", second)
    assert asked["this_year"] == "1098.00"
    check = {"uplift": "U-2", "step": "checked", "day": "2003-09-01"}
    assert "not_permitted" not in trust.refused("uplift-decision", check, by=COMMISSIONER)
    trust.record("uplift-decision", check, by=APPROVER)
    trust.record("uplift-decision", check | {"step": "applied"}, by=MANAGER)

    assert trust.committed() == "29148.00"
    assert stands(trust)["special/stay_safe"] == ("75000.00", "8744.40", "1830.00", "64425.60")


def the_provider_returns_its_measures(trust: Register) -> None:
    trust.on("2003-10-03")
    trust.record(
        "return",
        {
            "reference": "Q2",
            "call_off": PLACEMENT,
            "starts": "2003-07-01",
            "ends": "2003-09-30",
            "units": "13.1429",
            "kpis": {"moves": "4"},
            "day": "2003-10-03",
        },
    )
    assert trust.committed() == "29148.00"


def the_contract_is_reviewed_and_extended(trust: Register) -> None:
    trust.on("2004-01-20")
    trust.record(
        "review",
        {
            "reference": "R-1",
            "day": "2004-01-20",
            "contract": "C-0002",
            "words": "Placements last; the price is near the middle of what others pay",
            "views": "Children like being near their friends",
        },
    )
    trust.record(
        "review-decision",
        {
            "reference": "R-1/d",
            "day": "2004-01-20",
            "review": "R-1",
            "verdict": "extend",
            "reason": "It works",
            "effective": "2004-05-01",
        },
        by=MANAGER,
    )
    trust.record(
        "extension",
        {
            "contract": "C-0002",
            "reference": "X-1",
            "day": "2004-01-21",
            "option": "year-two",
            "reason": "Review R-1",
        },
    )
    (row,) = [
        one
        for one in trust.ask(REPORTS["contract-position"], Scope(None, YEAR, 13), trust.at).rows
        if one["contract"] == "C-0002"
    ]
    assert row["ends"] == "30 April 2005"
    assert (row["year"].plain, row["committed"].plain) == ("6100.00", "29148.00")
    assert trust.committed() == "29148.00"


def the_books_agree(trust: Register, tmp_path: Path) -> None:
    folder = tmp_path / "books"
    with reading(trust.engine) as session:
        published = publish(session, folder, trust.at)
    assert not published.withheld, published.problems
    with transaction(trust.engine) as session:
        note(session, published)
    with reading(trust.engine) as session:
        assert verify(session, folder) == []
    assert trust.is_clean()
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.beancount"))
    assert f"^{PLACEMENT}" in text
    assert FOSTER in text


def _invoice(number: str, line: dict[str, Any]) -> dict[str, Any]:
    return {
        "reference": f"inv-{number}",
        "provider": "oakfield",
        "number": number,
        "day": "2003-07-01",
        "received": "2003-07-02",
        "lines": [line],
    }
