"""Duties of a contract met on a day, with the papers that are filed by their fingerprints."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from ledger.problems import Refused
from tests.commissioning.conftest import NUMBER, Record, day
from trust_commissioning.store import contracts, reading

MET: Mapping[str, Any] = {
    "contract": NUMBER,
    "reference": "M-1",
    "obligation": "insurance",
    "due": "2003-04-30",
    "day": "2003-04-25",
    "words": "Certificate seen",
}
PAPER: Mapping[str, Any] = {
    "contract": NUMBER,
    "reference": "D-1",
    "name": "Signed contract",
    "kind": "contract",
    "day": "2003-03-14",
    "sha256": "ab" * 32,
    "kept_at": "Deed store, box 12",
}


def refused(record: Record, event: str, **asked: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as said:
        record(event, **asked)
    return [(one.code, one.where) for one in said.value.problems]


def test_a_duty_is_met_for_a_day_it_fell_due(trust: Engine, signed: None, record: Record) -> None:
    assert record("obligation-met", **MET)["recorded"] is True
    assert record("obligation-met", **MET)["recorded"] is False

    with reading(trust) as session:
        (met,) = contracts.obligations_met(session)[NUMBER]
    assert (met.due, met.day, met.words) == (
        day("2003-04-30"),
        day("2003-04-25"),
        "Certificate seen",
    )


def test_a_duty_nobody_has_or_not_of_that_day_is_refused(signed: None, record: Record) -> None:
    assert refused(record, "obligation-met", **{**MET, "due": "2003-05-30"}) == [
        ("obligation_not_due", "due")
    ]
    assert refused(record, "obligation-met", **{**MET, "obligation": "nothing"}) == [
        ("obligation_unknown", "obligation")
    ]
    assert refused(record, "obligation-met", **{**MET, "day": "2003-07-16"}) == [
        ("day_ahead_of_time", "day")
    ]


def test_what_was_due_once_is_met_once(signed: None, record: Record) -> None:
    record("obligation-met", **MET)

    assert refused(record, "obligation-met", **{**MET, "reference": "M-2"}) == [
        ("obligation_met_already", "due")
    ]


def test_a_paper_is_kept_by_name_and_fingerprint_for_good(
    trust: Engine, signed: None, record: Record
) -> None:
    assert record("contract-document", **PAPER)["recorded"] is True
    assert record("contract-document", **PAPER)["recorded"] is False
    assert refused(record, "contract-document", **{**PAPER, "sha256": "cd" * 32}) == [
        ("event_recorded_otherwise", "reference")
    ]

    with reading(trust) as session:
        (paper,) = contracts.documents(session, NUMBER)
    assert (paper.name, paper.sha256, paper.kept_at) == (
        "Signed contract",
        "ab" * 32,
        "Deed store, box 12",
    )
    with trust.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text("UPDATE contract_document SET name = 'Another'"))
