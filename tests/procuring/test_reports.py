"""What a board reads of a procurement: the results, the award, each decision with its person."""

from sqlalchemy import Engine

from tests.procuring.test_running import OF, decided, evaluated
from tests.support.choosing import Record
from tests.support.trusts import AT, YEAR
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.store import reading


def procurements(engine: Engine) -> Report:
    with reading(engine) as session:
        return REPORTS["procurements"](session, Scope(None, YEAR, 6), AT)


def test_a_procurement_is_shown_with_its_need_its_award_and_its_contract(
    choosing: Engine, record: Record
) -> None:
    evaluated(record)
    decided(record)
    linked = {"reference": "l", "day": "2003-07-01", "lot": "main", "contract": "C-0002"}
    record("award-contract", **OF, **linked)

    report = procurements(choosing)

    (row,) = report.rows
    assert (row["need"], row["state"], row["awarded"], row["contracts"]) == (
        "placements",
        "Awarded",
        "Beech House",
        "C-0002",
    )
    assert report.totals["estimated"].plain == "300000.00"


def test_bids_stand_in_order_of_their_exact_results(choosing: Engine, record: Record) -> None:
    evaluated(record)
    decided(record)

    bids = procurements(choosing).parts[0].rows

    assert [(row["provider"], row["scores"], row["result"], row["place"]) for row in bids] == [
        ("Beech House", "Quality of care 60.00; Price 36.00", "96.00", "1, awarded"),
        ("Oakfield Fostering", "Quality of care 36.00; Price 40.00", "76.00", "2"),
    ]


def test_every_decision_names_its_day_and_its_person(choosing: Engine, record: Record) -> None:
    evaluated(record)
    decided(record)

    told = [
        (row["day"], row["by"], row["decision"]) for row in procurements(choosing).parts[1].rows
    ]

    assert told[0] == (
        "10 April 2003",
        "Cleo Commissioner",
        "Planned: open, thought to be worth £300,000.00.",
    )
    assert ("1 June 2003", "Sam Assessor", "Declared no interest.") in told
    assert ("10 June 2003", "Cleo Commissioner", "Evaluated. 1 score moderated.") in told
    assert told[-1] == (
        "20 June 2003",
        "Piers Approver",
        "Lot main awarded to bid beech. The best result",
    )
