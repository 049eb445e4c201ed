"""The pooled account of the children's mental health pool, as the primary care trust's bank prints it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.periods import Period
from trust_commissioning import reconciling
from trust_commissioning.store import bank
from trust_commissioning.store.bank import BankAccount, Entry

OFFICER = "r.fenwater"
POOLED = BankAccount("Assets:HostCash", "camhs-pool")
_CLEARING = timedelta(days=6)
"""How long a payment is on its way: what leaves the books later than this is on the next statement."""
_CHARGE = Money.parse("48.60")
"""What the bank took for the quarter and the books do not know yet."""


@dataclass(frozen=True, slots=True)
class _Line:
    day: date
    words: str
    reference: str
    amount: Money


def tell(session: Session, period: Period, *, at: datetime) -> None:
    """The account from its first day to the end of a period, matched as far as it is certain.

    What is left is what an officer finds at any month end: payments on their way, and a charge of
    the bank's that nobody has entered.
    """
    entries = bank.entries(session, POOLED, period.ends)
    data = _printed(sorted(_lines(entries, period.ends), key=lambda line: line.day))
    reconciling.load_statement(
        session,
        data,
        name=f"pooled-account-to-{period.ends.isoformat()}.csv",
        of=POOLED,
        by=OFFICER,
        at=at,
    )


def _lines(entries: Iterable[Entry], ends: date) -> Iterator[_Line]:
    for entry in entries:
        day = entry.day if entry.amount > NIL else entry.day + _CLEARING
        if day <= ends:
            yield _Line(day, entry.payee or "Transfer", entry.number, entry.amount)
    yield _Line(ends, "Charges of the quarter", "", -_CHARGE)


def _printed(lines: Iterable[_Line]) -> bytes:
    made = io.StringIO()
    told = csv.writer(made, lineterminator="\n")
    told.writerow(["Date", "Description", "Reference", "Paid in", "Paid out", "Balance"])
    balance = NIL
    for line in lines:
        balance += line.amount
        paid_in, out = (line.amount, NIL) if line.amount > NIL else (NIL, -line.amount)
        told.writerow(
            [
                line.day.strftime("%d/%m/%Y"),
                line.words,
                line.reference,
                paid_in.plain if paid_in else "",
                out.plain if out else "",
                balance.plain,
            ]
        )
    return made.getvalue().encode()
