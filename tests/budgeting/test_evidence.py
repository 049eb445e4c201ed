"""Profiles and forecasts are evidence: the database lets none be changed, and a backup has all."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from ledger.forecast import Method
from ledger.money import Money
from ledger.periods import Period
from ledger.profile import ProfileSaid, Shape
from tests.budgeting.conftest import CARE, Rule
from tests.support.trusts import AT, CLERK, YEAR
from trust_commissioning import backing_up, budgeting
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import BudgetProfileRow, ForecastRow, VirementRuleRow


@pytest.fixture
def planned(budgeted: Engine, rule: Rule) -> Engine:
    """A line with a profile and a forecast, and a limit."""
    rule(limit={"role": "approver", "amount": "10000.00"})
    with transaction(budgeted) as session:
        season = ProfileSaid(Shape.SEASONAL, (1,) * 12)
        budgeting.set_profile(session, "general", YEAR, CARE, season, by="x.admin", at=AT)
        said = budgeting.ForecastSaid(
            method=Method.PERSON, amount=Money.parse("130000"), reason="two placements"
        )
        budgeting.set_forecast(
            session, "general", CARE, said, period=Period(YEAR, 6), by=CLERK, at=AT
        )
    return budgeted


@pytest.mark.parametrize("table", ["forecast", "budget_profile"])
@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'other'", "DELETE FROM {}"])
def test_what_was_said_is_never_changed_or_taken_away(
    planned: Engine, table: str, change: str
) -> None:
    with planned.connect() as connection, pytest.raises(DatabaseError, match="kept_for_ever"):
        connection.exec_driver_sql(change.format(table))


def test_a_backup_brings_back_rules_profiles_and_forecasts(planned: Engine, tmp_path: Path) -> None:
    def kept() -> list[object]:
        with reading(planned) as session:
            return [
                row.model_dump()
                for table in (VirementRuleRow, BudgetProfileRow, ForecastRow)
                for row in session.exec(select(table))
            ]

    before = kept()
    file = tmp_path / "backup.zip"
    backing_up.back_up(planned, file, at=AT)
    url = planned.url.render_as_string(hide_password=False)
    backing_up.restore(url, file, keep=tmp_path / "kept", by="", at=AT)

    assert len(before) == 3
    assert kept() == before
