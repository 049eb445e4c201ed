"""Rounding is for show, and a total that its rounded rows do not come to is said to differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import Money
from tests.reports.made import SCHEME, SPENT, pounds, report
from trust_commissioning.reports.rounding import Unit, differences
from trust_commissioning.reports.shape import MADE_OF, SUBTOTAL, Part


def of(*amounts, total, part=False, **more):
    rows = tuple({"scheme": f"S{n}", "spent": pounds(one)} for n, one in enumerate(amounts, 1))
    table = {"columns": (SCHEME, SPENT), "rows": rows, "totals": {"spent": pounds(total)}}
    if part:
        parts = (Part(key="p", title="Income", **table),)
        return report(columns=(), rows=(), totals={}, parts=parts, **more)
    return report(**table, parts=(), **more)


@pytest.mark.parametrize(
    ("amount", "in_pence", "in_thousands"),
    [
        ("0.00", "–", "–"),
        ("499.99", "499.99", "0"),
        ("500.00", "500.00", "1"),
        ("-500.00", "−500.00", "−1"),
        ("-499.99", "−499.99", "0"),
        ("1234567.89", "1,234,567.89", "1,235"),
        ("-0.05", "−0.05", "0"),
    ],
)
def test_a_figure_is_rounded_halves_away_from_nil(amount, in_pence, in_thousands):
    assert Unit.PENCE.figure(pounds(amount)) == in_pence
    assert Unit.THOUSANDS.figure(pounds(amount)) == in_thousands


def test_a_total_its_rounded_rows_do_not_come_to_is_said_to_differ():
    # 1.4 + 1.4 + 1.4 = 4.2: three rows printed as 1, a total printed as 4.
    made = of("1400.00", "1400.00", "1400.00", total="4200.00")

    assert differences(made, Unit.THOUSANDS) == [
        "In “Spent” the rounded rows come to 3; the total is printed as 4, rounded from the exact sum."
    ]
    assert differences(made, Unit.PENCE) == []


def test_rows_that_come_to_their_total_are_passed_over_in_silence():
    assert differences(of("1000.00", "2000.00", total="3000.00"), Unit.THOUSANDS) == []


def test_the_table_is_named_where_a_report_has_several():
    (said,) = differences(of("-600.00", "-600.00", total="-1200.00", part=True), Unit.THOUSANDS)

    assert said.startswith("In “Spent” of “Income” the rounded rows come to −2; the total is")
    assert "printed as −1" in said


def test_a_subtotal_is_held_to_the_rows_above_it():
    lines = ("1400.00", "1400.00", "1400.00")
    rows = [{"scheme": "S", "spent": pounds(one)} for one in lines]
    rows.append({"scheme": "Cash", "spent": pounds("4200.00"), SUBTOTAL: "cash"})
    rows.append({"scheme": "Kind", "spent": pounds("1000.00")})

    said = differences(report(rows=tuple(rows), totals={}, parts=()), Unit.THOUSANDS)

    assert said == [
        "In “Spent” the rounded rows come to 3; “Cash” is printed as 4, rounded from the exact sum."
    ]


def test_a_result_is_held_to_the_rows_it_names():
    # 1.6 less 0.4 is 1.2: printed 2, 0 and 1.
    rows = (
        {"scheme": "Income", "spent": pounds("1600.00")},
        {"scheme": "Costs", "spent": pounds("400.00")},
        {
            "scheme": "Surplus",
            "spent": pounds("1200.00"),
            SUBTOTAL: "result",
            MADE_OF: "Income; -Costs",
        },
    )

    (said,) = differences(report(rows=rows, totals={}, parts=()), Unit.THOUSANDS)

    assert said.startswith("In “Spent” the rounded rows come to 2; “Surplus” is printed as 1,")


amounts = st.lists(st.integers(-(10**9), 10**9).map(Money), min_size=1, max_size=12)


@given(amounts)
def test_a_total_is_printed_within_half_a_thousand_of_itself_and_said_to_differ_only_if_it_does(
    rows,
):
    total = Money.total(rows)
    made = of(*(row.plain for row in rows), total=total.plain)
    came = sum(Unit.THOUSANDS.rounded(row) for row in rows)

    assert abs(Unit.THOUSANDS.rounded(total) * 100_000 - total.pence) <= 50_000
    assert bool(differences(made, Unit.THOUSANDS)) == (came != Unit.THOUSANDS.rounded(total))
