"""The calendar of commissioning: what is due by when, and whose it is.

Reader: commissioners, the pool manager, the board. Figures: the commissioning-calendar report. This
page only asks and shows.
"""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from dashboards import address, ask, saved_views, show, who
from trust_commissioning import clock
from trust_commissioning.clock import from_text
from trust_commissioning.files.icalendar import Entry, as_icalendar
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action


def month_of(row: Mapping[str, Cell]) -> str:
    """``2004-12``: by which a month is chosen."""
    return str(row["date"])[:7]


def month_title(month: str) -> str:
    return f"{date.fromisoformat(month + '-01'):%B %Y}"


def choice(label: str, name: str, held: list[str], all_of: str) -> str:
    """One of what there is, or all."""
    says = month_title if name == "month" else str
    return boxes.select(label, name, ["", *held], says=lambda code: says(code) if code else all_of)


def entry(row: Mapping[str, Cell]) -> Entry:
    """A row as a calendar takes it in."""
    return Entry(
        uid=f"{row['uid']}@{known.trust}".replace(" ", "-"),
        day=date.fromisoformat(str(row["date"])),
        summary=f"{row['kind']}: {row['what']}",
        description=f"Whose: {row['owner']}",
    )


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Calendar", "What is due by when, and whose it is.")
boxes = address.Address("calendar")
scope = boxes.as_at(known, clock.day_of(clock.now()))
report = ask.report(viewer, "commissioning-calendar", scope)
left, middle, right = st.columns(3)
with left:
    month = choice("Month", "month", list(dict.fromkeys(map(month_of, report.rows))), "All months")
with middle:
    owners = sorted({str(row["owner"]) for row in report.rows})
    owner = choice("Whose", "owner", owners, "Everybody’s")
with right:
    kinds = sorted({str(row["kind"]) for row in report.rows})
    kind = choice("Kind", "kind", kinds, "Every kind")
saved_views.offer(viewer, boxes)
rows = [
    row
    for row in report.rows
    if month in ("", month_of(row)) and owner in ("", row["owner"]) and kind in ("", row["kind"])
]
show.table(
    "Calendar of commissioning",
    [column for column in report.columns if column.kind != "code"],
    rows,
    links=lambda row, key: f"/{row['where']}" if key == "what" else "",
    nothing="Nothing is due in this time.",
    whole=("day", "stands"),
)
with st.container(horizontal=True):
    st.download_button(
        "Download for a calendar (.ics)",
        lambda: as_icalendar(
            map(entry, rows),
            name=f"Commissioning, {known.trust}",
            at=from_text(report.generated_at),
        ),
        file_name="calendar-of-commissioning.ics",
        mime="text/calendar",
        on_click="ignore",
    )
    show.download_list("calendar-of-commissioning", report.columns, lambda: rows)
show.basis(report, viewer)
