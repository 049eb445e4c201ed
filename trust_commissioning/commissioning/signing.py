"""Contracts drafted, signed, varied, extended, ended and opened again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from contracts.contract import Change, Contract, Extension, Term, Variation
from contracts.contract_checking import problems_in, problems_in_variation
from contracts.days import ahead_of_time
from contracts.ending import ends_by, going_on, problems_of_going_on
from contracts.lifecycle import ContractEvent, ContractState
from ledger.money import Money
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text, day_of
from trust_commissioning.commissioning.known import (
    Kept,
    contract_of,
    may_move,
    move,
    next_turn,
    note,
)
from trust_commissioning.files.identifiability import questions
from trust_commissioning.posting import Line, lock_head, promise_under
from trust_commissioning.store import contracts
from trust_commissioning.store.calling_off import call_offs, numbers_under
from trust_commissioning.store.contracts import Beside, written
from trust_commissioning.store.pool.facts import otherwise
from trust_commissioning.store.standing import standing
from trust_commissioning.store.tables import (
    ContractRow,
    ContractTermsRow,
    ContractVariationRow,
    ProviderRow,
    table_of,
)

_CONTRACT, _TERMS = table_of(ContractRow), table_of(ContractTermsRow)
_VARIATION, _PROVIDER = table_of(ContractVariationRow), table_of(ProviderRow)


def sign(session: Session, wanted: Contract, *, by: str, at: datetime) -> Kept:
    """Record a contract as it is signed, or a draft of it while it has no signing day.

    A draft may be recorded again as often as it changes. What is signed changes by variations only.
    A contract of which only the outline came with a trust's own file is given its terms.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    lock_head(session)
    there = contracts.contract(session, wanted.number)
    outlined = there is not None and not contracts.with_terms(session, [wanted.number])
    if there is not None and not outlined:
        if _same(there, wanted):
            return Kept(False)
        if there.state != ContractState.DRAFT:
            raise Refused([otherwise("contract", wanted.number)])
    problems = [*problems_in(wanted), *_check_names(session, wanted)]
    event = ContractEvent.DRAFT if wanted.signed is None else ContractEvent.SIGN
    if outlined and there is not None:
        problems += _check_outline(session, there, wanted)
        if event is ContractEvent.DRAFT:
            problems += may_move(there, event)
        if there.variations:
            problems.append(otherwise("contract", wanted.number))
    if wanted.signed is not None:
        problems += ahead_of_time(wanted.signed, day_of(at), where="signed")
    if problems:
        raise Refused(problems)
    state = None if there is None or outlined else there.state
    _write(session, wanted, there is not None, by=by, at=at)
    day = wanted.signed or day_of(at)
    move(session, wanted.number, state, event, day=day, by=by, at=at)
    note(
        session,
        f"contract_{'drafted' if wanted.signed is None else 'signed'}",
        wanted.number,
        {
            "title": wanted.title,
            "provider": wanted.provider,
            "value": wanted.as_signed.value.plain,
            "lots": [lot.code for lot in wanted.as_signed.lots],
        },
        by=by,
        at=at,
    )
    return Kept(True, questions(day, title=wanted.title))


def _check_outline(session: Session, there: Contract, wanted: Contract) -> Iterator[Problem]:
    """What the trust's own file signed a contract as is not signed again as something else."""
    was, now = there.as_signed, wanted.as_signed
    held: dict[str, tuple[object, object]] = {
        "provider": (there.provider, wanted.provider),
        "service": (there.service, wanted.service),
        "fund": (there.fund, wanted.fund),
        "value": (was.value, now.value),
        "starts": (was.starts, now.starts),
        "ends": (was.ends, now.ends),
    }
    for name, (before, after) in held.items():
        if before != after:
            yield Problem(
                "contract_changes_by_variation",
                f"The {name} of contract {there.number} was signed as {before}; what changes "
                "since is recorded as a variation.",
                name,
            )
    under = call_offs(session, numbers_under(session, there.number)).values()
    for lot in sorted({one.lot for one in under} - {one.code for one in wanted.as_signed.lots}):
        numbers = ", ".join(one.number for one in under if one.lot == lot)
        yield Problem(
            "lot_unknown",
            f"There is no lot “{lot}” in the terms, and {numbers} is called off under it.",
            "lots",
        )


def _same(there: Contract, wanted: Contract) -> bool:
    """Whether the same was signed; a contract that ended since was signed all the same."""
    return replace(there, state=wanted.state, variations=()) == wanted


def _check_names(session: Session, wanted: Contract) -> Iterator[Problem]:
    known = standing(session, contracts=())
    providers = set(session.execute(select(_PROVIDER.c.code)).scalars())
    if wanted.provider not in providers:
        yield _unknown("provider", wanted.provider, "provider")
    if wanted.service not in known.services:
        yield _unknown("service", wanted.service, "service")
    if wanted.fund not in known.funds:
        yield _unknown("fund", wanted.fund, "fund")
    for place, lot in enumerate(wanted.as_signed.lots):
        if lot.service not in known.services and lot.service != wanted.service:
            yield _unknown("service", lot.service, f"lots[{place}].service")


def _unknown(kind: str, code: str, where: str) -> Problem:
    return Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", where)


def _write(session: Session, wanted: Contract, there: bool, *, by: str, at: datetime) -> None:
    terms = wanted.as_signed
    row = {
        "title": terms.title,
        "provider": wanted.provider,
        "service": wanted.service,
        "fund": wanted.fund,
        "value_pence": terms.value.pence,
        "starts": terms.starts,
        "ends": terms.ends,
    }
    if there:
        session.execute(update(_CONTRACT).where(_CONTRACT.c.number == wanted.number).values(**row))
        session.execute(delete(_TERMS).where(_TERMS.c.contract == wanted.number))
    else:
        session.execute(insert(_CONTRACT).values(number=wanted.number, **row))
    beside = Beside(
        lots=terms.lots,
        extensions=terms.extensions,
        obligations=terms.obligations,
        kpis=terms.kpis,
        indexation=terms.indexation,
    )
    vat = terms.irrecoverable_vat
    session.execute(
        insert(_TERMS).values(
            contract=wanted.number,
            form=wanted.form.value,
            signed=wanted.signed,
            procurement=wanted.procurement,
            irrecoverable_vat_pence=None if vat is None else vat.pence,
            notice_months=terms.notice_months,
            contents=written(beside),
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )


def vary(session: Session, number: str, variation: Variation, *, by: str, at: datetime) -> Kept:
    """Record what both sides agreed to change from a day on, also a day gone by.

    What was signed stays as it was; a variation of an earlier day goes before those of later days,
    and what it would make wrong of them is refused.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    return change(session, number, variation, ContractEvent.VARY, by=by, at=at)


def extend(
    session: Session,
    number: str,
    option: str,
    *,
    reference: str,
    day: date,
    reason: str,
    by: str,
    at: datetime,
) -> Kept:
    """Take up an option to go on.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    lock_head(session)
    contract = contract_of(session, number)
    taken = _recorded(contract, reference)
    options = {one.code: one for one in contract.as_at(day).extensions}
    if taken is None and option not in options:
        known = ", ".join(options) or "none"
        raise Refused.because(
            "extension_unknown",
            f"On {day_in_full(day)} contract {number} has no option “{option}” to take up; it has: "
            f"{known}.",
            "option",
        )
    if taken is None and (problems := [*_check_option(contract, options[option], day)]):
        raise Refused(problems)
    until = options[option].until if taken is None else taken.term.ends if taken.term else None
    variation = Variation(
        starts=day,
        reference=reference,
        reason=reason,
        kind=Change.EXTENSION,
        term=Term(until),
        extension=option,
    )
    return change(session, number, variation, ContractEvent.EXTEND, by=by, at=at)


def _check_option(contract: Contract, option: Extension, day: date) -> Iterator[Problem]:
    """An option is taken up by its day, or by the contract's last, and only to go on longer."""
    terms = contract.as_at(day)
    late = option.notify_by or terms.ends
    if late is not None and day > late:
        yield Problem(
            "extension_taken_too_late",
            f"Option “{option.code}” of contract {contract.number} was to be taken up by "
            f"{day_in_full(late)}; a variation may still agree a new end.",
            "day",
        )
    if terms.ends is not None and option.until <= terms.ends:
        yield Problem(
            "extension_not_later",
            f"Option “{option.code}” of contract {contract.number} goes on until "
            f"{day_in_full(option.until)}, which is not after {day_in_full(terms.ends)}.",
            "option",
        )


def end(session: Session, number: str, ending: Variation, *, by: str, at: datetime) -> Kept:
    """Note that a contract came to its end, or was terminated before it, with its last day.

    Raises:
        Refused: with every problem; nothing was changed. ``call_offs_go_on`` names what is still
            called off under it after that day.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    lock_head(session)
    contract = contract_of(session, number)
    agreed = contract.as_at(ending.starts).ends
    last_day = ending.term.ends if ending.term is not None else None
    assert last_day is not None, "an end says its last day"
    if _recorded(contract, ending.reference) is None and agreed is not None and last_day > agreed:
        raise Refused.because(
            "contract_ends_earlier",
            f"Contract {number} ends on {day_in_full(agreed)}; to go on until "
            f"{day_in_full(last_day)} it is extended or varied.",
            "last_day",
        )
    terminated = ending.kind is Change.TERMINATED
    event = ContractEvent.TERMINATE if terminated else ContractEvent.END
    return change(session, number, ending, event, by=by, at=at)


def reopen(
    session: Session,
    number: str,
    *,
    reference: str,
    day: date,
    ends: date | None,
    reason: str,
    by: str,
    at: datetime,
) -> Kept:
    """Let a contract that was ended go on, until a day or without a fixed end.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    variation = Variation(
        starts=day, reference=reference, reason=reason, kind=Change.REOPENED, term=Term(ends)
    )
    return change(session, number, variation, ContractEvent.REOPEN, by=by, at=at)


def change(
    session: Session,
    number: str,
    variation: Variation,
    event: ContractEvent,
    *,
    costs: Mapping[Line, Money] | None = None,
    by: str,
    at: datetime,
) -> Kept:
    """Keep one change of a contract, with the move it makes; the caller has checked the role.

    What its call-offs promise follows it, held against what is available with what it `costs`
    beside them.

    Raises:
        Refused: with every problem; nothing was changed. ``more_than_is_available`` unless a person
            with authority overrides it with a reason, and ``nothing_to_override`` where it goes
            beyond nothing, so that a reason on the record was needed.
    """
    lock_head(session)
    contract = contract_of(session, number)
    before = _recorded(contract, variation.reference)
    if before is not None:
        if replace(before, turn=0, by="", recorded=None) != variation:
            raise Refused([otherwise("change of a contract", variation.reference)])
        return Kept(False)
    problems = [
        *may_move(contract, event),
        *problems_in_variation(contract, variation),
        *_check_lots_services(session, variation),
        *_check_end_holds(contract, variation),
        *_check_going_on(session, contract, variation),
    ]
    if problems:
        raise Refused(problems)
    _keep_variation(session, number, variation, by=by, at=at)
    move(session, number, contract.state, event, day=variation.starts, by=by, at=at)
    beyond = promise_under(
        session,
        number,
        day=variation.starts,
        because=f"{variation.kind.title} {variation.reference} of {number}",
        also=costs,
        overridden=bool(variation.override),
        by=by,
        at=at,
        action=roles.Action.CHECK_UPLIFT,
    )
    if variation.override and not beyond:
        raise Refused.because(
            "nothing_to_override",
            "This promises no more than is available, so there is nothing to override: leave the "
            "reason for it out.",
            "override",
        )
    said = {"reference": variation.reference, "from": variation.starts, "reason": variation.reason}
    if beyond:
        said |= {"override": variation.override, "beyond": [one.message for one in beyond]}
    note(session, f"contract_{event.value}", number, said, by=by, at=at)
    return Kept(True, questions(variation.starts, reason=variation.reason))


def _keep_variation(
    session: Session, number: str, variation: Variation, *, by: str, at: datetime
) -> None:
    session.execute(
        insert(_VARIATION).values(
            contract=number,
            reference=variation.reference,
            turn=next_turn(session, _VARIATION, contract=number),
            day=variation.starts,
            kind=variation.kind.value,
            contents=written(variation),
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )


def _check_lots_services(session: Session, variation: Variation) -> Iterator[Problem]:
    if variation.lots_added:
        known = standing(session).services
        for place, lot in enumerate(variation.lots_added):
            if lot.service not in known:
                yield _unknown("service", lot.service, f"lots_added[{place}].service")


def _check_end_holds(contract: Contract, variation: Variation) -> Iterator[Problem]:
    """An option taken up, or an end, holds: nothing of a later day sets another end over it."""
    if variation.kind in (Change.VARIATION, Change.UPLIFT) or variation.term is None:
        return
    later = [one for one in contract.variations if one.starts > variation.starts and one.term]
    if later:
        last = max(later, key=lambda one: one.starts)
        yield Problem(
            "later_variation_sets_end",
            f"{last.kind.title} {last.reference} of contract {contract.number} sets its end from "
            f"{day_in_full(last.starts)} on, so that this would not hold; record it for that day "
            "or later.",
            "day",
        )


def _check_going_on(
    session: Session, contract: Contract, variation: Variation
) -> Iterator[Problem]:
    """Nothing ends while what is called off under it goes on."""
    ends_with = ends_by(contract, variation)
    if not ends_with:
        return
    there = call_offs(session, numbers_under(session, contract.number)).values()
    for one in ends_with:
        found = going_on(there, one.last_day, one.lots)
        yield from problems_of_going_on(one.what, found, one.last_day, one.where)


def _recorded(contract: Contract, reference: str) -> Variation | None:
    return next((one for one in contract.variations if one.reference == reference), None)
