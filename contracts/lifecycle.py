"""The lives of contracts, procurements, call-offs and invoices: one table each of permitted moves.

A move says from which state, by which event, into which state, and who may make it. The diagrams in
docs/reference/lifecycles.md and the buttons of a page are made from these tables, and nothing sets
a state except by what `after` answers. What a day decides (a contract in force, a review late) is
no state: it is worked out from dates whenever it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from ledger.problems import Problem


class _Word(StrEnum):
    """A state or an event."""

    @property
    def words(self) -> str:
        """``approve in part``: within a sentence."""
        return self.value.replace("_", " ")

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Approve in part``: on a button or as a state on a page."""
        return self.words[:1].upper() + self.words[1:]


class ContractState(_Word):
    """Where a contract stands; whether it is in force on a day is worked out from its days."""

    DRAFT = "draft"
    SIGNED = "signed"
    ENDED = "ended"
    TERMINATED = "terminated"


class ContractEvent(_Word):
    """What happens to a contract."""

    DRAFT = "draft"
    SIGN = "sign"
    VARY = "vary"
    EXTEND = "extend"
    UPLIFT = "uplift"
    END = "end"
    TERMINATE = "terminate"
    REOPEN = "reopen"


class ProcurementState(_Word):
    """Where a procurement stands."""

    PLANNED = "planned"
    TENDERED = "tendered"
    EVALUATED = "evaluated"
    WAIVED = "waived"
    AWARDED = "awarded"
    ABANDONED = "abandoned"


class ProcurementEvent(_Word):
    """What happens to a procurement."""

    PLAN = "plan"
    TENDER = "tender"
    BID = "bid"
    SCORE = "score"
    EVALUATE = "evaluate"
    WAIVE = "waive"
    AWARD = "award"
    LINK = "link"
    ABANDON = "abandon"


class CallOffState(_Word):
    """Where a call-off stands."""

    REQUISITIONED = "requisitioned"
    ORDERED = "ordered"
    SUSPENDED = "suspended"
    ENDED = "ended"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class CallOffEvent(_Word):
    """What happens to a call-off."""

    REQUISITION = "requisition"
    ORDER = "order"
    VARY = "vary"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"
    CANCEL = "cancel"
    CLOSE = "close"
    REOPEN = "reopen"


class InvoiceState(_Word):
    """Where an invoice stands; held and approved in part are of those with disputed lines."""

    RECEIVED = "received"
    MATCHED = "matched"
    HELD = "held"
    APPROVED = "approved"
    PART_APPROVED = "part_approved"
    REJECTED = "rejected"
    SETTLED = "settled"


class InvoiceEvent(_Word):
    """What happens to an invoice."""

    RECEIVE = "receive"
    MATCH = "match"
    HOLD = "hold"
    DISPUTE = "dispute"
    RESOLVE = "resolve"
    APPROVE = "approve"
    APPROVE_IN_PART = "approve_in_part"
    CREDIT = "credit"
    REJECT = "reject"
    SETTLE = "settle"


State = TypeVar("State", bound=_Word)
Event = TypeVar("Event", bound=_Word)

Roles = frozenset[str]
"""Names of roles; the application holds a person to theirs."""

KEEPERS: Roles = frozenset({"finance_officer", "pool_manager", "administrator"})
COMMISSIONING: Roles = KEEPERS | {"commissioner"}
AGREEING: Roles = COMMISSIONING | {"approver"}
WITH_AUTHORITY: Roles = frozenset({"approver", "pool_manager", "administrator"})


@dataclass(frozen=True, slots=True)
class Move(Generic[State, Event]):
    """One permitted move; `state` is None for what is not there yet."""

    state: State | None
    event: Event
    to: State
    who: Roles


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[State, Event]):
    """Every permitted move of one kind of thing. A state and an event lead to one state."""

    name: str
    title: str
    moves: tuple[Move[State, Event], ...]

    @property
    def states(self) -> tuple[State, ...]:
        """Every state that can be reached, in the order it is first named."""
        return tuple(dict.fromkeys(move.to for move in self.moves))

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(dict.fromkeys(move.event for move in self.moves))

    @property
    def last_states(self) -> tuple[State, ...]:
        """The states that nothing leads out of."""
        left = {move.state for move in self.moves if move.state != move.to}
        return tuple(state for state in self.states if state not in left)

    def move(self, state: State | str | None, event: Event) -> Move[State, Event] | None:
        """The move from a state by an event; None where it is not permitted."""
        return next((one for one in self.moves if (one.state, one.event) == (state, event)), None)


def after(
    table: Lifecycle[State, Event],
    state: State | str | None,
    event: Event,
    *,
    what: str = "",
    where: str = "",
) -> State | Problem:
    """The state an event leads to, or why it may not happen; `state` is None of a new thing.

    `what` names the thing in the message ("Call-off C-0007/02").
    """
    move = table.move(state, event)
    if move is not None:
        return move.to
    named = what or f"The {table.title}"
    stands = f"{named} is {_words(state)}" if state else f"{named} is not there yet"
    needed = [one.state for one in table.moves if one.event == event and one.state is not None]
    only = f" while it is {' or '.join(one.words for one in needed)}" if needed else " as a new one"
    return Problem(
        "move_not_permitted",
        f"{stands}; “{event.words}” is possible only{only}.",
        where or table.name,
    )


def allowed(
    table: Lifecycle[State, Event], state: State | str | None, role: str
) -> tuple[Event, ...]:
    """What a role may do to a thing in a state, in the order of the table: a page's buttons."""
    return tuple(move.event for move in table.moves if move.state == state and role in move.who)


def _words(state: _Word | str) -> str:
    return str(state).replace("_", " ")


def _moves(
    event: Event, who: Roles, *steps: tuple[State | None, State]
) -> tuple[Move[State, Event], ...]:
    return tuple(Move(state, event, to, who) for state, to in steps)


def _contract() -> Lifecycle[ContractState, ContractEvent]:
    state, event = ContractState, ContractEvent
    draft, signed, ended = state.DRAFT, state.SIGNED, state.ENDED
    return Lifecycle(
        "contract",
        "contract",
        (
            *_moves(event.DRAFT, COMMISSIONING, (None, draft), (draft, draft)),
            *_moves(event.SIGN, COMMISSIONING, (None, signed), (draft, signed)),
            *_moves(event.VARY, COMMISSIONING, (signed, signed)),
            *_moves(event.EXTEND, COMMISSIONING, (signed, signed)),
            *_moves(event.UPLIFT, AGREEING, (signed, signed)),
            *_moves(event.END, COMMISSIONING, (signed, ended)),
            *_moves(
                event.TERMINATE,
                COMMISSIONING,
                (draft, state.TERMINATED),
                (signed, state.TERMINATED),
            ),
            *_moves(event.REOPEN, COMMISSIONING, (ended, signed)),
        ),
    )


def _procurement() -> Lifecycle[ProcurementState, ProcurementEvent]:
    state, event = ProcurementState, ProcurementEvent
    planned, tendered, evaluated = state.PLANNED, state.TENDERED, state.EVALUATED
    waived, awarded, abandoned = state.WAIVED, state.AWARDED, state.ABANDONED
    return Lifecycle(
        "procurement",
        "procurement",
        (
            *_moves(event.PLAN, COMMISSIONING, (None, planned)),
            *_moves(event.TENDER, COMMISSIONING, (planned, tendered)),
            *_moves(event.BID, COMMISSIONING, (tendered, tendered), (waived, waived)),
            *_moves(event.SCORE, COMMISSIONING, (tendered, tendered)),
            *_moves(event.EVALUATE, COMMISSIONING, (tendered, evaluated)),
            *_moves(event.WAIVE, WITH_AUTHORITY, (planned, waived)),
            *_moves(
                event.AWARD,
                WITH_AUTHORITY,
                (evaluated, awarded),
                (waived, awarded),
                (awarded, awarded),
            ),
            *_moves(event.LINK, COMMISSIONING, (awarded, awarded)),
            *_moves(
                event.ABANDON,
                COMMISSIONING,
                *((one, abandoned) for one in (planned, tendered, evaluated, waived, awarded)),
            ),
        ),
    )


def _call_off() -> Lifecycle[CallOffState, CallOffEvent]:
    state, event = CallOffState, CallOffEvent
    requisitioned, ordered, suspended = state.REQUISITIONED, state.ORDERED, state.SUSPENDED
    ended, closed = state.ENDED, state.CLOSED
    return Lifecycle(
        "call_off",
        "call-off",
        (
            *_moves(event.REQUISITION, COMMISSIONING, (None, requisitioned)),
            *_moves(event.ORDER, COMMISSIONING, (None, ordered), (requisitioned, ordered)),
            *_moves(
                event.VARY,
                COMMISSIONING,
                *((one, one) for one in (requisitioned, ordered, suspended, ended)),
            ),
            *_moves(event.SUSPEND, COMMISSIONING, (ordered, suspended)),
            *_moves(event.RESUME, COMMISSIONING, (suspended, ordered), (ended, ended)),
            *_moves(event.END, COMMISSIONING, (ordered, ended), (suspended, ended)),
            *_moves(event.CANCEL, COMMISSIONING, (requisitioned, state.CANCELLED)),
            *_moves(event.CLOSE, COMMISSIONING, (ended, closed)),
            *_moves(event.REOPEN, COMMISSIONING, (closed, ended)),
        ),
    )


def _invoice() -> Lifecycle[InvoiceState, InvoiceEvent]:
    state, event = InvoiceState, InvoiceEvent
    received, matched, held = state.RECEIVED, state.MATCHED, state.HELD
    approved, part, settled = state.APPROVED, state.PART_APPROVED, state.SETTLED
    return Lifecycle(
        "invoice",
        "invoice",
        (
            *_moves(event.RECEIVE, COMMISSIONING, (None, received)),
            *_moves(event.MATCH, AGREEING, (received, matched), (held, matched)),
            *_moves(event.HOLD, AGREEING, (received, held), (matched, held), (held, held)),
            *_moves(event.DISPUTE, AGREEING, (matched, held), (held, held)),
            *_moves(event.RESOLVE, AGREEING, (held, held), (part, part)),
            *_moves(event.APPROVE, AGREEING, (matched, approved), (part, approved)),
            *_moves(event.APPROVE_IN_PART, AGREEING, (held, part), (part, part)),
            *_moves(
                event.CREDIT,
                AGREEING,
                *((one, one) for one in (received, matched, held, approved, part, settled)),
            ),
            *_moves(
                event.REJECT,
                AGREEING,
                *((one, state.REJECTED) for one in (received, matched, held)),
            ),
            *_moves(event.SETTLE, KEEPERS, (approved, settled), (part, part), (settled, settled)),
        ),
    )


CONTRACT = _contract()
"""A draft may be given up before it is signed. A contract that was ended by mistake, or is extended
after its last day, is opened again."""

PROCUREMENT = _procurement()
"""Without competition (a direct award or a waiver) somebody with authority lets it go on. Lots may
be awarded one after another, so an award stays awarded."""

CALL_OFF = _call_off()
"""An order may be raised at once or from a requisition. One that has ended may still be varied or
resumed, since a last day, a price or a suspension is put right late; a closed one is opened again
for a late invoice."""

INVOICE = _invoice()
"""A disputed line holds itself, not the others: what is undisputed is approved in part and paid.
When nothing is disputed any more the invoice is matched, or the rest of it approved."""

LIFECYCLES = (CONTRACT, PROCUREMENT, CALL_OFF, INVOICE)
