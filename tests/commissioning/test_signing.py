"""Contracts signed, varied, extended and ended: what was signed stays, the rest is dated beside it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from contracts.contract import MAIN, Contract, Form
from contracts.pricing import DatedPrice
from ledger.money import Money
from ledger.problems import Refused
from tests.commissioning.conftest import AUDITOR, CONTRACT, NUMBER, Record, day
from trust_commissioning.store import contracts, reading

Kept = Callable[..., Contract]


def refused(record: Record, event: str, **asked: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as said:
        record(event, **asked)
    return [(one.code, one.where) for one in said.value.problems]


def vary(record: Record, reference: str, from_day: str, **said: Any) -> None:
    record("variation", contract=NUMBER, reference=reference, day=from_day, reason="Agreed", **said)


def test_a_contract_of_the_trusts_own_file_is_one_lot_for_the_whole(kept: Kept) -> None:
    found = kept("C-0001")

    (lot,) = found.as_signed.lots
    assert (lot.code, lot.service, lot.price) == (MAIN, "respite", Money.parse("24000.00"))
    assert (found.form, found.state) == (Form.BLOCK, "signed")


def test_what_is_signed_is_kept_as_it_was_asked(signed: None, kept: Kept) -> None:
    found = kept()

    assert (found.state, found.signed, found.form) == ("signed", day("2003-03-14"), Form.FRAMEWORK)
    assert [(one.code, one.service) for one in found.as_signed.lots] == [
        ("standard", "fostering"),
        ("breaks", "respite"),
    ]
    assert found.as_signed.value_with_vat == Money.parse("300000.00")
    assert found.as_signed.indexation is not None
    assert [one.code for one in found.as_signed.extensions] == ["first", "second"]


def test_recorded_again_it_is_the_same_contract_and_otherwise_refused(
    signed: None, record: Record
) -> None:
    assert record("contract", **CONTRACT)["recorded"] is False
    assert refused(record, "contract", **CONTRACT | {"value": "1.00"}) == [
        ("event_recorded_otherwise", "reference")
    ]


def test_a_draft_is_changed_until_it_is_signed(record: Record, kept: Kept) -> None:
    draft = {key: value for key, value in CONTRACT.items() if key != "signed"}
    assert record("contract", **draft)["state"] == "draft"
    assert refused(
        record, "variation", contract=NUMBER, reference="V1", day="2003-05-01", reason="x",
        notice_months=6,
    ) == [("move_not_permitted", "contract")]  # fmt: skip

    record("contract", **draft | {"value": "310000.00"})
    record("contract", **CONTRACT | {"value": "320000.00"})

    assert kept().state == "signed"
    assert kept().as_signed.value == Money.parse("320000.00")


def test_an_outline_of_the_trusts_own_file_is_given_its_terms(record: Record, kept: Kept) -> None:
    outline = {
        "number": "C-0001", "provider": "haven", "service": "respite", "value": "24000.00",
        "ends": "2004-03-31", "title": "Advice line and more", "extensions": [],
    }  # fmt: skip

    record("contract", **CONTRACT | outline)

    assert [lot.code for lot in kept("C-0001").as_signed.lots] == ["standard", "breaks"]


def test_every_name_nobody_knows_is_said_at_once(record: Record) -> None:
    wrong = CONTRACT | {"provider": "nobody", "service": "nothing", "fund": "nowhere"}

    assert refused(record, "contract", **wrong) == [
        ("provider_unknown", "provider"),
        ("service_unknown", "service"),
        ("fund_unknown", "fund"),
    ]


def test_only_who_keeps_the_register_signs_or_varies(signed: None, record: Record) -> None:
    for event, asked in (
        ("contract", CONTRACT),
        ("variation", {"contract": NUMBER, "reference": "V", "day": "2003-05-01", "reason": "x"}),
        ("extension", {"contract": NUMBER, "reference": "V", "day": "2003-05-01", "reason": "x",
                       "option": "first"}),
    ):  # fmt: skip
        assert refused(record, event, by=AUDITOR, **asked) == [("not_permitted", "by")]


def test_a_variation_entered_late_takes_its_place(signed: None, record: Record, kept: Kept) -> None:
    vary(record, "V1", "2004-04-01", lots_changed=[{"lot": "standard", "price": "735.00"}])
    vary(record, "V2", "2003-10-01", lots_changed=[{"lot": "standard", "price": "710.00"}])

    assert kept().lot_prices("standard") == (
        DatedPrice(day("2003-04-01"), Money.parse("700.00")),
        DatedPrice(day("2003-10-01"), Money.parse("710.00")),
        DatedPrice(day("2004-04-01"), Money.parse("735.00")),
    )
    assert kept().as_at(day("2003-09-30")) == kept().as_signed


def test_a_variation_changes_term_value_notice_and_lots(
    signed: None, record: Record, kept: Kept
) -> None:
    vary(
        record,
        "V1",
        "2004-04-01",
        ends="no_fixed_end",
        value="450000.00",
        notice_months=6,
        lots_ended=["breaks"],
        lots_added=[
            {"code": "parent-child", "title": "Parent and child", "unit": "week", "price": "1150.00"}
        ],
    )  # fmt: skip

    now = kept().as_at(day("2004-04-01"))
    assert (now.ends, now.value, now.notice_months) == (None, Money.parse("450000.00"), 6)
    assert [(one.code, one.service) for one in now.lots] == [
        ("standard", "fostering"),
        ("parent-child", "fostering"),
    ]


def test_the_same_reference_is_the_same_variation(signed: None, record: Record) -> None:
    asked = {"contract": NUMBER, "reference": "V1", "day": "2004-04-01", "reason": "Agreed"}
    assert record("variation", **asked, notice_months=6)["recorded"] is True
    assert record("variation", **asked, notice_months=6)["recorded"] is False
    assert refused(record, "variation", **asked, notice_months=4) == [
        ("event_recorded_otherwise", "reference")
    ]


def test_what_was_agreed_is_never_changed_in_the_database(
    trust: Engine, signed: None, record: Record
) -> None:
    vary(record, "V1", "2004-04-01", notice_months=6)

    for table in ("contract_variation", "contract_move"):
        for act in (f"UPDATE {table} SET recorded_by = 'x.admin'", f"DELETE FROM {table}"):
            with trust.connect() as connection, pytest.raises(DBAPIError):
                connection.execute(text(act))


def test_an_option_is_taken_up_in_time_and_moves_the_end(
    signed: None, record: Record, kept: Kept
) -> None:
    asked = {"contract": NUMBER, "option": "first", "reason": "Reviewed well"}
    assert refused(record, "extension", reference="E0", day="2006-01-01", **asked) == [
        ("extension_taken_too_late", "day")
    ]

    assert record("extension", reference="E1", day="2005-12-01", **asked)["recorded"] is True
    assert record("extension", reference="E1", day="2005-12-01", **asked)["recorded"] is False

    now = kept().as_at(day("2005-12-01"))
    assert now.ends == day("2007-03-31")
    assert [one.code for one in now.extensions] == ["second"]
    assert refused(record, "extension", reference="E2", day="2005-12-02", **asked) == [
        ("extension_unknown", "option")
    ]


def test_a_contract_ends_once_and_may_be_opened_again(
    signed: None, record: Record, kept: Kept
) -> None:
    end = {"contract": NUMBER, "day": "2004-01-05", "last_day": "2004-04-05", "reason": "Closed"}
    assert refused(
        record, "contract-end", reference="T0", how="ended", **end | {"last_day": "2006-04-01"}
    ) == [("contract_ends_earlier", "last_day")]

    record("contract-end", reference="T1", how="terminated", **end)
    assert (kept().state, kept().as_agreed().ends) == ("terminated", day("2004-04-05"))
    assert refused(record, "contract-end", reference="T2", how="ended", **end) == [
        ("move_not_permitted", "contract")
    ]
    assert refused(
        record, "contract-reopening", contract=NUMBER, reference="R", day="2004-02-01", reason="x"
    ) == [("move_not_permitted", "contract")]


def test_an_ended_contract_is_opened_again_with_a_new_end(
    signed: None, record: Record, kept: Kept
) -> None:
    record(
        "contract-end", contract=NUMBER, reference="T1", how="ended", day="2006-03-31",
        last_day="2006-03-31", reason="Ran out",
    )  # fmt: skip
    assert kept().state == "ended"

    record(
        "contract-reopening", contract=NUMBER, reference="R1", day="2006-04-10",
        ends="2007-03-31", reason="Extended late",
    )  # fmt: skip

    assert (kept().state, kept().as_agreed().ends) == ("signed", day("2007-03-31"))


def test_each_move_of_a_contract_is_kept_with_who_made_it(
    trust: Engine, signed: None, record: Record
) -> None:
    vary(record, "V1", "2004-04-01", notice_months=6)

    with reading(trust) as session:
        found = [(one.event, one.state, one.by) for one in contracts.moves(session, NUMBER)]
    assert found == [
        ("sign", "signed", "c.commissioner"),
        ("vary", "signed", "c.commissioner"),
    ]


def test_a_text_that_may_name_a_child_is_asked_about(signed: None, record: Record) -> None:
    answer = record(
        "variation", contract=NUMBER, reference="V1", day="2004-04-01", notice_months=6,
        reason="For the child born on 3/5/1994",
    )  # fmt: skip

    assert [one["where"] for one in answer["questions"]] == ["reason", "reason"]
