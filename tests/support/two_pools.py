"""Two pools with a partner each, alike in everything but a word of their own and who hosts them.

The council keeps the books and hosts the northern partner's funds; the southern hosts its own.

What belongs to a pool says the word of its partner wherever a person may write, so that a word
found where it should not be tells what was let through.
"""

import json
from typing import Any

from sqlmodel import Session

from ledger.journal import Book
from ledger.money import Money
from ledger.periods import Period
from tests.support.risk_shares import two_thirds
from tests.support.trusts import AT, CLERK, YEAR, found_small_trust, journal
from trust_commissioning import (
    closing,
    entering,
    issuing,
    posting,
    reconciling,
    saved_views,
    settling,
)
from trust_commissioning.clock import as_text
from trust_commissioning.fields.risk_share import RiskShareEntry
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import Scope
from trust_commissioning.roles import Role
from trust_commissioning.store.bank import BankAccount
from trust_commissioning.store.tables import (
    AccountRow,
    FundRow,
    PartnerRow,
    PersonRow,
    TrustRow,
)

NORTH, SOUTH = "north", "south"
WORDS = {NORTH: "quillfern", SOUTH: "brackenmoor"}
"""The word of each partner; no other text of the trust holds it."""
BODIES = (None, "council", NORTH, SOUTH)
"""For whom people work: nobody, the partner that keeps the books, either other."""
KEY = {NORTH: "I-000001", SOUTH: "I-000002"}
"""The key of each side's invoice."""
_ACCOUNTS = {
    "Assets:Debtors:Other": "Overpaid",
    "Assets:PaymentsHeld": "Payments held",
    "Assets:Debtors:Grants": "Grants due",
    "Liabilities:GrantsInAdvance": "Grants received before their conditions are met",
    "Liabilities:Creditors:Grants": "Grants to be paid back",
    "Income:Grants:Other": "Other grants",
    "Liabilities:ContributionsInAdvance": "In advance",
    "Liabilities:DepositsHeld": "Deposits",
    "Expenses:VatIrrecoverable": "VAT",
}
_FOSTER = "Expenses:ThirdParty:FosterCare"
_DAY = "2003-04-30"


def person_of(partner: str | None, role: Role) -> str:
    """The name of the person of a body who holds a role."""
    return f"{partner or 'nobody'}.{role.value}".replace("_", "-")


def found_two_pools(session: Session) -> None:
    """The small trust with a pool of each partner's, and everything there can be of it."""
    found_small_trust(session)
    session.flush()
    for name, title in _ACCOUNTS.items():
        session.add(AccountRow(name=name, title=title))
    for side in (NORTH, SOUTH):
        session.add(PartnerRow(code=side, name=f"{side.title()} Primary Care Trust"))
    session.flush()
    session.get_one(TrustRow, 1).kept_by = "council"
    for partner in BODIES:
        for role in Role:
            session.add(
                PersonRow(
                    username=person_of(partner, role),
                    name=f"{role.title} of {partner or 'the trust'}",
                    role=role.value,
                    partner=partner,
                    created_at=as_text(AT),
                )
            )
    session.flush()
    for side in (NORTH, SOUTH):
        _pool(session, side)
        _agreed(session, side)
        _granted(session, side)
        _signed(session, side)
        _called_off(session, side)
        _chosen(session, side)
        _watched(session, side)
        _booked(session, side)
        _saved(session, side)
    _issued(session, None, "all")


def tell(session: Session, event: str, *, by: str = "x.admin", **said: Any) -> Any:
    """A business event as a program tells it."""
    what = EVENTS[event]
    return what.act(session, what.asks.model_validate_json(json.dumps(said)), by, AT)


def _pool(session: Session, side: str) -> None:
    word = WORDS[side]
    for code, kind in ((side, "pooled"), (f"{side}-grant", "special_grant")):
        session.add(
            FundRow(
                code=code,
                title=f"The {word} fund",
                kind=kind,
                legal_basis="health_act_1999_s31" if kind == "pooled" else "other_power",
                host=SOUTH if side == SOUTH else "council",
                pool_manager=f"Keeper {word}",
                conditions=f"For {word} only",
            )
        )
    session.flush()


def _agreed(session: Session, side: str) -> None:
    word = WORDS[side]
    tell(
        session,
        "agreement",
        reference=f"{side}-pool",
        fund=side,
        title=f"Agreement {word}",
        starts="2003-04-01",
        parties=[
            {"partner": "council", "body": "local_authority"},
            {"partner": side, "body": "primary_care_trust"},
        ],
        terms={"aims": f"Aims {word}"},
        deliveries=[{"service": "therapy", "partner": side, "regime": "nhs"}],
    )
    tell(
        session,
        "agreement-variation",
        agreement=f"{side}-pool",
        reference=f"V-{side}",
        day=_DAY,
        reason=f"Varied {word}",
    )
    instalments = [{"day": "2003-04-02", "amount": "4000.00"}]
    for partner in ("council", side):
        tell(
            session,
            "contribution",
            fund=side,
            partner=partner,
            year="2003-04",
            instalments=instalments,
        )
    tell(session, "contributions-due", day=_DAY, fund=side)
    of_pool = {"fund": side, "partner": side, "day": _DAY}
    tell(
        session, "receipt", reference=f"R-{side}", amount="100.00", words=f"Paid {word}", **of_pool
    )
    tell(session, "chase", reference=f"L-{side}", to=f"Finance {word}", **of_pool)
    tell(
        session,
        "dispute",
        reference=f"D-{side}",
        contribution=f"{side}/2003-04/{side}/cash",
        instalment="2003-04-02",
        amount="50.00",
        day=_DAY,
        reason=f"Denied {word}",
    )
    tell(session, "dispute-note", dispute=f"D-{side}", reference="N", day=_DAY, words=f"Met {word}")
    settling.agree_risk_share(
        session, side, _risk_share(side), reference=f"RS-{side}", by="x.admin", at=AT
    )


def _risk_share(side: str) -> RiskShareEntry:
    said = two_thirds().model_dump_json().replace('"pct"', f'"{side}"')
    said = said.replace("Agreed percentages", f"Agreed {WORDS[side]}")
    return RiskShareEntry.model_validate_json(said)


def _granted(session: Session, side: str) -> None:
    word = WORDS[side]
    tell(
        session,
        "grant",
        code=f"{side}-given",
        title=f"Grant {word}",
        payer=f"Office {word}",
        income="Income:Grants:Other",
    )
    tell(
        session,
        "allocation",
        reference=f"{side}-given/2003-04",
        grant=f"{side}-given",
        authority=side,
        fund=f"{side}-grant",
        announced="2003-04-01",
        core="900.00",
        year="2003-04",
        document=f"Circular {word}",
    )


def _signed(session: Session, side: str) -> None:
    word, number = WORDS[side], f"C-{side}"
    tell(session, "provider", code=f"{side}-care", name=f"Care {word}", sector="voluntary")
    tell(
        session,
        "inspection",
        provider=f"{side}-care",
        reference=f"I-{side}",
        day=_DAY,
        inspectorate="The commission",
        words=f"Seen {word}",
        result="met",
    )
    tell(
        session,
        "contract",
        number=number,
        title=f"Placements {word}",
        provider=f"{side}-care",
        service="fostering",
        fund=side,
        form="framework",
        signed="2003-03-14",
        value="5000.00",
        starts="2003-04-01",
        ends="2004-03-31",
        lots=[
            {"code": "weeks", "title": f"Lot {word}", "unit": "week", "price": "10.00"},
        ],
        obligations=[{"code": "report", "title": f"A report {word}", "day": "2003-04-30"}],
    )
    tell(
        session,
        "uplift",
        contract=number,
        reference=f"U-{side}",
        day=_DAY,
        reason=f"Dearer {word}",
        starts="2003-10-01",
        prices=[{"lot": "weeks", "price": "12.00"}],
    )
    tell(
        session,
        "uplift-decision",
        by="p.approver",
        uplift=f"U-{side}",
        step="checked",
        day=_DAY,
        reason=f"Right {word}",
    )
    tell(
        session,
        "contract-document",
        contract=number,
        reference="D",
        name=f"Signed {word}",
        kind="contract",
        day="2003-03-14",
        sha256="a" * 64,
        kept_at=f"Shelf {word}",
    )


def _called_off(session: Session, side: str) -> None:
    word = WORDS[side]
    lines = [{"account": _FOSTER, "service": "fostering", "amount": "2000.00"}]
    tell(session, "budget-change", fund=side, year="2003-04", reason=f"Agreed {word}", lines=lines)
    placed = f"C-{side}/01"
    tell(
        session,
        "call-off",
        reference=f"P-{side}",
        contract=f"C-{side}",
        lot="weeks",
        title=f"Placement {word}",
        account=_FOSTER,
        day="2003-04-01",
        starts="2003-04-01",
        expected_end="2003-05-26",
    )
    weeks = {"starts": "2003-04-01", "ends": "2003-04-28"}
    tell(
        session,
        "return",
        reference=f"RT-{side}",
        call_off=placed,
        units="4",
        words=f"Delivered {word}",
        day="2003-04-29",
        **weeks,
    )
    tell(
        session,
        "invoice",
        reference=f"inv-{side}",
        provider=f"{side}-care",
        number=f"N-{word}",
        day="2003-04-29",
        received="2003-04-30",
        lines=[{"call_off": placed, "net": "40.00", **weeks}],
    )
    tell(
        session,
        "invoice-dispute",
        reference=f"ID-{side}",
        invoice=KEY[side],
        day=_DAY,
        line=1,
        amount="1.00",
        reason=f"Short {word}",
    )


def _chosen(session: Session, side: str) -> None:
    """A procurement with bids under way, which is of no fund yet."""
    word = WORDS[side]
    tell(
        session,
        "procurement",
        reference=f"PR-{side}",
        day="2003-04-01",
        title=f"To buy {word}",
        route="open",
        service="fostering",
        lots=[{"code": "main", "title": f"All {word}", "estimated": "100.00"}],
        criteria=[{"code": "price", "title": f"Price {word}", "weight": 1, "kind": "price"}],
    )


def _watched(session: Session, side: str) -> None:
    word = WORDS[side]
    for reference, about in (
        (f"K-{side}", {"contract": f"C-{side}"}),
        (f"KP-{side}", {"provider": f"{side}-care"}),
    ):
        tell(
            session,
            "concern",
            reference=reference,
            day=_DAY,
            source="complaint",
            weight="minor",
            words=f"Late {word}",
            **about,
        )
        tell(
            session,
            "concern-step",
            reference=f"S-{reference}",
            day=_DAY,
            concern=reference,
            step="note",
            words=f"Called {word}",
        )
    tell(
        session,
        "monitoring-cycle",
        reference=f"CY-{side}",
        day=_DAY,
        contract=f"C-{side}",
        risk="high",
        reason=f"New {word}",
        officer=f"Officer {word}",
    )


def _saved(session: Session, side: str) -> None:
    by = person_of(side, Role.COMMISSIONER)
    word = WORDS[side]
    saved_views.save(session, "contracts", f"View {word}", f"q={word}", by=by, at=AT)
    entering.keep(session, f"typed-{side}", {"narration": f"Typed {word}"}, by=CLERK, at=AT)


def _booked(session: Session, side: str) -> None:
    word = WORDS[side]
    spent = f"{_FOSTER} 60.00 stay_safe service=fostering contract=C-{side}/Assets:HostCash -60.00"
    for ref, fund in (("1", side), ("2", f"{side}-grant")):
        text = spent if fund == side else spent.replace(f" contract=C-{side}", "")
        made = journal(
            text, ref=f"{side}-{ref}", fund=fund, narration=f"Spent {word}", payee=f"Payee {word}"
        )
        posting.post(session, made, by=CLERK, at=AT)
    waits = journal(spent, ref=f"{side}-w", fund=side, book=Book.ACTUAL, narration=f"Waits {word}")
    id = posting.submit(session, waits, by=CLERK, at=AT)
    entering.attach(session, id, name=f"{word}.csv", data=b"a,b\n1,2\n", by=CLERK, at=AT)
    statement = f"Date,Description,Reference,Amount,Balance\n30/04/2003,Bank {word},,5.00,5.00\n"
    reconciling.load_statement(
        session,
        statement.encode(),
        name=f"{word}.csv",
        of=BankAccount("Assets:HostCash", side),
        by=CLERK,
        at=AT,
    )
    data = f"Date,Supplier,Reference,Amount\n30/04/2003,Shop {word},T-{side},10.00\n".encode()
    load_spend(
        session,
        data,
        name=f"{word}.csv",
        options=SpendOptions(fund=side),
        by=CLERK,
        at=AT,
    )
    tell(
        session,
        "forecast",
        fund=side,
        period="2003-04 P01",
        account=_FOSTER,
        service="fostering",
        method="person",
        amount="2100.00",
        reason=f"More {word}",
    )
    closing.tell_host_balance(
        session,
        Period(YEAR, 1),
        fund=side,
        amount=Money(100),
        document=f"Statement {word}",
        by=CLERK,
        at=AT,
    )
    _issued(session, side, side)


def _issued(session: Session, fund: str | None, reference: str) -> None:
    paper = issuing.Paper(report="fund-position", scope=Scope(fund, YEAR), reference=reference)
    issuing.issue(session, paper, by="x.admin", at=AT)
