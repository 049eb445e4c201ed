"""What was sent back can be handed in again; kept sources and budgets are not keyed past."""

import pytest
from sqlalchemy import Engine

from ledger.journal import Book
from ledger.problems import Refused
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.store import journals, reading, transaction

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
MENDED = "Expenses:Unallocated 90.00 / Assets:HostCash -90.00"


def test_a_journal_that_was_sent_back_is_handed_in_again_as_it_is_or_mended(
    engine: Engine,
) -> None:
    with transaction(engine) as session:
        id = posting.submit(session, journal(SPEND), by=CLERK, at=AT)
        posting.send_back(session, id, by=APPROVER, at=AT, reason="Wrong amount")
        again = posting.submit(session, journal(MENDED), by=CLERK, at=AT)

    with reading(engine) as session:
        stored = journals.by_id(session, id)
    assert again == id
    assert stored is not None
    assert (stored.status, stored.journal.debits.plain) == ("submitted", "90.00")


@pytest.mark.parametrize("source", ["spend", "journals", "budget", "virement", "reversal"])
def test_a_person_may_not_use_the_name_of_a_service(engine: Engine, source: str) -> None:
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        posting.submit(session, journal(SPEND, source=source), by=CLERK, at=AT)

    assert refused.value.codes == ("source_is_kept",)


def test_budget_that_is_not_there_is_not_moved_by_a_keyed_journal(engine: Engine) -> None:
    moves = "Expenses:ThirdParty:FosterCare 999.00 / Expenses:ThirdParty:Health -999.00"

    with transaction(engine) as session, pytest.raises(Refused) as refused:
        posting.submit(session, journal(moves, book=Book.BUDGET), by=CLERK, at=AT)

    assert refused.value.codes == ("budget_not_available",)


def test_asking_for_a_reversal_again_gives_the_one_that_waits(engine: Engine) -> None:
    with transaction(engine) as session:
        number = posting.post(session, journal(SPEND), by=CLERK, at=AT)
        first = posting.reverse(session, number, reason="Twice", by=CLERK, at=AT)
        second = posting.reverse(session, number, reason="Twice", by=CLERK, at=AT)

    assert first == second
