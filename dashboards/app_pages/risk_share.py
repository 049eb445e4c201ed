"""Risk share: who carries what is over or under, by which clause, and what if it were otherwise?

Reader: the pool manager and the partners. Figures: `ask.report`, `ask_risk.suppose`. This page only
asks and shows, and nothing that is supposed on it is kept.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import address, ask, ask_pool, ask_risk, saved_views, show, who
from ledger.budget import BudgetLine
from ledger.money import Money
from ledger.problems import Problem, Refused
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.reports import Column, Report, Scope
from trust_commissioning.reports.risk_patterns import patterns
from trust_commissioning.reports.risk_what_if import Supposed
from trust_commissioning.reports.shape import Cell, Part
from trust_commissioning.roles import Action

OWN = ""
# The files have these as well; here the fund is chosen above and the cards say it in words.
LEFT_OUT = {"fund_title", "effect"}


def columns(of: Sequence[Column], rows: Sequence[Mapping[str, Cell]]) -> list[Column]:
    """The columns a screen has room for: no codes, and nothing that is empty in every row."""
    return [
        one
        for one in of
        if one.kind != "code"
        and one.key not in LEFT_OUT
        and any(row.get(one.key) != "" for row in rows)
    ]


def cards(report: Report) -> list[show.Card]:
    """The variance, then what each partner carries of it."""
    lines = next(part for part in report.parts if part.key.startswith("lines-"))
    variance = lines.totals["variance"]
    assert isinstance(variance, Money)
    over = variance.pence > 0
    state = "Overspent" if over else "Underspent" if variance else "As planned"
    first = show.Card(
        "Variance",
        str(abs(variance)),
        "What the fund comes to by the end of the year, less its budget.",
        state="bad" if over else "good",
        state_words=state,
    )
    return [first, *(_card(row) for row in report.rows)]


def _card(row: Mapping[str, Cell]) -> show.Card:
    said = "Its share of the variance."
    if row["still_due"]:
        said += f" With the {row['still_due']} it has not paid in: {row['effect']}."
    return show.Card(str(row["title"]), str(row["share"]), said)


def shown_part(part: Part, *, see: bool = False) -> None:
    """A part of a report: its words, then its table."""
    for words in part.words:
        show.note(words)
    if part.columns:
        show.table(
            part.title,
            columns(part.columns, part.rows),
            part.rows,
            totals=part.totals or None,
            see_caption=see,
            nothing="There is nothing over or under.",
        )


def position(report: Report) -> None:
    """Who carries what, by which clause, and the lines it comes from."""
    show.cards(cards(report))
    show.section("Each partner’s share")
    show.table(
        "Each partner’s share",
        columns(report.columns, report.rows),
        report.rows,
        totals=report.totals,
        nothing="Nothing is shared: no risk share is in force.",
    )
    for note in report.notes:
        show.note(note, kind="small")
    lines, *others = report.parts
    for part in reversed(others):
        show.section(part.title.split(": ", 1)[-1].capitalize())
        shown_part(part)
    with st.expander("Variance by line"):
        shown_part(lines)
    show.downloads(report, json_too=True)
    show.basis(report, viewer)


def amount_of(text: str, where: str, problems: list[Problem]) -> Money | None:
    """What a box says, if it says anything that can be read."""
    if not text:
        return None
    read = read_amount(text)
    if isinstance(read, Problem):
        problems.append(Problem(read.code, read.message, where))
        return None
    return read.money


def name_of(line: BudgetLine) -> str:
    """How a line stands in the address."""
    account = line.account.removeprefix("Expenses:").replace(":", ".")
    return f"{line.service}.{account}" if line.service else account


def title_of(line: BudgetLine) -> str:
    account = names.accounts.get(line.account, line.account)
    service = names.services.get(line.service, line.service)
    return f"{account}, {service}" if service else account


def asked_of(known: ask_risk.Known, problems: list[Problem]) -> Supposed:
    """What is supposed, from the boxes."""
    own = f"As agreed: {known.rule_title}" if known.has_rule else "Choose a pattern"
    titles = {OWN: own, **ask_risk.pattern_titles()}
    left, right = st.columns(2)
    with left:
        pattern = boxes.select("Rule", "rule", list(titles), says=titles.__getitem__)
    with right:
        total = amount_of(
            boxes.words("The fund comes to (£)", "total", placeholder="As forecast"),
            "The fund comes to",
            problems,
        )
    chosen: tuple[str, ...] = ()
    if pattern and patterns()[pattern].names_services:
        services = sorted({line.service for line in known.lines if line.service})
        one = boxes.select(
            "The service it sets apart",
            "apart",
            services or [OWN],
            says=lambda code: names.services.get(code, code),
            default=services[0] if services else OWN,
        )
        chosen = (one,) if one else ()
    decisions = patterns()[pattern].decisions if pattern else known.decisions
    agreed = ""
    if decisions:
        agreed = boxes.select(
            "What the partners decide",
            "decided",
            [OWN, *decisions],
            says=lambda code: code.capitalize() or "Nothing yet",
        )
    lines: dict[BudgetLine, Money] = {}
    with st.expander("Change the forecast of single lines"):
        for line, now in sorted(known.lines.items()):
            said = boxes.words(
                f"{title_of(line)} (£)", name_of(line), placeholder=f"{now} as it stands"
            )
            amount = amount_of(said, title_of(line), problems)
            if amount is not None:
                lines[line] = amount
    return Supposed(
        total=total,
        lines=lines,
        pattern=pattern,
        chosen=chosen,
        agreed=(agreed,) if agreed else (),
    )


def supposing(scope: Scope) -> None:
    """The what-if: boxes, then what each partner would carry."""
    show.section("What if?")
    show.note(
        "Suppose another outturn or another rule. Nothing is kept; the address of this page holds "
        "what you supposed, so that you can send it to a colleague."
    )
    known = ask_risk.known(scope)
    problems: list[Problem] = []
    supposed = asked_of(known, problems)
    if problems:
        show.problems(problems)
        return
    if not known.has_rule and not supposed.pattern:
        show.note("Choose a pattern to see what it would mean for this fund.")
        return
    try:
        report = ask_risk.suppose(scope, supposed)
    except Refused as refusal:
        show.problems(refusal.problems, title="This cannot be supposed")
        return
    show.table(
        "What each partner would carry",
        columns(report.columns, report.rows),
        report.rows,
        totals=report.totals,
        see_caption=True,
    )
    fund, met, working = report.parts
    shown_part(fund, see=True)
    shown_part(met, see=True)
    with st.expander("The clause and the working"):
        shown_part(working)
    for note in report.notes:
        show.note(note, kind="small")


viewer = who.must(Action.READ_REPORTS)
names = ask.known()
show.heading(
    "Risk share",
    "Who carries what is over or under, by which clause, and what if it were otherwise?",
)
if names.default is None:
    if ask_pool.has_agreements():
        show.nothing_posted(viewer)
    else:
        show.nothing_yet(*ask_pool.NONE_YET)
    st.stop()

boxes = address.Address("risk-share")
scope = boxes.scope(names, names.default)
saved_views.offer(viewer, boxes)
if scope.fund is None:
    shared = ask_risk.sharing_funds()
    if not shared:
        show.note("No fund has a risk share yet. Choose a fund to try a pattern on it.")
    else:
        show.note("Choose a fund to see how its variance is met, or to suppose another.")
        show.links_line(
            (
                names.funds[code],
                address.link("risk-share", {**address.of_scope(scope), "fund": code}),
            )
            for code in shared
        )
        every = ask.report(viewer, "risk-share", scope)
        show.table(
            "Each partner’s share by fund",
            columns(every.columns, every.rows),
            every.rows,
            totals=every.totals,
            group="fund_title",
        )
        show.basis(every, viewer)
else:
    report = ask.report(viewer, "risk-share", scope)
    position(report)
    supposing(scope)
