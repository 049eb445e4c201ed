"""Examples of what stops a contract, a variation, an uplift, a published register."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from contracts.contract import Change, Contract, Extension, LotChange, Variation
from contracts.contract_checking import problems_in, problems_in_variation
from contracts.kpi import Frequency, Kpi
from contracts.obligations import Obligation
from contracts.pricing import Pricing
from contracts.uplift import (
    Decision,
    Step,
    Uplift,
    decided,
    problems_in_decision,
    rates_asked,
)
from contracts.uplift import problems_in as problems_in_uplift
from ledger.problems import Problem
from tests.contracts.made import lot, pounds, repriced, signed, until, vary
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import APPROVER, AT, CLERK
from trust_commissioning.applying import apply, read
from trust_commissioning.checking.contracts import check_contracts
from trust_commissioning.clock import as_text
from trust_commissioning.files.contracts_register import read_register
from trust_commissioning.recording import EVENTS
from trust_commissioning.store.contracts import written
from trust_commissioning.store.tables import (
    ContractMoveRow,
    ContractVariationRow,
    UpliftDecisionRow,
    table_of,
)

_DAY = date(2004, 4, 1)
_TERMS: dict[str, Any] = {
    "number": "C-0007",
    "title": "Agency placements",
    "provider": "oakfield",
    "service": "fostering",
    "fund": "general",
    "form": "framework",
    "signed": "2003-03-14",
    "value": "300000.00",
    "starts": "2003-04-01",
    "ends": "2006-03-31",
    "extensions": [{"code": "first", "until": "2007-03-31", "notify_by": "2005-12-31"}],
    "lots": [{"code": "standard", "title": "Standard", "unit": "week", "price": "700.00"}],
    "obligations": [{"code": "insurance", "title": "Proof of insurance", "day": "2003-04-30"}],
    "indexation": {"index": "RPI", "base": "2003-01-01"},
}
_UPLIFT = {
    "reference": "U-1",
    "day": "2003-09-01",
    "starts": "2003-10-01",
    "reason": "Fees",
}
_PRICE = [{"lot": "standard", "price": "735.00"}]
_MET = {
    "contract": "C-0007",
    "reference": "M-1",
    "obligation": "insurance",
    "due": "2003-04-30",
    "day": "2003-04-25",
}


def _tell(*told: tuple[str, dict[str, Any]], by: str = CLERK) -> Run:
    """Events one after another, of which the last is refused."""

    def work(session: Session) -> object:
        _record(session, "contract", _TERMS)
        for event, asked in told:
            who = APPROVER if event == "uplift-decision" else by
            _record(session, event, asked, by=who)
        return None

    return in_small_trust(work)


def _record(session: Session, event: str, asked: dict[str, Any], by: str = CLERK) -> None:
    what = EVENTS[event]
    what.act(session, what.asks.model_validate_json(json.dumps(asked)), by, AT)


def _signed(*lots: Any, **said: Any) -> Run:
    return lambda: problems_in(signed(*lots, **said))


def _vary(variation: Variation, contract: Contract | None = None) -> Run:
    return lambda: problems_in_variation(contract or signed(), variation)


def _asked(
    contract: Contract | None = None,
    *,
    price: str = "735.00",
    code: str = "fostering",
    starts: date = _DAY,
) -> Uplift:
    held = contract or signed()
    return Uplift(
        reference="U-1",
        contract=held.number,
        day=date(2004, 3, 1),
        starts=starts,
        reason="Fees",
        rates=rates_asked(held, starts, [(code, pounds(price))] if code else []),
        by="c.asker",
    )


def _ask(uplift: Uplift, contract: Contract | None = None) -> Run:
    return lambda: problems_in_uplift(contract or signed(), uplift)


def _decide(
    step: Step, *before: Step, by: str = "p.checker", contract: Contract | None = None
) -> Run:
    def work() -> Iterable[Problem]:
        uplift = _asked()
        for one in before:
            uplift = decided(uplift, Decision(step=one, day=_DAY, by="p.checker", reason="Yes"))
        decision = Decision(step=step, day=_DAY, by=by)
        return problems_in_decision(contract or signed(), uplift, decision)

    return work


def _changed_in_a_file(session: Session) -> object:
    _record(session, "contract", _TERMS)
    text = """
contracts:
  - {number: C-0007, title: Agency placements, provider: oakfield, service: fostering,
     fund: general, value: "310000.00", starts: 2003-04-01, ends: 2006-03-31}
"""
    return apply(session, read(text), by="x.admin", at=AT)


def _register(text: str) -> Run:
    return lambda: read_register(text.encode(), name="contracts.csv").problems


example(
    "contract_changes_by_variation",
    "The trust's file gives a signed contract another value.",
    in_small_trust(_changed_in_a_file),
)
example(
    "contract_ends_earlier",
    "A contract is said to end after its last day.",
    _tell(
        (
            "contract-end",
            {
                "contract": "C-0007",
                "reference": "E-1",
                "day": "2006-03-31",
                "last_day": "2006-04-30",
                "how": "ended",
                "reason": "Done",
            },
        )
    ),
)
example(
    "contract_not_indexed",
    "A rise by an index is asked under a contract that follows none.",
    _tell(("uplift", {**_UPLIFT, "contract": "C-0001", "index": {"month": "2004-01-01"}})),
)
example(
    "irrecoverable_vat_below_nil",
    "The VAT that nobody gives back is entered as a credit.",
    _signed(irrecoverable_vat=pounds("-1.00")),
)
example("part_repeated", "Two lots have one code.", _signed(lot(), lot()))
example(
    "lot_needs_price",
    "A block lot has no price.",
    _signed(lot(price=None, pricing=Pricing.BLOCK)),
)
example(
    "lot_needs_volume",
    "A lot paid by cost and volume has no volume.",
    _signed(lot(pricing=Pricing.COST_AND_VOLUME)),
)
example("lot_volume_not_above_nil", "A lot's volume is nil.", _signed(lot(volume=0)))
example(
    "lot_there_already",
    "A variation adds a lot that is there.",
    _vary(vary("2004-04-01", lots_added=(lot(),))),
)
example(
    "lot_unknown",
    "A variation changes the price of a lot nobody has.",
    _vary(vary("2004-04-01", lots_changed=repriced("respite", "1.00"))),
)
example(
    "lot_has_no_price",
    "An uplift is asked of a lot whose price is agreed with each order.",
    _ask(_asked(signed(lot(price=None))), signed(lot(price=None))),
)
example("price_below_nil", "A lot's price is below nil.", _signed(lot(price="-1.00")))
example(
    "extension_without_end",
    "A contract without a fixed end has an option to extend.",
    _signed(ends=None),
)
example(
    "extension_not_later",
    "An option ends before the contract does.",
    _signed(extensions=(Extension(code="first", until=date(2005, 3, 31)),)),
)
example(
    "extension_notified_too_late",
    "An option may be taken up after it has run out.",
    _signed(
        extensions=(Extension(code="first", until=date(2007, 3, 31), notify_by=date(2007, 4, 1)),)
    ),
)
example(
    "extension_unknown",
    "An option is taken up that the contract does not have.",
    _vary(vary("2005-12-01", term=until("2009-03-31"), extension="third")),
)
example(
    "extension_taken_too_late",
    "An option is taken up in January that was open until December.",
    _tell(
        (
            "extension",
            {
                "contract": "C-0007",
                "reference": "E-1",
                "day": "2006-01-05",
                "option": "first",
                "reason": "Reviewed well",
            },
        )
    ),
)
example("variation_changes_nothing", "A variation has only a reason.", _vary(vary("2004-04-01")))
example(
    "kpi_tolerance_below_nil",
    "A measure's tolerance is -1.",
    _signed(
        kpis=(
            Kpi(
                code="seen",
                title="Seen in time",
                unit="%",
                target=Fraction(95),
                tolerance=Fraction(-1),
            ),
        )
    ),
)
example(
    "obligation_ends_before_it_starts",
    "A duty's last day is before its first.",
    _signed(
        obligations=(
            Obligation(
                code="insurance",
                title="Proof of insurance",
                day=date(2003, 6, 1),
                every=Frequency.YEARLY,
                until=date(2003, 5, 1),
            ),
        )
    ),
)
example(
    "obligation_once_has_no_end",
    "A duty that falls due once has an end.",
    _signed(
        obligations=(
            Obligation(code="plan", title="Plan", day=date(2003, 6, 1), until=date(2004, 5, 1)),
        )
    ),
)
example(
    "obligation_unknown",
    "A duty is said to be met that the contract does not ask for.",
    _tell(("obligation-met", {**_MET, "obligation": "training"})),
)
example(
    "obligation_not_due",
    "A duty is said to be met for a day it does not fall due.",
    _tell(("obligation-met", {**_MET, "due": "2003-05-30"})),
)
example(
    "obligation_met_already",
    "What was due in April is recorded twice.",
    _tell(("obligation-met", _MET), ("obligation-met", {**_MET, "reference": "M-2"})),
)
example(
    "uplift_asks_one_way",
    "An uplift is asked as a price and by a percentage.",
    _tell(("uplift", {**_UPLIFT, "contract": "C-0007", "prices": _PRICE, "percent": "3"})),
)
example(
    "uplift_outside_term",
    "New prices would start after the contract has ended.",
    _ask(_asked(starts=date(2006, 4, 1))),
)
example(
    "uplift_of_nothing",
    "A rise by a percentage finds no lot with a price.",
    _ask(_asked(code="")),
)
example(
    "uplift_changes_nothing",
    "The price asked for is the one that holds.",
    _ask(_asked(price="700.00")),
)
example(
    "uplift_unknown",
    "An uplift is checked that nobody put in.",
    _tell(("uplift-decision", {"uplift": "U-9", "step": "checked", "day": "2003-09-10"})),
)
example(
    "uplift_needs_a_second_person",
    "Who put an uplift in checks it too.",
    _decide(Step.CHECKED, by="c.asker"),
)
example("uplift_not_checked", "An uplift is applied unchecked.", _decide(Step.APPLIED))
example(
    "uplift_checked_already",
    "An uplift is checked twice.",
    _decide(Step.CHECKED, Step.CHECKED),
)
example(
    "uplift_decided",
    "An uplift is checked after it was refused.",
    _decide(Step.CHECKED, Step.REFUSED),
)
example(
    "uplift_refused_without_reason",
    "An uplift is refused without a word.",
    _decide(Step.REFUSED),
)
example(
    "uplift_price_moved",
    "A variation changed the price after the uplift was checked.",
    _decide(
        Step.APPLIED,
        Step.CHECKED,
        contract=signed().with_variation(
            vary("2004-01-01", lots_changed=(LotChange(lot="fostering", price=pounds("710.00")),))
        ),
    ),
)
example(
    "uplift_decided_before_asked",
    "An uplift is checked on a day before it was put in.",
    _tell(
        ("uplift", {**_UPLIFT, "contract": "C-0007", "prices": _PRICE}),
        ("uplift-decision", {"uplift": "U-1", "step": "checked", "day": "2003-08-31"}),
    ),
)
example(
    "call_offs_go_on",
    "A contract is ended while a placement under it, free of charge, has no last day.",
    _tell(
        (
            "call-off",
            {
                "reference": "P-1",
                "contract": "C-0007",
                "lot": "standard",
                "title": "Placement",
                "account": "Expenses:ThirdParty:FosterCare",
                "day": "2003-05-01",
                "starts": "2003-05-01",
                "price": "0.00",
            },
        ),
        (
            "contract-end",
            {
                "contract": "C-0007",
                "reference": "T-1",
                "day": "2003-09-01",
                "last_day": "2003-09-30",
                "how": "terminated",
                "reason": "The home closes",
            },
        ),
    ),
)
example(
    "later_variation_sets_end",
    "A contract is ended in January, and a variation of February sets another last day.",
    _tell(
        (
            "variation",
            {
                "contract": "C-0007",
                "reference": "V-1",
                "day": "2004-02-01",
                "reason": "Longer",
                "ends": "2006-09-30",
            },
        ),
        (
            "contract-end",
            {
                "contract": "C-0007",
                "reference": "T-1",
                "day": "2004-01-05",
                "last_day": "2004-06-30",
                "how": "terminated",
                "reason": "The home closes",
            },
        ),
    ),
)
example(
    "nothing_to_override",
    "A variation that only gives longer notice says why it goes above what is available.",
    _tell(
        (
            "variation",
            {
                "contract": "C-0007",
                "reference": "V-1",
                "day": "2003-09-01",
                "reason": "Longer notice",
                "notice_months": 6,
                "override": {"reason": "In case"},
            },
        )
    ),
)
example(
    "index_figure_missing",
    "A rise by an index is asked before its figures are recorded.",
    _tell(("uplift", {**_UPLIFT, "contract": "C-0007", "index": {"month": "2004-01-01"}})),
)
example(
    "index_figure_not_above_nil",
    "An index figure of nil is recorded.",
    _tell(
        (
            "index-figure",
            {"index": "RPI", "month": "2003-01-01", "figure": "0", "source": "A release"},
        )
    ),
)


def _spoilt(table: type[SQLModel], **values: Any) -> Run:
    """What `trust check` says once a row was written past the services."""

    def work(session: Session) -> object:
        _record(session, "contract", _TERMS)
        _record(session, "uplift", {**_UPLIFT, "contract": "C-0007", "prices": _PRICE})
        session.execute(insert(table_of(table)).values(recorded_at=as_text(AT), **values))
        return list(check_contracts(session))

    return in_small_trust(work)


_CHANGED = Variation(
    starts=date(2003, 10, 1),
    reference="U-9",
    reason="x",
    kind=Change.UPLIFT,
    lots_changed=(LotChange(lot="standard", price=pounds("-1.00")),),
)
_ROW = {
    "contract": "C-0007",
    "reference": "U-9",
    "turn": 1,
    "day": date(2003, 10, 1),
    "kind": "uplift",
    "contents": written(_CHANGED),
    "recorded_by": CLERK,
}
example(
    "contract_cannot_be_so",
    "A variation was written into the database by another program.",
    _spoilt(ContractVariationRow, **_ROW),
)
example(
    "uplift_differs_from_prices",
    "A price was changed in the database as if by an uplift.",
    _spoilt(ContractVariationRow, **_ROW),
)
example(
    "contract_moved_past_its_table",
    "A contract was ended in the database by a variation.",
    _spoilt(
        ContractMoveRow,
        contract="C-0007",
        turn=2,
        event="vary",
        state="ended",
        day=date(2003, 10, 1),
        recorded_by=CLERK,
    ),
)
example(
    "uplift_of_one_person",
    "An uplift was marked applied in the database by whoever put it in.",
    _spoilt(
        UpliftDecisionRow,
        uplift="U-1",
        turn=1,
        step="applied",
        day=date(2003, 10, 1),
        reason="",
        recorded_by=CLERK,
    ),
)
example(
    "register_column_missing",
    "A register has no column of suppliers.",
    _register("Contract title,Contract reference,End date\nFostering,DN1,Rolling\n"),
)
example(
    "register_row_without_name",
    "A register ends with a total.",
    _register("Reference,Contract title,Supplier,Contract value\nDN1,Fostering,Bright,£1\n,,,£1\n"),
)
