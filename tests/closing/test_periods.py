"""A period is closed when nothing is left to do, or with a reason; two people open it again."""

from datetime import date

import pytest
from sqlmodel import Session

from ledger.journal import Book
from ledger.money import Money
from ledger.periods import Period
from tests.closing.conftest import KNOWN, MANAGER, OFFICER, Office
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK, YEAR, journal
from trust_commissioning import closing, posting
from trust_commissioning.reports import REPORTS, Scope, fund_position
from trust_commissioning.reports.left_to_do import items, left_to_do
from trust_commissioning.store import closing as record
from trust_commissioning.store.tables import PublicationRow

P01, P02 = Period(YEAR, 1), Period(YEAR, 2)
PLACED = (
    "Expenses:ThirdParty:FosterCare 100.00 service=fostering stay_safe contract=C-0001 / "
    "Assets:HostCash -100.00"
)
UNCODED = "Expenses:Unallocated 70.00 / Assets:HostCash -70.00"
NO_OUTCOME = "Expenses:ThirdParty:Health 30.00 / Assets:HostCash -30.00"


def left(office: Office, period: Period = P01) -> dict[str, tuple[int, str]]:
    """What is left to do: item to count and amount."""
    found = office.ask(left_to_do, period)
    return {item.key: (item.count, item.amount.plain) for item in found}


def test_a_month_with_nothing_left_to_do_is_closed_without_a_reason(office: Office) -> None:
    office.post(journal(PLACED))

    assert left(office) == {}
    seal = office.do(closing.close, P01, by=CLERK)

    assert office.do(closing.close, P01, by=MANAGER) == seal
    assert office.is_clean()


def test_everything_left_to_do_is_listed_with_what_it_comes_to(office: Office) -> None:
    office.post(journal(UNCODED, ref="1"), journal(NO_OUTCOME, ref="2"))
    office.do(posting.submit, journal(PLACED, ref="3"), by=CLERK)
    office.do(posting.save_draft, journal(UNCODED, ref="4"), by=CLERK)

    # £120,000.00 over 731 days, of which April has 30.
    assert left(office) == {
        "submitted": (1, "100.00"),
        "drafts": (1, "70.00"),
        "deliveries": (1, "4924.76"),
        "unallocated": (1, "70.00"),
        "not_attributed": (1, "30.00"),
    }
    for item in office.ask(items, P01):
        assert item.stands.endswith(".")
        assert item.do.endswith(".")
        assert item.where


def test_what_must_be_none_stops_the_closing_and_what_may_stay_needs_a_reason(
    office: Office,
) -> None:
    office.post(journal(UNCODED, ref="1"))
    id = office.do(posting.submit, journal(PLACED, ref="2"), by=CLERK)

    assert [(one.code, one.where) for one in office.refused(closing.close, P01, by=CLERK)] == [
        ("period_has_submitted_journals", "submitted"),
        ("left_open_without_reason", "deliveries"),
        ("left_open_without_reason", "unallocated"),
    ]
    assert office.codes(closing.close, P01, by=CLERK, reason=KNOWN) == [
        "period_has_submitted_journals"
    ]
    office.do(posting.post_submitted, id, by=APPROVER)
    assert office.codes(closing.close, P01, by=CLERK, reasons={"drafts": KNOWN}) == [
        "left_open_without_reason"
    ]
    office.do(closing.close, P01, by=CLERK, reasons={"unallocated": "Coded when the host says"})

    (closed,) = office.ask(record.closings, P01)
    assert closed.left == {"unallocated": "Coded when the host says"}
    assert office.is_clean()


def test_nothing_is_delivered_in_period_13(office: Office) -> None:
    assert "deliveries" in left(office, Period(YEAR, 12))
    assert "deliveries" not in left(office, Period(YEAR, 13))


def test_cash_that_differs_from_what_the_host_holds_needs_a_reason(office: Office) -> None:
    office.post(journal(PLACED))
    told = {"fund": "general", "document": "Ledger print of 2 May 2003"}
    office.do(closing.tell_host_balance, P01, amount=Money.parse("-99.00"), by=CLERK, **told)

    assert left(office) == {"host_balance": (1, "-1.00")}
    assert office.codes(closing.close, P01, by=CLERK) == ["left_open_without_reason"]
    office.do(closing.tell_host_balance, P01, amount=Money.parse("-100.00"), by=CLERK, **told)
    assert left(office) == {}
    assert [one.amount.plain for one in office.ask(record.host_balances, P01)] == ["-100.00"]


def test_books_that_were_withheld_stop_the_closing(office: Office) -> None:
    office.post(journal(PLACED))
    office.do(_withheld, by=CLERK)

    assert office.codes(closing.close, P01, by=CLERK, reason=KNOWN) == ["books_were_withheld"]


def _withheld(session: Session, *, by: str, at: object) -> None:
    del by, at
    problems = '[{"code": "books_differ", "message": "By a penny.", "where": "x"}]'
    session.add(PublicationRow(at="now", head_sequence=1, head_hash="x", problems=problems))


# --- opened again ----------------------------------------------------------------------------


def test_a_closed_period_is_opened_again_by_two_people_and_closed_with_a_new_seal(
    office: Office,
) -> None:
    office.post(journal(PLACED, ref="1"))
    first = office.close(1)

    office.do(closing.ask_reopening, P01, reason="An invoice came late", by=CLERK)
    assert office.codes(posting.post, journal(PLACED, ref="2"), by=CLERK) == ["period_not_open"]
    office.do(closing.agree_reopening, P01, by=APPROVER)
    office.post(journal(PLACED, ref="2"))
    assert office.is_clean()
    second = office.close(1)

    assert first != second
    assert [(one.turn, one.seal) for one in office.ask(record.closings, P01)] == [
        (1, first),
        (2, second),
    ]
    assert office.is_clean()


@pytest.mark.parametrize(
    ("by", "code"), [(CLERK, "reopening_takes_two_people"), (AUDITOR, "not_permitted")]
)
def test_who_asks_or_may_not_does_not_agree(office: Office, by: str, code: str) -> None:
    office.close(1)
    office.do(closing.ask_reopening, P01, reason="An invoice came late", by=CLERK)

    assert office.codes(closing.agree_reopening, P01, by=by) == [code]


def test_a_reopening_is_of_a_closed_period_asked_once_with_a_reason(office: Office) -> None:
    assert office.codes(closing.ask_reopening, P01, reason="x", by=CLERK) == ["period_is_open"]
    office.close(1)

    assert office.codes(closing.agree_reopening, P01, by=CLERK) == ["reopening_not_asked"]
    assert office.codes(closing.ask_reopening, P01, reason=" ", by=CLERK) == ["reason_missing"]
    first = office.do(closing.ask_reopening, P01, reason="A late invoice", by=CLERK)
    assert office.do(closing.ask_reopening, P01, reason="A late invoice", by=CLERK) == first
    assert office.codes(closing.ask_reopening, P01, reason="Another", by=OFFICER) == [
        "reopening_already_asked"
    ]


def test_an_agreement_opens_a_period_once(office: Office) -> None:
    office.close(1)
    office.do(closing.ask_reopening, P01, reason="A late invoice", by=CLERK)
    office.do(closing.agree_reopening, P01, by=APPROVER)
    office.close(1)

    assert office.codes(closing.agree_reopening, P01, by=APPROVER) == ["reopening_not_asked"]


def test_every_later_report_says_that_a_period_was_opened_again(office: Office) -> None:
    office.post(journal(PLACED), journal(PLACED, ref="b", book=Book.ACTUAL, day=date(2003, 5, 1)))
    office.close(1)
    scope = Scope(None, YEAR, 2)
    assert office.ask(lambda session: fund_position(session, scope, AT).notes) == ()
    office.do(closing.ask_reopening, P01, reason="An invoice came late.", by=CLERK)
    office.do(closing.agree_reopening, P01, by=APPROVER)

    note = (
        "April 2003 was closed and opened again: asked by Hana Clerk on 1 May 2003, agreed by "
        "Piers Approver on 1 May 2003. Reason: An invoice came late."
    )
    for name in ("fund-position", "trial-balance", "month-end"):
        made = office.ask(lambda session, name=name: REPORTS[name](session, scope, AT))
        assert note in made.notes, name


def test_a_seal_written_over_is_noticed_though_the_period_is_open_again(office: Office) -> None:
    office.post(journal(PLACED))
    first = office.close(1)
    office.do(closing.ask_reopening, P01, reason="A late invoice", by=CLERK)
    office.do(closing.agree_reopening, P01, by=APPROVER)
    office.post(journal(PLACED, ref="2"))

    (kept,) = office.ask(record.closings, P01)
    assert kept.seal == first
    assert office.ask(closing.seal_of, P01) != first
    assert office.is_clean()
