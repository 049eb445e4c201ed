"""The lock files hold what pyproject.toml asks for, and nothing of the machine they were made on."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[2]
ABOUT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {
    kind: (PROJECT / "requirements" / f"{kind}.lock").read_text(encoding="utf-8")
    for kind in ("run", "dev")
}


def locked(kind: str) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^ \\]+)", LOCKS[kind], flags=re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def asked(kind: str) -> list[Requirement]:
    groups = ABOUT["dependency-groups"]
    more = groups["build"] + (groups["dev"] if kind == "dev" else [])
    return [Requirement(line) for line in ABOUT["project"]["dependencies"] + more]


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_dependency_is_locked_at_a_version_it_allows(kind: str) -> None:
    versions = locked(kind)

    wrong = [
        str(requirement)
        for requirement in asked(kind)
        if not requirement.specifier.contains(
            versions.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ]

    assert wrong == [], "run ./trust lock"


def test_a_developer_runs_the_versions_that_users_run() -> None:
    run, dev = locked("run"), locked("dev")

    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_every_locked_package_has_a_hash_and_none_has_an_address(kind: str) -> None:
    packages = re.split(r"^(?=[A-Za-z0-9])", LOCKS[kind], flags=re.MULTILINE)[1:]

    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []
    assert re.findall(r"://|--index|--find-links", LOCKS[kind]) == []
