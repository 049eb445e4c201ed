"""What goes on past the last day of a contract or of a lot, each with how it comes to its end.

A contract is not ended over the heads of the children placed under it: what is still ordered is
named, and ended with it only where that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.call_off import CallOff, Happening
from contracts.contract import Change, Contract, Variation
from contracts.lifecycle import CallOffEvent, CallOffState
from ledger.problems import Problem
from ledger.wording import counted, day_in_full

_A_DAY = timedelta(days=1)
_NAMED = 10
_ENDS_BY = {
    CallOffState.REQUISITIONED: CallOffEvent.CANCEL,
    CallOffState.ORDERED: CallOffEvent.END,
    CallOffState.SUSPENDED: CallOffEvent.END,
    CallOffState.ENDED: CallOffEvent.VARY,
}
"""By what each state of a call-off comes to an earlier end; the others have come to theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What a change of a contract brings to an end on a day: some lots of it, or all (None)."""

    what: str
    last_day: date
    where: str
    lots: tuple[str, ...] | None = None


def ends_by(contract: Contract, variation: Variation) -> list[Ends]:
    """What a change ends earlier than was agreed before it: the contract, or some of its lots.

    A contract that comes to the end it always had ends as well: its end is noted by this.
    """
    found = [
        Ends(
            what=f"lot “{code}” of contract {contract.number}",
            last_day=variation.starts - _A_DAY,
            where=f"lots_ended[{place}]",
            lots=(code,),
        )
        for place, code in enumerate(variation.lots_ended)
    ]
    noted = variation.kind in (Change.ENDED, Change.TERMINATED)
    before = contract.as_agreed().ends
    after = contract.with_variation(variation).as_agreed().ends
    earlier = after is not None and (before is None or after < before)
    if variation.term is not None and after is not None and (noted or earlier):
        where = "last_day" if noted else "ends"
        found.append(Ends(what=f"contract {contract.number}", last_day=after, where=where))
    return found


def going_on(
    call_offs: Iterable[CallOff], last_day: date, lots: Iterable[str] | None = None
) -> list[CallOff]:
    """The call-offs that may cost something after a day, of some lots or of all, by number."""
    wanted = None if lots is None else set(lots)
    return sorted(
        (
            one
            for one in call_offs
            if one.state in _ENDS_BY
            and (wanted is None or one.lot in wanted)
            and (one.last_day is None or one.last_day > max(last_day, one.starts - _A_DAY))
        ),
        key=lambda one: one.number,
    )


def ending(one: CallOff, last_day: date, reason: str) -> Happening:
    """What brings a call-off to its end on a day; one that starts later never ran.

    A requisition is cancelled. One that was said to end later is put right.
    """
    event = _ENDS_BY[one.state]
    day = max(last_day, one.starts - _A_DAY)
    if event is CallOffEvent.VARY:
        return Happening(event=event, day=day, reason=reason, expected_end=day)
    return Happening(event=event, day=day, reason=reason)


def problems_of_going_on(
    what: str, going: Iterable[CallOff], last_day: date, where: str
) -> list[Problem]:
    """Why something may not end yet: each call-off that goes on is named, with its end."""
    found = list(going)
    if not found:
        return []
    named = "; ".join(_named(one) for one in found[:_NAMED])
    more = f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    goes = "goes" if len(found) == 1 else "go"
    return [
        Problem(
            "call_offs_go_on",
            f"{counted(len(found), 'call-off')} of {what} {goes} on after {day_in_full(last_day)}: "
            f"{named}{more}. End them first, or ask for them to be ended with it.",
            where,
        )
    ]


def _named(one: CallOff) -> str:
    if one.state is CallOffState.REQUISITIONED:
        return f"{one.number}, requisitioned"
    last = "without a last day" if one.last_day is None else f"to {day_in_full(one.last_day)}"
    return f"{one.number}, {last}"
