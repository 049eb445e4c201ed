"""Amounts as councils print them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import Money
from ledger.problems import Problem
from trust_commissioning.files.amounts import Amount, read_amount


def pence(text: str) -> int:
    read = read_amount(text)
    assert isinstance(read, Amount), read
    return read.money.pence


def refused(text: str, *, round_pence: bool = False) -> Problem:
    read = read_amount(text, round_pence=round_pence)
    assert isinstance(read, Problem), read
    return read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9.99", 999),
        (" 9.99 ", 999),
        ("1260", 126_000),
        ("12.5", 1_250),
        (".50", 50),
        ("1,234,567.89", 123_456_789),
        ("£1,000", 100_000),
        ("£ 1,000.00", 100_000),
        ("1250.0000", 125_000),
        ("-9.99", -999),
        ("\u22129.99", -999),
        ("- 9.99", -999),
        ("-£1,000.00", -100_000),
        ("£-1,000.00", -100_000),
        ("(1,234.50)", -123_450),
        ("( 9.99 )", -999),
        ("(£9.99)", -999),
        ("£(9.99)", -999),
        ("450.00-", -45_000),
        ("450.00CR", -45_000),
        ("450.00 CR", -45_000),
        ("£450.00CR", -45_000),
        ("\u00a09.99\u00a0", 999),
        ("0", 0),
        ("-0.00", 0),
        (" £-   ", 0),
        ("0001250.00", 125_000),
        ("999999999999.99", 99_999_999_999_999),
    ],
)
def test_an_amount_is_read_to_the_penny_in_each_shape_councils_print(text, expected):
    assert pence(text) == expected


@pytest.mark.parametrize("text", ["6.82121E-13", "-9.9E-9", "7.1e-15", "0.0000000000006"])
def test_a_zero_with_a_spreadsheets_residue_is_nil_and_the_text_is_kept(text):
    assert read_amount(text) == Amount(Money(0), rounded_from=text, residue=True)


def test_an_amount_with_a_spreadsheets_residue_is_its_whole_pence_and_the_text_is_kept():
    read = read_amount("1234.5600000000001")

    assert read == Amount(Money(123_456), rounded_from="1234.5600000000001", residue=True)


def test_a_hundred_thousandth_of_a_pound_is_too_much_to_be_residue():
    assert refused("0.00001").code == "amount_not_whole_pence"
    assert refused("1e-5").code == "amount_not_readable"


@pytest.mark.parametrize("text", ["638.875", "0.005", "-12.345", "(1.001)"])
def test_a_fraction_of_a_penny_is_a_problem_that_quotes_it(text):
    problem = refused(text)

    assert problem.code == "amount_not_whole_pence"
    assert f"“{text}”" in problem.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [("638.875", 63_888), ("-638.875", -63_888), ("638.874", 63_887), ("0.005", 1)],
)
def test_rounding_when_asked_for_takes_halves_away_from_zero_and_keeps_the_text(text, expected):
    assert read_amount(text, round_pence=True) == Amount(Money(expected), rounded_from=text)


@pytest.mark.parametrize(
    "text",
    [
        "REDACTED",
        "REDACTED PERSONAL DATA",
        "#####",
        "#REF!",
        "9..9",
        "1_000",
        "１２３",
        "٣٤",
        "NaN",
        "inf",
        "1e5",
        "1E+05",
        "5E-1",
        "1.234,56",
        "12,50",
        "1,23.4",
        "1,23,456.00",
        "12345,678.00",
        "0,123",
        "1 234.56",
        "1'234.56",
        "--5",
        "-5-",
        "(-5)",
        "(5",
        "5)",
        "-5CR",
        "(5CR)",
        "££5",
        "£5£",
        "5.",
        ".",
        "£",
        "-",
        "+5.00",
        "5 DR",
        "$5.00",
        "€5.00",
        "5 pounds",
        "\u20139.99",
        "0x10",
        "5\n6",
        "=1+1",
    ],
)
def test_what_cannot_be_read_for_certain_is_a_problem_and_never_a_guess(text):
    assert refused(text).code == "amount_not_readable"
    assert refused(text, round_pence=True).code == "amount_not_readable"


def test_a_character_lost_before_the_figures_is_a_problem_since_it_may_have_been_a_minus():
    problem = refused("\ufffd1,000.00")

    assert problem.code == "amount_not_readable"
    assert "may have been a pound sign or a minus" in problem.message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("REDACTED", "redacted"),
        ("#####", "too narrow"),
        ("1.234,56", "as written in England"),
        ("12,50", "as written in England"),
    ],
)
def test_a_shape_that_has_been_met_before_is_told_why(text, reason):
    assert reason in refused(text).message


@pytest.mark.parametrize("text", ["", "   ", "\u00a0", "\t"])
def test_a_blank_cell_is_a_missing_amount_and_not_nil(text):
    assert refused(text).code == "amount_missing"


def test_a_trillion_pounds_is_refused():
    assert refused("1000000000000.00").code == "amount_too_large"


def test_a_message_shows_a_long_or_hostile_cell_on_one_short_line():
    message = refused("A" * 500 + "\r\n\x00").message

    assert len(message) < 120
    assert message.isprintable()


RENDERINGS: dict[str, Callable[[Money], str]] = {
    "plain": lambda money: money.plain,
    "pounds": str,
    "thousands": lambda money: str(money).replace("£", ""),
    "brackets": lambda money: f"({str(abs(money))[1:]})" if money.pence < 0 else money.plain,
    "trailing minus": lambda money: f"{abs(money).plain}-" if money.pence < 0 else money.plain,
    "credit": lambda money: f"{abs(money).plain} CR" if money.pence < 0 else money.plain,
    "true minus": lambda money: money.plain.replace("-", "\u2212"),
    "spaces": lambda money: f"  {money.plain}\u00a0",
    "residue": lambda money: f"{money.plain}0000000003",
}


@given(st.integers(-(10**14) + 1, 10**14 - 1), st.sampled_from(sorted(RENDERINGS)))
def test_any_amount_printed_in_any_shape_reads_back_to_the_same_pence(amount, shape):
    assert pence(RENDERINGS[shape](Money(amount))) == amount


@given(st.text(max_size=30))
def test_no_text_makes_reading_an_amount_fail(text):
    assert isinstance(read_amount(text), Amount | Problem)


@given(st.text(alphabet="0123456789.,-()£CR eE\u2212", max_size=12))
def test_whatever_is_read_is_read_the_same_with_its_spelling_tidied(text):
    read = read_amount(text)

    if isinstance(read, Amount) and read.rounded_from is None:
        assert read_amount(read.money.plain) == read
        assert any(c.isdigit() for c in text) or "£" in text
