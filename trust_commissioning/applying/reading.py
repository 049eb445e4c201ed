"""A document read from YAML text, with every problem in it named by its YAML path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from ledger.problems import Problem, Refused
from trust_commissioning.applying.document import Document
from trust_commissioning.fields.refusals import problems_from
from trust_commissioning.shapes import half_characters

LONGEST = 4 * 2**20
"""Bytes. A trust of a thousand contracts is a quarter of this."""


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
    if halves := list(half_characters(held)):
        raise Refused(halves)
    try:
        return Document.model_validate(held)
    except ValidationError as wrong:
        raise Refused(list(problems_from(wrong, Document))) from None


def _unreadable(wrong: Exception) -> Problem:
    mark = getattr(wrong, "problem_mark", None)
    words = getattr(wrong, "problem", None) or str(wrong).splitlines()[0]
    return Problem(
        "document_unreadable",
        f"The file is not YAML that can be read: {words}.",
        f"line {mark.line + 1}" if mark is not None else "",
        row=mark.line + 1 if mark is not None else None,
    )
