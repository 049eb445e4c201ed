"""A few days of the simulation, and that it notices what it is there to notice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from ledger.journal import Book
from tests.simulation.__main__ import main
from tests.simulation.at_work import NotAsTold, TrustAtWork
from tests.support.demo import KeptDemo, load_into
from tests.support.postgres import PostgresServer
from trust_commissioning.store import engine_for

pytestmark = pytest.mark.slow

DAYS = 4  # to Saturday: one Friday, with its extracts and its publication


def lived(engine: Engine, folder: Path, seed: int = 3) -> TrustAtWork:
    made = TrustAtWork(engine, folder, seed)
    assert made.work(DAYS, until=lambda: False, say=print) == DAYS
    return made


@pytest.fixture(scope="module")
def trust(kept_demo: KeptDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TrustAtWork]:
    folder = tmp_path_factory.mktemp("simulated")
    with kept_demo.copy(folder) as engine:
        yield lived(engine, folder)


@pytest.mark.long
def test_a_seed_lives_the_same_days_on_both_databases(
    trust: TrustAtWork, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.fresh()
    load_into(url)
    other = lived(engine_for(url), tmp_path)

    assert other.fingerprint() == trust.fingerprint()
    assert other.told_so_far() == trust.told_so_far()
    trust.agree()
    other.verify()
    other.engine.dispose()
    postgres_server.drop(url)


def test_in_those_days_extracts_came_mistakes_were_refused_and_journals_posted(
    trust: TrustAtWork,
) -> None:
    assert {"extract loaded", "refused", "posted", "published"} <= trust.happened.keys()


def test_a_penny_that_is_not_as_it_was_told_is_noticed(trust: TrustAtWork) -> None:
    trust.told[Book.ACTUAL, "Expenses"] += 1
    try:
        with pytest.raises(NotAsTold):
            trust.agree()
    finally:
        trust.told[Book.ACTUAL, "Expenses"] -= 1


def test_a_journal_that_was_told_and_is_not_there_is_noticed(trust: TrustAtWork) -> None:
    trust.journals += 1
    try:
        with pytest.raises(NotAsTold):
            trust.agree()
    finally:
        trust.journals -= 1


def test_it_ends_with_the_time_it_is_given_and_still_checks_everything(
    kept_demo: KeptDemo, capsys: pytest.CaptureFixture[str]
) -> None:
    def load(url: str) -> None:
        kept_demo.copied_to(Path(make_url(url).database or "").parent)

    assert main(["--days", "30", "--minutes", "0"], load) == 0

    said = capsys.readouterr().out
    assert "It ended after 0 days" in said
    assert "both hold" in said
