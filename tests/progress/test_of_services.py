"""The product's long work says how far it is, by true counts, and leaves nothing where it is stopped."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine

from tests.support.trusts import AT, CLERK
from trust_commissioning import backing_up, progress, publishing
from trust_commissioning.checking import check
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.progress import Step, Stopped, telling
from trust_commissioning.store import journals, reading, transaction
from trust_commissioning.store.imports import BATCH

ROWS = 2500


@pytest.fixture(autouse=True)
def _at_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY", 0.0)


def extract(rows: int = ROWS) -> bytes:
    lines = [f"30/04/2003,Kestrel House,Short breaks {n},1.00\n" for n in range(rows)]
    return ("Date,Supplier,Purpose,Amount\n" + "".join(lines)).encode()


def load(engine: Engine, data: bytes, name: str = "april.csv") -> None:
    with transaction(engine) as session:
        load_spend(session, data, name=name, options=SpendOptions(fund="general"), by=CLERK, at=AT)


def kept(engine: Engine) -> tuple[int, int]:
    """How many journals and how many batches there are."""
    with reading(engine) as session:
        posted = journals.search_totals(session, journals.Search())[0]
        return posted, len(session.execute(BATCH.select()).all())


def ends(told: list[Step]) -> dict[str, tuple[int, int]]:
    return {step.words: (step.done, step.of) for step in told}


def test_loading_an_extract_tells_each_of_its_steps_to_the_last_row(engine: Engine) -> None:
    told: list[Step] = []

    with telling(told.append):
        load(engine, extract())

    assert list(ends(told)) == [
        "Reading the file",
        "Reading rows",
        "Coding lines",
        "Checking journals",
        "Writing rows",
        "Preparing journals",
        "Entering journals",
        "Entering their lines",
        "Numbering and sealing journals",
        "Posting journals",
        "Keeping what journals are found by",
    ]
    assert ends(told)["Reading the file"] == (ROWS + 1, ROWS + 1)  # with the headings
    assert ends(told)["Entering their lines"] == (2 * ROWS, 2 * ROWS)
    for words in ("Reading rows", "Coding lines", "Posting journals"):
        assert ends(told)[words] == (ROWS, ROWS)
    halfway = [step.done for step in told if step.words == "Posting journals"]
    assert halfway == [0, 2000, 2500]


@pytest.mark.parametrize("at", ["Reading rows", "Entering journals", "Posting journals"])
def test_loading_that_is_stopped_leaves_nothing_and_loads_whole_afterwards(
    engine: Engine, at: str
) -> None:
    def no_more(step: Step) -> None:
        if step.words == at and step.done:
            raise Stopped

    with pytest.raises(Stopped), telling(no_more):
        load(engine, extract())
    assert kept(engine) == (0, 0)

    load(engine, extract())
    assert kept(engine) == (ROWS, 1)


def test_a_workbook_is_told_row_by_row_and_stops_though_its_reader_takes_every_fault(
    engine: Engine, tmp_path: Path
) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Date", "Supplier", "Purpose", "Amount"])
    for n in range(40):
        book.active.append(["30/04/2003", "Kestrel House", f"Short breaks {n}", "1.00"])
    book.save(tmp_path / "april.xlsx")
    data = (tmp_path / "april.xlsx").read_bytes()

    def no_more(step: Step) -> None:
        if step == Step("Reading the workbook", 10):
            raise Stopped

    with pytest.raises(Stopped), telling(no_more):
        load(engine, data, "april.xlsx")

    told: list[Step] = []
    with telling(told.append):
        load(engine, data, "april.xlsx")
    assert ends(told)["Reading the workbook"] == (41, 41)
    assert kept(engine) == (40, 1)


def test_publishing_verifying_and_checking_tell_what_they_hold_against_what(
    engine: Engine, tmp_path: Path
) -> None:
    load(engine, extract(3))
    told: list[Step] = []

    with telling(told.append), reading(engine) as session:
        assert not publishing.publish(session, tmp_path / "books", AT).problems
        assert publishing.verify(session, tmp_path / "books") == []
        assert check(session) == []

    found = ends(told)
    assert found["Writing the books"][0] == found["Writing the books"][1] > 5
    assert found["Holding the books against the record"][1] > 0
    assert found["Walking along the chain of journals"] == (3, 3)
    assert "Checking the audit trail" in found


def test_a_backup_is_told_as_it_is_written_read_back_and_loaded(
    engine: Engine, tmp_path: Path
) -> None:
    load(engine, extract(3))
    told: list[Step] = []

    with telling(told.append):
        backing_up.back_up(engine, tmp_path / "kept.zip", at=AT)

    found = ends(told)
    for words in ("Writing", "Reading back", "Loading"):
        assert found[f"{words} the journal rows"] == (3, 3)

    def no_more(step: Step) -> None:
        if step.words == "Loading the posting rows":
            raise Stopped

    with pytest.raises(Stopped), telling(no_more):
        backing_up.back_up(engine, tmp_path / "stopped.zip", at=AT)
    assert [file.name for file in tmp_path.iterdir()] == ["kept.zip"]
