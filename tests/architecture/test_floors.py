"""Nothing points up: the floors of the house are kept, and a breach of any of them is caught."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
PACKAGES: list[str] = SETTINGS["importlinter"]["root_packages"]
CONTRACTS = {contract["name"] for contract in SETTINGS["importlinter"]["contracts"]}

# One line for each way of breaking a floor, and what the check must say about it.
BREACHES = [
    ("ledger/money.py", "import contracts.services", "ledger.money -> contracts.services"),
    (
        "trust_commissioning/store/engine.py",
        "import trust_commissioning.posting",
        "trust_commissioning.store.engine -> trust_commissioning.posting",
    ),
    (
        "trust_commissioning/publishing/manifest.py",
        "import trust_commissioning.people",
        "trust_commissioning.publishing.manifest -> trust_commissioning.people",
    ),
    ("trust_commissioning/oddments.py", "", "oddments"),
    ("contracts/services.py", "import ledger.chart", "contracts.services -> ledger.chart"),
    ("ledger/journal.py", "import sqlalchemy", "ledger.journal -> sqlalchemy"),
    ("contracts/services.py", "import tempfile", "contracts.services -> tempfile"),
    (
        "trust_commissioning/posting/made.py",
        "from beancount import loader",
        "trust_commissioning.posting.made -> beancount",
    ),
    ("ledger/journal.py", "import beanquery", "ledger.journal -> beanquery"),
    ("dashboards/show.py", "import fava.core", "dashboards.show -> fava"),
]


def what_the_check_says(folder: Path) -> str:
    check = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    return check.stdout + check.stderr


def verdicts(said: str, verdict: str) -> set[str]:
    return {name for name in CONTRACTS if f"{name} {verdict}" in said}


@pytest.mark.slow
def test_every_floor_is_kept() -> None:
    said = what_the_check_says(PROJECT)

    assert verdicts(said, "KEPT") == CONTRACTS, said


@pytest.mark.slow
def test_a_breach_of_any_floor_is_caught(tmp_path: Path) -> None:
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(PROJECT / package, tmp_path / package)
    for file, line, _ in BREACHES:
        with (tmp_path / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")

    said = what_the_check_says(tmp_path)

    assert verdicts(said, "BROKEN") == CONTRACTS
    assert [caught for _, _, caught in BREACHES if caught not in said] == []
