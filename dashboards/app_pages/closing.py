"""Month end: what is left to do before the period is closed?

Reader: the pool accountant; whoever agrees that a period is opened again. Figures:
`ask_closing.month`, `ask_closing.year`. This page only asks and shows.
"""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboards import acting, address, ask, ask_closing, show, who
from ledger.periods import FinancialYear, Period
from ledger.wording import counted
from ledger.year_end import YearEnd
from trust_commissioning.reports import Column
from trust_commissioning.reports.left_to_do import Item
from trust_commissioning.reports.shape import Cell, Part
from trust_commissioning.roles import Action, may

CHECKLIST = (
    Column(key="title", title="What"),
    Column(key="count", title="How many", kind="count"),
    Column(key="amount", title="Amount", kind="money"),
    Column(key="stands", title="How it stands"),
    Column(key="do", title="What to do"),
)
# Too wide for a screen as one.
ENDINGS = (
    ("What each fund had", {"title", "opening", "income", "spent", "surplus", "balance"}),
    ("What becomes of it", {"title", "rule", "clause", "given_back", "to", "closing"}),
)
BOXES = address.Address("closing")
SAID = "closing-said"


def checklist(caption: str, items: Sequence[Item]) -> None:
    """Every item under what it means for the closing; what is done is said to be done."""
    rows: list[dict[str, Cell]] = [
        {
            "title": item.title,
            "count": item.count or "",
            "amount": item.amount or "",
            "stands": item.stands if item.count else item.nothing_left,
            "do": item.do if item.count else "",
            "where": f"/{item.where}",
            "group": "Must be none" if item.must_be_none else "May stay, with a reason",
        }
        for item in sorted(items, key=lambda item: not item.must_be_none)
    ]
    show.table(
        caption,
        CHECKLIST,
        rows,
        links=lambda row, key: str(row["where"]) if key == "do" else "",
        group="group",
        whole=["title"],
    )


def behind(parts: Sequence[Part], period: Period) -> None:
    """The tables behind the checklist: contracts, spend with no outcome, cash, what came late."""
    for part in parts:
        show.table(
            part.title,
            part.columns,
            [{**row, "seal": f"{row['seal']}"[:16]} if "seal" in row else row for row in part.rows],
            totals=part.totals or None,
            links=lambda row, key: _to(row, key, period),
            see_caption=True,
        )


def _to(row: Mapping[str, Cell], key: str, period: Period) -> str:
    if key == "contract":
        return address.link("accrual", {"contract": row["contract"], "period": str(period)})
    if key == "number":
        return address.link("journal", {"number": row["number"]})
    return ""


def reasons_for(items: Sequence[Item]) -> dict[str, str]:
    """A box for each item that may stay, for why."""
    return {
        item.key: st.text_input(f"{item.title}: why may it stay?", max_chars=300)
        for item in items
        if item.count and not item.must_be_none
    }


def close_it(end: ask_closing.MonthEnd) -> None:
    """The means to close the period, or what stands in the way."""
    stopping = [item for item in end.left if item.must_be_none]
    if not may(viewer, Action.CLOSE_PERIOD):
        show.note("Finance officers, the pool manager and administrators close periods.")
        return
    if stopping:
        show.note(
            f"{end.period.title} cannot be closed yet: "
            f"{counted(len(stopping), 'item')} of the list must be none first."
        )
        return
    with st.form("close", border=False, enter_to_submit=False):
        reasons = reasons_for(end.left)
        wanted = st.form_submit_button(f"Close {end.period.title}", type="primary")
    if wanted:
        done(
            lambda: ask_closing.close(viewer, end.period, reasons),
            f"{end.period.title} is closed.",
            title="It was not closed",
        )


def open_again(end: ask_closing.MonthEnd) -> None:
    """Who asked for it to be opened again; the means to ask, or to agree."""
    last = end.closings[-1]
    show.facts(
        [
            ("Closed", f"by {known.person(last.closed_by)} on {show.moment(last.closed_at)}"),
            ("Seal", last.seal),
        ]
    )
    if end.for_good:
        show.note(f"{end.period.year} is closed for good, so nothing in it is opened again.")
        return
    if end.asked is None:
        _ask_form(end.period)
        return
    by, on = known.person(end.asked.asked_by), show.moment(end.asked.asked_at)
    show.warnings([f"{by} asked on {on} for it to be opened again: {end.asked.reason}"])
    if end.asked.asked_by == viewer.username:
        show.note("You asked for this, so somebody else must agree.")
        return
    if st.button(f"Agree: open {end.period.title} again", type="primary"):
        done(
            lambda: ask_closing.agree(viewer, end.period),
            f"{end.period.title} is open again. Every later report of {end.period.year} says so.",
        )


def _ask_form(period: Period) -> None:
    with st.form("reopen", border=False, enter_to_submit=False):
        reason = st.text_input("Why should it be opened again?", max_chars=300)
        wanted = st.form_submit_button("Ask for it to be opened again")
    if wanted:
        done(
            lambda: ask_closing.ask_reopening(viewer, period, reason),
            f"Asked. {period.title} stays closed until somebody else agrees.",
        )


def done(act: Callable[[], object], words: str, *, title: str = "It was not recorded") -> None:
    def work() -> str:
        act()
        return words

    acting.do(work, SAID, title=title)


def years_end(year: FinancialYear) -> None:
    """What is left to do in the year, how each fund ends it, and the means to close it."""
    end = ask_closing.year(year)
    show.section(f"The end of {year}")
    if end.for_good:
        show.note(f"{year} is closed for good.")
    else:
        checklist(f"What is left to do in {year}", end.items)
    for part in end.report.parts:
        for caption, keys in ENDINGS:
            show.table(
                caption,
                [column for column in part.columns if column.key in keys],
                part.rows,
                totals=part.totals,
                see_caption=True,
                good_above_nil=["surplus", "balance", "closing"],
            )
    if not end.for_good and may(viewer, Action.KEEP_POOL):
        rule_form(year)
    if end.for_good or not may(viewer, Action.CLOSE_YEAR):
        return
    if any(item.count and item.must_be_none for item in end.items):
        show.note(f"{year} cannot be closed before what must be none is none.")
        return
    with st.form("year", border=False, enter_to_submit=False):
        reasons = reasons_for(end.items)
        wanted = st.form_submit_button(f"Close {year} for good")
    if wanted:
        done(
            lambda: ask_closing.close_year(viewer, year, reasons),
            f"{year} is closed for good.",
            title="It was not closed",
        )


def rule_form(year: FinancialYear) -> None:
    """The means to say what becomes of a fund's balance; shares come from what was paid in."""
    with (
        st.expander("Say what becomes of a fund's balance"),
        st.form("rule", border=False, enter_to_submit=False),
    ):
        fund = st.selectbox(
            "Fund", ask.codes_with_titles(known.funds), format_func=lambda code: known.funds[code]
        )
        rule = st.selectbox(
            "Its surplus is",
            [one.value for one in YearEnd],
            format_func=lambda value: YearEnd(value).title.lower(),
        )
        clause = st.text_input("The clause or minute that decides it", max_chars=200)
        wanted = st.form_submit_button("Record it")
    if wanted:
        done(
            lambda: ask_closing.tell_rule(viewer, fund, year, YearEnd(rule), clause),
            "The rule is recorded.",
        )


viewer = who.must(Action.REOPEN_PERIOD)
known = ask.known()
show.heading("Month end", "What is left to do before the period is closed.")
if said := st.session_state.pop(SAID, ""):
    show.done(said)

now = next(iter(known.open_periods), known.years[0].periods[0])
left, right = st.columns(2)
with left:
    chosen = FinancialYear.parse(
        BOXES.select(
            "Financial year",
            "year",
            [str(year) for year in reversed(known.years)],
            default=str(now.year),
            everywhere=True,
        )
    )
with right:
    number = BOXES.period("Period", "to", chosen, default=now.number, everywhere=True)

period = Period(chosen, number)
end = ask_closing.month(period)
if period.number == 13 and end.is_open:
    years_end(chosen)
else:
    show.section(period.title)
    if end.is_open:
        checklist(f"What is left to do in {period.title}", end.items)
        close_it(end)
    else:
        open_again(end)
behind(end.report.parts, period)
if period.number == 13 and not end.is_open:
    years_end(chosen)
show.downloads(end.report)
