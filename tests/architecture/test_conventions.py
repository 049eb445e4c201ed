"""What docs/CONVENTIONS.md promises of every module, where a linter does not hold it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import PROJECT, functions, modules, name_of, tree_of

LONGEST_MODULE, LONGEST_FUNCTION = 500, 60


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.:?])\s|\n\n", " ".join(text.strip().split()))[0]


def test_every_module_says_what_it_is_for_in_its_first_line() -> None:
    silent = [
        name_of(path)
        for path in modules()
        if path.read_text("utf-8").strip() and not ast.get_docstring(tree_of(path))
    ]

    assert not silent


def test_what_a_module_is_for_needs_no_and() -> None:
    # “and” between two words of one thing (“spend and commitment”) is not two purposes: what is
    # looked for is a second verb, which the word begins after a comma, or a new clause.
    two = [
        f"{name_of(path)}: {first}"
        for path in modules()
        if re.search(r", and ", first := _first_sentence(ast.get_docstring(tree_of(path)) or ""))
    ]

    assert not two, "\n".join(two)


def test_no_module_outgrows_five_hundred_lines() -> None:
    long = {
        name_of(path): lines
        for path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > LONGEST_MODULE
        and "migrations/versions" not in name_of(path)
    }

    assert not long


def test_no_function_outgrows_sixty_lines() -> None:
    # Counted from its first statement: a command's options are a list, not a difficulty.
    long = {
        f"{name_of(path)}:{one.lineno} {one.name}": lines
        for path in modules()
        for one in functions(tree_of(path))
        if one.end_lineno is not None
        and (lines := one.end_lineno - one.body[0].lineno + 1) > LONGEST_FUNCTION
        and "migrations/versions" not in name_of(path)
    }

    assert not long


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def test_no_rule_makes_a_float() -> None:
    made = [
        f"{name_of(path)}:{line}"
        for path in modules("ledger", "contracts")
        for line, called in _calls(path)
        if called == "float"
    ]

    assert not made


def test_the_time_is_asked_in_one_place() -> None:
    asked = [
        f"{name_of(path)}:{line}"
        for path in modules()
        for line, called in _calls(path)
        if re.fullmatch(r"(datetime\.)?(date|datetime)\.(now|today|utcnow)|time\.time", called)
        and name_of(path) != "trust_commissioning/clock.py"
    ]

    assert not asked


def test_only_the_store_commits() -> None:
    committed = [
        f"{name_of(path)}:{line}"
        for path in modules("trust_commissioning", "dashboards")
        for line, called in _calls(path)
        if called.endswith(".commit") and not name_of(path).startswith("trust_commissioning/store/")
    ]

    assert not committed


def _caught(node: ast.Try) -> set[str]:
    return {
        name.id
        for handler in node.handlers
        if handler.type is not None
        for name in ast.walk(handler.type)
        if isinstance(name, ast.Name)
    }


def _opens_a_transaction(node: ast.With) -> bool:
    opened = [ast.unparse(item.context_expr) for item in node.items]
    return any(re.search(r"\b(transaction|writes)\(", one) for one in opened)


def test_a_refusal_is_caught_outside_the_transaction_it_takes_back() -> None:
    inside = [
        f"{name_of(path)}:{attempt.lineno}"
        for path in modules("trust_commissioning", "dashboards")
        for opened in ast.walk(tree_of(path))
        if isinstance(opened, ast.With) and _opens_a_transaction(opened)
        for attempt in ast.walk(opened)
        if isinstance(attempt, ast.Try) and "Refused" in _caught(attempt)
    ]

    assert not inside


def test_our_own_mistakes_are_never_caught() -> None:
    caught = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Try) and "AssertionError" in _caught(node)
    ]

    assert not caught


def test_a_migration_imports_nothing_of_ours() -> None:
    ours = re.compile(r"^\s*(?:from|import) (?:ledger|contracts|trust_commissioning|dashboards)\b")
    borrowed = [
        f"{name_of(path)}: {line}"
        for path in (PROJECT / "trust_commissioning/migrations/versions").glob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if ours.match(line)
    ]

    assert not borrowed


def test_every_rule_of_the_linter_that_is_set_aside_has_its_reason_beside_it() -> None:
    bare = []
    for path in modules():
        above = ""
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(r"# noqa: [A-Z0-9, ]+$", line) and not above.strip().startswith("#"):
                bare.append(f"{name_of(path)}:{number}")
            above = line

    assert not bare


def _kept_files() -> Iterator[Path]:
    """What somebody reads who has the project: source, tests, documents, settings."""
    kinds = {".py", ".md", ".toml", ".yaml", ".yml", ".sql", ".js", ".css", ".json", ".lock", ""}
    folders = (*("ledger contracts trust_commissioning dashboards tests benchmarks").split(),)
    more = (*("docs requirements .ci").split(),)
    for folder in (*folders, *more):
        yield from (
            path
            for path in (PROJECT / folder).rglob("*")
            if path.is_file() and path.suffix in kinds and "__pycache__" not in path.parts
        )
    yield from (path for path in PROJECT.iterdir() if path.is_file() and path.suffix in kinds)


def test_nothing_kept_names_the_machine_it_was_written_on() -> None:
    there = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/|/tmp/\w+/|--index-url|extra-index")
    found = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()[:80]}"
        for path in _kept_files()
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if there.search(line) and path != Path(__file__)
    ]

    assert not found, "\n".join(found)


def test_every_setting_has_its_line_in_the_readme() -> None:
    read = set(re.findall(r"\bTRUST_[A-Z_]+\b", _text("trust_commissioning/settings.py")))
    read |= set(re.findall(r"\bTRUST_[A-Z_]+\b", _text("trust")))
    readme = _text("README.md")

    assert {name for name in read if name != "TRUST_"} <= set(
        re.findall(r"`(TRUST_[A-Z_]+)`", readme)
    )


def test_settings_are_read_in_one_place() -> None:
    asked = [
        f"{name_of(path)}:{number}"
        for path in modules("trust_commissioning", "dashboards")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"environ(?:\.get\(|\[)\s*\"TRUST_", line)
        and not re.search(r"\]\s*=[^=]", line)
        and name_of(path) != "trust_commissioning/settings.py"
    ]

    assert not asked


def _text(name: str) -> str:
    return (PROJECT / name).read_text("utf-8")
