"""Two councils' published extracts come to the figures they print, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from ledger.money import Money
from ledger.outcomes import NOT_ATTRIBUTED
from ledger.periods import FinancialYear
from ledger.problems import Refused
from tests.support.trusts import AT
from trust_commissioning import founding
from trust_commissioning.checking import check
from trust_commissioning.importing.loading import SpendLoaded, SpendPlan, load_spend, preview_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.reports import Scope, outcome_spend, trial_balance
from trust_commissioning.store import engine_for, migrate, reading, transaction
from trust_commissioning.store.tables import JournalRow

YEAR = FinancialYear.parse("2011-12")
POOLED = (("Service label", "Social Services Pooled Budgets"),)
CHILDREN = (("Service label", "Childrens Services"),)

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Trust:
    """An empty trust of 2011-12 with the folder of published files."""

    engine: Engine
    files: Path

    def load(self, name: str, **options: Any) -> SpendLoaded:
        with transaction(self.engine) as session:
            return load_spend(
                session,
                (self.files / name).read_bytes(),
                name=name,
                options=SpendOptions(fund="general", **options),
                by="admin",
                at=AT,
            )

    def preview(self, name: str, **options: Any) -> SpendPlan:
        with reading(self.engine) as session:
            return preview_spend(
                session,
                (self.files / name).read_bytes(),
                name=name,
                options=SpendOptions(fund="general", **options),
            )


@pytest.fixture
def trust(database_url: str, shared_dir: Path) -> Iterator[Trust]:
    migrate(database_url)
    engine = engine_for(database_url)
    with transaction(engine) as session:
        founding.found(
            session,
            name="A council as it published",
            year=YEAR,
            administrator=founding.Administrator(username="admin", name="Admin"),
            at=AT,
        )
    yield Trust(engine, shared_dir / "data")
    engine.dispose()


def figures(session: Session) -> tuple[str, str]:
    """What the not attributed line and the trial balance say was spent."""
    (line,) = [
        one
        for one in outcome_spend(session, Scope(None, YEAR), AT).rows
        if one["outcome"] == NOT_ATTRIBUTED
    ]
    rows = {one["account"]: one for one in trial_balance(session, Scope(None, YEAR), AT).rows}
    return str(line["actual"]), str(rows["Assets:HostCash"]["credit"])


def test_leeds_posts_9953_lines_that_agree_with_its_printed_total(trust: Trust) -> None:
    name = "leeds_2011-12_raw.csv"
    pooled = trust.preview(name, where=POOLED, control_total=Money.parse("3937063.78"))
    children = trust.preview(name, where=CHILDREN, control_total=Money.parse("8558982.06"))

    loaded = trust.load(name, control_total=Money.parse("78917710.50"))
    again = trust.load(name)

    assert (len(pooled.to_post), pooled.total.plain, pooled.problems) == (759, "3937063.78", ())
    assert (len(children.to_post), children.total.plain, children.problems) == (
        1909,
        "8558982.06",
        (),
    )
    assert (loaded.rows_posted, loaded.journals, loaded.total.plain) == (
        9953,
        9953,
        "78917710.50",
    )
    assert loaded.printed_total == loaded.total
    assert loaded.rows_skipped["total_row"] == 1
    assert loaded.last_journal == "2011-12/009953"
    assert (again.rows_posted, again.journals, again.total.plain, again.batch) == (
        0,
        0,
        "0.00",
        loaded.batch,
    )
    with reading(trust.engine) as session:
        assert figures(session) == ("£78,917,710.50", "£78,917,710.50")
        assert check(session) == []


def test_leeds_pooled_lines_alone_are_759_and_the_rest_follow_later(trust: Trust) -> None:
    name = "leeds_2011-12_raw.csv"

    loaded = trust.load(name, where=POOLED, control_total=Money.parse("3937063.78"))
    with pytest.raises(Refused, match=r"control total is £1\.00"):
        trust.load(name, control_total=Money.parse("1.00"))
    children = trust.load(name, where=CHILDREN)
    again = trust.load(name, where=POOLED)
    rest = trust.preview(name)

    assert (loaded.rows_posted, loaded.total.plain) == (759, "3937063.78")
    assert (children.rows_posted, children.total.plain) == (1909, "8558982.06")
    assert again.rows_posted == 0
    assert (len(rest.to_post), rest.problems) == (9953 - 759 - 1909, ())
    assert rest.total == Money.parse("78917710.50") - loaded.total - children.total


def test_devon_is_refused_for_its_fraction_of_a_penny_then_loaded_rounded(trust: Trust) -> None:
    name = "devon_2011-12_raw.csv"

    with pytest.raises(Refused) as refused:
        trust.load(name)
    with reading(trust.engine) as session:
        assert session.exec(select(JournalRow.id)).first() is None
    loaded = trust.load(name, round_pence=True)
    again = trust.load(name, round_pence=True)

    assert [one.row for one in refused.value.problems] == [1069]
    assert "638.875" in refused.value.problems[0].message
    assert (loaded.rows_posted, loaded.total.plain) == (5669, "21142890.57")
    assert loaded.rows_skipped == {"nil_amount": 2, "blank_row": 1323}
    assert [(one["row"], one["text"], one["amount"]) for one in loaded.rounded] == [
        (482, "6.82121E-13", "0.00"),
        (1069, "638.875", "638.88"),
    ]
    assert again.rows_posted == 0
    with reading(trust.engine) as session:
        assert figures(session)[0] == "£21,142,890.57"
        assert check(session) == []
