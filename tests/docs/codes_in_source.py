"""Finds in the source every problem code that can be raised."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trust_commissioning.files.identifiability import Identifier

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("ledger", "contracts", "trust_commissioning", "dashboards")

# Codes worked out while the program runs, by file and by the words that work them out. A new one
# fails the test until it is said here what it can come to.
WORKED_OUT: dict[tuple[str, str], tuple[str, ...]] = {
    ("ledger/journal.py", "f'{name}_unknown'"): (
        "partner_unknown",
        "service_unknown",
        "contract_unknown",
    ),
    ("trust_commissioning/calling_off/changing.py", "f'{kind}_unknown'"): (
        "fund_unknown",
        "partner_unknown",
    ),
    ("trust_commissioning/commissioning/signing.py", "f'{kind}_unknown'"): (
        "provider_unknown",
        "service_unknown",
        "fund_unknown",
    ),
    ("trust_commissioning/importing/remembering.py", "f'{name}_unknown'"): (
        "service_unknown",
        "contract_unknown",
    ),
    ("trust_commissioning/granting/programmes.py", "f'{kind}_unknown'"): (
        "service_unknown",
        "account_unknown",
    ),
    ("trust_commissioning/applying/checking.py", "f'{kind}_unknown'"): (
        "partner_unknown",
        "service_unknown",
        "provider_unknown",
        "fund_unknown",
        "contract_unknown",
        "account_unknown",
    ),
    ("trust_commissioning/fields/refusals.py", "code"): (
        "field_missing",
        "field_unknown",
        "field_unreadable",
    ),
    ("trust_commissioning/api/problems.py", "code"): (
        "field_missing",
        "field_unknown",
        "json_unreadable",
        "field_unreadable",
        "not_found",
        "method_not_allowed",
        "request_unfit",
    ),
    ("trust_commissioning/settling/agreeing.py", "f'{kind}_unknown'"): (
        "partner_unknown",
        "fund_unknown",
        "service_unknown",
        "account_unknown",
    ),
    ("dashboards/drafting.py", "f'{name}_unknown'"): (
        "account_unknown",
        "service_unknown",
        "outcome_unknown",
        "partner_unknown",
        "contract_unknown",
    ),
    ("trust_commissioning/files/budgets.py", "code"): ("year_unreadable", "budget_year_missing"),
    ("trust_commissioning/checking/walk.py", "code"): (
        "journal_hash_differs",
        "text_seal_differs",
        "contents_hash_differs",
    ),
    ("trust_commissioning/files/identifiability.py", "identifier.value"): tuple(Identifier),
    ("trust_commissioning/closing/period.py", "_CODES[item.key]"): (
        "period_has_submitted_journals",
        "instalments_not_raised",
        "books_were_withheld",
        "record_is_not_right",
        "year_has_open_periods",
        "year_has_waiting_journals",
        "year_is_not_settled",
        "grant_left_undecided",
        "year_end_rule_missing",
    ),
    ("trust_commissioning/closing/year.py", "f'{kind}_unknown'"): (
        "partner_unknown",
        "account_unknown",
    ),
    ("trust_commissioning/pooling/known.py", "f'{kind}_unknown'"): (
        "partner_unknown",
        "fund_unknown",
        "account_unknown",
        "service_unknown",
    ),
    ("trust_commissioning/procuring/running.py", "f'{kind}_unknown'"): (
        "service_unknown",
        "need_unknown",
        "provider_unknown",
        "contract_unknown",
    ),
    ("trust_commissioning/monitoring/telling.py", "f'{kind}_unknown'"): (
        "contract_unknown",
        "provider_unknown",
        "partner_unknown",
        "need_unknown",
        "service_unknown",
    ),
    ("trust_commissioning/providing/known.py", "f'{kind}_unknown'"): (
        "need_unknown",
        "service_unknown",
        "provider_unknown",
        "review_unknown",
        "view_unknown",
        "document_unknown",
    ),
    ("trust_commissioning/server/directory.py", "code"): ("not_found", "method_not_allowed"),
    ("trust_commissioning/publishing/opinion.py", "code"): (),  # copies of problems counted
}


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """One place that names a code, or that works one out (`code` is then its words)."""

    path: str
    line: int
    code: str
    is_literal: bool


def found_in_source() -> list[Found]:
    """Every place of every package that makes a problem."""
    return sorted(
        found
        for package in PACKAGES
        for path in (PROJECT / package).rglob("*.py")
        for found in found_in(path.read_text("utf-8"), str(path.relative_to(PROJECT)))
    )


def codes_in_source() -> dict[str, list[str]]:
    """Each code with the places that name it."""
    places: dict[str, list[str]] = {}
    for found in found_in_source():
        codes = [found.code] if found.is_literal else WORKED_OUT.get((found.path, found.code), ())
        for code in codes:
            places.setdefault(str(code), []).append(f"{found.path}:{found.line}")
    return places


def found_in(text: str, path: str) -> Iterator[Found]:
    """What one module names. A function with a parameter `code` makes problems of what it is
    given, so its calls count as well; a copy of another problem's code (`p.code`) does not."""
    tree = ast.parse(text)
    makers, passed_on = _makers(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or (name := _called(node)) not in makers:
            continue
        said = _argument(node, makers[name])
        if said is None or (isinstance(said, ast.Attribute) and said.attr == "code"):
            continue
        if said in passed_on:
            continue
        for one in _either(said):
            literal = isinstance(one, ast.Constant)
            code = str(one.value) if isinstance(one, ast.Constant) else ast.unparse(one)
            if code:  # a screen's summary of other problems has none
                yield Found(path, node.lineno, code, literal)


def _makers(tree: ast.Module) -> tuple[dict[str, int], set[ast.expr]]:
    """What makes a problem of a code it is given: the place of that argument by name.

    Beside them the arguments by which one passes its own `code` on to another.
    """
    makers, passed_on, before = {"Problem": 0, "because": 0}, set[ast.expr](), 0
    taking = [
        (node, [one.arg for one in node.args.args].index("code"))
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "code" in [one.arg for one in node.args.args]
    ]
    while len(makers) > before:
        before = len(makers)
        for function, place in taking:
            for said in _said_as_code(function, makers):
                if isinstance(said, ast.Name) and said.id == "code":
                    makers[function.name] = place
                    passed_on.add(said)
    return makers, passed_on


def _said_as_code(function: ast.FunctionDef, makers: dict[str, int]) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and (name := _called(node)) in makers:
            said = _argument(node, makers[name])
            if said is not None:
                yield said
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "code":
                    yield value


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _argument(call: ast.Call, place: int) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == "code":
            return keyword.value
    # A method's own `self` or `cls` is not written at the call, and none of ours has one first.
    if len(call.args) > place and not isinstance(call.args[place], ast.Starred):
        return call.args[place]
    return None


def _either(said: ast.expr) -> list[ast.expr]:
    if isinstance(said, ast.IfExp):
        return [*_either(said.body), *_either(said.orelse)]
    return [said]
