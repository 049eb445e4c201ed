"""A partner takes away the books of its own funds, which Beancount checks without us."""

import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from tests.people.test_partners_addresses import client_of
from tests.support.trusts import AT, shared_by_a_module
from tests.support.two_pools import NORTH, SOUTH, WORDS, found_two_pools
from trust_commissioning.publishing import books_to_take
from trust_commissioning.publishing.taking import HOW_TO_CHECK
from trust_commissioning.roles import Role
from trust_commissioning.store import from_partner, reading

engine = shared_by_a_module(found_two_pools)


@pytest.fixture(scope="module")
def taken(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the people of the south take away, unpacked."""
    folder = tmp_path_factory.mktemp("taken")
    with reading(from_partner(engine, SOUTH)) as session:
        data = books_to_take(session, AT)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        packed.extractall(folder)
    return folder / "books"


def test_beancount_finds_nothing_wrong_with_any_of_its_books(taken):
    """Three journals of the actual book of 2003-04 and the receipt, instalments and extract."""
    said = (taken / HOW_TO_CHECK).read_text(encoding="utf-8")
    mains = re.findall(r"^  bean-check (.+)$", said, re.MULTILINE)

    assert mains == [
        "2003-04/actual.beancount",
        "2003-04/commitment.beancount",
        "2003-04/budget.beancount",
        "summary.beancount",
    ]
    for name in mains:
        entries, errors, _ = loader.load_file(str(taken / name))
        assert not errors, name
        assert any(isinstance(entry, Transaction) for entry in entries), name


def test_they_hold_the_partners_own_funds_whole_and_nothing_of_another(taken):
    entries, _, _ = loader.load_file(str(taken / "2003-04/actual.beancount"))
    text = "\n".join(
        file.read_text(encoding="utf-8") for file in taken.rglob("*") if file.is_file()
    )

    assert WORDS[SOUTH] in text
    assert WORDS[NORTH] not in text
    assert '"north' not in text
    funds = {tag for one in entries if isinstance(one, Transaction) for tag in one.tags}
    assert funds == {"south", "south-grant"}
    spent = [
        posting.units.number
        for one in entries
        if isinstance(one, Transaction)
        for posting in one.postings
        if posting.account.startswith("Expenses") and posting.units
    ]
    assert sorted(map(str, spent)) == ["10.00", "60.00", "60.00"]


def test_the_sums_in_it_are_of_the_files_in_it(taken):
    sums = dict(
        reversed(line.split("  ", 1))
        for line in (taken / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    )

    assert len(sums) > 5
    for name, said in sums.items():
        assert hashlib.sha256((taken / name).read_bytes()).hexdigest() == said


@pytest.mark.parametrize(
    ("partner", "role", "status"),
    [
        (SOUTH, Role.BOARD_MEMBER, 200),
        (SOUTH, Role.FINANCE_OFFICER, 200),
        (None, Role.AUDITOR, 200),
        ("council", Role.BOARD_MEMBER, 403),
        (None, Role.COMMISSIONER, 403),
    ],
)
def test_a_hosts_people_download_them_and_of_the_keepers_those_who_read_the_books(
    engine, partner, role, status
):
    client: TestClient = client_of(engine, partner, role)
    answer = client.get("/v1/books.zip")

    assert answer.status_code == status, answer.text[:200]
    if status == 200:
        assert answer.headers["content-type"] == "application/zip"
        assert zipfile.is_zipfile(io.BytesIO(answer.content))
