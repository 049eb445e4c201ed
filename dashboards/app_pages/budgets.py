"""Budgets: what may be spent on each line, how it came to be so, what will it come to?

Reader: the pool manager, finance officers, commissioners. Figures: the reports ``budget`` and
``forecast``. This page only asks and shows.
"""

import secrets
from collections.abc import Mapping

import streamlit as st

from dashboards import acting, address, ask, ask_budgets, saved_views, show, who
from ledger.budget import BudgetLine
from ledger.forecast import Method
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem
from ledger.virement import VirementRules
from ledger.wording import day_in_full
from trust_commissioning import clock
from trust_commissioning.budgeting import ForecastSaid
from trust_commissioning.files.amounts import Amount, read_amount
from trust_commissioning.reports import Column, Report, Scope
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may

SAID = "budgets-said"
TOKEN = "budgets-token"  # noqa: S105 - names one virement, and opens nothing
MOVES = ("moved_in", "moved_out", "changed")
STEPS = {"title", "original", "moved_in", "moved_out", "changed", "revised"}
TO_DATE = {"title", "budget", "to_date", "actual", "committed", "forecast", "variance"}
BASIS = {"title", "forecast", "low", "high", "change", "basis"}
BOOK_OF = {"revised": "budget", "budget": "budget", "actual": "actual", "committed": "commitment"}
EFFECT = (
    Column(key="title", title="Line"),
    Column(key="change", title="Moves", kind="money"),
    Column(key="budget_before", title="Budget now", kind="money"),
    Column(key="budget_after", title="Budget then", kind="money"),
    Column(key="available_before", title="Available now", kind="money"),
    Column(key="available_after", title="Available then", kind="money"),
)


def name_of(line: BudgetLine) -> str:
    """A line as a person knows it."""
    account = known.accounts.get(line.account, line.account)
    service = known.services.get(line.service, line.service)
    return f"{account}, {service}" if service else account


def columns(report: Report, keys: set[str]) -> list[Column]:
    """Some columns of a report."""
    return [column for column in report.columns if column.key in keys]


def by_fund(report: Report) -> list[dict[str, Cell]]:
    """A report's rows with their fund by its title."""
    return [
        {**row, "fund_title": known.funds.get(str(row["fund"]), str(row["fund"]))}
        for row in report.rows
    ]


def to_journals(row: Mapping[str, Cell], key: str) -> str:
    """The journals a line's figure is made of."""
    if key not in BOOK_OF or not row[key]:
        return ""
    of = {
        "fund": row["fund"],
        "account": row["account"],
        "service": row["service"] or ask.NONE,
        "book": BOOK_OF[key],
    }
    return address.link("journals", {**address.of_scope(scope), **of})


def cards(budget: Report, forecast: Report) -> list[show.Card]:
    """The four headline figures, each with its reason."""
    variance, change = forecast.totals["variance"], forecast.totals["change"]
    assert isinstance(variance, Money)
    assert isinstance(change, Money)
    return [
        show.Card("Original budget", str(budget.totals["original"]), "As it was first set."),
        show.Card(
            "Revised budget",
            str(budget.totals["revised"]),
            "As it was first set."
            if budget.totals["revised"] == budget.totals["original"]
            else "After virements between funds and other changes.",
        ),
        show.Card(
            "Spent to date",
            str(budget.totals["actual"]),
            f"Against a budget to date of {budget.totals['to_date']}.",
        ),
        show.Card(
            "Forecast",
            str(forecast.totals["forecast"]),
            f"{abs(variance)} {'over' if variance.pence > 0 else 'under'} the budget; "
            f"{abs(change)} {'less' if change.pence < 0 else 'more'} than the period before.",
            state="bad" if variance.pence > 0 else "good",
            state_words="Over budget" if variance.pence > 0 else "Within budget",
        ),
    ]


def choose_line(label: str, fund: str, key: str, year: FinancialYear) -> BudgetLine | None:
    """A line of a fund, by its title."""
    lines = ask_budgets.lines_of(fund, year)
    return st.selectbox(
        label,
        sorted(lines, key=lambda line: name_of(line).casefold()),
        format_func=name_of,
        index=None,
        placeholder="Choose a line",
        key=f"{key}-{fund}",
    )


def choose_fund(label: str, key: str) -> str:
    """A fund, by its title; the one the page shows to begin with."""
    codes = ask.codes_with_titles(known.funds)
    first = codes.index(scope.fund) if scope.fund in codes else 0
    chosen: str = st.selectbox(
        label, codes, index=first, format_func=known.funds.__getitem__, key=f"{key}-{scope.fund}"
    )
    return chosen


def read(typed: str, where: str) -> Money | Problem | None:
    """An amount as typed; None where nothing was."""
    if not typed.strip():
        return None
    found = read_amount(typed)
    if isinstance(found, Amount):
        return found.money
    return Problem(found.code, found.message, where)


def asked(lending: ask_budgets.Lending) -> str:
    """Ask for it; the form's next request gets a new name."""
    ask_budgets.vire(viewer, lending)
    st.session_state.pop(TOKEN, None)
    return "The virement waits for somebody else to post it."


def move_budget(year: FinancialYear) -> None:
    """Ask for a virement, with what it would leave on each line."""
    token = st.session_state.setdefault(TOKEN, secrets.token_hex(6))
    giving, getting = st.columns(2, gap="large")
    with giving:
        fund = choose_fund("Fund that gives", f"vire-from-{token}")
        line = choose_line("Line that gives", fund, f"vire-line-{token}", year)
    with getting:
        to_fund = choose_fund("Fund that gets", f"vire-to-{token}")
        to_line = choose_line("Line that gets", to_fund, f"vire-to-line-{token}", year)
    small, wide = st.columns([1, 3], gap="large")
    typed = small.text_input("Amount (£)", key=f"vire-amount-{token}", max_chars=20)
    reason = wide.text_input("Why it moves", key=f"vire-why-{token}", max_chars=200)
    amount = read(typed, "amount")
    if isinstance(amount, Problem):
        show.problems([amount])
        return
    if line is None or to_line is None or amount is None:
        show.note("Choose both lines and an amount to see what it would leave.", kind="small")
        return
    day = day_for(year)
    if day is None:
        show.note(f"No period of {year} is open, so no budget can move.")
        return
    lending = ask_budgets.Lending(
        fund=fund,
        line=line,
        to_fund=to_fund,
        to_line=to_line,
        amount=amount,
        day=day.starts if not day.holds(today) else today,
        reason=reason.strip(),
        reference=f"V-{token}",
    )
    show_effect(ask_budgets.weigh(lending))
    if st.button("Ask for the virement", type="primary"):
        if not reason.strip():
            show.problems([Problem("reason_missing", "Say why the budget moves.", "reason")])
            return
        acting.do(lambda: asked(lending), SAID, title="It was not asked for")


def show_effect(weighed: ask_budgets.Weighed) -> None:
    """What it would leave on each line, what stops it, who may post it."""
    show.table(
        "What the virement would leave",
        EFFECT,
        [
            {
                "title": name_of(one.line),
                "change": one.change,
                "budget_before": one.budget_before,
                "budget_after": one.budget_after,
                "available_before": one.available_before,
                "available_after": one.available_after,
            }
            for one in weighed.effect
        ],
        good_above_nil=["available_before", "available_after"],
        see_caption=True,
    )
    show.warnings([problem.message for problem in weighed.problems])
    if weighed.posters:
        posters = "; ".join(dict.fromkeys(weighed.posters))
        show.note(f"Who may post it: {posters}.", kind="small")


def day_for(year: FinancialYear) -> Period | None:
    """The period it would go into: that of today if it is open, else the first open month."""
    months = [p for p in known.open_periods if p.year == year and p.number <= 12]
    now = Period.containing(today)
    return now if now in months else (months[0] if months else None)


def say_forecast(year: FinancialYear) -> None:
    """A person's own figure for a line, or another way to work it out."""
    fund = choose_fund("Fund of the line", "forecast-fund")
    line = choose_line("Line to forecast", fund, "forecast-line", year)
    period = Period(year, min(scope.to, 12))
    with st.form("forecast", border=False, enter_to_submit=False):
        method = st.selectbox(
            "How it is forecast",
            ask_budgets.METHODS,
            format_func=lambda one: one.title,
        )
        amount_box, low_box, high_box = st.columns(3)
        typed = {
            "amount": amount_box.text_input("My figure for the whole year (£)", max_chars=20),
            "low": low_box.text_input("Lowest it may be (£, if wanted)", max_chars=20),
            "high": high_box.text_input("Highest it may be (£, if wanted)", max_chars=20),
        }
        reason = st.text_input("Why it is forecast so", max_chars=200)
        show.note(f"It is said as of {period.title}, the last period shown above.", kind="small")
        wanted = st.form_submit_button("Forecast the line so")
    if not wanted:
        return
    figures = {name: read(text, name) for name, text in typed.items()}
    wrong = [one for one in figures.values() if isinstance(one, Problem)]
    if line is None:
        wrong.insert(0, Problem("account_missing", "Choose the line."))
    if wrong or line is None:
        show.problems(wrong, title="It was not kept")
        return
    amounts = {name: one for name, one in figures.items() if isinstance(one, Money)}
    said = ForecastSaid(
        method=Method(method),
        reason=reason,
        amount=amounts.get("amount"),
        low=amounts.get("low"),
        high=amounts.get("high"),
    )

    def work() -> str:
        ask_budgets.forecast(viewer, fund, line, period, said)
        return f"The forecast of {name_of(line)} is kept."

    acting.do(work, SAID, title="It was not kept")


def show_rules(rules: VirementRules) -> None:
    """Who may post how much, and which line may lend to which."""
    until = (
        [Column(key="until", title="Until")] if any(one.days.ends for one in rules.limits) else []
    )
    show.table(
        "Delegated limits",
        (
            Column(key="who", title="Who"),
            Column(key="fund", title="Fund"),
            Column(key="limit", title="May post"),
            *until,
        ),
        [
            {
                "who": known.person(limit.person) or limit.role.replace("_", " ").capitalize(),
                "fund": known.funds.get(limit.fund, "Any fund"),
                "limit": limit.words.capitalize(),
                "until": day_in_full(limit.days.ends) if limit.days.ends else "",
            }
            for limit in rules.limits
        ],
        nothing="There are no delegated limits: whoever may post may post any virement.",
        see_caption=True,
    )
    show.table(
        "Routes",
        (
            Column(key="giving", title="From"),
            Column(key="getting", title="To"),
            Column(key="allowed", title="May it lend?"),
            Column(key="because", title="Why"),
        ),
        [
            {
                "giving": place_words(
                    route.giving.fund, route.giving.account, route.giving.service
                ),
                "getting": place_words(
                    route.getting.fund, route.getting.account, route.getting.service
                ),
                "allowed": "Yes" if route.allowed else "No",
                "because": route.because,
            }
            for route in rules.routes
        ],
        nothing="There are no routes: within a fund any line may lend, between funds none.",
        see_caption=True,
    )


def place_words(fund: str, account: str, service: str) -> str:
    """A place of a route, by its titles."""
    said = [
        known.funds.get(fund, fund),
        known.accounts.get(account, account),
        known.services.get(service, service),
    ]
    return ", ".join(part for part in said if part) or "Any line"


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
today = clock.day_of(clock.now())
show.heading("Budgets", "What may be spent on each line, what moved, and what will it come to?")
if known.default is None:
    show.nothing_posted(viewer)
    st.stop()
if said := st.session_state.pop(SAID, ""):
    links = []
    if may(viewer, Action.POST_JOURNAL):
        links = [("Journals to post", address.link("approvals", {}))]
    show.done(said, links)

boxes = address.Address("budgets")
scope: Scope = boxes.scope(known, known.default)
saved_views.offer(viewer, boxes)
budget = ask.report(viewer, "budget", scope)
forecast = ask.report(viewer, "forecast", scope)
if not budget.rows:
    show.note("No line has budget, commitments or spend in these periods.")
    st.stop()
show.cards(cards(budget, forecast))
group = "fund_title" if scope.fund is None else ""

show.section("From the original budget to the revised one")
moved = any(row[key] for row in budget.rows for key in MOVES)
if not moved:
    show.note("No line was moved or changed: each is as it was first set.")
with st.container() if moved else st.expander("Each line as it was first set"):
    show.table(
        "Original, virements, other changes, revised",
        columns(budget, STEPS),
        by_fund(budget),
        totals=budget.totals,
        links=to_journals,
        group=group,
    )
(movements,) = budget.parts
with st.expander(f"{movements.title}: {len(movements.rows)}"):
    show.note(" ".join(movements.words), kind="small")
    if movements.rows:
        show.table(
            movements.title,
            [column for column in movements.columns if column.kind != "code"],
            movements.rows,
            links=lambda row, key: (
                address.link("journal", {"number": row["number"]}) if key == "number" else ""
            ),
            whole=["number", "day"],
        )
show.downloads(budget)

show.section("To date, and what the year will come to")
show.table(
    "Budget, budget to date, spent, committed, forecast",
    columns(forecast, TO_DATE),
    by_fund(forecast),
    totals=forecast.totals,
    links=to_journals,
    group=group,
)
with st.expander("What each forecast rests on"):
    show.table(
        "Forecast with its range and its basis",
        columns(forecast, BASIS),
        by_fund(forecast),
        group=group,
    )
show.downloads(forecast)

if may(viewer, Action.ENTER_JOURNAL):
    show.section("Move budget")
    move_budget(scope.year)
if may(viewer, Action.FORECAST):
    show.section("Forecast a line")
    say_forecast(scope.year)
show.section("Rules of virement")
show_rules(ask_budgets.rules())
show.basis(forecast, viewer)
