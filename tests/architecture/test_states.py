"""No service names the state a thing is to have: only the table of moves does.

A state is compared with, asked for and shown anywhere. It is written as the table answered it
(`lifecycle.after`, `roles.move`), so a module that gives one away by its name has gone past it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from contracts.lifecycle import LIFECYCLES
from tests.architecture.source import modules, name_of, tree_of

THE_TABLE = "contracts/lifecycle.py"
STATES = {type(table.states[0]).__name__ for table in LIFECYCLES}
WORDS = {state.value for table in LIFECYCLES for state in table.states}
ASKING_FOR = {"in_", "where", "count", "frozenset", "set", "notin_", "not_in", "parametrize"}
"""What compares with a state it is handed, or gathers some to compare with."""


def given_by_name(tree: ast.AST) -> Iterator[int]:
    """The lines that give a thing a state by naming it."""
    for function in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))]:
        words = {
            target.id
            for node in _own(function)
            if isinstance(node, ast.Assign) and _is_word(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in _own(function):
            for value in _handed_on(node):
                if _is_member(value):
                    yield value.lineno
            for value in _written(node):
                if _is_word(value) or (isinstance(value, ast.Name) and value.id in words):
                    yield value.lineno


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of the functions inside it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _own(child)


def _handed_on(node: ast.AST) -> Iterator[ast.expr]:
    """What is assigned, answered, handed to a call or put into a mapping."""
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.Return) and node.value is not None:
        yield node.value
    elif isinstance(node, ast.Call) and _called(node) not in ASKING_FOR:
        yield from (*node.args, *(one.value for one in node.keywords))
    elif isinstance(node, ast.Dict):
        yield from node.values


def _written(node: ast.AST) -> Iterator[ast.expr]:
    """What a field called `state` is given."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Attribute) and target.attr == "state":
                yield node.value
    elif isinstance(node, ast.Call):
        yield from (one.value for one in node.keywords if one.arg == "state")
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "state":
                yield value


def _is_member(value: ast.expr) -> bool:
    """``CallOffState.ENDED``, or its text."""
    if isinstance(value, ast.Attribute) and value.attr == "value":
        value = value.value
    return (
        isinstance(value, ast.Attribute)
        and isinstance(value.value, ast.Name | ast.Attribute)
        and ast.unparse(value.value).rpartition(".")[2] in STATES
    )


def _is_word(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value in WORDS


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def test_no_module_gives_a_thing_a_state_except_by_the_table_of_moves() -> None:
    found = [
        f"{name_of(path)}:{line}"
        for path in modules()
        if name_of(path) != THE_TABLE
        for line in given_by_name(tree_of(path))
    ]

    assert not found, found


def test_the_table_itself_is_where_states_are_named() -> None:
    (table,) = (path for path in modules("contracts") if name_of(path) == THE_TABLE)

    assert "DRAFT, state.SIGNED" in table.read_text("utf-8")


@pytest.mark.parametrize(
    "written",
    [
        "row.state = 'ended'",
        "to = CallOffState.ENDED\nrow.state = to",
        "to = 'ended'\nrow.state = to",
        "session.execute(update(table).values(state=CallOffState.ENDED))",
        "session.execute(update(table).values(state=lifecycle.CallOffState.ENDED.value))",
        "CallOffRow(code='C-1/01', state='ordered')",
        "session.execute(insert(table), [{'state': 'ended'}])",
        "keep(session, CallOffState.ENDED)",
        "return CallOffState.ENDED",
        "if late:\n    row.state = InvoiceState.PART_APPROVED",
    ],
)
def test_a_state_set_past_the_table_is_found(written: str) -> None:
    assert list(given_by_name(_within_a_function(written)))


@pytest.mark.parametrize(
    "written",
    [
        "row.state = roles.move(session, by, CALL_OFF, row.state, event)",
        "to = after(CALL_OFF, row.state, event)\nupdate(table).values(state=to)",
        "now = replace(now, state=state)",
        "query = select(table).where(table.c.state == CallOffState.ENDED)",
        "query = select(table).where(table.c.state.in_([CallOffState.ENDED]))",
        "if found.state is CallOffState.ENDED:\n    stop()",
    ],
)
def test_a_state_the_table_gave_or_one_compared_with_is_right(written: str) -> None:
    assert not list(given_by_name(_within_a_function(written)))


def _within_a_function(written: str) -> ast.Module:
    body = "".join(f"    {line}\n" for line in written.split("\n"))
    return ast.parse(f"def work(session):\n{body}")
