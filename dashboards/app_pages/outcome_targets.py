"""Outcome targets: what happened to the measures for children, how old are they, what was spent beside?

Reader: the board; those who keep the measures record figures and targets here. Figures: the report
``outcome-targets``. This page only asks and shows.
"""

import secrets
from datetime import date

import streamlit as st

from contracts.indicators import Observation, of_whom
from contracts.targets import Course, Path
from dashboards import (
    acting,
    address,
    ask,
    ask_targets,
    picture_targets,
    report_view,
    saved_views,
    show,
    who,
)
from dashboards.ask_targets import Measures
from ledger.wording import counted, day_in_full
from trust_commissioning import clock
from trust_commissioning.reports import Report, Scope
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "targets-said"
EARLIEST, LATEST = date(1990, 4, 1), date(2099, 3, 31)
SHOWN = ("measure", "of_whom", "baseline", "latest", "age", "wanted", "progress", "owner")


def headlines(report: Report) -> None:
    """How many are on course, in words beside each colour; what is not judged has none."""
    totals = next(part.totals for part in report.parts if part.key == "by-outcome")
    show.cards(
        [
            show.Card("Targets", str(totals["targets"]), "Agreed for children in the area"),
            show.Card(
                "On course",
                str(totals[Course.ON_COURSE.value]),
                "By their latest figure",
                state="good" if totals[Course.ON_COURSE.value] else "",
                state_words="On track",
            ),
            show.Card(
                "Off course",
                str(totals[Course.OFF_COURSE.value]),
                "By their latest figure",
                state="bad" if totals[Course.OFF_COURSE.value] else "",
                state_words="Off track",
            ),
            show.Card(
                "No judgement",
                str(totals[Course.NO_JUDGEMENT.value]),
                "Context, no figure yet, or numbers too small to show",
            ),
        ]
    )


def by_outcome(report: Report) -> None:
    """The targets of each outcome under its name, with the spend on it beside."""
    columns = [column for column in report.columns if column.key in SHOWN]
    to = report_view.links_of(report, report.tables[0])
    for key, title in {str(row["outcome"]): str(row["title"]) for row in report.rows}.items():
        rows = [row for row in report.rows if row["outcome"] == key]
        show.section(title)
        spent = f"Spent on this outcome in these periods: {rows[0]['spent']}"
        if way := to({**rows[0], "fund_code": report.fund or ""}, "spent"):
            show.links_line([(spent, way)])
        else:
            show.note(f"{spent}.")
        if rows[0]["target"]:
            show.table(f"Targets: {title}", columns, rows)
        else:
            show.note(f"{rows[0]['measure']}.")


def one_target(report: Report) -> None:
    """One target over time, with the table behind the picture."""
    titles = {
        str(row["target"]): f"{row['measure']}, {row['of_whom']}"
        for row in report.rows
        if row["target"]
    }
    show.section("One target over time")
    code = boxes.select("Target", "target", list(titles), says=lambda one: titles[one])
    parts = {part.key: part for part in report.parts}
    way = [dict(row) for row in parts["trajectories"].rows if row["target"] == code]
    seen = [dict(row) for row in parts["observed"].rows if row["target"] == code]
    stepped = any(row["path"] == Path.STEPPED.title for row in way)
    picture_targets.trajectory(titles[code], way, seen, stepped=stepped)
    for part, rows, caption in (
        (parts["observed"], seen, "What was observed"),
        (parts["trajectories"], way, "What is expected"),
    ):
        columns = [c for c in part.columns if c.kind != "code" and c.key != "measure"]
        show.table(
            caption, columns, rows, see_caption=True, nothing="Nothing has been observed yet."
        )


def act(viewer: SignedIn, held: Measures) -> None:
    """What those who keep the measures can record; they see figures as recorded."""
    show.section("Record")
    with st.expander("A figure was observed"):
        observed(viewer, held)
    if held.figures:
        with st.expander("A figure is revised"):
            revised(viewer, held)
        with st.expander("Figures as recorded, not for publication"):
            as_recorded(held)
    with st.expander("A target is agreed"):
        agreed(viewer, held)


def number(typed: str) -> int | str | None:
    """A number of children as typed; what is none is refused with the rest."""
    text = typed.strip().replace(",", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text or None


def named(held: Measures, code: str) -> str:
    one = held.indicators[code]
    return f"{one.name} ({one.unit})"


def token(name: str) -> str:
    """What names a form's request; a new one once it was recorded."""
    return str(st.session_state.setdefault(f"target-{name}", secrets.token_hex(6)))


def done(viewer: SignedIn, name: str, event: str, asked: dict[str, object], words: str) -> None:
    """Record it; say so, with what is to be looked at again."""

    def work() -> str:
        questions = ask_targets.record_event(viewer, event, asked)
        st.session_state.pop(f"target-{name}", None)
        return " ".join([words, *questions])

    acting.do(work, SAID, event=event)


def observed(viewer: SignedIn, held: Measures) -> None:
    """What a measure came to: a figure, of whom, on which day, by which source."""
    with st.form("observed", border=False, enter_to_submit=False):
        code = st.selectbox(
            "Measure", list(held.indicators), format_func=lambda one: named(held, one)
        )
        left, right = st.columns(2)
        typed = left.text_input("Figure, such as 15.2, 59,700 or 1/5", max_chars=40)
        qualifier = right.text_input("Said with it, such as over or nearly", max_chars=40)
        day = left.date_input(
            "The day it is a figure of",
            value=today(),
            min_value=EARLIEST,
            max_value=today(),
            format="DD/MM/YYYY",
        )
        period = right.text_input("The time in words, such as 2003-04", max_chars=100)
        area = left.text_input("Area; the whole trust if empty", max_chars=100)
        group = right.text_input("Which children; all if empty", max_chars=100)
        how_many = left.text_input("How many children it rests on, if known", max_chars=12)
        out_of = right.text_input("Of how many", max_chars=12)
        source = st.text_input("Source", max_chars=200)
        wanted = st.form_submit_button("Record the figure", type="primary")
    if not wanted or code is None:
        return

    asked: dict[str, object] = {
        "reference": f"page/{token('observed')}",
        "indicator": code,
        "day": day,
        "figure": typed,
        "source": source.strip(),
        "area": area,
        "group": group,
        "period": period,
        "qualifier": qualifier,
        "counted": number(how_many),
        "out_of": number(out_of),
    }
    words = f"Recorded {typed.strip()}: {held.indicators[code].name}."
    done(viewer, "observed", "observation", asked, words)


def revised(viewer: SignedIn, held: Measures) -> None:
    """Another figure in place of one that stands, which is kept."""
    with st.form("revised", border=False, enter_to_submit=False):
        place = st.selectbox(
            "Figure",
            range(len(held.figures)),
            format_func=lambda n: told(held, held.figures[n]),
        )
        left, right = st.columns(2)
        typed = left.text_input("What it is now", max_chars=40)
        qualifier = right.text_input("Said with what it is now, such as over", max_chars=40)
        how_many = left.text_input("How many children it rests on now, if known", max_chars=12)
        out_of = right.text_input("Of how many now", max_chars=12)
        source = left.text_input("Source of the revision", max_chars=200)
        reason = st.text_area("Why it is revised", max_chars=2000)
        wanted = st.form_submit_button("Record the revision", type="primary")
    if not wanted or place is None:
        return
    before = held.figures[place]

    asked: dict[str, object] = {
        "reference": f"page/{token('revised')}",
        "indicator": before.indicator,
        "day": before.day,
        "figure": typed,
        "source": source.strip() or before.source,
        "area": before.area,
        "group": before.group,
        "period": before.period,
        "qualifier": qualifier,
        "counted": number(how_many),
        "out_of": number(out_of),
        "revises": before.reference,
        "reason": reason,
    }
    words = f"Revised to {typed.strip()}; the figure before is kept."
    done(viewer, "revised", "observation", asked, words)


def told(held: Measures, one: Observation) -> str:
    indicator = held.indicators[one.indicator]
    return (
        f"{indicator.name}, {of_whom(one.area, one.group)}, {day_in_full(one.day)}: "
        f"{one.said(indicator)}"
    )


def as_recorded(held: Measures) -> None:
    """Every figure that stands, small ones too: for those who keep them."""
    show.note(counted(len(held.figures), "figure stands", "figures stand") + ".")
    for one in held.figures:
        show.note(f"{told(held, one)} ({one.source})", kind="small")


def agreed(viewer: SignedIn, held: Measures) -> None:
    """A target with one end; a trajectory of more points is recorded as an event or in the file."""
    with st.form("agreed", border=False, enter_to_submit=False):
        code = st.text_input("Its code, such as stable-placements-2006", max_chars=60)
        indicator = st.selectbox(
            "Measure", list(held.indicators), format_func=lambda one: named(held, one)
        )
        left, right = st.columns(2)
        from_figure = left.text_input("Baseline", max_chars=40)
        from_day = day_box(right, "Baseline of", today())
        to_figure = left.text_input("Target", max_chars=40)
        to_day = day_box(right, "To be reached by", date(today().year + 3, 3, 31))
        area = left.text_input("Area; the whole trust if empty", max_chars=100)
        group = right.text_input("Which children; all if empty", max_chars=100)
        path = left.selectbox("On the way", list(Path), format_func=lambda one: one.title)
        owner = right.text_input("Owner", max_chars=200)
        reason = st.text_area("Why, where it was agreed otherwise before", max_chars=2000)
        wanted = st.form_submit_button("Agree the target", type="primary")
    if not wanted or indicator is None:
        return

    asked: dict[str, object] = {
        "code": code.strip(),
        "indicator": indicator,
        "area": area,
        "group": group,
        "baseline": {"day": from_day, "figure": from_figure},
        "points": [{"day": to_day, "figure": to_figure}],
        "path": path,
        "owner": owner.strip(),
        "reason": reason,
    }
    words = f"Agreed: {held.indicators[indicator].name}."
    done(viewer, "agreed", "outcome-target", asked, words)


def day_box(place: st.delta_generator.DeltaGenerator, label: str, value: date) -> date:
    chosen: date = place.date_input(
        label, value=value, min_value=EARLIEST, max_value=LATEST, format="DD/MM/YYYY"
    )
    return chosen


def today() -> date:
    return clock.day_of(clock.now())


def first_scope(known: ask.Known) -> Scope | None:
    """Measures are there before anything is posted: then the last year that was opened."""
    return known.default or (Scope(None, known.years[-1], 12) if known.years else None)


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading(
    "Outcome targets",
    "What happened to the measures for children, how old each figure is, what was spent beside it.",
)
if said := st.session_state.pop(SAID, ""):
    show.done(said)
start = first_scope(known)
if start is None:
    show.nothing_posted(viewer)
    st.stop()
boxes = address.Address("outcome-targets")
scope = boxes.scope(known, start)
saved_views.offer(viewer, boxes)
report = ask.report(viewer, "outcome-targets", scope)
headlines(report)
by_outcome(report)
if any(row["target"] for row in report.rows):
    one_target(report)
for part in report.parts:
    if part.key in ("agreed", "revised", "mapped") and part.rows:
        report_view.table(report, part, known)
show.downloads(report)
if may(viewer, Action.KEEP_TARGETS):
    act(viewer, ask_targets.measures())
show.basis(report, viewer)
