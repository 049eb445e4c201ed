"""Two people at one contract at once: one is done, the other is told so; nothing is done twice."""

import json
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine

from contracts.contract import Contract
from ledger.problems import Refused
from tests.commissioning.conftest import ADMIN, AT, CHECKER, CONTRACT, NUMBER, Record
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import transaction

Kept = Callable[..., Contract]


def at_once(trust: Engine, *told: tuple[str, str, dict[str, Any]]) -> list[str]:
    """What each of several events came to, begun together: ``recorded``, ``same``, or a code."""
    ready, came = Barrier(len(told)), [""] * len(told)

    def work(place: int, event: str, by: str, asked: dict[str, Any]) -> None:
        what = EVENTS[event]
        ready.wait()
        try:
            with transaction(trust) as session:
                said = what.act(session, what.asks.model_validate_json(json.dumps(asked)), by, AT)
            came[place] = "recorded" if said["recorded"] else "same"
        except Refused as refused:
            came[place] = refused.codes[0]

    threads = [Thread(target=work, args=(place, *one)) for place, one in enumerate(told)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(came)


@pytest.mark.parametrize("turn", range(3))
def test_two_who_apply_an_uplift_at_once_apply_it_once(
    trust: Engine, signed: None, record: Record, kept: Kept, turn: int
) -> None:
    asked = {"day": "2003-07-01", "starts": "2003-10-01", "reason": "Fees"}
    prices = [{"lot": "standard", "price": "735.00"}]
    record("uplift", contract=NUMBER, reference="U-1", **asked, prices=prices)
    step = {"uplift": "U-1", "day": "2003-07-02"}
    record("uplift-decision", by=CHECKER, **step, step="checked")
    apply = step | {"step": "applied"}

    came = at_once(
        trust,
        ("uplift-decision", CHECKER, apply | {"reason": "Agreed"}),
        ("uplift-decision", ADMIN, apply | {"reason": "The board agreed"}),
    )

    assert came == ["recorded", "uplift_decided"]
    assert [one.reference for one in kept().variations] == ["U-1"]


def test_two_variations_of_one_contract_at_once_are_both_kept_in_turn(
    trust: Engine, signed: None, kept: Kept
) -> None:
    varied: dict[str, Any] = {"contract": NUMBER, "day": "2003-10-01", "reason": "Agreed"}

    came = at_once(
        trust,
        *(
            ("variation", ADMIN, varied | {"reference": f"V{months}", "notice_months": months})
            for months in (4, 5, 6)
        ),
    )

    assert came == ["recorded"] * 3
    assert sorted(one.turn for one in kept().variations) == [1, 2, 3]


def test_a_contract_signed_twice_at_once_is_signed_once(trust: Engine, kept: Kept) -> None:
    came = at_once(trust, *(("contract", ADMIN, CONTRACT) for _ in range(2)))

    assert came == ["recorded", "same"]
    assert kept().state == "signed"
