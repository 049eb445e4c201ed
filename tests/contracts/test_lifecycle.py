"""The lives of contracts, procurements, call-offs and invoices: each move tried both ways."""

from collections import Counter
from itertools import product
from typing import Any

import pytest

from contracts.lifecycle import (
    CALL_OFF,
    CONTRACT,
    INVOICE,
    LIFECYCLES,
    PROCUREMENT,
    CallOffEvent,
    CallOffState,
    InvoiceEvent,
    InvoiceState,
    Lifecycle,
    ProcurementEvent,
    ProcurementState,
    after,
    allowed,
)
from ledger.problems import Problem
from trust_commissioning.roles import MAY, Action, Role

EVERY = [
    (table, state, event)
    for table in LIFECYCLES
    for state, event in product((None, *table.states), table.events)
]

WHO: dict[tuple[str, str], Action] = {
    ("contract", "uplift"): Action.CHECK_UPLIFT,
    ("procurement", "waive"): Action.AWARD,
    ("procurement", "award"): Action.AWARD,
    ("invoice", "match"): Action.APPROVE_INVOICE,
    ("invoice", "hold"): Action.APPROVE_INVOICE,
    ("invoice", "dispute"): Action.APPROVE_INVOICE,
    ("invoice", "resolve"): Action.APPROVE_INVOICE,
    ("invoice", "approve"): Action.APPROVE_INVOICE,
    ("invoice", "approve_in_part"): Action.APPROVE_INVOICE,
    ("invoice", "credit"): Action.APPROVE_INVOICE,
    ("invoice", "reject"): Action.APPROVE_INVOICE,
    ("invoice", "settle"): Action.IMPORT_FILE,
}
"""The action each event is; the others are those of keeping their register."""
REST = {
    "contract": Action.KEEP_REGISTER,
    "procurement": Action.PROCURE,
    "call_off": Action.CALL_OFF,
    "invoice": Action.CALL_OFF,
}


def kinds_of(one: Any) -> set[Any]:
    """Every state, or every event, of the enumeration one of them is of."""
    every: Any = type(one)
    return set(every)


@pytest.mark.parametrize(
    ("table", "state", "event"), EVERY, ids=lambda it: getattr(it, "name", None) or str(it)
)
def test_every_event_in_every_state_moves_by_the_table_or_is_refused(
    table: Lifecycle[Any, Any], state: Any, event: Any
) -> None:
    moves = [one for one in table.moves if (one.state, one.event) == (state, event)]

    came_to = after(table, state, event, what="It")

    if moves:
        assert [came_to] == [one.to for one in moves]
    else:
        assert isinstance(came_to, Problem)
        assert came_to.code == "move_not_permitted"
        assert f"“{event.words}” is possible only" in came_to.message


@pytest.mark.parametrize(
    ("table", "state", "event"), EVERY, ids=lambda it: getattr(it, "name", None) or str(it)
)
def test_a_button_is_shown_to_those_and_only_those_who_may_make_the_move(
    table: Lifecycle[Any, Any], state: Any, event: Any
) -> None:
    shown = {role for role in Role if event in allowed(table, state, role)}

    move = table.move(state, event)
    action = WHO.get((table.name, event), REST[table.name])
    assert shown == (MAY[action] if move else set())


@pytest.mark.parametrize("table", LIFECYCLES, ids=lambda table: table.name)
def test_a_state_and_an_event_lead_to_one_state(table: Lifecycle[Any, Any]) -> None:
    counted = Counter((one.state, one.event) for one in table.moves)

    assert {pair for pair, count in counted.items() if count > 1} == set()


@pytest.mark.parametrize("table", LIFECYCLES, ids=lambda table: table.name)
def test_every_state_is_reached_from_nothing(table: Lifecycle[Any, Any]) -> None:
    reached: set[Any] = {None}
    for _ in table.states:
        reached |= {one.to for one in table.moves if one.state in reached}

    assert reached - {None} == kinds_of(table.states[0])


@pytest.mark.parametrize("table", LIFECYCLES, ids=lambda table: table.name)
def test_every_event_that_has_a_name_can_happen(table: Lifecycle[Any, Any]) -> None:
    assert set(table.events) == kinds_of(table.events[0])


def test_a_state_read_from_the_record_as_text_moves_like_the_state_itself() -> None:
    assert after(CALL_OFF, "requisitioned", CallOffEvent.ORDER) is CallOffState.ORDERED
    assert isinstance(after(CALL_OFF, "no such state", CallOffEvent.ORDER), Problem)


def test_a_call_off_goes_from_requisition_to_close_and_back_for_a_late_invoice() -> None:
    state: CallOffState | Problem | None = None
    told = []
    for event in "requisition vary order suspend resume end vary close reopen close".split():
        assert not isinstance(state, Problem)
        state = after(CALL_OFF, state, CallOffEvent(event))
        told.append(str(state))

    assert told == [
        "requisitioned", "requisitioned", "ordered", "suspended", "ordered",
        "ended", "ended", "closed", "ended", "closed",
    ]  # fmt: skip


def test_what_is_undisputed_of_a_held_invoice_is_approved_before_the_rest() -> None:
    state: InvoiceState | Problem | None = None
    for event in "receive hold approve_in_part settle resolve approve settle credit".split():
        assert not isinstance(state, Problem)
        state = after(INVOICE, state, InvoiceEvent(event))

    assert state is InvoiceState.SETTLED


def test_nothing_is_awarded_without_an_evaluation_or_somebody_who_lets_it_go_without() -> None:
    for state in (ProcurementState.PLANNED, ProcurementState.TENDERED):
        assert isinstance(after(PROCUREMENT, state, ProcurementEvent.AWARD), Problem)
    for state in (ProcurementState.EVALUATED, ProcurementState.WAIVED):
        assert after(PROCUREMENT, state, ProcurementEvent.AWARD) is ProcurementState.AWARDED


def test_a_refusal_names_the_thing_its_state_and_when_it_could_be_done() -> None:
    problem = after(
        CALL_OFF, CallOffState.ENDED, CallOffEvent.SUSPEND, what="Call-off C-0007/02", where="state"
    )

    assert problem == Problem(
        "move_not_permitted",
        "Call-off C-0007/02 is ended; “suspend” is possible only while it is ordered.",
        "state",
    )


def test_a_thing_that_is_there_is_not_begun_again() -> None:
    problem = after(CONTRACT, "signed", CONTRACT.events[0])

    assert isinstance(problem, Problem)
    assert problem.message == (
        "The contract is signed; “draft” is possible only while it is draft."
    )
