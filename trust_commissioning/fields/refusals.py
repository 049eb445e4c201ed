"""What pydantic found wrong, as problems a person can mend."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from ledger.problems import Problem

CHOICE = "choice:"
"""What the name of a union's choice begins with where we name it ourselves."""

# The parts pydantic adds to a path for the choices of a union.
_NOT_A_STEP = re.compile(r"^(literal|dict|str-enum|is-instance|tuple|list|function|nullable)\b.*\[")


def problems_from(wrong: ValidationError, asked: type[BaseModel]) -> Iterator[Problem]:
    """Each thing pydantic found wrong, once, in words, by its path in what was asked."""
    said: set[tuple[str, str]] = set()
    for error in wrong.errors(include_url=False):
        where = _path(error["loc"])
        code, message = _words(error["type"], error, asked)
        if (code, where) not in said:
            said.add((code, where))
            yield Problem(code, message, where)


def _path(loc: Sequence[int | str]) -> str:
    path = ""
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        elif (
            step == "[key]"
            or _NOT_A_STEP.match(step)
            or step in _UNION_CHOICES
            or step.startswith(CHOICE)
        ):
            continue
        else:
            path += f".{step}" if path else step
    return path


_UNION_CHOICES = ("str-enum", "enum", "none", "constrained-str")


def _words(kind: str, error: Any, asked: type[BaseModel]) -> tuple[str, str]:
    last = str(error["loc"][-1]) if error["loc"] else ""
    given = error.get("input")
    shown = given if isinstance(given, str) else repr(given)
    shown = f"“{shown[:80]}”"
    context = error.get("ctx", {})
    if kind == "missing":
        return "field_missing", f"“{last}” is missing."
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(last, _field_names(asked), n=1)
        return "field_unknown", f"There is no field “{last}” here." + (
            f" Is it “{near[0]}”?" if near else ""
        )
    if kind == "value_error":
        return "field_unreadable", str(context.get("error", error["msg"]))
    if kind in ("enum", "literal_error"):
        known = str(context.get("expected", "")).replace("'", "")
        return "field_unreadable", f"{shown} is none of {known}."
    if kind == "step_unknown":
        return "field_unreadable", f"{error['msg']}."
    if kind == "string_pattern_mismatch":
        return "field_unreadable", f"{shown} cannot be used here: {_pattern_words(context)}."
    if kind == "string_type":
        return "field_unreadable", f"{shown} is not text here; write it in quotes."
    if kind in ("list_type", "tuple_type"):
        return "field_unreadable", f"{shown} is not a list here; write it in square brackets."
    if kind == "bool_type":
        return "field_unreadable", f"{shown} is neither true nor false."
    if kind == "int_type":
        return "field_unreadable", f"{shown} is not a whole number."
    if kind.startswith("date"):
        return "field_unreadable", f"{shown} is not a date; write it as 2003-04-01."
    return "field_unreadable", f"{shown} cannot be read here: {error['msg'].rstrip('.')}."


def _pattern_words(context: Mapping[str, object]) -> str:
    if "A-Z" in str(context.get("pattern", "")):
        return "use letters, figures, full stops, slashes and hyphens"
    return "use small letters, figures and hyphens"


def _field_names(model: type[BaseModel]) -> list[str]:
    names: set[str] = set()
    for definition in (model_schema := model.model_json_schema()).get("$defs", {}).values():
        names |= set(definition.get("properties", {}))
    return sorted(names | set(model_schema.get("properties", {})))
