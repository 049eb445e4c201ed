"""Figures of measures are read exactly, and nothing else is read at all."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.figures import Figure, in_words, rounded


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("13", "13", "13"),
        ("15.2", "76/5", "76/5"),
        ("0.7", "7/10", "7/10"),
        ("-22", "-22", "-22"),
        ("59,700", "59700", "59700"),
        ("2200000000", "2200000000", "2200000000"),
        ("1/5", "1/5", "1/5"),
        ("50-100", "50", "100"),
        ("3-4 million", "3000000", "4000000"),
        ("300,000-400,000", "300000", "400000"),
        ("11 million", "11000000", "11000000"),
    ],
)
def test_a_figure_is_what_its_words_say_exactly(text: str, low: str, high: str) -> None:
    figure = Figure.parse(text)

    assert (figure.low, figure.high) == (Fraction(low), Fraction(high))
    assert figure.printed == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1/0",
        "100-50",
        "5-5",
        "1e5",
        "NaN",
        "1_000",
        "１２",
        "5,97",
        "12,34",
        "1.2.3",
        "£5",
    ],
)
def test_what_is_no_figure_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="is not a figure"):
        Figure.parse(text)


def test_a_range_has_no_one_value() -> None:
    assert Figure.parse("50-100").exact is None
    assert Figure.parse("1/3").exact == Fraction(1, 3)


@pytest.mark.parametrize(
    ("said", "figure", "unit", "qualifier", "sign"),
    [
        ("over 51%", "51", "percent", "over", ""),
        ("59,700 children", "59700", "children", "", ""),
        ("+4 percentage points", "4", "percentage points", "", "+"),
        ("almost 1/3", "1/3", "fraction", "almost", ""),
        ("1", "1", "rank", "", ""),
        ("£70,000 per child", "70000", "£ per child", "", ""),
    ],
)
def test_a_figure_is_said_with_its_unit(
    said: str, figure: str, unit: str, qualifier: str, sign: str
) -> None:
    assert in_words(Figure.parse(figure), unit, qualifier, sign) == said


def test_a_year_like_figure_of_three_digits_has_no_comma() -> None:
    assert str(Figure.parse("999")) == "999"
    assert str(Figure.parse("-4000")) == "-4,000"


@pytest.mark.parametrize(
    ("value", "said"),
    [("148/3", "49.33"), ("50", "50"), ("-1/200", "-0.01"), ("1/1000", "0"), ("2501/2", "1,250.5")],
)
def test_an_exact_value_is_told_to_two_places_halves_away_from_nil(value: str, said: str) -> None:
    assert rounded(Fraction(value)) == said


@given(st.fractions(-(10**6), 10**6))
def test_what_is_told_is_never_more_than_half_of_its_last_place_away(value: Fraction) -> None:
    told = Fraction(rounded(value).replace(",", ""))

    assert abs(told - value) <= Fraction(1, 200)
