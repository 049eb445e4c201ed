"""Issued reports: what was given out, when, by whom, and the paper itself as it was.

Reader: partners' officers, the pool manager, auditors. Figures: `ask_papers.issued`. This page only
asks and shows.
"""

import streamlit as st

from dashboards import address, ask, ask_papers, report_view, saved_views, show, who
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action
from trust_commissioning.store.papers import IssuedReport

COLUMNS = (
    Column(key="number", title="Number"),
    Column(key="title", title="Report"),
    Column(key="fund", title="Fund"),
    Column(key="to", title="Up to and with"),
    Column(key="by", title="Issued by"),
    Column(key="on", title="On"),
    Column(key="follows", title="Follows"),
)


def row_of(one: IssuedReport) -> dict[str, Cell]:
    """A line of the list."""
    return {
        "number": one.number,
        "title": one.title,
        "fund": known.funds.get(one.fund or "", "All funds"),
        "to": one.period.title,
        "by": known.person(one.issued_by),
        "on": show.moment(one.issued_at),
        "follows": one.follows or "",
    }


def shown(given: ask_papers.Given) -> None:
    """One paper as it was given out, with what proves it."""
    about = given.about
    show.section(f"{about.number}: {about.title}")
    said = row_of(about)
    show.facts(
        [
            ("Fund", str(said["fund"])),
            ("Up to and with", about.period.title),
            ("Issued", f"by {said['by']} on {said['on']}"),
            ("Follows", about.follows or ""),
            ("Head of the books", about.books_head),
            ("Hash of its figures", about.contents_sha256),
            ("Hash of its PDF", about.pdf_sha256),
        ],
        links={"Follows": address.link("issued", {"number": about.follows or ""})},
    )
    st.download_button(
        "Download the PDF as issued",
        given.pdf,
        file_name=f"{about.number}.pdf",
        mime="application/pdf",
        on_click="ignore",
    )
    report_view.whole(given.report, known)


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Issued reports", "Papers that were given out, kept as they were.")
number = st.query_params.get("number", "")
if number:
    given = ask_papers.given(number)
    if given is None:
        show.note(f"No report was issued as {number}.")
    else:
        shown(given)
    st.html(f"<p>{show.anchor('All issued reports', address.link('issued', {}))}</p>")
    st.stop()
boxes = address.Address("issued")
fund = boxes.select(
    "Fund",
    "fund",
    [address.EVERYTHING, *ask.codes_with_titles(known.funds)],
    says=lambda code: known.funds[code] if code else "All funds",
    everywhere=True,
)
saved_views.offer(viewer, boxes)
show.table(
    "Issued reports",
    COLUMNS,
    [row_of(one) for one in ask_papers.issued(fund)],
    links=lambda row, key: (
        address.link("issued", {"number": row["number"]}) if key == "number" else ""
    ),
    nothing="No report has been issued.",
    whole=["number", "on"],
)
