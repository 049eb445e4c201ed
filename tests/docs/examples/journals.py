"""Examples of what stops a journal, before it is entered and after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlmodel import Session

from ledger.chart import Account, Chart
from ledger.funds import Fund, FundKind
from ledger.journal import Book, Journal, Standing, problems_in
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem
from tests.docs.examples.kept import example, in_small_trust
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import closing, posting
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.store import journals as stored_journals

YEAR = FinancialYear.parse("2003-04")
CHART = Chart.of(
    Account(name, title, needs_partner=name.startswith("Income:"), closed=name.endswith("Old"))
    for name, title in {
        "Assets:HostCash": "Cash held by the host",
        "Expenses:Unallocated": "Not coded yet",
        "Expenses:Old": "No longer used",
        "Income:Contributions:Cash": "Contributions in cash",
    }.items()
)
STANDING = Standing(
    chart=CHART,
    funds={
        "general": Fund(code="general", title="General", kind=FundKind.MAINSTREAM),
        "choice-protects": Fund(
            code="choice-protects",
            title="Choice Protects",
            kind=FundKind.SPECIAL_GRANT,
            conditions="Only for expanding and strengthening fostering services.",
            may_be_spent_on=("fostering",),
            starts=date(2003, 4, 1),
            ends=date(2004, 3, 31),
        ),
    },
    open_periods=frozenset(Period(YEAR, number) for number in (1, 2, 3)),
    partners=frozenset({"council"}),
    services=frozenset({"fostering", "therapy"}),
    contracts=frozenset({"C-0001"}),
)
PAID = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
P01 = Period(YEAR, 1)


def _of(wanted: Journal) -> list[Problem]:
    return problems_in(wanted, STANDING)


example(
    "journal_does_not_balance",
    "Debits of £100.00 stand against credits of £99.00.",
    lambda: _of(journal("Expenses:Unallocated 100.00 / Assets:HostCash -99.00")),
)
example(
    "journal_has_too_few_postings",
    "Only the expense is keyed.",
    lambda: _of(journal("Expenses:Unallocated 100.00")),
)
example(
    "posting_is_nil",
    "A line is left at nothing.",
    lambda: _of(journal(PAID + " / Assets:HostCash 0.00")),
)
example(
    "amount_too_large",
    "A reference of thirteen figures stands in the column of amounts.",
    lambda: read_amount("9876543210123"),
)
example("narration_missing", "No narration is given.", lambda: _of(journal(PAID, narration=" ")))
example(
    "text_too_long",
    "A whole letter is pasted into the narration.",
    lambda: _of(journal(PAID, narration="Dear Sir, " * 60)),
)
example(
    "text_has_control_characters",
    "A narration is pasted with a NUL in it.",
    lambda: _of(journal(PAID, narration="Fees\0 for May")),
)
example("source_missing", "The request has no name.", lambda: _of(journal(PAID, ref=" ")))
example(
    "day_outside_period",
    "A day of May is entered in April.",
    lambda: _of(journal(PAID, day=date(2003, 5, 9), period=P01)),
)
example(
    "document_day_after_day",
    "An invoice of May is entered in April.",
    lambda: _of(replace(journal(PAID), document_day=date(2003, 5, 9))),
)
example(
    "period_not_open",
    "A journal is entered in July, which is not open yet.",
    lambda: _of(journal(PAID, day=date(2003, 7, 1))),
)
example("fund_unknown", "The fund is mistyped.", lambda: _of(journal(PAID, fund="camsh")))
example(
    "fund_not_alive",
    "A grant that ended in March is charged in April.",
    lambda: _of(journal(PAID, fund="choice-protects", day=date(2004, 4, 1))),
)
example(
    "account_unknown",
    "The account is mistyped.",
    lambda: _of(journal("Expenses:FosterCaer 100.00 / Assets:HostCash -100.00")),
)
example(
    "account_closed",
    "An account is used that was closed.",
    lambda: _of(journal("Expenses:Old 100.00 / Assets:HostCash -100.00")),
)
example(
    "account_not_of_this_book",
    "Cash is credited in the commitment book.",
    lambda: _of(journal(PAID, book=Book.COMMITMENT)),
)
example(
    "partner_missing",
    "A contribution does not say whose it is.",
    lambda: _of(journal("Assets:HostCash 100.00 / Income:Contributions:Cash -100.00")),
)
example(
    "partner_unknown",
    "A contribution names a body that is no partner.",
    lambda: _of(journal("Assets:HostCash 100.00 / Income:Contributions:Cash -100.00 partner=pct")),
)
example(
    "service_unknown",
    "The service is mistyped.",
    lambda: _of(journal("Expenses:Unallocated 100.00 service=fostring / Assets:HostCash -100.00")),
)
example(
    "contract_unknown",
    "The contract is mistyped.",
    lambda: _of(journal("Expenses:Unallocated 100.00 contract=C-0010 / Assets:HostCash -100.00")),
)
example(
    "outcome_without_expense",
    "Cash is said to serve an outcome.",
    lambda: _of(journal("Expenses:Unallocated 100.00 / Assets:HostCash -100.00 stay_safe")),
)
example(
    "outside_ring_fence",
    "A fostering grant is spent on therapy.",
    lambda: _of(
        journal(
            "Expenses:Unallocated 100.00 service=therapy / Assets:HostCash -100.00",
            fund="choice-protects",
        )
    ),
)


def _used_twice(session: Session) -> object:
    posting.post(session, journal(PAID), by=CLERK, at=AT)
    other = journal("Expenses:Unallocated 90.00 / Assets:HostCash -90.00")
    return posting.post(session, other, by=CLERK, at=AT)


def _own(session: Session) -> object:
    id = posting.submit(session, journal(PAID), by=APPROVER, at=AT)
    return posting.post_submitted(session, id, by=APPROVER, at=AT)


def _sent_back_too_late(session: Session) -> object:
    id = posting.submit(session, journal(PAID), by=CLERK, at=AT)
    posting.post_submitted(session, id, by=APPROVER, at=AT)
    posting.send_back(session, id, by=APPROVER, at=AT, reason="The wrong fund.")
    return []


def _reversed_twice(session: Session) -> object:
    number = posting.post(session, journal(PAID), by=CLERK, at=AT)
    posting.reverse(session, number, reason="Paid twice.", by=CLERK, at=AT)
    return posting.reverse(session, number, reason="Paid twice.", by=APPROVER, at=AT)


def _anothers_draft(session: Session) -> object:
    id = posting.save_draft(session, journal(PAID), by=CLERK, at=AT)
    posting.withdraw(session, id, by=APPROVER, at=AT)
    return []


def _without_reason(session: Session) -> object:
    id = posting.submit(session, journal(PAID), by=CLERK, at=AT)
    posting.send_back(session, id, by=APPROVER, at=AT, reason=" ")
    return []


def _stale(session: Session) -> object:
    id = posting.save_draft(session, journal(PAID), by=CLERK, at=AT)
    found = stored_journals.by_id(session, id)
    assert found is not None
    changed = replace(journal(PAID), narration="Fees for May")
    posting.save_draft(session, changed, by=CLERK, at=AT, id=id, version=found.version)
    return posting.save_draft(session, changed, by=CLERK, at=AT, id=id, version=found.version)


def _closed_too_early(session: Session) -> object:
    posting.submit(session, journal(PAID), by=CLERK, at=AT)
    return closing.close(session, P01, by=CLERK, at=AT, reason="Known and small")


example(
    "source_already_used",
    "A document is sent again with another amount.",
    in_small_trust(_used_twice),
)
example(
    "source_is_kept",
    "A person names a journal as if an import had made it.",
    in_small_trust(
        lambda session: posting.submit(session, journal(PAID, source="spend"), by=CLERK, at=AT)
    ),
)
example("poster_is_author", "An approver keys a journal and posts it.", in_small_trust(_own))
example(
    "journal_unknown",
    "A number is asked for that was never given.",
    in_small_trust(
        lambda session: posting.reverse(session, "2003-04/000999", reason="?", by=CLERK, at=AT)
    ),
)
example(
    "journal_in_another_state",
    "A journal is sent back after it was posted.",
    in_small_trust(_sent_back_too_late),
)
example(
    "journal_already_reversed",
    "A reversal is asked for by two people.",
    in_small_trust(_reversed_twice),
)
example(
    "draft_of_another",
    "Somebody else's draft is withdrawn.",
    in_small_trust(_anothers_draft),
)
example(
    "reason_missing",
    "A journal is sent back without a word.",
    in_small_trust(_without_reason),
)
example(
    "version_is_stale",
    "A draft is saved from two windows.",
    in_small_trust(_stale),
)
example(
    "period_has_submitted_journals",
    "April is closed while a journal waits in it.",
    in_small_trust(_closed_too_early),
)
