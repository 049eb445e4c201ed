"""A journal is found by number, amount, provider, reference or words: the same ones on both databases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from ledger.journal import AuthoredBy
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.checking import check
from trust_commissioning.store import finding, migrate, reading, transaction
from trust_commissioning.store.journals import JOURNAL, Search, search, search_totals

CASH = "Expenses:Unallocated {0} / Assets:HostCash -{0}"
SAID = (
    ("1,250.00", "INV-0042", "St. Anne's Café", "Short breaks in May"),
    ("80.50", "INV-0043", "Oakfield Fostering", "Placements, 1250 nights"),
    ("12.50", "remit 99", "OAKFIELD HOUSE LTD", "Rent of rooms; £1,250.00 is for June"),
    ("3.00", "Ω/7", "Żółw i Sowa", "Ünïcode ﬁnds its plain form"),
)


@pytest.fixture
def posted(engine: Engine) -> Engine:
    wanted = [
        journal(CASH.format(amount.replace(",", "")), ref=ref, payee=payee, narration=words)
        for amount, ref, payee, words in SAID
    ]
    with transaction(engine) as session:
        posting.post_many(session, wanted, by=CLERK, at=AT, authored_by=AuthoredBy.RULE)
        waits = journal(CASH.format("77.00"), ref="waits", narration="Oakfield, not posted")
        posting.submit(session, waits, by=CLERK, at=AT)
    return engine


def found(engine: Engine, words: str) -> list[int]:
    with reading(engine) as session:
        lines = search(session, Search(words=words))
        count, total = search_totals(session, Search(words=words))
    assert count == len(lines)
    assert total.pence == sum(line.amount.pence for line in lines)
    return [int(line.number.rpartition("/")[2]) for line in lines]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("2003-04/000002", [2]),
        ("2003-04/2", [2]),
        ("2003-04/9", []),
        ("1,250.00", [1]),
        ("£1250.00", [1]),
        ("1250", [2, 1]),
        ("-80.50", [2]),
        ("12.5", []),
        ("12345678901234567890", []),
        ("99,999,999,999,999.00", []),
        ("oakfield", [3, 2]),
        ("OAK", [3, 2]),
        ("oak ltd", [3]),
        ("oakfield 80.50", [2]),
        ("akfield", []),
        ("INV-0042", [1]),
        ("inv", [2, 1]),
        ("cafe", [1]),
        ("Café", [1]),
        ("st anne's", [1]),
        ("zołw", [4]),
        ("żółw", [4]),
        ("unicode finds", [4]),
        ("ω", [4]),
        ("posted", []),
        ("nothing of it", []),
        ("—", []),
        ('" OR rowid > 0 OR "', []),
        ("' | 'oak", []),
        ("oak*", [3, 2]),
        ("words:oak", []),
    ],
)
def test_words_find_the_same_journals_on_both_databases(
    posted: Engine, words: str, numbers: list[int]
) -> None:
    assert found(posted, words) == numbers


def test_what_is_posted_later_is_found_from_then_on(posted: Engine) -> None:
    assert found(posted, "77.00") == []
    with reading(posted) as session:
        (id,) = session.execute(text("SELECT id FROM journal WHERE status = 'submitted'")).scalars()
    with transaction(posted) as session:
        posting.post_submitted(session, id, by=APPROVER, at=AT)

    assert found(posted, "77.00") == found(posted, "not oakfield") == [5]


def test_a_record_from_before_there_was_an_index_is_taken_into_it_by_migrating(
    posted: Engine,
) -> None:
    with transaction(posted) as session:
        session.execute(text("DELETE FROM journal_search WHERE journal_id > 1"))
    assert found(posted, "oakfield") == []

    migrate(posted.url.render_as_string(hide_password=False))

    assert found(posted, "oakfield") == [3, 2]


def test_what_a_text_taken_out_said_finds_its_journal_no_more(posted: Engine) -> None:
    """The index is made anew from what the journal says, as it must be once a text is redacted."""
    with transaction(posted) as session:
        (row, *_) = finding.made_anew(session, JOURNAL.c.id == 1)
        said = finding.row_of(row["journal_id"], "2003-04/000001", "Taken out", "", "1", [125000])
        session.execute(
            finding.SEARCH.update()
            .where(finding.SEARCH.c.journal_id == row["journal_id"])
            .values(words=said["words"])
        )

    assert found(posted, "cafe") == []
    assert found(posted, "taken") == [1]


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE journal_search SET words = 'others' WHERE pence = 1250",
        "UPDATE journal_search SET pence = 1 WHERE pence = 1250",
        "DELETE FROM journal_search WHERE pence = 1250",
    ],
)
def test_the_check_notices_a_journal_that_would_be_found_by_other_words(
    posted: Engine, spoilt: str
) -> None:
    with reading(posted) as session:
        assert check(session) == []
    with transaction(posted) as session:
        session.execute(text(spoilt))

    with reading(posted) as session:
        (problem,) = check(session)

    assert problem.code == "journal_found_by_other_words"
    assert problem.where == "2003-04/000003"


@given(st.text(max_size=80))
def test_words_are_figures_and_small_plain_letters_and_come_to_the_same_again(said: str) -> None:
    once = finding.tokens(said)

    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in once)
    assert finding.tokens(" ".join(once)) == once
