"""Uplifts in the record: nothing changes a rate until a second person has checked and applied it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from contracts.contract import Contract
from contracts.pricing import DatedPrice
from ledger.money import Money
from ledger.problems import Refused
from tests.commissioning.conftest import AUDITOR, CHECKER, COMMISSIONER, NUMBER, Record, day
from tests.support.addresses import one_address
from trust_commissioning.store import contracts, reading

Kept = Callable[..., Contract]
BY_PRICE: Mapping[str, Any] = {
    "contract": NUMBER,
    "reference": "U-1",
    "day": "2003-09-01",
    "starts": "2003-10-01",
    "reason": "Carers' fees rose",
    "prices": [{"lot": "standard", "price": "735.00"}],
}


def refused(record: Record, event: str, **asked: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as said:
        record(event, **asked)
    return [(one.code, one.where) for one in said.value.problems]


def decide(
    record: Record, step: str, *, by: str = CHECKER, on: str = "2003-09-10", **said: Any
) -> Mapping[str, Any]:
    return record("uplift-decision", by=by, uplift="U-1", step=step, day=on, **said)


def refused_step(record: Record, step: str, **said: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        decide(record, step, **said)
    return [(one.code, one.where) for one in refusal.value.problems]


def standard(kept: Kept) -> list[tuple[str, str]]:
    return [(one.starts.isoformat(), one.price.plain) for one in kept().lot_prices("standard")]


def test_an_uplift_asked_for_says_its_cost_and_changes_no_rate(
    signed: None, record: Record, kept: Kept
) -> None:
    # Nothing is called off, and one lot of two without volumes has no known part of the value.
    answer = record("uplift", **BY_PRICE)

    assert (answer["state"], answer["this_year"], answer["full_year"]) == ("asked", None, None)
    assert answer["basis"].startswith("Not known")
    assert answer["prices"] == [{"lot": "standard", "was": "700.00", "asked": "735.00"}]
    assert standard(kept) == [("2003-04-01", "700.00")]


def test_a_percentage_over_all_lots_is_of_the_contracts_value(signed: None, record: Record) -> None:
    # 3% of £300,000 is £9,000 over 1,096 days: 183 of them from 1 October 2003, 365 in a full year.
    asked = {key: value for key, value in BY_PRICE.items() if key != "prices"}

    answer = record("uplift", **asked, percent="3")

    assert (answer["this_year"], answer["full_year"]) == ("1502.74", "2997.26")
    assert {one["lot"]: one["asked"] for one in answer["prices"]} == {
        "standard": "721.00",
        "breaks": "98.37",
    }


def test_checked_and_applied_by_another_person_it_is_a_dated_price(
    trust: Engine, signed: None, record: Record, kept: Kept
) -> None:
    record("uplift", **BY_PRICE)
    assert refused_step(record, "checked", by=COMMISSIONER) == [
        ("uplift_needs_a_second_person", "by")
    ]
    assert refused_step(record, "applied") == [("uplift_not_checked", "step")]
    one_address(trust, COMMISSIONER, "x.admin")
    assert refused_step(record, "checked", by="x.admin") == [("uplift_needs_a_second_person", "by")]

    decide(record, "checked")
    assert standard(kept) == [("2003-04-01", "700.00")]
    assert refused_step(record, "applied", by=COMMISSIONER) == [
        ("uplift_needs_a_second_person", "by")
    ]
    answer = decide(record, "applied", reason="Agreed at the board")

    assert answer["state"] == "applied"
    assert standard(kept) == [("2003-04-01", "700.00"), ("2003-10-01", "735.00")]
    assert refused_step(record, "refused", reason="No") == [("uplift_decided", "uplift")]


def test_a_refused_uplift_has_a_reason_and_never_changes_a_rate(
    signed: None, record: Record, kept: Kept
) -> None:
    record("uplift", **BY_PRICE)
    assert refused_step(record, "refused") == [("uplift_refused_without_reason", "reason")]

    assert decide(record, "refused", reason="Above inflation")["state"] == "refused"

    assert refused_step(record, "checked") == [("uplift_decided", "uplift")]
    assert standard(kept) == [("2003-04-01", "700.00")]


def test_a_price_that_moved_meanwhile_is_asked_for_again(signed: None, record: Record) -> None:
    record("uplift", **BY_PRICE)
    decide(record, "checked")
    record(
        "variation", contract=NUMBER, reference="V1", day="2003-09-01", reason="Agreed",
        lots_changed=[{"lot": "standard", "price": "710.00"}],
    )  # fmt: skip

    assert refused_step(record, "applied") == [("uplift_price_moved", "prices[0].price")]


def test_sent_again_it_is_the_same_uplift_and_the_same_step(signed: None, record: Record) -> None:
    assert record("uplift", **BY_PRICE)["recorded"] is True
    assert record("uplift", **BY_PRICE)["recorded"] is False
    assert refused(record, "uplift", **{**BY_PRICE, "reason": "Other"}) == [
        ("event_recorded_otherwise", "reference")
    ]
    assert decide(record, "checked")["recorded"] is True
    assert decide(record, "checked")["recorded"] is False
    assert decide(record, "applied")["recorded"] is True
    assert decide(record, "applied")["recorded"] is False


def test_only_who_may_check_uplifts_decides(signed: None, record: Record) -> None:
    record("uplift", **BY_PRICE)

    assert refused_step(record, "checked", by=AUDITOR) == [("not_permitted", "by")]


def test_an_uplift_is_asked_one_way_of_lots_there_are(signed: None, record: Record) -> None:
    assert refused(record, "uplift", **BY_PRICE, percent="3") == [("uplift_asks_one_way", "prices")]
    asked = {key: value for key, value in BY_PRICE.items() if key != "prices"}
    assert refused(record, "uplift", **asked, percent="3", lots=["standard", "nobody"]) == [
        ("lot_unknown", "lots[1]")
    ]


def test_a_decision_is_not_before_what_it_decides(signed: None, record: Record) -> None:
    record("uplift", **BY_PRICE)

    assert refused_step(record, "checked", on="2003-08-31") == [
        ("uplift_decided_before_asked", "day")
    ]


def test_an_index_raises_prices_by_recorded_figures_with_their_source(
    signed: None, record: Record, kept: Kept
) -> None:
    asked = {key: value for key, value in BY_PRICE.items() if key != "prices"} | {
        "starts": "2004-04-01",
        "day": "2004-03-01",
        "index": {"month": "2004-01-15"},
        "lots": ["standard"],
    }
    assert refused(record, "uplift", **asked) == [
        ("index_figure_missing", "index.base"),
        ("index_figure_missing", "index.month"),
    ]
    for month, figure in (("2003-01-01", "178.4"), ("2004-01-01", "183.1")):
        record("index-figure", index="RPI", month=month, figure=figure, source="First release")

    answer = record("uplift", **asked)

    # 2.6345% by the index, held to the 2.5% of the clause.
    assert answer["prices"] == [{"lot": "standard", "was": "700.00", "asked": "717.50"}]
    decide(record, "checked", on="2004-03-05")
    decide(record, "applied", on="2004-03-05")
    assert kept().lot_prices("standard")[-1] == DatedPrice(day("2004-04-01"), Money.parse("717.50"))


def test_a_contract_without_a_clause_follows_no_index(signed: None, record: Record) -> None:
    asked = {key: value for key, value in BY_PRICE.items() if key != "prices"}

    assert refused(
        record, "uplift", **{**asked, "contract": "C-0001"}, index={"month": "2004-01-01"}
    ) == [("contract_not_indexed", "index")]


def test_a_revised_index_figure_stands_beside_the_first(trust: Engine, record: Record) -> None:
    figure = {"index": "RPI", "month": "2003-01-01", "source": "First release"}
    assert record("index-figure", **figure, figure="178.4")["recorded"] is True
    assert record("index-figure", **figure, figure="178.4")["recorded"] is False
    record("index-figure", **{**figure, "source": "Revised"}, figure="178.5")

    with reading(trust) as session:
        (found,) = contracts.index_figures(session, "RPI")
    assert (str(found.figure), found.source) == ("357/2", "Revised")
    assert refused(record, "index-figure", **figure, figure="0") == [
        ("index_figure_not_above_nil", "figure")
    ]


def test_what_was_asked_and_decided_is_never_changed(
    trust: Engine, signed: None, record: Record
) -> None:
    record("uplift", **BY_PRICE)
    decide(record, "checked")

    for table in ("uplift", "uplift_rate", "uplift_decision"):
        with trust.connect() as connection, pytest.raises(DBAPIError):
            connection.execute(text(f"DELETE FROM {table}"))


def test_a_decision_keeps_the_cost_that_was_seen(
    trust: Engine, signed: None, record: Record
) -> None:
    asked = {key: value for key, value in BY_PRICE.items() if key != "prices"}
    record("uplift", **asked, percent="3")
    decide(record, "checked")

    with reading(trust) as session:
        (uplift,) = contracts.uplifts(session, contract=NUMBER)
    (decision,) = uplift.decisions
    assert decision.this_year == Money.parse("1502.74")
    assert decision.full_year == Money.parse("2997.26")
    assert decision.by == CHECKER
