"""A journal a person keyed is posted by another person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from ledger.journal import AuthoredBy, Journal
from ledger.periods import Period
from ledger.problems import Refused
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK, YEAR, journal
from trust_commissioning import closing, posting
from trust_commissioning.checking import check
from trust_commissioning.store import journals, reading, transaction
from trust_commissioning.store.journals import StoredJournal
from trust_commissioning.store.tables import AuditEventRow, PersonRow

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
LATER = AT + timedelta(hours=2)
ADMIN = "x.admin"


class Office:
    """What people do in a small trust, each act in its own transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def do(self, act: Callable[..., Any], *args: Any, by: str, **words: Any) -> Any:
        with transaction(self.engine) as session:
            return act(session, *args, by=by, at=LATER, **words)

    def submitted(self, wanted: Journal | None = None, *, by: str = CLERK) -> int:
        return int(self.do(posting.submit, wanted or journal(SPEND), by=by))

    def posted(self, wanted: Journal | None = None) -> str:
        return str(self.do(posting.post_submitted, self.submitted(wanted), by=APPROVER))

    def refusal(self, act: Callable[..., Any], *args: Any, by: str, **words: Any) -> list[str]:
        with pytest.raises(Refused) as refused:
            self.do(act, *args, by=by, **words)
        return list(refused.value.codes)

    def stored(self, id: int) -> StoredJournal:
        with reading(self.engine) as session:
            found = journals.by_id(session, id)
        assert found is not None
        return found

    def audited(self) -> list[tuple[str, str]]:
        with reading(self.engine) as session:
            return list(session.exec(select(AuditEventRow.action, AuditEventRow.person)))

    def is_clean(self) -> bool:
        with reading(self.engine) as session:
            assert check(session) == []
        return True


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


def test_two_people_post_a_keyed_journal(office: Office) -> None:
    id = office.submitted()

    number = office.do(posting.post_submitted, id, by=APPROVER)

    stored = office.stored(id)
    assert number == "2003-04/000001"
    assert (stored.status, stored.author, stored.authored_by) == (
        "posted",
        CLERK,
        AuthoredBy.PERSON,
    )
    assert stored.posted is not None
    assert stored.posted.posted_by == APPROVER
    assert office.audited() == [("submit", CLERK), ("post", APPROVER)]
    assert office.is_clean()


def test_nobody_posts_what_they_keyed(office: Office) -> None:
    id = office.submitted(by=ADMIN)

    assert office.refusal(posting.post_submitted, id, by=ADMIN) == ["poster_is_author"]
    assert office.stored(id).status == "submitted"


def test_who_may_not_post_is_told_so(office: Office) -> None:
    id = office.submitted()

    assert office.refusal(posting.post_submitted, id, by=AUDITOR) == ["not_permitted"]
    assert office.refusal(posting.post_submitted, id, by=CLERK) == ["not_permitted"]


def test_the_role_is_the_one_held_now(office: Office) -> None:
    id = office.submitted()
    with transaction(office.engine) as session:
        session.get_one(PersonRow, APPROVER).role = "auditor"

    assert office.refusal(posting.post_submitted, id, by=APPROVER) == ["not_permitted"]


def test_posting_again_gives_the_same_number(office: Office) -> None:
    id = office.submitted()

    first = office.do(posting.post_submitted, id, by=APPROVER)
    again = office.do(posting.post_submitted, id, by=ADMIN)

    assert first == again == "2003-04/000001"
    assert [action for action, _ in office.audited()] == ["submit", "post"]


def test_submitting_again_changes_nothing(office: Office) -> None:
    assert office.submitted() == office.submitted()
    assert office.audited() == [("submit", CLERK)]


def test_submitting_other_contents_under_the_name_is_refused(office: Office) -> None:
    office.submitted()

    other = journal(SPEND.replace("100.00", "7.00"))
    assert office.refusal(posting.submit, other, by=CLERK) == ["source_already_used"]


def test_a_journal_with_problems_is_not_submitted(office: Office) -> None:
    bad = journal("Expenses:Unallocated 100.00 / Assets:HostCash -99.00", narration=" ")

    assert office.refusal(posting.submit, bad, by=CLERK) == [
        "narration_missing",
        "journal_does_not_balance",
    ]
    with reading(office.engine) as session:
        assert journals.waiting(session) == []


def test_a_draft_may_be_wrong_but_not_name_what_does_not_exist(office: Office) -> None:
    unfinished = journal("Expenses:Unallocated 100.00", narration="")
    unkeepable = journal("Expenses:Nowhere 100.00", fund="nobody")

    id = office.do(posting.save_draft, unfinished, by=CLERK)

    assert office.stored(id).journal == unfinished
    assert office.refusal(posting.save_draft, unkeepable, by=CLERK) == [
        "fund_unknown",
        "account_unknown",
    ]


def test_a_draft_is_changed_then_submitted(office: Office) -> None:
    id = office.do(posting.save_draft, journal("Expenses:Unallocated 90.00"), by=CLERK)

    office.do(posting.save_draft, journal(SPEND), by=CLERK, id=id, version=1)
    office.do(posting.submit, journal(SPEND, narration="Ready"), by=CLERK, id=id, version=2)

    stored = office.stored(id)
    assert (stored.status, stored.version) == ("submitted", 4)
    assert stored.journal == journal(SPEND, narration="Ready")
    assert office.is_clean()


def test_an_older_version_of_a_draft_is_refused_with_both_versions(office: Office) -> None:
    id = office.do(posting.save_draft, journal(SPEND), by=CLERK)
    office.do(posting.save_draft, journal(SPEND, narration="Newer"), by=CLERK, id=id, version=1)

    with pytest.raises(Refused, match="you saw version 1, it is now version 2"):
        office.do(posting.save_draft, journal(SPEND), by=CLERK, id=id, version=1)
    with pytest.raises(Refused, match="you saw version 1, it is now version 2"):
        office.do(posting.submit, journal(SPEND), by=CLERK, id=id, version=1)
    assert office.stored(id).journal.narration == "Newer"


def test_a_poster_who_saw_an_older_version_is_refused(office: Office) -> None:
    id = office.submitted()
    seen = office.stored(id).version
    office.do(posting.send_back, id, by=APPROVER, reason="Wrong month")
    office.do(posting.submit, journal(SPEND, narration="Other"), by=CLERK, id=id)

    refused = office.refusal(posting.post_submitted, id, by=APPROVER, version=seen)
    assert refused == ["version_is_stale"]


def test_nobody_changes_or_withdraws_anothers_draft(office: Office) -> None:
    id = office.do(posting.save_draft, journal(SPEND), by=CLERK)

    changed = journal(SPEND, narration="Mine")
    assert office.refusal(posting.save_draft, changed, by=ADMIN, id=id) == ["draft_of_another"]
    assert office.refusal(posting.submit, changed, by=ADMIN, id=id) == ["draft_of_another"]
    assert office.refusal(posting.withdraw, id, by=ADMIN) == ["draft_of_another"]


def test_a_journal_sent_back_is_a_draft_again_with_the_reason_kept(office: Office) -> None:
    id = office.submitted()

    office.do(posting.send_back, id, by=APPROVER, reason="Wrong service")

    assert office.stored(id).status == "draft"
    assert office.refusal(posting.post_submitted, id, by=APPROVER) == ["journal_in_another_state"]
    office.do(posting.submit, journal(SPEND), by=CLERK, id=id)
    assert office.do(posting.post_submitted, id, by=APPROVER) == "2003-04/000001"
    with reading(office.engine) as session:
        said = session.exec(
            select(AuditEventRow.after).where(AuditEventRow.action == "send_back")
        ).one()
    assert said == '{"reason": "Wrong service"}'
    assert office.is_clean()


def test_sending_back_needs_a_reason_and_the_right(office: Office) -> None:
    id = office.submitted()

    assert office.refusal(posting.send_back, id, by=APPROVER, reason=" ") == ["reason_missing"]
    assert office.refusal(posting.send_back, id, by=AUDITOR, reason="No") == ["not_permitted"]
    office.do(posting.send_back, id, by=CLERK, reason="I was too quick")
    assert office.stored(id).status == "draft"


def test_a_draft_thrown_away_is_gone_and_the_audit_trail_knows(office: Office) -> None:
    id = office.do(posting.save_draft, journal(SPEND), by=CLERK)

    office.do(posting.withdraw, id, by=CLERK)

    with reading(office.engine) as session:
        assert journals.by_id(session, id) is None
    assert office.audited() == [("withdraw", CLERK)]
    assert office.submitted() != id


def test_what_is_submitted_or_posted_is_not_withdrawn(office: Office) -> None:
    id = office.submitted()

    assert office.refusal(posting.withdraw, id, by=CLERK) == ["journal_in_another_state"]
    office.do(posting.post_submitted, id, by=APPROVER)
    assert office.refusal(posting.withdraw, id, by=CLERK) == ["journal_in_another_state"]
    assert office.refusal(posting.send_back, id, by=APPROVER, reason="x") == [
        "journal_in_another_state"
    ]


def test_there_is_nothing_to_do_with_a_journal_that_is_not_there(office: Office) -> None:
    assert office.refusal(posting.post_submitted, 99, by=APPROVER) == ["journal_unknown"]
    assert office.refusal(posting.withdraw, 99, by=CLERK) == ["journal_unknown"]
    assert office.refusal(posting.send_back, 99, by=APPROVER, reason="x") == ["journal_unknown"]


def test_a_period_with_submitted_journals_is_not_closed(office: Office) -> None:
    id = office.submitted()

    assert office.refusal(closing.close, Period(YEAR, 1), by=CLERK, reason="Known and small") == [
        "period_has_submitted_journals"
    ]
    office.do(posting.post_submitted, id, by=APPROVER)
    seal = office.do(closing.close, Period(YEAR, 1), by=CLERK, reason="Known and small")
    assert office.do(closing.close, Period(YEAR, 1), by=ADMIN, reason="Known and small") == seal
    assert len(seal) == 64
    assert office.is_clean()


def test_a_draft_of_a_period_closed_since_is_not_submitted(office: Office) -> None:
    id = office.do(posting.save_draft, journal(SPEND), by=CLERK)
    office.do(closing.close, Period(YEAR, 1), by=CLERK, reason="Known and small")

    assert office.refusal(posting.submit, journal(SPEND), by=CLERK, id=id) == ["period_not_open"]


# --- reversals -------------------------------------------------------------------------------


def test_a_reversal_is_the_opposite_and_posted_by_two_people(office: Office) -> None:
    number = office.posted(
        journal(
            "Expenses:ThirdParty:FosterCare 75.00 stay_safe service=fostering contract=C-0001 / "
            "Liabilities:Creditors -75.00"
        )
    )

    id = office.do(posting.reverse, number, by=CLERK, reason="Paid twice")

    assert office.refusal(posting.post_submitted, id, by=CLERK) == ["not_permitted"]
    assert office.do(posting.post_submitted, id, by=APPROVER) == "2003-04/000002"
    stored = office.stored(id).journal
    assert stored.narration == "Reversal of 2003-04/000001: Paid twice"
    assert stored.reverses == number
    assert stored.period == Period(YEAR, 1)
    assert stored.postings == (
        journal(
            "Expenses:ThirdParty:FosterCare -75.00 stay_safe service=fostering contract=C-0001 / "
            "Liabilities:Creditors 75.00"
        ).postings
    )
    assert office.is_clean()


def test_a_journal_is_reversed_once(office: Office) -> None:
    number = office.posted()
    id = office.do(posting.reverse, number, by=CLERK, reason="Wrong")

    with pytest.raises(Refused, match="already reversed by one that waits"):
        office.do(posting.reverse, number, by="f.officer", reason="Wrong")
    office.do(posting.post_submitted, id, by=APPROVER)
    with pytest.raises(Refused, match="already reversed by 2003-04/000002"):
        office.do(posting.reverse, number, by=CLERK, reason="Wrong again")


def test_a_reversal_goes_into_the_next_open_period_when_its_own_is_closed(office: Office) -> None:
    number = office.posted()
    office.do(closing.close, Period(YEAR, 1), by=CLERK, reason="Known and small")

    id = office.do(posting.reverse, number, by=CLERK, reason="Wrong")

    stored = office.stored(id).journal
    assert (stored.period, stored.day) == (Period(YEAR, 2), date(2003, 5, 1))


def test_a_reversal_may_be_put_into_a_named_period(office: Office) -> None:
    number = office.posted()

    id = office.do(posting.reverse, number, by=CLERK, reason="Wrong", period=Period(YEAR, 4))

    assert office.stored(id).journal.day == date(2003, 7, 1)


def test_a_reversal_says_why_and_of_what(office: Office) -> None:
    number = office.posted()

    assert office.refusal(posting.reverse, number, by=CLERK, reason=" ") == ["reason_missing"]
    assert office.refusal(posting.reverse, "2003-04/000009", by=CLERK, reason="x") == [
        "journal_unknown"
    ]
    assert office.refusal(posting.reverse, number, by=AUDITOR, reason="x") == ["not_permitted"]


def test_a_draft_cannot_say_it_reverses_what_it_does_not(office: Office) -> None:
    """Only `reverse` makes reversals: a keyed journal that claims one is refused."""
    number = office.posted()
    claims = replace(journal(SPEND, ref="claim"), reverses=number)

    assert office.refusal(posting.submit, claims, by=CLERK) == ["reversal_not_opposite"]


def test_an_automatic_reversal_carries_its_originals_approval(office: Office) -> None:
    number = office.posted()
    with transaction(office.engine) as session:
        stored = journals.by_number(session, number)
        assert stored is not None
        assert stored.posted is not None
        opposite = replace(_opposite(session, number), source="accrual", source_ref="1")
        posting.post(session, opposite, by=CLERK, at=LATER, authored_by=AuthoredBy.REVERSAL)

    assert office.is_clean()


def _opposite(session: Session, number: str) -> Journal:
    from ledger.journal import reversal

    stored = journals.by_number(session, number)
    assert stored is not None
    assert stored.posted is not None
    return reversal(
        stored.posted, period=Period(YEAR, 2), day=date(2003, 5, 1), reason="Falls due next month"
    )


def test_a_reversal_sent_back_stays_the_opposite_of_its_original(office: Office) -> None:
    number = office.posted()
    id = office.do(posting.reverse, number, by=CLERK, reason="Wrong")
    office.do(posting.send_back, id, by=APPROVER, reason="Say more")
    was = office.stored(id).journal

    smaller = replace(
        journal("Expenses:Unallocated -60.00 / Assets:HostCash 60.00"),
        source=was.source,
        source_ref=was.source_ref,
    )
    assert office.refusal(posting.submit, smaller, by=CLERK, id=id) == ["reversal_not_opposite"]
    reworded = replace(was, narration="Reversal of 2003-04/000001: paid twice", reverses=None)
    office.do(posting.submit, reworded, by=CLERK, id=id)
    office.do(posting.post_submitted, id, by=APPROVER)

    assert office.stored(id).journal.reverses == number
    assert office.is_clean()


def test_two_journals_of_one_request_do_not_reverse_the_same(office: Office) -> None:
    number = office.posted()
    with reading(office.engine) as session:
        opposite = _opposite(session, number)
    twice = [replace(opposite, source_ref=ref) for ref in "ab"]

    refused = office.refusal(posting.post_many, twice, by=CLERK, authored_by=AuthoredBy.REVERSAL)
    assert refused == ["journal_already_reversed"]


def test_saving_the_same_draft_again_is_one_draft(office: Office) -> None:
    first = office.do(posting.save_draft, journal(SPEND), by=CLERK)

    assert office.do(posting.save_draft, journal(SPEND), by=CLERK) == first
    other = journal(SPEND, narration="Other")
    assert office.refusal(posting.save_draft, other, by=CLERK) == ["source_already_used"]


def test_a_draft_keeps_the_name_it_was_entered_under(office: Office) -> None:
    id = office.do(posting.save_draft, journal(SPEND, ref="a"), by=CLERK)

    office.do(posting.save_draft, journal(SPEND, ref="b"), by=CLERK, id=id)
    office.do(posting.submit, journal(SPEND, ref="c", source="other"), by=CLERK, id=id)

    stored = office.stored(id).journal
    assert (stored.source, stored.source_ref) == ("test", "a")
    assert office.is_clean()
