"""A document read from YAML text, with every problem in it named by its YAML path."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from ledger.problems import Problem, Refused
from trust_commissioning.applying.document import Document

LONGEST = 4 * 2**20
"""Bytes. A trust of a thousand contracts is a quarter of this."""

# The parts pydantic adds to a path for the choices of a union.
_NOT_A_STEP = re.compile(r"^(literal|dict|str-enum|is-instance|tuple|list|function|nullable)\b.*\[")


class _Loader(yaml.SafeLoader):
    """Safe YAML without what makes a small file large or a key be lost in silence."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="an alias (*) is not read here; write it out", problem_mark=event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"“{key.value}” is said twice, or is no name",
                    problem_mark=key.start_mark,
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read(text: str | bytes) -> Document:
    """The document in a file.

    Raises:
        Refused: ``document_unreadable`` where it is not YAML, else every problem in it.
    """
    if len(text) > LONGEST:
        raise Refused.because(
            "file_too_large", f"The file is larger than {LONGEST // 2**20} MiB, the limit."
        )
    try:
        # The loader is PyYAML's safe one with less in it.
        held = yaml.load(text, _Loader)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as wrong:
        raise Refused([_unreadable(wrong)]) from None
    return validated(held)


def validated(held: object) -> Document:
    """The document in what a file holds.

    Raises:
        Refused: every problem in it.
    """
    if held is None or not isinstance(held, Mapping):
        raise Refused.because(
            "document_unreadable",
            "The file is not a set of named parts such as “partners:” and “funds:”.",
        )
    try:
        return Document.model_validate(held)
    except ValidationError as wrong:
        raise Refused(list(_problems(wrong))) from None


def _unreadable(wrong: Exception) -> Problem:
    mark = getattr(wrong, "problem_mark", None)
    words = getattr(wrong, "problem", None) or str(wrong).splitlines()[0]
    return Problem(
        "document_unreadable",
        f"The file is not YAML that can be read: {words}.",
        f"line {mark.line + 1}" if mark is not None else "",
        row=mark.line + 1 if mark is not None else None,
    )


def _problems(wrong: ValidationError) -> Iterator[Problem]:
    said: set[tuple[str, str]] = set()
    for error in wrong.errors(include_url=False):
        where = _path(error["loc"])
        code, message = _words(error["type"], error)
        if (code, where) not in said:
            said.add((code, where))
            yield Problem(code, message, where)


def _path(loc: Sequence[int | str]) -> str:
    path = ""
    for step in loc:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step == "[key]" or _NOT_A_STEP.match(step) or step in _UNION_CHOICES:
            continue
        else:
            path += f".{step}" if path else step
    return path


_UNION_CHOICES = ("str-enum", "enum", "none", "constrained-str")


def _words(kind: str, error: Any) -> tuple[str, str]:
    last = str(error["loc"][-1]) if error["loc"] else ""
    given = error.get("input")
    shown = given if isinstance(given, str) else repr(given)
    shown = f"“{shown[:80]}”"
    context = error.get("ctx", {})
    if kind == "missing":
        return "field_missing", f"“{last}” is missing."
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(last, _field_names(Document), n=1)
        return "field_unknown", f"There is no field “{last}” here." + (
            f" Is it “{near[0]}”?" if near else ""
        )
    if kind == "value_error":
        return "field_unreadable", str(context.get("error", error["msg"]))
    if kind in ("enum", "literal_error"):
        known = str(context.get("expected", "")).replace("'", "")
        return "field_unreadable", f"{shown} is none of {known}."
    if kind == "string_pattern_mismatch":
        return "field_unreadable", f"{shown} cannot be used here: {_pattern_words(context)}."
    if kind == "string_type":
        return "field_unreadable", f"{shown} is not text here; write it in quotes."
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
