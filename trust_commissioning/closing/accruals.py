"""Accruals and prepayments: entered by one person, posted by another, reversed by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from ledger import accrual
from ledger.accrual import Delivery, Timing
from ledger.journal import NARRATION_LIMIT, Journal
from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import posting_rules, roles
from trust_commissioning.posting import submit
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.store import register, standing
from trust_commissioning.store.tables import CallOffRow, ContractRow, ProviderRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Accrual:
    """What is to be accrued, or prepaid: an amount, or what was delivered at a rate.

    A contract says the service, where none is given, and whom it is owed to; a call-off says its
    contract.
    """

    timing: Timing
    fund: str
    period: Period
    reference: str
    account: str
    reason: str
    amount: Money | None = None
    delivered: Delivery | None = None
    service: str | None = None
    contract: str | None = None
    call_off: str | None = None


def accrue(session: Session, wanted: Accrual, *, by: str, at: datetime) -> int:
    """Enter an accrual or a prepayment for another person to post; returns its id.

    When it is posted it releases the commitment of its call-off (`posting.promised`), else of its
    contract (`posting.accrued`); when its period
    is closed it is reversed on the first day of the next (`closing.reversals`), under the
    approval it has. The same reference with the same contents is the same accrual.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    wanted, unknown = _of_call_off(session, wanted)
    contract = session.get(ContractRow, wanted.contract) if wanted.contract else None
    if problems := [*unknown, *_problems(session, wanted, contract)]:
        raise Refused(problems)
    return submit(
        session,
        _journal(session, wanted, contract),
        by=by,
        at=at,
        for_service=wanted.timing.value,
    )


def _of_call_off(session: Session, wanted: Accrual) -> tuple[Accrual, list[Problem]]:
    """The accrual with the contract and service of its call-off."""
    if wanted.call_off is None:
        return wanted, []
    row = session.get(CallOffRow, wanted.call_off)
    if row is None:
        message = f"There is no call-off “{wanted.call_off}”."
        return wanted, [Problem("call_off_unknown", message, "call_off")]
    known = replace(
        wanted,
        contract=wanted.contract or row.contract,
        service=wanted.service or row.service,
    )
    return known, []


def _problems(session: Session, wanted: Accrual, contract: ContractRow | None) -> Iterator[Problem]:
    if wanted.contract and contract is None:
        yield Problem("contract_unknown", f"There is no contract “{wanted.contract}”.", "contract")
    if not wanted.reason.strip():
        yield Problem("reason_missing", "Say what it is for.", "reason")
    if (wanted.amount is None) == (wanted.delivered is None):
        yield Problem(
            "accrual_needs_one_amount",
            "Give the amount, or what was delivered and its rate: one of the two.",
            "amount",
        )
    elif wanted.delivered is not None and (wrong := [*accrual.problems_in(wanted.delivered)]):
        yield from wrong
    elif _amount(wanted) <= NIL:
        yield Problem(
            "accrual_not_above_nil",
            f"{_amount(wanted)} is not above nil; reverse an accrual that was too large.",
            "amount",
        )
    if not wanted.account.startswith("Expenses:"):
        yield Problem(
            "accrual_not_of_expense",
            f"{wanted.account} is not an expense; what was delivered and not invoiced is spend.",
            "account",
        )
    fund = standing.funds(session).get(wanted.fund)
    on = accrual.reverses_in(wanted.period).starts
    if fund is not None and not fund.lives_on(on):
        yield Problem(
            "accrual_outlives_its_fund",
            f"Fund {fund.code} has ended by {day_in_full(on)}, when this would be reversed; enter "
            "what is owed to Liabilities:Creditors instead.",
            "fund",
        )


def _amount(wanted: Accrual) -> Money:
    if wanted.delivered is not None:
        return wanted.delivered.amount
    assert wanted.amount is not None
    return wanted.amount


def _journal(session: Session, wanted: Accrual, contract: ContractRow | None) -> Journal:
    code = wanted.service or (contract.service if contract is not None else None)
    service = register.services(session).get(code or "")
    provider = session.get(ProviderRow, contract.provider) if contract is not None else None
    worked_out = f" ({wanted.delivered.in_words})" if wanted.delivered is not None else ""
    event = Event(
        fund=wanted.fund,
        day=wanted.period.ends,
        period=wanted.period,
        source=wanted.timing.value,
        source_ref=wanted.reference,
        narration=f"{wanted.reason.strip()}{worked_out}"[:NARRATION_LIMIT],
        payee=provider.name if provider is not None else "",
    )
    spend = Spend(
        account=wanted.account,
        service=code,
        contract=wanted.contract,
        call_off=wanted.call_off,
        weights=service.weights_on(wanted.period.ends) if service is not None else (),
    )
    made = {Timing.ACCRUAL: posting_rules.accrued, Timing.PREPAYMENT: posting_rules.prepaid}
    return made[wanted.timing](event, _amount(wanted), spend)
