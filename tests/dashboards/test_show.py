"""How things are shown: exactly, in the ways of people in England, and never run."""

from datetime import UTC, date, datetime

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import show
from ledger.money import Money
from tests.dashboards.conftest import seen


def test_a_moment_is_told_in_london_time() -> None:
    assert show.moment(datetime(2003, 7, 1, 12, 5, tzinfo=UTC)) == "1 July 2003 at 1:05pm"
    assert show.moment("2003-12-01T00:30:00+00:00") == "1 December 2003 at 12:30am"


def test_a_short_day_has_no_leading_nought() -> None:
    assert show.short_day(date(2003, 4, 3)) == "3 Apr 2003"


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(1, 3, "33%"), (2, 3, "67%"), (5, 0, ""), (-50, 100, "-50%")]
)
def test_a_share_is_to_the_nearest_whole_and_of_nothing_is_left_out(
    part: int, whole: int, said: str
) -> None:
    assert show.share(Money(part), Money(whole)) == said


def test_a_cell_is_shown_as_it_is_and_its_link_cannot_be_broken_out_of() -> None:
    def page() -> None:
        from dashboards import show
        from ledger.money import Money
        from ledger.problems import Problem
        from trust_commissioning.reports import Column

        show.table(
            'A "caption"',
            [Column(key="a", title="<A>"), Column(key="b", title="B", kind="money")],
            [{"a": "<img src=x onerror=alert(1)>", "b": Money(-1)}],
            links=lambda _, key: '/x?"><script>' if key == "a" else "",
            good_above_nil=["b"],
        )
        show.table("Not linked", [Column(key="a", title="A")], [{"a": "<img src=x>"}])
        show.problems([Problem("a_code", "There is no <img src=y>.")])
        show.facts([("<img src=z>", "<img src=w>")])

    shown = seen(AppTest.from_function(page).run())

    assert "<img" not in shown
    assert "<script>" not in shown
    assert '<span class="below">-£0.01</span>' in shown


@pytest.mark.parametrize(
    ("kinds", "stacks"),
    [
        (("text", "text", "text"), True),
        (("text", "text", "money"), True),
        (("text", "text"), False),
        (("text", "money", "money"), False),
        (("text", "text", "text", "text", "money", "money"), False),
        (("text", "text", "text", "text", "text", "money", "money"), True),
    ],
)
def test_a_table_of_words_stands_in_blocks_in_a_narrow_window_and_stays_a_table_to_a_screen_reader(
    kinds: tuple[str, ...], stacks: bool
) -> None:
    def page(kinds: tuple[str, ...]) -> None:
        from dashboards import show
        from trust_commissioning.reports import Column

        columns = [Column(key=str(n), title=f"T{n}", kind=kind) for n, kind in enumerate(kinds)]
        show.table("A table", columns, [{str(n): "x" for n in range(len(kinds))}])

    (shown,) = (one.body for one in AppTest.from_function(page, args=(kinds,)).run().html)

    assert ('class="trust-table stacks" role="table"' in shown) is stacks
    assert ('<td role="cell" data-title="T1:">x</td>' in shown) is stacks
    assert ('<th scope="col" role="columnheader">T0</th>' in shown) is stacks


def test_a_table_names_itself_and_its_rows() -> None:
    def page() -> None:
        from dashboards import show
        from trust_commissioning.reports import Column

        show.table("The funds", [Column(key="a", title="Fund")], [{"a": "General"}])

    shown = seen(AppTest.from_function(page).run())

    assert '<caption><span class="trust-hidden">The funds</span></caption>' in shown
    assert '<th scope="col">Fund</th>' in shown
    assert '<th scope="row">General</th>' in shown


def test_a_day_a_moment_and_a_short_state_keep_to_one_line_and_an_account_breaks_at_its_parts() -> (
    None
):
    def page() -> None:
        from dashboards import show
        from trust_commissioning.reports import Column

        columns = [Column(key=key, title=key) for key in ("at", "day", "state", "account", "words")]
        row = {
            "at": "1 December 2004 at 8:00am",
            "day": "30 September 2004",
            "state": "In force",
            "account": "Expenses:ThirdParty:Health",
            "words": "Weekend breaks for one family",
        }
        show.table("The funds", columns, [row])

    shown = seen(AppTest.from_function(page).run())

    assert '<th scope="row" class="whole">1 December 2004 at 8:00am</th>' in shown
    assert '<td class="whole">30 September 2004</td><td class="whole">In force</td>' in shown
    assert "<td>Expenses:<wbr>ThirdParty:<wbr>Health</td>" in shown
    assert "<td>Weekend breaks for one family</td>" in shown


def test_a_long_name_may_go_over_lines_and_shares_stand_right_like_figures() -> None:
    def page() -> None:
        from dashboards import show
        from trust_commissioning.reports import Column

        columns = [Column(key=key, title=key) for key in ("of", "share", "year")]
        rows = [
            {"of": "review/C-0031/2004/decision", "share": "0.90%", "year": "2003-04"},
            {"of": "c8cf8a531bfc93a64cfd81f4fd6e", "share": "", "year": ""},
        ]
        show.table("The shares", columns, rows)

    shown = AppTest.from_function(page).run().html[-1].body

    assert ">review/C-0031/2004/<wbr>decision</th>" in shown
    assert ">c8cf8a531bfc93a64cfd81f4<wbr>fd6e</th>" in shown
    assert 'class="number">share</th>' in shown
    assert 'class="number">0.90%</td>' in shown
    assert 'class="whole">2003-04</td>' in shown


def test_a_reference_among_words_keeps_to_one_line_and_words_among_figures_may_go_over_lines() -> (
    None
):
    def page() -> None:
        from dashboards import show
        from trust_commissioning.reports import Column

        columns = [
            Column(key="contract", title="Contract"),
            Column(key="words", title="Words"),
            Column(key="children", title="Children", kind="count"),
        ]
        row = {
            "contract": "C-0034",
            "words": "Promised under C-0034/05: after 2004-05/001495",
            "children": "Not shown (small numbers)",
        }
        show.table("Promises", columns, [row])

    (shown,) = (one.body for one in AppTest.from_function(page).run().html)

    assert (
        'Promised under <span class="whole">C-0034/05</span>: after '
        '<span class="whole">2004-05/001495</span></td>'
    ) in shown
    assert 'class="number words">Not shown (small numbers)</td>' in shown
    assert ">C-0034</th>" in shown


def test_an_empty_table_says_so() -> None:
    def page() -> None:
        from dashboards import show
        from trust_commissioning.reports import Column

        show.table("The funds", [Column(key="a", title="Fund")], [], nothing="No funds yet.")

    assert "No funds yet." in seen(AppTest.from_function(page).run())
