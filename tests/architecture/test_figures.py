"""A figure is computed in one place: what asks and shows adds nothing up, and reads no balances."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import modules, name_of, tree_of

SHOWING = (
    "dashboards",
    "trust_commissioning/api",
    "trust_commissioning/cli",
    "trust_commissioning/recording",
    "trust_commissioning/server",
)
ADDING = {"Money.total", "sum", "func.sum", "math.fsum", "functools.reduce", "reduce"}
NOT_OF_A_REPORT = {
    "dashboards/drafting.py": "the two sides of a journal that is being typed",
    "dashboards/app_pages/contributions.py": "what was entered a moment ago, told back",
    "dashboards/ask_pool.py": "how many instalments are due, which is no money",
}
KEPT_BY = ("reports", "posting", "checking", "publishing", "store")
"""Who keeps the balances, recomputes them, holds the books against them; and the reports."""


def _of(path: Path, places: tuple[str, ...]) -> bool:
    return any(name_of(path).startswith(f"{place}/") for place in places)


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def test_what_asks_and_shows_adds_nothing_up() -> None:
    adding = [
        f"{name_of(path)}:{line} {called}"
        for path in modules("dashboards", "trust_commissioning")
        if _of(path, SHOWING) and name_of(path) not in NOT_OF_A_REPORT
        for line, called in _calls(path)
        if called in ADDING
    ]

    assert not adding, "compute it in trust_commissioning/reports"


def test_what_adds_up_for_another_reason_still_does() -> None:
    for name in NOT_OF_A_REPORT:
        (path,) = [one for one in modules("dashboards") if name_of(one) == name]
        assert {called for _, called in _calls(path)} & ADDING, f"{name} needs no leave any more"


def test_only_reports_read_the_kept_balances_for_their_figures() -> None:
    kept = tuple(f"trust_commissioning/{one}" for one in KEPT_BY)
    reading = [
        f"{name_of(path)}:{node.lineno} {node.id}"
        for path in modules("dashboards", "trust_commissioning")
        if not _of(path, kept)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Name) and node.id in {"BalanceRow", "ContractBalanceRow", "BALANCE"}
    ]

    assert not reading, "ask a report"


def test_the_reports_that_are_printed_are_made_by_reports_alone() -> None:
    making = [
        f"{name_of(path)}:{line}"
        for path in modules("dashboards", "trust_commissioning")
        if not _of(path, ("trust_commissioning/reports",))
        for line, called in _calls(path)
        if called in {"Report", "shape.Report", "reports.Report"}
    ]

    assert not making
