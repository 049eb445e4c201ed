"""What an audit of contracts and uplifts found: each is refused by its rule, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.contract import Contract
from ledger.problems import Refused
from tests.commissioning.conftest import CHECKER, CONTRACT, NUMBER, Record, day

Kept = Callable[..., Contract]
EXTEND = {"contract": NUMBER, "reason": "Reviewed well"}
END = {"contract": NUMBER, "reason": "Closed", "how": "terminated"}
UPLIFT = {
    "contract": NUMBER, "reference": "U-1", "day": "2003-07-01", "starts": "2003-10-01",
    "reason": "Fees",
}  # fmt: skip


def refused(record: Record, event: str, **asked: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as said:
        record(event, **asked)
    return [(one.code, one.where or "") for one in said.value.problems]


def test_an_option_without_a_last_day_to_say_so_is_taken_up_by_the_contracts_last_day(
    record: Record, kept: Kept
) -> None:
    record("contract", **CONTRACT | {"extensions": [{"code": "first", "until": "2007-03-31"}]})

    assert refused(
        record, "extension", **EXTEND, reference="E1", day="2006-04-01", option="first"
    ) == [("extension_taken_too_late", "day")]
    assert kept().as_agreed().ends == day("2006-03-31")

    record("extension", **EXTEND, reference="E1", day="2006-03-31", option="first")
    assert kept().as_agreed().ends == day("2007-03-31")


def test_an_option_never_brings_the_end_forward(signed: None, record: Record, kept: Kept) -> None:
    record("extension", **EXTEND, reference="E1", day="2005-12-01", option="second")
    assert kept().as_agreed().ends == day("2008-03-31")

    assert refused(
        record, "extension", **EXTEND, reference="E2", day="2005-12-02", option="first"
    ) == [("extension_not_later", "option")]
    assert kept().as_agreed().ends == day("2008-03-31")


def test_an_end_is_not_undone_by_what_was_agreed_for_a_later_day(
    signed: None, record: Record, kept: Kept
) -> None:
    """A variation of February sets an end of its own: noted in January, the end would not hold."""
    varied = {"contract": NUMBER, "reason": "Longer", "reference": "V1", "day": "2004-02-01"}
    record("variation", **varied, ends="2006-09-30")
    end = END | {"reference": "T1", "last_day": "2004-06-30"}

    assert refused(record, "contract-end", **end, day="2004-01-05") == [
        ("later_variation_sets_end", "day")
    ]
    assert kept().state == "signed"

    record("contract-end", **end, day="2004-02-01")
    assert (kept().state, kept().as_agreed().ends) == ("terminated", day("2004-06-30"))


def test_an_option_taken_up_is_not_undone_by_what_was_agreed_for_a_later_day(
    signed: None, record: Record
) -> None:
    varied = {"contract": NUMBER, "reason": "Shorter", "reference": "V1", "day": "2005-06-01"}
    record("variation", **varied, ends="2006-01-31")

    assert refused(
        record, "extension", **EXTEND, reference="E1", day="2005-05-01", option="first"
    ) == [("later_variation_sets_end", "day")]


def test_an_end_is_held_against_the_end_that_is_agreed_whenever_it_was_agreed(
    signed: None, record: Record, kept: Kept
) -> None:
    varied = {"contract": NUMBER, "reason": "Longer", "reference": "V1", "day": "2003-08-01"}
    record("variation", **varied, ends="2008-03-31")

    record("contract-end", **END, reference="T1", day="2003-08-01", last_day="2007-06-30")

    assert kept().as_agreed().ends == day("2007-06-30")


def test_a_lot_named_twice_in_an_uplift_is_refused_by_its_place(
    signed: None, record: Record
) -> None:
    prices = [{"lot": "standard", "price": "735.00"}, {"lot": "standard", "price": "740.00"}]

    assert refused(record, "uplift", **UPLIFT, prices=prices) == [
        ("part_repeated", "prices[1].lot")
    ]


def test_what_is_wrong_with_a_price_asked_for_is_named_where_it_was_asked(
    signed: None, record: Record
) -> None:
    prices = [
        {"lot": "standard", "price": "700.00"},
        {"lot": "nobody", "price": "1.00"},
        {"lot": "breaks", "price": "-1.00"},
    ]

    assert refused(record, "uplift", **UPLIFT, prices=prices) == [
        ("uplift_changes_nothing", "prices[0].price"),
        ("lot_unknown", "prices[1].lot"),
        ("price_below_nil", "prices[2].price"),
    ]


def test_lots_are_named_with_a_percentage_or_an_index_and_not_beside_prices(
    signed: None, record: Record
) -> None:
    prices = [{"lot": "standard", "price": "735.00"}]

    assert refused(record, "uplift", **UPLIFT, prices=prices, lots=["breaks"]) == [
        ("uplift_asks_one_way", "lots")
    ]


def test_what_an_outline_said_is_not_rewritten_when_it_is_given_its_terms(
    record: Record, kept: Kept
) -> None:
    """The trust's own file has C-0001 with Haven for £24,000.00; that changes by variation only."""
    same = {
        "number": "C-0001", "title": "Advice line", "provider": "haven", "service": "respite",
        "value": "24000.00", "starts": "2003-04-01", "ends": "2004-03-31", "extensions": [],
    }  # fmt: skip
    other = {"provider": "bright", "value": "999000.00", "ends": "2009-03-31"}

    assert refused(record, "contract", **CONTRACT | same | other) == [
        ("contract_changes_by_variation", "provider"),
        ("contract_changes_by_variation", "value"),
        ("contract_changes_by_variation", "ends"),
    ]
    assert kept("C-0001").provider == "haven"

    record("contract", **CONTRACT | same)
    assert [lot.code for lot in kept("C-0001").as_signed.lots] == ["standard", "breaks"]


def test_a_contract_is_not_signed_on_a_day_to_come(record: Record) -> None:
    assert refused(record, "contract", **CONTRACT | {"signed": "2003-07-16"}) == [
        ("day_ahead_of_time", "signed")
    ]


def test_who_put_an_uplift_in_neither_checks_nor_applies_it_with_an_override(
    signed: None, record: Record
) -> None:
    record("uplift", by="x.admin", **UPLIFT, prices=[{"lot": "standard", "price": "735.00"}])
    record("uplift-decision", by=CHECKER, uplift="U-1", step="checked", day="2003-07-02")

    assert refused(
        record, "uplift-decision", by="x.admin", uplift="U-1", step="applied", day="2003-07-03",
        override={"reason": "The board agreed"},
    ) == [("uplift_needs_a_second_person", "by")]  # fmt: skip


def test_an_outline_that_runs_is_not_made_a_draft(record: Record, kept: Kept) -> None:
    same = {
        "number": "C-0001", "title": "Advice line", "provider": "haven", "service": "respite",
        "value": "24000.00", "starts": "2003-04-01", "ends": "2004-03-31", "extensions": [],
    }  # fmt: skip

    assert refused(record, "contract", **CONTRACT | same | {"signed": None}) == [
        ("move_not_permitted", "contract")
    ]
    assert kept("C-0001").state == "signed"


def test_an_outline_keeps_the_lots_something_is_called_off_under(record: Record) -> None:
    record(
        "call-off", contract="C-0001", reference="P-1", title="Calls", price="0.00",
        account="Expenses:ThirdParty:FosterCare", day="2003-05-01", starts="2003-05-01",
    )  # fmt: skip
    same = {
        "number": "C-0001", "title": "Advice line", "provider": "haven", "service": "respite",
        "value": "24000.00", "starts": "2003-04-01", "ends": "2004-03-31", "extensions": [],
    }  # fmt: skip

    assert refused(record, "contract", **CONTRACT | same) == [("lot_unknown", "lots")]

    main = [{"code": "main", "title": "All of it", "unit": "item", "price": "24000.00"}]
    assert record("contract", **CONTRACT | same | {"lots": main})["recorded"] is True


def test_an_option_is_to_be_taken_up_before_what_it_extends_is_over(record: Record) -> None:
    option = {"code": "first", "until": "2007-03-31", "notify_by": "2006-04-01"}

    assert refused(record, "contract", **CONTRACT | {"extensions": [option]}) == [
        ("extension_notified_too_late", "extensions[0].notify_by")
    ]


def test_a_lot_is_changed_once_by_a_variation(signed: None, record: Record) -> None:
    changes = [{"lot": "standard", "price": "735.00"}, {"lot": "standard", "price": "740.00"}]

    assert refused(
        record, "variation", contract=NUMBER, reference="V1", day="2003-10-01", reason="Agreed",
        lots_changed=changes,
    ) == [("part_repeated", "lots_changed[1].lot")]  # fmt: skip
