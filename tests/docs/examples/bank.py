"""Examples of what stops a bank statement being taken in, or being matched with the books."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from ledger.money import Money
from tests.docs.examples.kept import example, in_small_trust
from tests.support.trusts import AT, CLERK
from trust_commissioning import reconciling
from trust_commissioning.importing import remembering
from trust_commissioning.store.bank import BankAccount

_CASH = BankAccount("Assets:HostCash")
_HEAD = b"Date,Description,Amount,Balance\n"
_MAY = _HEAD + b"01/05/2003,GRANT,100.00,600.00\n02/05/2003,CHARGE,-5.00,595.00\n"


def _taken_in(
    data: bytes, *then: bytes, of: BankAccount = _CASH, closing: Money | None = None
) -> Callable[[Session], object]:
    def run(session: Session) -> object:
        for one in (data, *then):
            reconciling.load_statement(
                session, one, name="a.csv", of=of, by=CLERK, at=AT, closing=closing
            )
        return []

    return run


def _matched(*rows: int, apart: int = 0) -> Callable[[Session], object]:
    def run(session: Session) -> object:
        batch = reconciling.load_statement(
            session, _MAY, name="a.csv", of=_CASH, by=CLERK, at=AT
        ).batch
        if apart:
            reconciling.take_apart(session, _CASH, apart, by=CLERK, at=AT)
        lines = [(batch or "", row) for row in rows]
        return reconciling.match_by_hand(session, _CASH, lines, [], by=CLERK, at=AT)

    return run


def _in_another_fund(session: Session) -> object:
    _taken_in(_MAY)(session)
    return _taken_in(_MAY, of=BankAccount(_CASH.account, "general"))(session)


example(
    "bank_column_missing",
    "A statement has money in, and no money out.",
    in_small_trust(_taken_in(b"Date,Description,Paid in\n01/05/2003,GRANT,100.00\n")),
)
example(
    "bank_balance_broken",
    "A line was taken out of a statement by hand.",
    in_small_trust(_taken_in(_HEAD + b"01/05/2003,A,1.00,10.00\n03/05/2003,B,2.00,15.00\n")),
)
example(
    "bank_balance_missing",
    "A statement without balances is taken in as it is.",
    in_small_trust(_taken_in(b"Date,Description,Amount\n01/05/2003,GRANT,100.00\n")),
)
example(
    "bank_balance_differs",
    "The balance typed is that of another statement.",
    in_small_trust(_taken_in(_MAY, closing=Money.parse("600.00"))),
)
example(
    "bank_statement_does_not_follow",
    "June is taken in after April.",
    in_small_trust(_taken_in(_MAY, _HEAD + b"03/07/2003,CHARGE,-5.00,300.00\n")),
)
example(
    "bank_account_unfit",
    "A statement is taken in for an account of expenses.",
    in_small_trust(_taken_in(_MAY, of=BankAccount("Expenses:Unallocated"))),
)
example(
    "bank_account_kept_otherwise",
    "An account of all funds is taken in for one of them.",
    in_small_trust(_in_another_fund),
)
example(
    "bank_match_differs",
    "Two lines that do not cancel out are matched with each other.",
    in_small_trust(_matched(2, 3)),
)
example(
    "bank_match_not_free", "A line that is not there is matched.", in_small_trust(_matched(2, 9))
)
example("bank_match_of_one", "One line alone is matched.", in_small_trust(_matched(2)))
example(
    "bank_match_unknown",
    "A match that was never made is taken apart.",
    in_small_trust(_matched(2, 3, apart=7)),
)


def _forgotten(session: Session) -> object:
    remembering.take_back(session, "remembered-7", by=CLERK, at=AT)
    return []


example(
    "coding_not_remembered",
    "A coding that was never remembered is taken back.",
    in_small_trust(_forgotten),
)
