"""A made-up register of any size: contracts with their terms, ten placements under each.

Each row is what the services would keep, written straight in: signing thousands of contracts one by
one would take longer than all that is measured of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from benchmarks import made_up
from benchmarks.made_up import AT
from contracts.call_off import CallOff, DatedFunding, Funder, Kind
from contracts.contract import Contract, Extension, Form, Lot, LotChange, Variation
from contracts.kpi import Frequency, Kpi
from contracts.lifecycle import CallOffEvent, CallOffState
from contracts.obligations import Obligation
from contracts.pricing import Pricing, Unit
from ledger.funds import FundKind, LegalBasis
from ledger.journal import Journal, Posting
from ledger.money import Money
from ledger.periods import FinancialYear
from trust_commissioning import founding, posting_rules
from trust_commissioning.clock import as_text
from trust_commissioning.store import calling_off, contracts
from trust_commissioning.store.contracts import Beside, written
from trust_commissioning.store.rows import add_rows
from trust_commissioning.store.tables import (
    ContractMoveRow,
    ContractRow,
    ContractTermsRow,
    ContractVariationRow,
    FundRow,
    PartnerRow,
    PersonRow,
    ProviderRow,
    ServiceOutcomeRow,
    ServiceRow,
    UpliftRateRow,
    UpliftRow,
    table_of,
)

YEAR = made_up.LAST_YEAR
COMMISSIONER = "b.commissioner"
ACCOUNT = "Expenses:ThirdParty:FosterCare"
EACH = 10
"""Placements under each contract."""
_A_PROVIDER = 25
"""Contracts with each provider."""
_TOLD = {"recorded_by": COMMISSIONER, "recorded_at": as_text(AT)}
_KINDS = ("Fostering", "Residential care", "Respite", "Therapy", "Transport", "Mentoring")
_PLACES = ("Northvale", "Weald", "Chalkdown", "Estuary", "Moor", "Harbour", "Fen")


@dataclass(frozen=True, slots=True)
class Made:
    """One made-up contract, told by its place in the register."""

    place: int

    @property
    def number(self) -> str:
        return f"C-{self.place:05d}"

    @property
    def provider(self) -> str:
        return f"provider-{self.place // _A_PROVIDER:03d}"

    @property
    def service(self) -> str:
        return f"service-{self.place % len(made_up.services()):02d}"

    @property
    def starts(self) -> date:
        return FinancialYear(YEAR.starts_in - self.place % 3).starts

    @property
    def ends(self) -> date | None:
        """One in five has no fixed end; as many end with the year asked and with each after it."""
        later = self.place % 5
        return FinancialYear(YEAR.starts_in + later - 1).ends if later else None

    def row(self) -> dict[str, object]:
        kind, where = _KINDS[self.place % len(_KINDS)], _PLACES[self.place % len(_PLACES)]
        return {
            "number": self.number,
            "title": f"{kind} in {where}, part {self.place}",
            "provider": self.provider,
            "service": self.service,
            "fund": made_up.FUNDS[self.place % len(made_up.FUNDS)],
            "value_pence": 50_000_000,
            "starts": self.starts,
            "ends": self.ends,
        }

    def terms(self) -> dict[str, object]:
        due = YEAR.next.starts.replace(month=6, day=30)  # what fell due before was done
        until = self.ends and FinancialYear.containing(self.ends).next.ends
        beside = Beside(
            lots=(
                self._lot("main", "Placements by the week", Unit.WEEK, 60_000),
                self._lot("hours", "Hours on top", Unit.HOUR, 3_000),
            ),
            extensions=(Extension(code="one", until=until),) if until else (),
            obligations=(
                Obligation(code="report", title="Report", day=due, every=Frequency.YEARLY),
                Obligation(code="insurance", title="Insurance is shown", day=due.replace(month=12)),
            ),
            kpis=(
                Kpi(code="visits", title="Visits in time", unit="%", target=Fraction(95)),
                Kpi(code="plans", title="Plans reviewed", unit="%", target=Fraction(90)),
            ),
        )
        return {
            "contract": self.number,
            "form": list(Form)[self.place % len(Form)].value,
            "signed": self.starts,
            "procurement": "",
            "irrecoverable_vat_pence": None,
            "notice_months": 3,
            "contents": written(beside),
            **_TOLD,
        }

    def _lot(self, code: str, title: str, unit: Unit, pence: int) -> Lot:
        return Lot(
            code=code,
            title=title,
            service=self.service,
            pricing=Pricing.SPOT,
            unit=unit,
            price=Money(pence + 10 * (self.place % 300)),
        )

    def varied(self) -> Variation | None:
        """One in five has another price from October of the year asked."""
        if self.place % 5:
            return None
        dearer = LotChange(lot="main", price=Money(65_000 + 10 * (self.place % 300)))
        return Variation(
            starts=YEAR.periods[6].starts,
            reference="V1",
            reason="Price agreed for the second half",
            lots_changed=(dearer,),
        )


def found(session: Session, count: int) -> None:
    """A trust with so many contracts and ten placements under each, and no journal yet."""
    _found_trust(session)
    made = [Made(place) for place in range(1, count + 1)]
    codes = sorted({one.provider for one in made})
    rows: list[dict[str, Any]] = [
        {"code": code, "name": f"{code.capitalize()} Care", "sector": "private"} for code in codes
    ]
    add_rows(session, table_of(ProviderRow), [row | {"also_known_as": ""} for row in rows])
    add_rows(session, table_of(ContractRow), [one.row() for one in made])
    add_rows(session, table_of(ContractTermsRow), [one.terms() for one in made])
    signed = {"turn": 1, "event": "sign", "state": "signed", **_TOLD}
    moves = [signed | {"contract": one.number, "day": one.starts} for one in made]
    add_rows(session, table_of(ContractMoveRow), moves)
    _vary(session, made)
    _ask_uplifts(session, made[::50])
    _place(session)


def _found_trust(session: Session) -> None:
    founding.found(
        session,
        name="Benchshire Children's Trust",
        year=YEAR,
        administrator=founding.Administrator(username="b.admin", name="Bench Administrator"),
        at=AT,
    )
    for username, role in ((COMMISSIONER, "commissioner"), (made_up.OFFICER, "finance_officer")):
        person = PersonRow(username=username, name=username, role=role, created_at=as_text(AT))
        session.add(person)
    session.add_all(PartnerRow(code=code, name=code.title()) for code in made_up.PARTNERS)
    basis = LegalBasis.HEALTH_ACT_1999_S31.value
    for code in made_up.FUNDS[1:]:
        kind = FundKind.POOLED.value
        session.add(FundRow(code=code, title=code.title(), kind=kind, legal_basis=basis))
    for service, weights in made_up.services().items():
        session.add(ServiceRow(code=service, title=service.replace("-", " ").capitalize()))
        session.flush()
        for outcome, weight in weights:
            starts = made_up.YEARS[0].starts
            row = ServiceOutcomeRow(service=service, starts=starts, outcome=outcome, weight=weight)
            session.add(row)
    session.flush()


def _vary(session: Session, made: list[Made]) -> None:
    rows = [
        {
            "contract": one.number,
            "reference": varied.reference,
            "turn": 1,
            "day": varied.starts,
            "kind": varied.kind.value,
            "contents": written(varied),
            **_TOLD,
        }
        for one in made
        if (varied := one.varied()) is not None
    ]
    add_rows(session, table_of(ContractVariationRow), rows)


def _ask_uplifts(session: Session, made: list[Made]) -> None:
    """Uplifts that wait for a decision."""
    uplifts = [
        {
            "reference": f"U-{one.number}",
            "contract": one.number,
            "day": YEAR.periods[9].starts,
            "starts": YEAR.periods[11].starts,
            "reason": "Wages",
            "percent": "3",
            "index_words": "",
            "value_pence": None,
            "asked": "{}",
            **_TOLD,
        }
        for one in made
    ]
    add_rows(session, table_of(UpliftRow), uplifts)
    rate = {"lot": "main", "was_pence": 65_000, "asked_pence": 66_950}
    rates = [rate | {"uplift": one["reference"]} for one in uplifts]
    add_rows(session, table_of(UpliftRateRow), rates)


def _place(session: Session) -> None:
    raised = [
        placement(under, turn)
        for under in contracts.contracts(session)
        for turn in range(1, EACH + 1)
    ]
    add_rows(session, calling_off.CALL_OFF, [_call_off_row(one) for one in raised])
    add_rows(session, calling_off.EVENT, [_event_row(one) for one in raised])


def placement(under: Contract, turn: int) -> CallOff:
    """A child's placement; of two one is planned to end after four months, the other runs on.

    Three partners pay for one in five.
    """
    spread = int(under.number[2:]) * 37 + turn * 29
    starts = YEAR.starts + timedelta(days=spread % 330)
    parties = zip(made_up.PARTNERS[:3], (40, 35, 25), strict=True)
    split = tuple(Funder(fund=under.fund, weight=part, partner=by) for by, part in parties)
    alone = (Funder(fund=under.fund, weight=1),)
    return CallOff(
        number=f"{under.number}/{turn:02d}",
        contract=under.number,
        lot="main",
        kind=Kind.PLACEMENT,
        title="Placement",
        provider=under.provider,
        service=under.service,
        account=ACCOUNT,
        unit=Unit.WEEK,
        starts=starts,
        funding=(DatedFunding(starts, alone if spread % 5 else split),),
        state=CallOffState.ORDERED,
        case_reference=f"CASE-{spread}",
        expected_end=starts + timedelta(days=120) if turn % 2 else None,
        lot_prices=under.lot_prices("main"),
    )


def _call_off_row(one: CallOff) -> Mapping[str, object]:
    return {
        "number": one.number,
        "place": int(one.number.rpartition("/")[2]),
        "reference": f"P-{one.number}",
        "contract": one.contract,
        "lot": one.lot,
        "kind": one.kind.value,
        "title": one.title,
        "case_reference": one.case_reference,
        "provider": one.provider,
        "service": one.service,
        "account": one.account,
        "unit": one.unit.value,
        "of_requisition": None,
        "events": 1,
        "commitments": 0,
        "converted_pence": 0,
        **calling_off.columns_of(one),
    }


def _event_row(one: CallOff) -> Mapping[str, object]:
    return {
        "call_off": one.number,
        "turn": 1,
        "reference": f"P-{one.number}",
        "event": CallOffEvent.ORDER.value,
        "day": one.starts,
        "contents": calling_off.as_json(one),
        **_TOLD,
    }


def budgets() -> Iterator[Journal]:
    """More than enough for every service of every fund."""
    for fund in made_up.FUNDS:
        spend = [
            posting_rules.Spend(account=ACCOUNT, service=service, weights=weights)
            for service, weights in made_up.services().items()
        ]
        lines = [line for one in spend for line in one.postings(Money(1_000_000_000_00))]
        total = Money.total(line.amount for line in lines)
        event = posting_rules.Event(
            fund=fund,
            day=YEAR.starts,
            source="bench-budget",
            source_ref=fund,
            narration="Budget of the year",
        )
        yield posting_rules.budget_changed(
            event, [*lines, Posting("Equity:BudgetAuthority", -total)]
        )


def payments(count: int) -> list[Journal]:
    """A month's payment for the first placement of each of the first contracts."""
    return [_payment(Made(place)) for place in range(1, count + 1)]


def _payment(of: Made) -> Journal:
    event = posting_rules.Event(
        fund=str(of.row()["fund"]),
        day=YEAR.periods[11].starts,
        source="bench-payment",
        source_ref=of.number,
        narration="Foster care",
        payee=of.provider,
    )
    spend = posting_rules.Spend(
        account=ACCOUNT,
        service=of.service,
        contract=of.number,
        call_off=f"{of.number}/01",
        weights=made_up.services()[of.service],
    )
    return posting_rules.spending_line(event, Money(240_000), spend)
