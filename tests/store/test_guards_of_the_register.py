"""What was said of call-offs, invoices and payments is never changed, by whatever program."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlmodel import Session

from tests.support.attacking import REFUSALS, Attack, attacking
from tests.support.register import APPROVER, AT, CLERK, FOSTER, MANAGER, Register, found_register
from tests.support.trusts import copy_of
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import guards
from trust_commissioning.store.tables import calling_off

PLACED, FOUR_WEEKS = "C-0001/01", {"starts": "2003-04-01", "ends": "2003-04-28"}
CALL_OFF = {
    "reference": "P-1",
    "contract": "C-0001",
    "title": "Foster placement",
    "account": FOSTER,
    "day": "2003-04-01",
    "starts": "2003-04-01",
    "unit": "week",
    "price": "700.00",
}
RETURN = {
    "reference": "R-1",
    "call_off": PLACED,
    **FOUR_WEEKS,
    "units": "4",
    "day": "2003-05-02",
}
RULE = {
    "reference": "t",
    "day": "2003-04-01",
    "percent": "1",
    "amount": "5.00",
    "reason": "Rounding",
}
INVOICE = {
    "reference": "inv-1",
    "provider": "oakfield",
    "number": "1001",
    "day": "2003-05-01",
    "received": "2003-05-03",
    "lines": [{"call_off": PLACED, **FOUR_WEEKS, "net": "2800.00"}],
}
EXTRACT = b"Date,Supplier,Reference,Amount\n20/05/2003,Oakfield Fostering,1001,1400.00\n"
OF_CALL_OFFS = {
    "call_off_event": "contents = '{}'",
    "delivery_return": "units = '5'",
    "invoice_line": "net_pence = 1",
    "invoice_event": "day = '2003-06-01'",
    "line_approval": "net_pence = 1",
    "line_taken_back": "ends = '2003-04-20'",
    "matching_rule": "pence = 100000",
    "payment_held": "pence = 1",
    "payment_settled": "invoice = 'I-000002'",
    "payment_decision": "invoice = NULL",
}


def found_paid_placement(session: Session) -> None:
    """A placement with a return, an approved invoice, and half of it paid by a held payment."""
    found_register(session)
    session.flush()
    approval = {"reference": "ok", "invoice": "I-000001", "day": "2003-05-10"}
    end = {"reference": "e", "call_off": PLACED, "day": "2003-04-14", "reason": "Returned home"}
    back = approval | {"reference": "b", "line": 1, "amount": "1400.00", "reason": "Ended"}
    for event, asked, by in (
        ("call-off", CALL_OFF, MANAGER),
        ("return", RETURN, MANAGER),
        ("matching-rule", RULE, MANAGER),
        ("invoice", INVOICE, MANAGER),
        ("invoice-approval", approval, APPROVER),
        ("call-off-end", end, MANAGER),
        ("overpayment", back, APPROVER),
    ):
        what = EVENTS[event]
        what.act(session, what.asks.model_validate(asked, strict=False), by, AT)
    options = SpendOptions(fund="pool")
    loaded = load_spend(session, EXTRACT, name="may.csv", options=options, by=CLERK, at=AT)
    decided = {
        "reference": "d",
        "journal": loaded.first_journal,
        "day": "2003-05-21",
        "invoice": "I-000001",
        "reason": "The first half",
    }
    what = EVENTS["held-payment"]
    what.act(session, what.asks.model_validate(decided, strict=False), CLERK, AT)


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with copy_of(found_paid_placement, request, request.param, tmp_path) as made:
        yield Register(made)


@pytest.fixture
def attack(register: Register) -> Iterator[Attack]:
    with attacking(register.engine) as made:
        yield made


def test_every_table_of_what_was_said_of_call_offs_is_attacked() -> None:
    declared = {
        row.__tablename__
        for row in vars(calling_off).values()
        if hasattr(row, "__tablename__") and row.__module__ == calling_off.__name__
    }

    assert OF_CALL_OFFS.keys() == declared & guards.KEPT_FOR_EVER.keys()
    assert declared - OF_CALL_OFFS.keys() == {"call_off", "invoice"}


def test_what_is_recorded_of_a_call_off_is_never_changed(
    register: Register, attack: Attack
) -> None:
    sqlite = register.engine.dialect.name == "sqlite"
    for table, change in OF_CALL_OFFS.items():
        columns = ", ".join(one["name"] for one in inspect(register.engine).get_columns(table))
        again = f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"
        for act in (
            f"UPDATE {table} SET {change}",
            f"DELETE FROM {table}",
            again if sqlite else f"TRUNCATE {table} CASCADE",
        ):
            with pytest.raises(REFUSALS, match="guard: kept_for_ever"):
                attack(act)

    assert register.is_clean()


BALANCE = (
    "INSERT INTO call_off_balance (book, year, fund, period, call_off, pence, last_sequence) "
    f"VALUES ('actual', '2003-04', 'pool', 9, '{PLACED}', 5, 0)"
)


@pytest.mark.parametrize(
    ("refusal", "act"),
    [
        ("balance_moves_by_posting_only", "UPDATE call_off_balance SET pence = pence + 1"),
        ("balance_moves_by_posting_only", "UPDATE call_off_balance SET year = '2004-05'"),
        ("balance_starts_at_nil", BALANCE),
        ("balance_never_deleted", "DELETE FROM call_off_balance"),
        ("balance_moves_by_posting_only", "UPDATE contract_balance SET pence = pence + 1"),
        ("balance_starts_at_nil", BALANCE.replace("call_off", "contract").replace("/01", "")),
        ("balance_never_deleted", "DELETE FROM contract_balance"),
    ],
)
def test_what_a_call_off_or_contract_comes_to_moves_by_posting_only(
    register: Register, attack: Attack, refusal: str, act: str
) -> None:
    with pytest.raises(REFUSALS, match=f"guard: {refusal}"):
        attack(act)

    assert register.is_clean()
