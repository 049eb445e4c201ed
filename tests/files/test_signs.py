"""What columns beside an amount say of it."""

import pytest

from ledger.money import Money
from ledger.problems import Problem
from trust_commissioning.files.amounts import Amount
from trust_commissioning.files.signs import check_currency, debits_are_marked, signed
from trust_commissioning.files.workbooks import is_foreign

TEN, MINUS_TEN = Amount(Money(1_000)), Amount(Money(-1_000))


@pytest.mark.parametrize("text", ["", "GBP", "gbp", "£", "Sterling", " Pounds  sterling "])
def test_sterling_may_be_said_in_any_way_or_not_at_all(text):
    assert check_currency(text) is None


@pytest.mark.parametrize("text", ["EUR", "USD", "€", "$", "\ufffd", "Euro", "0"])
def test_any_other_currency_is_refused(text):
    problem = check_currency(text)

    assert problem is not None
    assert problem.code == "currency_not_sterling"
    assert text in problem.message


@pytest.mark.parametrize("mark", ["CR", "Cr.", "c", "Credit"])
def test_a_credit_is_below_nil(mark):
    assert signed(TEN, mark, debits_marked=True) == MINUS_TEN


@pytest.mark.parametrize("mark", ["DR", "dr", "D", "Debit"])
def test_a_debit_stays_as_it_is(mark):
    assert signed(TEN, mark, debits_marked=True) == TEN
    assert signed(MINUS_TEN, mark, debits_marked=True) == MINUS_TEN


@pytest.mark.parametrize("mark", ["S", "H", "Invoice", "CR/DR"])
def test_any_other_mark_is_a_problem_and_never_a_guess(mark):
    problem = signed(TEN, mark, debits_marked=False)

    assert isinstance(problem, Problem)
    assert problem.code == "debit_credit_unclear"


def test_a_credit_that_is_below_nil_already_is_not_turned_round():
    problem = signed(MINUS_TEN, "CR", debits_marked=True)

    assert isinstance(problem, Problem)
    assert problem.code == "debit_credit_unclear"
    assert "-£10.00 is below nil" in problem.message


def test_no_mark_is_a_debit_only_in_a_file_that_marks_no_debits():
    assert signed(TEN, "", debits_marked=False) == TEN
    assert isinstance(signed(TEN, "", debits_marked=True), Problem)
    assert debits_are_marked(["", "CR", "dr"])
    assert not debits_are_marked(["", "CR"])


@pytest.mark.parametrize(
    ("number_format", "foreign"),
    [
        ("#,##0.00", False),
        ('"£"#,##0.00;[Red]-"£"#,##0.00', False),
        ("[$£-809]#,##0.00", False),
        ("[$GBP] #,##0.00", False),
        ("[$-809]dd mmmm yyyy", False),
        ("0.00_);(0.00)", False),
        ("[$€-2] #,##0.00", True),
        ("[$EUR] #,##0.00", True),
        ('"$"#,##0.00', True),
        ("#,##0.00 €", True),
        ('#,##0.00 "USD"', True),
    ],
)
def test_a_format_of_numbers_shows_its_currency(number_format, foreign):
    assert is_foreign(number_format) is foreign
