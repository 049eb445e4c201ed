"""The picture of one outcome target: what was expected as a line, what was observed as points.

Figures go in as text as they are published; the drawing reads them, and no figure is worked out here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from trust_commissioning.reports.shape import Cell

_FIGURE = re.compile(r"^[^0-9]*[0-9][0-9.,/]*")
_EXPECTED, _OBSERVED = "#b3560c", "#12436d"
_AXIS = {"labelFontSize": 14, "labelColor": "#12161c", "domain": False, "title": None}


def trajectory(
    title: str, way: Sequence[dict[str, Cell]], seen: Sequence[dict[str, Cell]], *, stepped: bool
) -> None:
    """A dotted line for the trajectory, a dark line with points for the figures there are."""
    expected, observed = _values(way, "expected"), _values(seen, "figure")
    said = "; ".join(f"{one['said']} on {one['on']}" for one in observed) or "no figure yet"
    wanted = "; ".join(f"{one['said']} by {one['on']}" for one in expected)
    heights = scale(wanted or said)
    told = f"<li>{escape(heights)}</li>" if heights else ""
    st.html(
        '<ul class="trust-legend">'
        f'<li><span class="thin" style="background:{_OBSERVED}"></span>Observed</li>'
        f'<li><span class="thin" style="background:{_EXPECTED}"></span>Expected</li>'
        f"{told}</ul>"
    )
    st.vega_lite_chart(
        _spec(expected, observed, "step-after" if stepped else "linear"),
        alt=f"{title}. Expected: {wanted}. Observed: {said}.",
        key="one-target",
    )


def scale(figure: str) -> str:
    """``Scale: %``: what the heights are, from a figure as it is said."""
    if not _FIGURE.match(figure):
        return ""
    unit = _FIGURE.sub(
        "", figure.split(";", maxsplit=1)[0].rsplit(" by ", 1)[0].rsplit(" on ", 1)[0], count=1
    )
    return f"Scale: {unit.strip()}; it need not begin at nil" if unit.strip() else ""


def _values(rows: Sequence[dict[str, Cell]], says: str) -> list[dict[str, str]]:
    return [
        {
            "day": str(row["plotted_day"]),
            "value": str(row["plotted"]),
            "said": str(row[says]),
            "on": str(row["day"]),
        }
        for row in rows
        if row["plotted"]
    ]


def _spec(
    expected: list[dict[str, str]], observed: list[dict[str, str]], between: str
) -> dict[str, Any]:
    def layer(values: list[dict[str, str]], mark: dict[str, Any]) -> dict[str, Any]:
        return {
            "data": {"values": values},
            "transform": [{"calculate": "toNumber(datum.value)", "as": "height"}],
            "mark": mark,
            "encoding": {
                "x": {
                    "field": "day",
                    "type": "temporal",
                    "axis": {**_AXIS, "format": "%b %Y", "labelOverlap": True, "grid": False},
                },
                "y": {
                    "field": "height",
                    "type": "quantitative",
                    "scale": {"zero": False, "nice": True},
                    "axis": {**_AXIS, "gridColor": "#d5dae1", "tickCount": 5, "ticks": False},
                },
                "tooltip": [
                    {"field": "on", "title": "On", "type": "ordinal"},
                    {"field": "said", "title": "Figure", "type": "ordinal"},
                ],
            },
        }

    dotted = {"type": "line", "color": _EXPECTED, "strokeDash": [6, 5], "interpolate": between}
    dark = {
        "type": "line",
        "color": _OBSERVED,
        "strokeWidth": 2.5,
        "point": {"filled": True, "size": 70, "color": _OBSERVED},
    }
    return {
        "height": 300,
        "layer": [layer(expected, dotted), layer(observed, dark)],
        "config": {"view": {"stroke": None}},
    }
