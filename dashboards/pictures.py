"""The charts, as the dicts Vega-Lite and ECharts draw; the figures behind each are in a table.

Amounts go in as whole pence: the drawing makes pounds of them, no figure is worked out here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from ledger.money import Money
from trust_commissioning.reports import Flow, PeriodFigures
from trust_commissioning.reports.balances import OUTCOME_KEYS
from trust_commissioning.reports.shape import Cell

BUDGET, SPENT, COMMITTED = "#dbe5f0", "#12436d", "#6bace6"
_EDGE = "#5b6673"
_SOURCE, _FUND, _OUTCOME, _NONE = "#12436d", "#28a197", "#801650", "#3d3d3d"
_AXIS = (
    "(datum.value < 0 ? '-' : '') + '£' + (abs(datum.value) >= 1e6 ? "
    "format(abs(datum.value) / 1e6, '.3~f') + 'm' : abs(datum.value) >= 1e3 ? "
    "format(abs(datum.value) / 1e3, '.3~f') + 'k' : format(abs(datum.value), ',.0f'))"
)
_TEXT = {"fontSize": 15, "color": "#12161c", "font": "Source Sans"}


def legend(*, committed: bool = True) -> None:
    """What the bars mean, in words beside each."""
    items = [
        f'<li><span style="background:{BUDGET}"></span>Budget</li>',
        f'<li><span class="thin" style="background:{SPENT}"></span>Spent</li>',
    ]
    if committed:
        items.append(
            f'<li><span class="thin" style="background:{COMMITTED}"></span>'
            "Committed, not yet spent</li>"
        )
    st.html(f'<ul class="trust-legend">{"".join(items)}</ul>')


def outcomes(rows: Sequence[Mapping[str, Cell]]) -> None:
    """For each outcome the budget as a pale bar, with spend and commitments as bars inside."""
    values = [
        {
            "title": row["title"],
            **{key: _pence(row[key]) for key in ("budget", "actual", "committed")},
            "said": ", ".join(
                f"{word} {row[key]}"
                for word, key in (
                    ("budget", "budget"),
                    ("spent", "actual"),
                    ("committed", "committed"),
                )
            ),
        }
        for row in rows
    ]
    said = "; ".join(f"{value['title']}: {value['said']}" for value in values)
    legend()
    st.vega_lite_chart(_outcomes_spec(values), alt=f"Bars by outcome. {said}.", key="by-outcome")


def _outcomes_spec(values: list[dict[str, Any]]) -> dict[str, Any]:
    tip = [
        {"field": "title", "title": "Outcome", "type": "nominal"},
        {"field": "said", "title": "Figures", "type": "nominal"},
    ]

    def bar(size: int, colour: str, start: str, end: str, **mark: object) -> dict[str, Any]:
        return {
            "mark": {"type": "bar", "height": size, "color": colour, **mark},
            "encoding": {
                "x": {
                    "field": start,
                    "type": "quantitative",
                    "axis": _money_axis(),
                    "title": None,
                },
                "x2": {"field": end},
                "tooltip": tip,
            },
        }

    return {
        "data": {"values": values},
        "transform": [
            {"calculate": "0", "as": "nil"},
            {"calculate": "datum.budget / 100", "as": "allowed"},
            {"calculate": "datum.actual / 100", "as": "spent"},
            {"calculate": "(datum.actual + datum.committed) / 100", "as": "promised"},
        ],
        "height": {"step": 62},
        "encoding": {
            "y": {
                "field": "title",
                "type": "nominal",
                "sort": None,
                "axis": None,
                "scale": {"paddingInner": 0.1},
            }
        },
        "layer": [
            bar(26, BUDGET, "nil", "allowed", stroke=_EDGE, strokeWidth=1),
            bar(12, SPENT, "nil", "spent"),
            bar(12, COMMITTED, "spent", "promised"),
            {
                "mark": {"type": "text", "align": "left", "dy": -23, **_TEXT},
                "encoding": {"x": {"value": 0}, "text": {"field": "title"}},
            },
        ],
        "config": {"view": {"stroke": None}},
    }


def trend(periods: Sequence[PeriodFigures]) -> None:
    """Up to each period the budget as a pale bar, with what was spent so far inside it."""
    values = [
        {
            "title": one.title,
            "short": one.title[:3] if one.period.number < 13 else "P13",
            "budget": one.budget.pence,
            "actual": one.actual_so_far.pence,
            "said": f"spent so far {one.actual_so_far}, budget {one.budget}",
        }
        for one in periods
    ]
    last = periods[-1]
    alt = (
        f"Bars by period. By {last.title} {last.actual_so_far} had been spent against a budget "
        f"of {last.budget}."
    )
    legend(committed=False)
    st.vega_lite_chart(_trend_spec(values), alt=alt, key="by-period")


def _trend_spec(values: list[dict[str, Any]]) -> dict[str, Any]:
    tip = [
        {"field": "title", "title": "Up to", "type": "nominal"},
        {"field": "said", "title": "Figures", "type": "nominal"},
    ]

    def bar(width: float, colour: str, field: str, **mark: object) -> dict[str, Any]:
        return {
            "mark": {"type": "bar", "width": {"band": width}, "color": colour, **mark},
            "encoding": {
                "y": {
                    "field": field,
                    "type": "quantitative",
                    "stack": None,
                    "title": None,
                    "axis": _money_axis(),
                },
                "tooltip": tip,
            },
        }

    return {
        "data": {"values": values},
        "transform": [
            {"calculate": "datum.budget / 100", "as": "allowed"},
            {"calculate": "datum.actual / 100", "as": "spent"},
        ],
        "height": 300,
        "encoding": {
            "x": {
                "field": "short",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {
                    "labelAngle": 0,
                    "ticks": False,
                    "labelFontSize": 14,
                    "labelColor": "#12161c",
                },
            }
        },
        "layer": [
            bar(0.8, BUDGET, "allowed", stroke=_EDGE, strokeWidth=1),
            bar(0.4, SPENT, "spent"),
        ],
        "config": {"view": {"stroke": None}},
    }


def flows(found: Sequence[Flow]) -> None:
    """Money from partners and grants into funds, from funds to outcomes."""
    names = _names(found)
    colours = {"partner": _SOURCE, "income": _SOURCE, "fund": _FUND, "outcome": _OUTCOME}
    nodes = [
        {
            "name": name,
            "itemStyle": {
                "color": _NONE if key == "outcome:not_attributed" else colours[key.split(":")[0]]
            },
            "depth": {"fund": 1, "outcome": 2}.get(key.split(":")[0], 0),
            "tooltip": {"formatter": escape(name)},
        }
        for key, name in sorted(names.items(), key=_in_order)
    ]
    links = [
        {
            "source": names[one.source],
            "target": names[one.target],
            "value": one.amount.pence,
            "tooltip": {
                "formatter": f"{escape(one.source_title)} → {escape(one.target_title)}<br>"
                f"<b>{one.amount}</b>"
            },
        }
        for one in found
    ]
    with st.container(key="flows-picture"):
        st.echarts_chart(
            _sankey(nodes, links),
            height=max(360, 36 * len(nodes)),
            renderer="svg",
            key="flows",
            alt=(
                "Bands from partners and grants on the left, through the funds, to the outcomes "
                "on the right, as wide as the money. The tables below say the same in figures."
            ),
        )


def _sankey(nodes: list[dict[str, Any]], links: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "animation": False,
        "tooltip": {"trigger": "item", "confine": True},
        "series": [
            {
                "type": "sankey",
                "left": 4,
                "right": 205,  # room for the outcomes' names beside their ends
                "top": 8,
                "bottom": 8,
                "nodeWidth": 14,
                "nodeGap": 14,
                "nodeAlign": "justify",
                "draggable": False,
                "layoutIterations": 0,  # the outcomes stay in their own order
                "emphasis": {"focus": "adjacency"},
                "label": {
                    "fontSize": 14,
                    "color": "#12161c",
                    "fontFamily": "Source Sans",
                    "textBorderColor": "#ffffff",
                    "textBorderWidth": 3,
                },
                "lineStyle": {"color": "source", "opacity": 0.28, "curveness": 0.5},
                "data": nodes,
                "links": links,
            }
        ],
    }


def _in_order(node: tuple[str, str]) -> int:
    """Outcomes in the order of the framework; sources and funds as they came."""
    kind, _, code = node[0].partition(":")
    return OUTCOME_KEYS.index(code) + 1 if kind == "outcome" else 0


def _names(found: Sequence[Flow]) -> dict[str, str]:
    """A name for each end that no other end has: ECharts tells them apart by name."""
    names: dict[str, str] = {}
    for key, title in (
        pair
        for one in found
        for pair in ((one.source, one.source_title), (one.target, one.target_title))
    ):
        if key not in names:
            taken = title in names.values()
            names[key] = f"{title} ({key.split(':')[0]})" if taken else title
    return names


def _money_axis() -> dict[str, Any]:
    return {
        "labelExpr": _AXIS,
        "grid": True,
        "gridColor": "#d5dae1",
        "tickCount": 5,
        "labelFontSize": 14,
        "labelColor": "#12161c",
        "domain": False,
        "ticks": False,
    }


def _pence(cell: Cell) -> int:
    assert isinstance(cell, Money), "a chart is drawn of money"
    return cell.pence
