"""The script at the root sets up what is missing, says so plainly, then hands over."""

import importlib.util
import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = PROJECT / "trust"
LEFT_BEHIND = shutil.ignore_patterns(".venv*", ".git", ".*_cache", "__pycache__", ".hypothesis")


@pytest.fixture
def script(tmp_path: Path) -> ModuleType:
    """The script as a module, in a folder of its own with the files it reads."""
    (tmp_path / "requirements").mkdir()
    for name in ("trust", "pyproject.toml", "requirements/run.lock", "requirements/dev.lock"):
        shutil.copy(PROJECT / name, tmp_path / name)
    loader = SourceFileLoader("trust_script", str(tmp_path / "trust"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def with_path(path: str, *words: str | Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PATH": path, "TRUST_PYTHON": "python3"}
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False)


def test_without_a_python_it_says_in_one_sentence_what_to_install(tmp_path: Path) -> None:
    answer = with_path(str(tmp_path), "/bin/sh", SCRIPT, "demo")

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr == (
        "Install Python 3.11 or newer (on Debian: apt-get install python3 python3-venv).\n"
    )


def test_a_python_that_is_too_old_is_passed_over_for_one_that_is_not(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    (tmp_path / "python3.11").symlink_to(sys.executable)

    answer = with_path(str(tmp_path), "/bin/sh", SCRIPT, "lint", "--help")

    assert answer.returncode == 0
    assert answer.stdout.startswith("Sets up what is missing")


def test_another_lock_a_lost_python_and_another_folder_ask_for_a_new_set_up(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.BIN.mkdir(parents=True)
    (script.BIN / "python").symlink_to(sys.executable)
    script.MADE.write_text(script.place(), encoding="utf-8")
    script.stamp("run").write_text(script.wanted("run"), encoding="utf-8")
    assert script.is_ready("run")
    assert not script.is_ready("dev")

    lock: Path = script.LOCKS["run"]
    before = lock.read_text(encoding="utf-8")
    lock.write_text(before.replace("==", "==9", 1), encoding="utf-8")
    assert not script.is_ready("run")

    lock.write_text(before, encoding="utf-8")
    assert script.is_ready("run")
    (script.BIN / "python").unlink()
    assert not script.is_ready("run")

    (script.BIN / "python").symlink_to(sys.executable)
    monkeypatch.setattr(script, "place", lambda: "elsewhere")
    assert not script.is_ready("run")


def test_a_setting_of_ruff_does_not_ask_for_a_new_set_up(script: ModuleType) -> None:
    before = script.wanted("run")
    project: Path = script.ROOT / "pyproject.toml"
    text = project.read_text(encoding="utf-8")

    project.write_text(text.replace("line-length = 100", "line-length = 99"), encoding="utf-8")
    after_ruff = script.wanted("run")
    project.write_text(text.replace('"httpx>=0.28"', '"httpx>=0.29"'), encoding="utf-8")

    assert after_ruff == before
    assert script.wanted("run") != before


def test_paths_typed_in_another_folder_still_name_the_same_files(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "test_pool.py").touch()
    monkeypatch.chdir(tmp_path)

    typed = ["test_pool.py::test_one", "-x", "--maxfail=1", "no_such_file.py"]

    assert [script.from_here(word) for word in typed] == [
        f"{tmp_path}/test_pool.py::test_one",
        "-x",
        "--maxfail=1",
        "no_such_file.py",
    ]


def test_every_development_word_is_told_and_those_of_the_design_are_there(
    script: ModuleType,
) -> None:
    told = {line.split()[1] for line in script.__doc__.splitlines() if line.startswith("./trust ")}

    assert told - {"COMMAND"} == set(script.WORDS)
    assert {"test", "lint", "bench", "simulate", "prove", "guides", "release"} <= set(script.WORDS)


def test_tests_run_side_by_side_unless_the_developer_wants_to_watch_one(script: ModuleType) -> None:
    workers, _, *how = script.side_by_side(["-k", "virement"])
    assert workers == "-n"
    assert how == ["--dist", "loadfile", "--no-loadscope-reorder"]
    assert script.side_by_side(["-n0"]) == []
    assert script.side_by_side(["--pdb"]) == []


@pytest.mark.long
def test_from_nothing_twice_and_moved_it_ends_in_the_command(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    shutil.copytree(PROJECT, here, ignore=LEFT_BEHIND)
    # uv is in the development lock; with it a set-up is a copy from its cache.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    first = with_path(path, here / "trust", "report", "--help")
    second = with_path(path, here / "trust", "report", "--help")
    here.rename(there)
    moved = with_path(path, there / "trust", "report", "--help")

    assert [answer.returncode for answer in (first, second, moved)] == [0, 0, 0], first.stderr
    assert first.stdout == second.stdout == moved.stdout != ""
    assert "Making the environment in .venv." in first.stderr
    assert second.stderr == ""
    assert "made elsewhere or not finished; making it anew" in moved.stderr
