"""Where a contract stands on a day, with what comes next of it: an end, an option, a lapse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.contract import Contract, Terms
from contracts.lifecycle import ContractState
from ledger.wording import day_in_full


class Phase(StrEnum):
    """What a contract is on a day, by its state and its days."""

    DRAFT = "draft"
    NOT_STARTED = "not_started"
    IN_FORCE = "in_force"
    RAN_OUT = "ran_out"
    ENDED = "ended"
    TERMINATED = "terminated"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()


class Next(StrEnum):
    """What comes of a contract."""

    RAN_OUT = "ran_out"
    MAY_BE_EXTENDED = "may_be_extended"
    LAPSES = "lapses"
    ENDS = "ends"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that comes by a day."""

    day: date
    what: Next
    words: str


def phase(contract: Contract, day: date, terms: Terms | None = None) -> Phase:
    """Where a contract stands on a day. One that was ended runs to its last day all the same.

    `terms` are those of the day, where they have been worked out.
    """
    if contract.state == ContractState.DRAFT:
        return Phase.DRAFT
    terms = terms or contract.as_at(day)
    if day < terms.starts:
        return Phase.NOT_STARTED
    if terms.runs_on(day):
        return Phase.IN_FORCE
    if contract.state == ContractState.TERMINATED:
        return Phase.TERMINATED
    return Phase.ENDED if contract.state == ContractState.ENDED else Phase.RAN_OUT


def coming(contract: Contract, day: date, by: date, terms: Terms | None = None) -> Iterator[Coming]:
    """What comes after a day and by another, the last day of each counted.

    A contract lapses where it ends and has no option left that can still be taken up.
    """
    terms = terms or contract.as_at(day)
    now = phase(contract, day, terms)
    if now is Phase.RAN_OUT and terms.ends is not None:
        yield Coming(
            terms.ends,
            Next.RAN_OUT,
            f"Ran out on {day_in_full(terms.ends)} and nobody noted its end",
        )
    if now not in (Phase.IN_FORCE, Phase.NOT_STARTED) or terms.ends is None:
        return
    given_up = contract.state in (ContractState.ENDED, ContractState.TERMINATED)
    options = () if given_up else terms.open_options
    for option in options[:1]:
        last = option.notify_by or terms.ends
        if day <= last <= by:
            yield Coming(
                last,
                Next.MAY_BE_EXTENDED,
                f"May be extended until {day_in_full(option.until)}; to be taken up by "
                f"{day_in_full(last)}",
            )
    if terms.ends <= by:
        open_option = any((one.notify_by or terms.ends) >= day for one in options[:1])
        if given_up:
            yield Coming(terms.ends, Next.ENDS, f"Ends on {day_in_full(terms.ends)}")
        elif not open_option:
            yield Coming(
                terms.ends,
                Next.LAPSES,
                f"Lapses on {day_in_full(terms.ends)}: no option is left",
            )
