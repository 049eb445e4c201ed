"""Pages of docs/ that are made from the code, so that they cannot say otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from contracts.lifecycle import LIFECYCLES, Lifecycle
from tests.docs.examples import EXAMPLES, produced
from trust_commissioning.applying import schema
from trust_commissioning.cli import app
from trust_commissioning.problem_codes import ProblemCode, registered, sections
from trust_commissioning.recording import EVENTS
from trust_commissioning.roles import Role

PROJECT = Path(__file__).resolve().parents[2]
_MADE = "<!-- Made by `python -m tests.docs`; change the code, not this page. -->\n"

WITHOUT_EXAMPLE = {
    "sqlite_too_old": "It takes a SQLite older than the one that is installed.",
}
"""Codes with no running example, each with the reason."""


def problems() -> str:
    """docs/problems.md: every code with its meaning, what mends it, and a real example."""
    lines = [
        _MADE,
        "# Problem codes",
        "",
        "Everything the product refuses, or asks a person to look at, is a *problem*: a code that",
        "never changes, a sentence with the offending value, and where it is. All problems are",
        "given at once, and nothing was changed when there is one. A command exits with 1 (a check",
        'with 3) and with `--json` prints `{"problems": [{"code", "message", "where"}]}`; the',
        "interface answers problem+json with the same codes.",
        "",
        "Each example below is the answer of running code in `tests/docs/examples`.",
        "",
        *(f"- [{title}](#{_anchor(title)})" for title in sections()),
    ]
    section = ""
    for code in registered().values():
        if code.section != section:
            section = code.section
            lines += ["", f"## {section}", "", sections()[section]]
        lines += ["", *_entry(code)]
    return "\n".join(lines) + "\n"


def _entry(code: ProblemCode) -> Iterator[str]:
    yield f"### `{code.code}`"
    yield ""
    yield f"{code.means} {code.mend}"
    yield ""
    if code.code in WITHOUT_EXAMPLE:
        yield (
            f"No example is run: {WITHOUT_EXAMPLE[code.code][0].lower()}"
            + (WITHOUT_EXAMPLE[code.code][1:])
        )
        return
    example = EXAMPLES[code.code]
    yield f"For example: {example.said[0].lower() + example.said[1:]}"
    yield ""
    yield f"> {produced(example)}".replace("<", "\\<")


def commands() -> str:
    """docs/reference/commands.md: what `trust COMMAND --help` says, on one page."""
    lines = [
        _MADE,
        "# Commands",
        "",
        "What `trust COMMAND --help` says. Exit 0: done. 1: refused, and nothing was changed. 2: the",
        "command was written wrongly. 3: a check found a difference. With `--json` one JSON document",
        "is printed on standard output and nothing else.",
    ]
    for name, command in _each(typer.main.get_command(app), "trust"):
        lines += ["", *_command(name, command)]
    return "\n".join(lines) + "\n"


def _each(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    inside = getattr(command, "commands", None)
    if inside is None:
        yield name, command
        return
    for word, one in inside.items():
        yield from _each(one, f"{name} {word}")


def _command(name: str, command: Any) -> Iterator[str]:
    context = typer.Context(command, info_name=name)
    needed = [_in_capitals(one) for one in _arguments(command)]
    yield f"## `{' '.join([name, *needed])}`"
    yield ""
    yield " ".join((command.help or "").split())
    records = [one.get_help_record(context) for one in command.params]
    said = [record for record in records if record is not None]
    if not said:
        return
    yield ""
    yield "| Say | It means |"
    yield "|---|---|"
    for words, help_ in said:
        yield f"| `{_cell(words)}` | {_cell(help_)} |"


def _arguments(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "argument"]


def _in_capitals(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def file_schema() -> str:
    """docs/reference/file-schema.json: what `trust schema` prints."""
    return json.dumps(schema(), indent=2) + "\n"


def events() -> str:
    """docs/reference/events.md: each business event with the fields it asks for."""
    lines = [
        _MADE,
        "# Business events",
        "",
        "What happens to the trust beside its journals is recorded as an event, in a file for",
        "`trust record EVENT FILE.json` or as the body of `POST /api/v1/events/EVENT`. `trust schema",
        "EVENT` prints the JSON Schema. Amounts are text in pounds and pence. An event recorded again",
        "under its own name with the same contents is done once.",
    ]
    for name, event in EVENTS.items():
        schema = event.schema()
        about = " ".join((event.asks.__doc__ or "").split())
        lines += ["", f"## `{name}`", "", f"{event.title}. {about}", ""]
        lines += _fields(schema, schema)
        for part, inside in schema.get("$defs", {}).items():
            if "properties" in inside:
                lines += ["", f"`{part}`: {' '.join(inside.get('description', '').split())}", ""]
                lines += _fields(inside, schema)
    return "\n".join(lines) + "\n"


def _fields(part: dict[str, Any], whole: dict[str, Any]) -> Iterator[str]:
    yield "| Field | Holds | |"
    yield "|---|---|---|"
    for name, field in part.get("properties", {}).items():
        needed = "needed" if name in part.get("required", []) else ""
        said = " ".join(field.get("description", "").split())
        holds = f"{_holds(field, whole)}{'. ' if said else ''}{said}"
        yield f"| `{name}` | {_cell(holds)} | {needed} |"


def _holds(field: dict[str, Any], whole: dict[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        choices = whole["$defs"][name].get("enum")
        return " or ".join(f"`{one}`" for one in choices) if choices else f"`{name}`"
    if "enum" in field:
        return " or ".join(f"`{one}`" for one in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        return " or ".join(
            _holds(one, whole) for one in field["anyOf"] if one.get("type") != "null"
        )
    if field.get("type") == "array":
        return f"a list of {_holds(field.get('items', {}), whole)}"
    if field.get("type") == "object":
        return "named values"
    shown = field.get("format") or field.get("type") or "any value"
    return f"{_KINDS.get(str(shown), str(shown))}"


_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "date": "a day",
}


def lifecycles() -> str:
    """docs/reference/lifecycles.md: each table of moves as a diagram and as who may make them."""
    lines = [
        _MADE,
        "# Lifecycles",
        "",
        "What may happen to a contract, a procurement, a call-off and an invoice, and who may do it.",
        "Nothing else can happen: every service asks these tables (`contracts/lifecycle.py`), and the",
        "buttons of a page are those moves its reader may make.",
    ]
    for table in LIFECYCLES:
        lines += ["", f"## {table.title[:1].upper()}{table.title[1:]}", "", *_lifecycle(table)]
    return "\n".join(lines) + "\n"


def _lifecycle(table: Lifecycle[Any, Any]) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for move in table.moves:
        yield f"    {move.state or '[*]'} --> {move.to}: {move.event.words}"
    for state in table.last_states:
        yield f"    {state} --> [*]"
    yield "```"
    yield ""
    yield "| It is | This happens | It becomes | Who may |"
    yield "|---|---|---|---|"
    for move in table.moves:
        who = ", ".join(role.title.lower() for role in Role if role in move.who)
        stands = move.state.words if move.state else "not there yet"
        yield f"| {stands} | {move.event.words} | {move.to.words} | {who} |"


def _anchor(title: str) -> str:
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


PAGES: dict[str, Callable[[], str]] = {
    "docs/problems.md": problems,
    "docs/reference/commands.md": commands,
    "docs/reference/events.md": events,
    "docs/reference/file-schema.json": file_schema,
    "docs/reference/lifecycles.md": lifecycles,
}
