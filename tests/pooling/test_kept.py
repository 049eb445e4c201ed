"""What a pool's record holds goes into a backup and comes back whole."""

from pathlib import Path

from sqlalchemy import Engine, select

from tests.pooling.conftest import AT, CASH, MANAGER, Record
from trust_commissioning import backing_up
from trust_commissioning.store import engine_for, reading
from trust_commissioning.store.pool import agreements, contributions, disputes, receipts
from trust_commissioning.store.tables import METADATA

TABLES = (
    "pool_fact",
    "contribution",
    "instalment",
    "receipt",
    "receipt_match",
    "dispute",
    "dispute_step",
)


def test_a_backup_holds_the_whole_pool(trust: Engine, record: Record, tmp_path: Path):
    record(
        "dispute",
        reference="D-1",
        contribution=CASH,
        instalment="2003-04-30",
        amount="40.00",
        day="2003-05-20",
        reason="Not theirs",
    )
    record(
        "receipt", reference="R-1", fund="pool", partner="pct", amount="250.00", day="2003-06-03"
    )
    record(
        "dispute-resolution",
        by=MANAGER,
        dispute="D-1",
        reference="E-1",
        day="2003-07-04",
        outcome="resolved",
        words="Agreed",
        reduced="15.00",
    )
    record("chase", reference="L-1", fund="pool", partner="pct", day="2003-07-10", to="Finance")

    file = tmp_path / "pool.zip"
    backing_up.back_up(trust, file, at=AT)
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    backing_up.restore(url, file, keep=tmp_path / "kept", by="", at=AT)

    assert rows(engine_for(url)) == rows(trust)
    assert all(rows(trust).values())
    with reading(trust) as here, reading(engine_for(url)) as there:
        for read in (agreements, contributions, disputes, receipts):
            assert read(there) == read(here)
    engine_for(url).dispose()


def rows(engine: Engine) -> dict[str, list[str]]:
    with reading(engine) as session:
        return {
            name: sorted(repr(tuple(row)) for row in session.execute(select(METADATA.tables[name])))
            for name in TABLES
        }
