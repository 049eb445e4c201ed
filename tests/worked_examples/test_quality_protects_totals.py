"""Quality Protects, £ million: 1999-2000 75, 2000-01 120, 2002-03 230, in all 375 and 885.

`qp_programme_totals` of the worked examples (HC Deb 26 July 1999 vol 336 cc42-3W; HC 1210 table
4.15.6): the years that are not printed are derived.
"""

from ledger.money import Money
from ledger.periods import FinancialYear
from trust_commissioning.national_grants import Figure, Status, national_grants


def core(first: int) -> Figure:
    found = national_grants()["quality-protects"].of_year(FinancialYear(first))
    assert found is not None
    return found


def million(number: int) -> Money:
    return Money.parse(f"{number}000000.00")


def test_the_printed_years_are_as_printed():
    assert [core(first).amount for first in (1999, 2000, 2002)] == [
        million(75),
        million(120),
        million(230),
    ]
    assert {core(first).status for first in (1999, 2000, 2002)} == {Status.SOURCED}


def test_the_years_that_are_not_printed_are_derived():
    assert (core(2001).amount, core(2001).status) == (million(180), Status.DERIVED)
    assert (core(2003).amount, core(2003).status) == (million(280), Status.DERIVED)


def test_three_years_come_to_375_and_five_to_885():
    years = [core(first).amount for first in range(1999, 2004)]

    assert Money.total(years[:3]) == million(375)
    assert Money.total(years) == million(885)
    announced = {one.amount for one in national_grants()["quality-protects"].announced}
    assert announced == {million(375), million(885)}


def test_figures_with_transfers_stand_apart():
    with_transfers = national_grants()["quality-protects"].with_transfers

    assert [(str(one.year), one.amount.plain) for one in with_transfers] == [
        ("2001-02", "291800000.00"),
        ("2002-03", "561500000.00"),
    ]
