"""What a caller has held against the standing facts is not checked twice, and never unchecked."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from ledger.money import Money
from ledger.problems import Refused
from tests.support.trusts import AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.store import journals, reading, transaction
from trust_commissioning.store.standing import standing

SPENT = journal("Expenses:Unallocated 10.00 / Assets:HostCash -10.00")


def test_a_journal_that_passed_the_gate_is_posted(engine: Engine) -> None:
    with transaction(engine) as session:
        gate = posting.Gate(standing(session))
        assert gate.problems_in(SPENT) == []
        numbers = posting.post_many(session, [SPENT], by=CLERK, at=AT, gate=gate)

    assert numbers == ["2003-04/000001"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE account SET closed = TRUE WHERE name = 'Expenses:Unallocated'", "account_closed"),
        ("UPDATE fund SET starts = '2003-05-01' WHERE code = 'general'", "fund_not_alive"),
        (
            "UPDATE fund SET may_be_spent_on = 'therapy' WHERE code = 'general'",
            "outside_ring_fence",
        ),
    ],
)
def test_facts_that_changed_since_the_gate_are_held_to_as_they_are_now(
    engine: Engine, change: str, code: str
) -> None:
    with transaction(engine) as session:
        gate = posting.Gate(standing(session))
        assert gate.problems_in(SPENT) == []
        session.execute(text(change))
        with pytest.raises(Refused) as refused:
            posting.post_many(session, [SPENT], by=CLERK, at=AT, gate=gate)

    assert refused.value.codes == (code,)


def test_a_journal_the_gate_never_saw_or_refused_is_checked_at_the_door(engine: Engine) -> None:
    lopsided = replace(
        SPENT,
        postings=(SPENT.postings[0], replace(SPENT.postings[1], amount=Money(-999))),
    )

    with transaction(engine) as session:
        gate = posting.Gate(standing(session))
        assert gate.problems_in(SPENT) == []
        with pytest.raises(Refused) as unseen:
            posting.post_many(session, [lopsided], by=CLERK, at=AT, gate=gate)
        assert [one.code for one in gate.problems_in(lopsided)] == ["journal_does_not_balance"]
        with pytest.raises(Refused) as refused_before:
            posting.post_many(session, [lopsided], by=CLERK, at=AT, gate=gate)

    assert unseen.value.codes == refused_before.value.codes == ("journal_does_not_balance",)
    with reading(engine) as session:
        assert list(journals.posted(session)) == []
