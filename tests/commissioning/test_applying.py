"""Contracts of a trust's own file: the outline as ever, with terms and variations where it has them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from contracts.contract import Contract, Form
from ledger.money import Money
from ledger.problems import Refused
from tests.commissioning.conftest import ADMIN, AT, Record, day
from trust_commissioning.applying import apply, read
from trust_commissioning.store import transaction

Kept = Callable[..., Contract]
OUTLINE = """
contracts:
  - number: C-0001
    title: Advice line
    provider: haven
    service: respite
    fund: general
    value: "24000.00"
    starts: 2003-04-01
    ends: 2004-03-31
"""
TERMS = (
    OUTLINE
    + """
    form: cost_and_volume
    signed: 2003-03-20
    notice_months: 3
    lots:
      - {code: calls, title: Calls answered, unit: hour, price: "24.00", volume: 1000}
contract_variations:
  - contract: C-0001
    reference: V1
    day: 2003-10-01
    reason: More calls
    value: "30000.00"
"""
)


def did(trust: Engine, text: str) -> list[tuple[str, str, str]]:
    with transaction(trust) as session:
        changes = apply(session, read(text), by=ADMIN, at=AT)
    return [(one.kind, one.key, one.did) for one in changes]


def refused(trust: Engine, text: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as said:
        did(trust, text)
    return [(one.code, one.where) for one in said.value.problems]


def test_the_outline_of_a_contract_is_applied_as_ever(trust: Engine, kept: Kept) -> None:
    assert did(trust, OUTLINE) == []
    assert did(trust, OUTLINE.replace("24000.00", "25000.00")) == [
        ("contract", "C-0001", "changed")
    ]
    assert kept("C-0001").as_signed.value == Money.parse("25000.00")


def test_terms_and_variations_are_applied_once(trust: Engine, kept: Kept) -> None:
    assert did(trust, TERMS) == [
        ("contract terms", "C-0001", "added"),
        ("contract variation", "C-0001 V1", "added"),
    ]
    assert did(trust, TERMS) == []

    found = kept("C-0001")
    assert (found.form, found.signed) == (Form.COST_AND_VOLUME, day("2003-03-20"))
    assert found.as_signed.lots[0].volume == 1000
    assert found.as_at(day("2003-10-01")).value == Money.parse("30000.00")


def test_what_was_signed_changes_by_variation_only(trust: Engine, kept: Kept) -> None:
    did(trust, TERMS)

    assert refused(trust, OUTLINE.replace("24000.00", "25000.00")) == [
        ("contract_changes_by_variation", "contracts[0].value")
    ]
    assert kept("C-0001").as_signed.value == Money.parse("24000.00")


def test_an_outline_that_was_varied_is_not_changed_either(trust: Engine, record: Record) -> None:
    record(
        "variation", contract="C-0001", reference="V1", day="2003-10-01", reason="x", notice_months=3
    )  # fmt: skip

    assert refused(trust, OUTLINE.replace("2004-03-31", "2005-03-31")) == [
        ("contract_changes_by_variation", "contracts[0].ends")
    ]


def test_problems_are_named_by_their_place_in_the_file(trust: Engine) -> None:
    wrong: Any = (
        TERMS.replace("volume: 1000", "volume: 0")
        .replace("contract_variations:", "other:")
        .split("other:")[0]
    )

    assert refused(trust, wrong) == [("lot_volume_not_above_nil", "contracts[0].lots[0].volume")]
    nobody = "contract_variations:\n  - {contract: C-9, reference: V, day: 2003-10-01, reason: x}\n"
    assert refused(trust, nobody) == [("contract_unknown", "contract_variations[0].contract")]
