"""An uplift: asked for, checked by somebody else, applied as a dated price; what it costs."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from contracts.call_off import CallOff, DatedFunding, Funder, Kind
from contracts.contract import Contract, Indexation
from contracts.lifecycle import CallOffState
from contracts.pricing import DatedPrice, Pricing, Unit
from contracts.uplift import (
    Decision,
    IndexFigure,
    Step,
    Uplift,
    decided,
    problems_in,
    problems_in_decision,
    rates_asked,
    rates_by_percent,
    rise_by_index,
)
from contracts.uplift_cost import Cost, Ordered, cost
from ledger.money import Money
from ledger.periods import FinancialYear
from tests.contracts.made import lot, percent, pounds, repriced, signed, vary

ASKER, CHECKER = "c.commissioner", "p.approver"


def uplift(contract: Contract, starts: str = "2004-04-01", price: str = "735.00") -> Uplift:
    day = date.fromisoformat(starts)
    return Uplift(
        reference="U1",
        contract=contract.number,
        day=date(2004, 3, 1),
        starts=day,
        reason="Carers' fees",
        rates=rates_asked(contract, day, [("fostering", pounds(price))]),
        by=ASKER,
    )


def step(kind: Step, by: str = CHECKER, reason: str = "") -> Decision:
    return Decision(step=kind, day=date(2004, 3, 10), by=by, reason=reason)


def refusals(asked: Uplift, decision: Decision, contract: Contract | None = None) -> list[str]:
    return [one.code for one in problems_in_decision(contract or signed(), asked, decision)]


def test_who_puts_an_uplift_in_can_neither_check_nor_apply_it() -> None:
    asked = uplift(signed())

    assert refusals(asked, step(Step.CHECKED, ASKER)) == ["uplift_needs_a_second_person"]
    checked = decided(asked, step(Step.CHECKED))
    assert refusals(checked, step(Step.APPLIED, ASKER)) == ["uplift_needs_a_second_person"]
    assert refusals(checked, step(Step.APPLIED)) == []


def test_nothing_is_applied_that_was_not_checked() -> None:
    assert refusals(uplift(signed()), step(Step.APPLIED)) == ["uplift_not_checked"]


def test_a_refusal_has_a_reason_and_ends_it() -> None:
    asked = uplift(signed())
    assert refusals(asked, step(Step.REFUSED)) == ["uplift_refused_without_reason"]

    refused = decided(asked, step(Step.REFUSED, reason="Above inflation"))

    assert refusals(refused, step(Step.CHECKED)) == ["uplift_decided"]
    assert refusals(refused, step(Step.REFUSED, reason="Again")) == ["uplift_decided"]


def test_what_was_checked_is_what_is_applied_or_it_is_asked_for_again() -> None:
    contract = signed()
    checked = decided(uplift(contract), step(Step.CHECKED))
    moved = contract.with_variation(
        vary("2004-01-01", lots_changed=repriced("fostering", "710.00"))
    )

    assert refusals(checked, step(Step.APPLIED), moved) == ["uplift_price_moved"]
    assert refusals(checked, step(Step.REFUSED, reason="Moved"), moved) == []


def test_applied_it_is_a_dated_price() -> None:
    contract = signed()

    now = contract.with_variation(uplift(contract).variation)

    assert now.lot_prices("fostering") == (
        DatedPrice(date(2003, 4, 1), pounds("700.00")),
        DatedPrice(date(2004, 4, 1), pounds("735.00")),
    )


def test_a_percentage_is_of_each_lots_price_of_the_day_to_the_penny() -> None:
    contract = signed(lot("fostering", "700.33"), lot("respite", "95.50"), lot("spot", None))

    rates = rates_by_percent(contract, date(2004, 4, 1), percent("2.5"))

    assert [(one.lot, one.asked.plain) for one in rates] == [
        ("fostering", "717.84"),
        ("respite", "97.89"),
    ]


def asked_codes(contract: Contract, asked: Uplift) -> list[str]:
    return [one.code for one in problems_in(contract, asked)]


def test_an_uplift_is_of_a_lot_with_a_price_on_a_day_the_contract_runs() -> None:
    contract = signed(lot(), lot("spot", None))
    day = date(2004, 4, 1)
    rates = rates_asked(contract, day, [("nobody", pounds("1.00")), ("spot", pounds("1.00"))])
    same = rates_asked(contract, day, [("fostering", pounds("700.00"))])

    assert asked_codes(contract, uplift(contract)) == []
    assert asked_codes(contract, uplift(contract, "2006-04-01")) == ["uplift_outside_term"]
    assert asked_codes(contract, replace(uplift(contract), rates=rates)) == [
        "lot_unknown",
        "lot_has_no_price",
    ]
    assert asked_codes(contract, replace(uplift(contract), rates=same)) == [
        "uplift_changes_nothing"
    ]
    assert asked_codes(contract, replace(uplift(contract), rates=())) == ["uplift_of_nothing"]


def of(this_year: str, full_year: str, earlier: str = "0.00") -> tuple[Money, Money, Money]:
    return pounds(this_year), pounds(full_year), pounds(earlier)


def figures(found: Cost) -> tuple[Money | None, Money | None, Money | None]:
    return found.this_year, found.full_year, found.earlier_years


def ordered(starts: date = date(2003, 5, 1), ends: date | None = None, **said: Any) -> Ordered:
    """A placement at its lot's price, on and on unless it ends."""
    return Ordered(
        call_off=CallOff(
            **{
                "number": "C-0007/01",
                "contract": "C-0007",
                "lot": "fostering",
                "kind": Kind.ORDER,
                "title": "Placement",
                "provider": "bright",
                "service": "fostering",
                "account": "Expenses:ThirdParty:FosterCare",
                "unit": Unit.WEEK,
                "starts": starts,
                "expected_end": ends,
                "funding": (DatedFunding(starts, (Funder("general", 1),)),),
                "state": CallOffState.ORDERED,
                **said,
            }
        )
    )


def test_on_call_offs_it_costs_their_own_days_this_year_and_all_of_a_full_year() -> None:
    # £35 a week more from 1 October 2003: 183 days to 31 March are 26 1/7 weeks, £915.00. A full
    # year is 2004-05, whose 365 days are 52 1/7 weeks, £1,825.00.
    contract = signed()
    asked = uplift(contract, "2003-10-01")

    one = cost(contract, asked, [ordered()], date(2003, 9, 1))

    assert figures(one) == of("915.00", "1825.00")
    assert one.basis == "Call-offs in force, each for its own days"


def test_a_placement_that_ends_costs_only_to_its_end_and_a_full_year_while_it_runs() -> None:
    contract = signed()
    asked = uplift(contract, "2003-10-01")
    ending, ended = ordered(ends=date(2003, 10, 14)), ordered(ends=date(2003, 9, 30))

    assert figures(cost(contract, asked, [ending], date(2003, 9, 1))) == of("70.00", "1825.00")
    assert figures(cost(contract, asked, [ended], date(2003, 9, 1))) == of("0.00", "0.00")


def test_an_uplift_of_days_gone_by_costs_earlier_years_while_they_are_open() -> None:
    # 29, 30 and 31 March 2004 at £5 a day, then 2004-05 to its end.
    contract = signed()
    asked = uplift(contract, "2004-03-29")
    years = (FinancialYear(2003), FinancialYear(2004))

    one = cost(contract, asked, [ordered()], date(2004, 6, 1), years)

    assert figures(one) == of("1825.00", "1825.00", "15.00")


def test_days_of_a_year_that_has_closed_are_a_cost_of_this_one() -> None:
    contract = signed()
    asked = uplift(contract, "2004-03-29")

    one = cost(contract, asked, [ordered()], date(2004, 6, 1), [FinancialYear(2004)])

    assert figures(one) == of("1840.00", "1825.00", "0.00")
    assert one.basis.endswith("; £15.00 of it is for days of years that have closed")


def test_a_later_price_that_is_agreed_already_takes_over_from_its_day() -> None:
    contract = signed().with_variation(
        vary("2003-10-15", lots_changed=repriced("fostering", "721.00"))
    )
    asked = uplift(contract, "2003-10-01")

    one = cost(contract, asked, [ordered()], date(2003, 9, 1))

    assert one.this_year == pounds("70.00")


def test_a_unit_that_is_not_of_time_is_spread_over_its_orders_days_and_over_a_full_year() -> None:
    # £10 more on 366 sessions over 366 days, 183 of them from October.
    contract = signed(lot("fostering", "100.00", unit=Unit.SESSION))
    asked = uplift(contract, "2003-10-01", "110.00")
    days = (date(2003, 10, 1), date(2003, 10, 10))
    through = ordered(
        date(2003, 4, 1), date(2004, 3, 31), unit=Unit.SESSION, quantity=Fraction(366)
    )
    few = ordered(*days, unit=Unit.SESSION, quantity=Fraction(4))

    assert figures(cost(contract, asked, [through], date(2003, 9, 1))) == of("1830.00", "3650.00")
    assert cost(contract, asked, [few], date(2003, 9, 1)).this_year == pounds("40.00")


def test_with_nothing_called_off_the_value_stands_in_by_days() -> None:
    # £300,000 over 1,096 days; 5% is £15,000, from 1 October 2003 183 days of it.
    contract = signed(lot(pricing=Pricing.BLOCK))
    asked = uplift(contract, "2003-10-01")

    one = cost(contract, asked, [], date(2003, 9, 1))

    assert figures(one) == of("2504.56", "4995.44")
    assert one.basis == "The contract's value spread evenly over its term: nothing is called off"


def test_with_nothing_called_off_lots_share_the_value_by_their_agreed_volumes() -> None:
    # 300 of 400 shares of £300,000 are this lot's: £225,000, of which 5% is £11,250.
    contract = signed(lot("fostering", "300.00", volume=100), lot("respite", "100.00", volume=100))

    one = cost(contract, uplift(contract, "2003-04-01", "315.00"), [], date(2003, 4, 1))

    assert figures(one) == of("3756.84", "3756.84")


def test_what_cannot_be_known_is_not_guessed() -> None:
    open_ended = signed(ends=None, extensions=())
    several = signed(lot("fostering"), lot("respite"))

    for contract in (open_ended, several):
        one = cost(contract, uplift(contract), [], date(2004, 3, 1))
        assert figures(one) == (None, None, None)
        assert one.basis.startswith("Not known")


def test_an_index_raises_by_its_own_rise_within_the_clause() -> None:
    clause = Indexation(index="RPI", base=date(2003, 1, 1), cap=Fraction("2.5"), collar=Fraction(0))
    contract = signed(indexation=clause)
    base = IndexFigure("RPI", date(2003, 1, 1), Fraction("178.4"), "ONS")

    def rise(figure: str) -> tuple[str, str]:
        now = IndexFigure("RPI", date(2004, 1, 1), Fraction(figure), "ONS first release")
        found = rise_by_index(contract, date(2004, 4, 1), base, now)
        return str(found.allowed), found.words

    assert rise("182.86") == (
        "5/2",
        "RPI: 178.4 in January 2003 to 182.86 in January 2004, 2.5% (ONS first release)",
    )
    assert rise("183.1") == (
        "5/2",
        (
            "RPI: 178.4 in January 2003 to 183.1 in January 2004, 2.6345%, held to 2.5% by the "
            "contract (ONS first release)"
        ),
    )
    assert rise("170")[0] == "0"
