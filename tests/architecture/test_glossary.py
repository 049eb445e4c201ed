"""One word for one thing: no public name and no label on a screen uses a word to be avoided."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import PROJECT, docstrings, modules, name_of, tree_of

# Where a word to be avoided is meant in another sense, with the sense. The path begins so.
MEANT_OTHERWISE = {
    ("transaction", "trust_commissioning/store/"): "the database's own",
    ("transaction", "trust_commissioning/backing_up/"): "the database's own",
    ("supplier", "trust_commissioning/files/"): "a column of a council's file, in its words",
    ("supplier", "trust_commissioning/importing/"): "a column of a council's file, in its words",
    ("supplier", "trust_commissioning/demo/"): "a column of a council's file, in its words",
    ("supplier", "dashboards/app_pages/import_spend.py"): "a column of a council's file",
    ("supplier", "dashboards/spend_shown.py"): "a column of a council's file",
    ("agency", "contracts/providers.py"): "what the Care Standards Act 2000 registers",
    ("theme", "trust_commissioning/server/composition.py"): "how the dashboards look",
    ("theme", "dashboards/"): "how the dashboards look",
    ("nominal", "dashboards/pictures.py"): "a kind of field to those who draw charts",
    ("restricted", "contracts/procurement.py"): "a procedure of the procurement regulations",
}


@cache
def avoided() -> tuple[str, ...]:
    """The words of the last column of the glossary's tables."""
    words = []
    for line in (PROJECT / "docs/GLOSSARY.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and cells[3] != "Never":
            words += [word.strip() for word in cells[3].split(",") if word.strip()]
    return tuple(words)


def in_words(name: str) -> str:
    """``open_year``, ``OpenYear`` and ``OPEN_YEAR`` as ``open year``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.replace("_", " ").replace("-", " "))
    return " ".join(apart.lower().split())


def public_names(path: Path) -> Iterator[tuple[int, str]]:
    """What others can call, name or be shown: modules, classes, functions, arguments, fields."""
    yield 1, path.stem
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            yield node.lineno, node.name
            if not isinstance(node, ast.ClassDef):
                every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
                yield from ((one.lineno, one.arg) for one in every)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.lineno, node.target.id
        elif isinstance(node, ast.Assign):
            yield from ((node.lineno, one.id) for one in node.targets if isinstance(one, ast.Name))


def labels(path: Path) -> Iterator[tuple[int, str]]:
    """Every text a page could show: its string constants that are not docstrings."""
    tree = tree_of(path)
    comments = docstrings(tree)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node.lineno not in comments
            and re.search(r"[A-Za-z]{3}", node.value)
        ):
            yield node.lineno, node.value


def found_in(path: Path, texts: Iterator[tuple[int, str]]) -> Iterator[str]:
    name = name_of(path)
    for line, text in texts:
        for word in avoided():
            if not re.search(rf"(?<![a-z]){re.escape(word.lower())}s?(?![a-z])", in_words(text)):
                continue
            if not any(word == one and name.startswith(at) for one, at in MEANT_OTHERWISE):
                yield f"{name}:{line}: “{text[:60]}” uses “{word}”"


def test_the_glossary_names_words_to_be_avoided() -> None:
    assert len(avoided()) > 20
    assert {"encumbrance", "vendor", "section 31 fund", "fiscal year"} <= set(avoided())


def test_no_public_name_uses_a_word_to_be_avoided() -> None:
    found = [said for path in modules() for said in found_in(path, public_names(path))]

    assert not found, "\n".join(found)


def test_no_label_on_a_screen_uses_a_word_to_be_avoided() -> None:
    pages = [*modules("dashboards"), PROJECT / "trust_commissioning/server/pages.py"]
    found = [said for path in pages for said in found_in(path, labels(path))]

    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "name", ["fiscal_year", "FiscalYear", "FISCAL_YEAR", "fiscal_years", "the fiscal year"]
)
def test_a_word_is_found_however_it_is_written(name: str) -> None:
    path = PROJECT / "ledger/money.py"

    assert list(found_in(path, iter([(1, name)])))


def test_every_sense_meant_otherwise_is_still_met() -> None:
    for word, place in MEANT_OTHERWISE:
        assert word in avoided()
        texts = "".join(
            in_words(path.read_text("utf-8"))
            for path in modules()
            if name_of(path).startswith(place)
        )
        assert word in texts, f"{word} is no longer in {place}"


def test_every_word_of_the_glossary_that_is_said_to_be_in_the_code_is_there() -> None:
    chart = PROJECT / "trust_commissioning/data/chart.yaml"
    source = "\n".join(path.read_text("utf-8") for path in [*modules(), chart])
    missing = []
    for line in (PROJECT / "docs/GLOSSARY.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and cells[1] != "In code":
            for said in re.findall(r"`([^`]+)`", cells[1]):
                last = said.split(".")[-1]
                if (
                    not re.search(rf"\b{re.escape(last)}\b", source)
                    and not (PROJECT / "trust_commissioning" / last).exists()
                ):
                    missing.append(said)

    assert not missing, f"the glossary names what is not in the code: {missing}"
