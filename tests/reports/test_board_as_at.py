"""A closed month reads as it did when it was closed, or the figure that does not is named."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine

from ledger.budget import BudgetLine
from ledger.forecast import Method
from ledger.money import Money
from ledger.periods import Period
from tests.support.papered import HEALTH, fill_the_pool, spent
from tests.support.trusts import APPROVER, AT, CLERK, YEAR
from trust_commissioning import closing, posting
from trust_commissioning.budgeting.forecasting import ForecastSaid, set_forecast
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.board_pack import board_pack
from trust_commissioning.store import reading, transaction

THEN, LATER = datetime(2004, 1, 12, 9, tzinfo=UTC), datetime(2004, 6, 1, 9, tzinfo=UTC)
MARCH, DECEMBER = Period(YEAR, 12), Period(YEAR, 9)
THERAPY = BudgetLine(HEALTH, "therapy")
TOLD = ("board-pack", "gap", "grants", "outcomes", "measures", "partners", "funds", "decisions")
MEASURE = {
    "code": "stable-placements",
    "name": "Children in one placement for two years",
    "unit": "percent",
    "direction": "higher",
    "outcome": "stay_safe",
    "document": "The trust's plan",
    "reference": "page 7",
}
TARGET = {
    "code": "stability",
    "indicator": "stable-placements",
    "baseline": {"day": "2003-04-01", "figure": "60"},
    "points": [{"day": "2006-04-01", "figure": "80"}],
    "owner": "Head of fostering",
}


def tell(engine: Engine, event: str, at: datetime, **asked: Any) -> None:
    what = EVENTS[event]
    with transaction(engine) as session:
        what.act(session, what.asks.model_validate_json(json.dumps(asked)), "x.admin", at)


def observe(
    engine: Engine, reference: str, day: str, figure: str, at: datetime, **more: str
) -> None:
    asked = {"indicator": "stable-placements", "source": "Yearly return", **more}
    tell(engine, "observation", at, reference=reference, day=day, figure=figure, **asked)


def up_to_december(engine: Engine) -> None:
    """Nine months of a pool and a measure, each month closed on 12 January."""
    with transaction(engine) as session:
        fill_the_pool(session)
    tell(engine, "indicator", AT, **MEASURE)
    tell(engine, "outcome-target", AT, **TARGET)
    observe(engine, "o1", "2003-09-30", "64", THEN)
    with transaction(engine) as session:
        for number in range(1, 10):
            closing.close(session, Period(YEAR, number), by=CLERK, at=THEN, reason="Known")


def forecast(engine: Engine, amount: str, period: Period) -> None:
    said = ForecastSaid(method=Method.PERSON, reason="A new case", amount=Money.parse(amount))
    with transaction(engine) as session:
        set_forecast(session, "camhs", THERAPY, said, period=period, by="x.admin", at=LATER)


def pack(engine: Engine, period: Period, fund: str | None = None) -> Report:
    with reading(engine) as session:
        return board_pack(session, Scope(fund, period.year, period.number), LATER)


def told(report: Report) -> dict[str, tuple[Mapping[str, Any], ...]]:
    return {part.key: part.rows for part in report.tables if part.key in TOLD}


def since(report: Report) -> tuple[str, list[tuple[str, str, str, str]]]:
    (part,) = (one for one in report.parts if one.key == "since")
    rows = [(str(r["line"]), str(r["figure"]), str(r["then"]), str(r["now"])) for r in part.rows]
    return part.words[0], rows


def test_what_is_of_a_later_day_leaves_a_closed_month_as_it_was(engine: Engine) -> None:
    up_to_december(engine)
    before = told(pack(engine, DECEMBER))

    with transaction(engine) as session:
        more = spent("3000.00", day=date(2004, 1, 31), ref="january")
        posting.post(session, more, by=CLERK, at=LATER)
    forecast(engine, "15000.00", Period(YEAR, 10))
    observe(engine, "o2", "2004-03-31", "70", LATER)
    with transaction(engine) as session:
        closing.close(session, Period(YEAR, 10), by=CLERK, at=LATER, reason="Known")
    now = pack(engine, DECEMBER)

    assert told(now) == before
    assert since(now) == (
        "Every figure reads as it did when December 2003 was closed on 12 January 2004.",
        [],
    )
    spend = {row["key"]: row["amount"] for row in pack(engine, Period(YEAR, 10)).rows}
    assert (spend["actual"], spend["forecast"]) == (
        Money.parse("11512.63"),
        Money.parse("15512.34"),
    )


def test_what_was_recorded_later_of_an_earlier_day_was_not_known_when_the_month_was_closed(
    engine: Engine,
) -> None:
    up_to_december(engine)

    observe(engine, "o2", "2003-12-31", "61", LATER)
    observe(engine, "o3", "2003-09-30", "59", LATER, revises="o1", reason="Counted again")
    tell(
        engine,
        "outcome-target",
        LATER,
        **TARGET
        | {"owner": "X", "reason": "A new plan", "points": [{"day": "2006-04-01", "figure": "62"}]},
    )
    now = pack(engine, DECEMBER)

    (measures,) = (part for part in now.parts if part.key == "measures")
    assert measures.rows[0]["latest"] == "64% on 30 September 2003"
    assert measures.rows[0]["progress"] == (
        "On course: 64% against the 63.32% expected by 30 September 2003"
    )
    assert since(now)[1] == []


def test_a_forecast_entered_later_for_a_closed_month_counts_and_is_named(engine: Engine) -> None:
    up_to_december(engine)

    forecast(engine, "15000.00", DECEMBER)

    words, rows = since(pack(engine, DECEMBER, "camhs"))
    assert words == (
        "December 2003 was closed on 12 January 2004. What was entered since and speaks of then "
        "makes these figures read otherwise."
    )
    assert rows == [
        ("CAMHS pooled fund", "Lowest", "£11,512.63", "£15,762.34"),
        ("CAMHS pooled fund", "Forecast", "£11,512.63", "£15,762.34"),
        ("CAMHS pooled fund", "Highest", "£11,512.63", "£15,762.34"),
        ("CAMHS pooled fund", "Variance", "-£487.37", "£3,762.34"),
    ]


def test_a_month_opened_again_is_held_against_its_last_closing(engine: Engine) -> None:
    up_to_december(engine)
    with transaction(engine) as session:
        closing.ask_reopening(session, DECEMBER, reason="A late invoice", by=CLERK, at=LATER)
        closing.agree_reopening(session, DECEMBER, by=APPROVER, at=LATER)
        late = spent("100.00", day=date(2003, 12, 31), ref="late")
        posting.post(session, late, by=CLERK, at=LATER)
    assert not [part for part in pack(engine, DECEMBER).parts if part.key == "since"]

    with transaction(engine) as session:
        closing.close(session, DECEMBER, by=CLERK, at=LATER, reason="Known")

    assert since(pack(engine, DECEMBER)) == (
        "Every figure reads as it did when December 2003 was closed on 1 June 2004.",
        [],
    )


def test_movements_are_against_the_month_before_as_it_was_closed(engine: Engine) -> None:
    up_to_december(engine)
    forecast(engine, "15000.00", DECEMBER)

    (moved,) = (one for one in pack(engine, Period(YEAR, 10)).parts if one.key == "moved")

    assert moved.words == ("Against December 2003 as it was closed on 12 January 2004.",)
    rows = {row["key"]: (row["before"], row["movement"]) for row in moved.rows}
    assert rows["forecast"] == (Money.parse("11512.63"), Money.parse("3999.71"))
