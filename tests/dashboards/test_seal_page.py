"""Where a journal stands in the published books, and how anybody checks the seals."""

import subprocess
import sys

import pytest
from sqlalchemy import Engine

from ledger.periods import FinancialYear, Period
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import APPROVER, AUDITOR
from trust_commissioning import clock, closing, publishing, settings
from trust_commissioning.reports.seals import recipe_for, sealed_as, seals
from trust_commissioning.store import reading, transaction

APRIL = Period(FinancialYear(2003), 1)


@pytest.fixture
def published(engine: Engine, filled: list[str]) -> Engine:
    publish(engine)
    return engine


def publish(engine: Engine) -> None:
    with reading(engine) as session:
        publishing.publish(session, settings.load().books_dir, clock.now())


def run(*command: str) -> str:
    """What a command prints in the folder of the published books."""
    return subprocess.run(
        command, cwd=settings.load().books_dir, capture_output=True, text=True, check=True
    ).stdout


def test_a_journals_page_names_its_file_and_line_and_prints_what_is_there(
    look: Open, published: Engine, filled: list[str]
) -> None:
    page = look(AUDITOR, "journal", number=filled[0])

    place = next(one for one in page.code if f'number: "{filled[0]}"' in one.value)
    said = seen(page)
    assert "sed -n " in said
    lines = said.split("sed -n ")[1].split("<")[0]
    printed = run("sed", "-n", *lines.split())
    assert printed.rstrip("\n") == place.value
    assert "extension/BooksBesideRecord/" in said


def test_a_journal_not_published_yet_says_so(look: Open, filled: list[str]) -> None:
    assert "not in the published books yet" in seen(look(AUDITOR, "journal", number=filled[0]))


def test_an_auditor_sees_what_was_done_to_a_journal(look: Open, filled: list[str]) -> None:
    assert "Its part of the audit trail" in seen(look(AUDITOR, "journal", number=filled[0]))
    assert "Its part of the audit trail" not in seen(look(APPROVER, "journal", number=filled[0]))


def test_the_seal_page_says_the_head_and_each_command_with_its_answer(
    look: Open, published: Engine
) -> None:
    said = seen(look(AUDITOR, "seal"))

    with reading(published) as session:
        head = seals(session).head
    assert said.count(head) >= 3
    assert "sha256sum --check --quiet SHA256SUMS" in said
    assert "No period has been closed yet." in said


def test_a_periods_seal_is_worked_out_from_the_books_with_python_alone(
    look: Open, published: Engine
) -> None:
    with transaction(published) as session:
        kept = closing.close(session, APRIL, by="f.officer", at=clock.now(), reason="Agreed.")
    publish(published)

    worked_out = run(sys.executable, "-I", "-c", recipe_for(APRIL))

    assert worked_out.strip() == kept
    assert kept in seen(look(AUDITOR, "seal"))
    with reading(published) as session:
        assert sealed_as(session, kept) == "the seal of April 2003, closing 1"
        assert "which takes in every journal before it" in sealed_as(session, seals(session).head)
        assert sealed_as(session, "0" * 64) == ""
