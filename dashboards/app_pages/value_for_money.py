"""Value for money: what does a unit cost by sector, how does our own provision compare, what stands out?

Reader: commissioners and the board. Figures: the report ``value-for-money``. This page only asks and
shows.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import address, ask, report_view, saved_views, show, who
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action


def headlines(report: Report) -> None:
    """Own beside bought where both are, and England's one figure."""
    parts = {part.key: part.rows for part in report.parts}
    england = parts["national"][0]
    cards = [
        show.Card(
            "England, a week",
            str(england["a_week"]),
            f"{england['a_year']} a year for each placement, of every kind, in 2003",
        ),
        show.Card(
            "Prices to look at",
            str(len(parts["outliers"])),
            "They stand out from their service's middle price: a reason to look, no judgement",
        ),
    ]
    cards += [_beside(row) for row in parts["own-beside-bought"][:2] if not row["words"]]
    show.cards(cards)


def _beside(row: Mapping[str, Cell]) -> show.Card:
    return show.Card(
        f"{row['title']}, own",
        str(row["own"]),
        f"A {row['unit']}; what is bought costs {row['bought']}",
    )


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading(
    "Value for money",
    "What a unit of each service costs, our own provision beside what is bought, what stands out.",
)
start = known.default or (Scope(None, known.years[-1], 12) if known.years else None)
if start is None:
    show.nothing_posted(viewer)
    st.stop()
boxes = address.Address("value-for-money")
scope = boxes.scope(known, start)
saved_views.offer(viewer, boxes)
report = ask.report(viewer, "value-for-money", scope)
headlines(report)
report_view.table(
    report,
    report.tables[0],
    known,
    group="title",
    caption="By service and sector",
    nothing="Nothing bought by the unit was delivered in these periods. Commissioners record what "
    "is ordered on the page Call-offs; what came is recorded on the page Deliveries.",
)
for part in report.parts:
    report_view.table(report, part, known)
show.downloads(report)
show.basis(report, viewer)
