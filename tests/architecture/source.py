"""The project's own source as these tests read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("ledger", "contracts", "trust_commissioning", "dashboards")


def modules(*packages: str) -> list[Path]:
    """Every module of the packages, or of all of them."""
    return sorted(path for name in packages or PACKAGES for path in (PROJECT / name).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def docstrings(tree: ast.Module) -> set[int]:
    """The lines on which docstrings and strings that stand alone begin."""
    return {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
