"""Beancount's opinion of books, from a process of its own, held against what is expected."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.book import Coding, Link
from ledger.money import NIL, Money
from ledger.problems import Problem
from ledger.wording import counted

_MOST = 50


@dataclass(frozen=True, slots=True)
class Opinion:
    """What Beancount makes of one main file."""

    problems: list[Problem]
    balances: dict[Coding, Money]
    links: list[Link]


def opinions_on(paths: Sequence[Path]) -> Iterator[Opinion]:
    """Beancount's opinion of each main file, in turn.

    In a process of its own: the load would hold up every other thread, and the memory it takes
    is given back.
    """
    if not paths:
        return
    command = [sys.executable, "-P", "-m", "ledger.book", *map(str, paths)]
    environment = os.environ | {"BEANCOUNT_DISABLE_LOAD_CACHE": "1", "PYTHONUTF8": "1"}
    answered = 0
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as said,
        subprocess.Popen(  # noqa: S603 - our own module, on paths we made
            command, stdout=subprocess.PIPE, stderr=said, env=environment, encoding="utf-8"
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            answered += 1
            yield _opinion(json.loads(line))
        process.wait()
        said.seek(0)
        last_words = (said.read().strip().splitlines() or ["it said nothing"])[-1]
    for path in paths[answered:]:
        message = f"Beancount could not read {path.name} to its end: {last_words}."
        yield Opinion([Problem("books_not_readable", message, path.name)], {}, [])


def problems_in_balances(
    name: str, expected: Mapping[Coding, Money], found: Mapping[Coding, Money]
) -> list[Problem]:
    """Every coding that comes to something else in the books than in the record."""
    return [
        Problem(
            "books_differ",
            f"{_in_words(coding)}: the books come to {found.get(coding, NIL)} and the record "
            f"to {expected.get(coding, NIL)}.",
            name,
        )
        for coding in sorted(expected.keys() | found.keys())
        if expected.get(coding, NIL) != found.get(coding, NIL)
    ]


def problems_in_journals(
    name: str, expected: Iterable[Link], found: Iterable[Link]
) -> list[Problem]:
    """Every journal that is in only one of books and record, or has another hash in each."""
    ours, theirs = set(expected), set(found)
    return [
        Problem(
            "books_journals_differ",
            f"Journal {link.number} with hash {link.hash[:12]}… is in the "
            + ("books, not in the record." if link in theirs else "record, not in the books."),
            name,
        )
        for link in sorted(ours ^ theirs)
    ]


def shortened(problems: Iterable[Problem]) -> list[Problem]:
    """The first fifty of each code, the rest counted: one fault can touch every journal."""
    kept: list[Problem] = []
    counts: dict[str, int] = {}
    for problem in problems:
        counts[problem.code] = counts.get(problem.code, 0) + 1
        if counts[problem.code] <= _MOST:
            kept.append(problem)
    return kept + [
        Problem(
            code, f"{counted(count - _MOST, 'such problem is', 'such problems are')} not shown."
        )
        for code, count in counts.items()
        if count > _MOST
    ]


def _opinion(answer: dict[str, Any]) -> Opinion:
    return Opinion(
        problems=[Problem(**problem) for problem in answer["problems"]],
        balances={Coding(*key): Money(pence) for *key, pence in answer["balances"]},
        links=[Link(*link) for link in answer["links"]],
    )


def _in_words(coding: Coding) -> str:
    named = (("service", coding.service), ("outcome", coding.outcome), ("partner", coding.partner))
    return ", ".join(
        [
            coding.period or "no period",
            f"fund {coding.fund}",
            coding.account,
            *(f"{name} {code}" for name, code in named if code),
        ]
    )
