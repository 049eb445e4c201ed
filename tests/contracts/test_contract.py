"""A contract as at a day: what was signed, replayed with every variation by the day it holds from."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.contract import Contract, LotChange, Term, Terms, Variation
from contracts.contract_checking import problems_in, problems_in_variation
from contracts.pricing import DatedPrice, Pricing, price_on
from ledger.money import Money
from tests.contracts.made import ENDS, STARTS, lot, pounds, repriced, signed, until, vary

_LOTS = ("fostering", "respite", "bridging")
_DAYS = st.dates(STARTS - timedelta(days=60), STARTS + timedelta(days=400))
_PRICES = st.integers(0, 100_000).map(Money)


@st.composite
def _variation(draw: st.DrawFn, place: int) -> Variation:
    said: dict[str, Any] = {}
    if draw(st.booleans()):
        said["term"] = Term(draw(st.none() | st.dates(STARTS, date(2010, 3, 31))))
    if draw(st.booleans()):
        said["value"] = draw(_PRICES)
    if draw(st.booleans()):
        said["notice_months"] = draw(st.integers(0, 12))
    if draw(st.booleans()):
        said["lots_changed"] = (LotChange(lot=draw(st.sampled_from(_LOTS)), price=draw(_PRICES)),)
    if draw(st.booleans()):
        said["lots_ended"] = (draw(st.sampled_from(_LOTS)),)
    if draw(st.booleans()):
        said["lots_added"] = (replace(lot(draw(st.sampled_from(_LOTS))), price=draw(_PRICES)),)
    return Variation(starts=draw(_DAYS), reference=f"V{place}", reason="Agreed", turn=place, **said)


@st.composite
def _variations(draw: st.DrawFn) -> list[Variation]:
    return [draw(_variation(place)) for place in range(draw(st.integers(0, 6)))]


def _last_said(signed_with: Any, told: list[Variation], name: str) -> Any:
    """What the latest of some variations said of one part; what was signed where none did."""
    said = [getattr(one, name) for one in told if getattr(one, name) is not None]
    return said[-1] if said else signed_with


def _by_hand(contract: Contract, told: list[Variation]) -> dict[str, Any]:
    """Each part by itself, from those variations in the order given: no shared code."""
    lots = {one.code: one.price for one in contract.as_signed.lots}
    for one in told:
        lots |= {new.code: new.price for new in one.lots_added}
        lots |= {new.lot: new.price for new in one.lots_changed if new.lot in lots}
        lots = {code: price for code, price in lots.items() if code not in one.lots_ended}
    signed_with = contract.as_signed
    return {
        "ends": _last_said(Term(signed_with.ends), told, "term").ends,
        "value": _last_said(signed_with.value, told, "value"),
        "notice_months": _last_said(signed_with.notice_months, told, "notice_months"),
        "lots": lots,
    }


def _shown(terms: Terms) -> dict[str, Any]:
    return {
        "ends": terms.ends,
        "value": terms.value,
        "notice_months": terms.notice_months,
        "lots": {one.code: one.price for one in terms.lots},
    }


@given(_variations(), st.randoms(use_true_random=False), _DAYS)
def test_as_at_agrees_with_replaying_the_variations_entered_in_any_order(
    variations: list[Variation], chance: Any, day: date
) -> None:
    entered = list(variations)
    chance.shuffle(entered)
    contract = signed(lot("fostering"), lot("respite"), variations=tuple(entered))

    told = sorted((one for one in variations if one.starts <= day), key=lambda one: one.turn)
    told.sort(key=lambda one: one.starts)

    assert _shown(contract.as_at(day)) == _by_hand(contract, told)


@given(_variations(), _DAYS)
def test_entered_one_after_another_they_stand_by_day_and_then_in_order_of_entry(
    variations: list[Variation], day: date
) -> None:
    contract = signed(lot("fostering"), lot("respite"))
    for one in variations:
        contract = contract.with_variation(replace(one, turn=0))

    told = sorted((one for one in variations if one.starts <= day), key=lambda one: one.starts)

    assert _shown(contract.as_at(day)) == _by_hand(contract, told)


@given(_variations(), _DAYS)
def test_the_prices_of_a_lot_are_those_of_the_contract_as_at_each_day(
    variations: list[Variation], day: date
) -> None:
    contract = signed(lot("fostering"), lot("respite"), variations=tuple(variations))
    day = max(day, STARTS)

    for code in _LOTS:
        there = contract.as_at(day).lot(code)
        if there is not None:
            assert price_on(contract.lot_prices(code), day) == there.price


def test_a_variation_entered_late_goes_before_those_of_later_days() -> None:
    contract = signed().with_variation(
        vary("2004-04-01", lots_changed=repriced("fostering", "735.00"))
    )

    late = contract.with_variation(
        vary("2003-10-01", "V2", lots_changed=repriced("fostering", "710.00"))
    )

    assert late.lot_prices("fostering") == (
        DatedPrice(date(2003, 4, 1), pounds("700.00")),
        DatedPrice(date(2003, 10, 1), pounds("710.00")),
        DatedPrice(date(2004, 4, 1), pounds("735.00")),
    )
    assert late.as_at(date(2003, 9, 30)).lots == contract.as_signed.lots


def test_of_two_changes_of_one_day_the_one_entered_last_holds() -> None:
    contract = (
        signed()
        .with_variation(vary("2004-04-01", value=pounds("310000.00")))
        .with_variation(vary("2004-04-01", "V2", value=pounds("320000.00")))
    )

    assert contract.as_at(date(2004, 4, 1)).value == pounds("320000.00")


def test_what_was_signed_never_changes() -> None:
    before = signed()
    after = before.with_variation(vary("2003-04-01", value=pounds("1.00"), notice_months=6))

    assert after.as_signed == before.as_signed
    assert after.as_at(date(2003, 4, 1)).notice_months == 6


def test_what_is_agreed_before_the_first_day_is_the_price_of_the_first_day() -> None:
    contract = signed().with_variation(
        vary("2003-03-01", lots_changed=repriced("fostering", "690.00"))
    )

    assert contract.lot_prices("fostering") == (DatedPrice(STARTS, pounds("690.00")),)


def test_a_lot_that_ends_has_no_orders_from_that_day_on() -> None:
    contract = signed(lot("fostering"), lot("respite")).with_variation(
        vary("2004-01-01", lots_ended=("respite",))
    )

    assert contract.as_at(date(2003, 12, 31)).lot("respite") is not None
    assert contract.as_at(date(2004, 1, 1)).lot("respite") is None


def test_taking_up_an_option_moves_the_end_and_leaves_the_later_option() -> None:
    contract = signed().with_variation(
        vary("2005-12-01", term=until("2007-03-31"), extension="first")
    )

    now = contract.as_at(date(2005, 12, 1))
    assert now.ends == date(2007, 3, 31)
    assert [one.code for one in now.extensions] == ["second"]
    assert now.latest_end == date(2008, 3, 31)


def test_value_with_irrecoverable_vat_is_the_value_where_that_is_not_known() -> None:
    assert signed().as_signed.value_with_vat == pounds("300000.00")
    with_vat = signed(irrecoverable_vat=pounds("52500.00")).as_signed
    assert with_vat.value_with_vat == pounds("352500.00")


def codes(contract: Contract) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in problems_in(contract)]


def test_a_sound_contract_has_no_problems() -> None:
    assert codes(signed()) == []


def test_everything_wrong_with_a_contract_is_said_at_once() -> None:
    wrong = signed(
        lot("a", "-1.00"),
        lot("a", None, pricing=Pricing.COST_AND_VOLUME),
        lot("b", volume=0),
        ends=date(2003, 3, 31),
        value=pounds("-1.00"),
        irrecoverable_vat=pounds("-0.01"),
    )

    assert codes(wrong) == [
        ("contract_value_below_nil", "value"),
        ("irrecoverable_vat_below_nil", "irrecoverable_vat"),
        ("contract_ends_before_it_starts", "ends"),
        ("part_repeated", "lots[1].code"),
        ("price_below_nil", "lots[0].price"),
        ("lot_needs_volume", "lots[1].volume"),
        ("lot_needs_price", "lots[1].price"),
        ("lot_volume_not_above_nil", "lots[2].volume"),
    ]


def test_options_go_on_one_after_another_and_only_from_a_fixed_end() -> None:
    options = tuple(reversed(signed().as_signed.extensions))

    assert codes(signed(extensions=options)) == [("extension_not_later", "extensions[1].until")]
    assert codes(signed(ends=None)) == [("extension_without_end", "extensions[0]")]


def refusals(contract: Contract, variation: Variation) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in problems_in_variation(contract, variation)]


def test_a_variation_changes_only_lots_there_are_and_adds_only_those_there_are_not() -> None:
    assert refusals(signed(), vary("2004-04-01", lots_changed=repriced("respite", "1.00"))) == [
        ("lot_unknown", "lots_changed[0].lot")
    ]
    assert refusals(signed(), vary("2004-04-01", lots_added=(lot(),))) == [
        ("lot_there_already", "lots_added[0].code")
    ]
    assert refusals(signed(), vary("2004-04-01", lots_ended=("respite",))) == [
        ("lot_unknown", "lots_ended[0]")
    ]


def test_a_back_dated_variation_is_held_against_those_it_goes_before() -> None:
    contract = signed().with_variation(
        vary("2005-04-01", lots_changed=repriced("fostering", "735.00"))
    )

    assert refusals(contract, vary("2004-04-01", "V2", lots_ended=("fostering",))) == [
        ("lot_unknown", "variations[V1].lots_changed[0].lot")
    ]


def test_a_variation_that_says_nothing_is_none() -> None:
    assert refusals(signed(), vary("2004-04-01")) == [("variation_changes_nothing", "")]


def test_an_option_that_is_not_there_cannot_be_taken_up() -> None:
    taken = vary("2005-12-01", term=until("2009-03-31"), extension="third")

    assert refusals(signed(), taken) == [("extension_unknown", "extension")]


def test_a_contract_runs_from_its_first_day_to_its_last() -> None:
    terms = signed().as_signed

    assert not terms.runs_on(STARTS - timedelta(days=1))
    assert terms.runs_on(STARTS)
    assert terms.runs_on(ENDS)
    assert not terms.runs_on(ENDS + timedelta(days=1))
    assert signed(ends=None, extensions=()).as_signed.runs_on(date(2050, 1, 1))


def test_every_part_of_the_terms_can_be_varied_but_its_first_day() -> None:
    parts = {one.name for one in fields(Terms)} - {"starts", "ends", "lots"}

    assert parts <= {one.name for one in fields(Variation)}
