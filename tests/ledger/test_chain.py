"""The hash chain: nothing of a posted journal can change without its hash."""

import hashlib
import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest
from hypothesis import given

from ledger.chain import GENESIS, contents_hash, journal_hash, period_seal, text_seal
from ledger.journal import AuthoredBy, Book, Journal, PostedJournal, Posting
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from tests.support.random_journals import postable

POSTING = Posting(
    "Expenses:ThirdParty:FosterCare",
    Money(10_000),
    outcome=Outcome.STAY_SAFE,
    service="fostering",
    partner="pct",
    contract="C-0001",
)
JOURNAL = Journal(
    book=Book.ACTUAL,
    fund="general",
    period=Period(FinancialYear(2003), 1),
    day=date(2003, 4, 30),
    narration="Oakfield invoice 88/05",
    payee="Oakfield Fostering",
    postings=(POSTING, Posting("Liabilities:Creditors", Money(-10_000))),
    source="invoice",
    source_ref="Oakfield/88/05",
    document_day=date(2003, 3, 28),
    reverses="2003-04/000001",
)
POSTED = PostedJournal(
    journal=JOURNAL,
    number="2003-04/000002",
    sequence=2,
    author="h.clerk",
    authored_by=AuthoredBy.PERSON,
    posted_by="p.approver",
    posted_at=datetime(2003, 5, 1, 9, 30, tzinfo=UTC),
    salt="5a17",
    text_seal=text_seal("5a17", JOURNAL.payee, JOURNAL.narration),
    previous_hash=GENESIS,
    hash="",
)
FREE_TEXT = {"narration", "payee"}
"""In the chain only as their seal, so that they can be redacted."""


def others(value: Any) -> list[Any]:
    """Values a field could be changed to."""
    if isinstance(value, Enum):
        return [one for one in type(value) if one is not value]
    if isinstance(value, Period):
        return [Period(value.year, 13), Period(value.year.next, value.number)]
    if isinstance(value, datetime):
        return [value + timedelta(seconds=1)]
    if isinstance(value, date):
        return [value + timedelta(days=1)]
    if isinstance(value, Money):
        return [Money(value.pence + 1), -value]
    if isinstance(value, int):
        return [value + 1]
    if isinstance(value, str):
        return [value + "x", value[:-1], ""]
    if value is None:
        return ["C-0001/02"]
    raise AssertionError(f"say how to change {value!r}")


JOURNAL_FIELDS = [one.name for one in fields(Journal) if one.name != "postings"]
POSTED_FIELDS = [
    one.name for one in fields(PostedJournal) if one.name not in ("journal", "hash", "salt")
]
POSTING_FIELDS = [one.name for one in fields(Posting)]


def changed_journals(name: str) -> list[Journal]:
    return [replace(JOURNAL, **{name: other}) for other in others(getattr(JOURNAL, name))]


def changed_postings(name: str) -> list[Journal]:
    return [
        replace(JOURNAL, postings=(replace(POSTING, **{name: other}), JOURNAL.postings[1]))
        for other in others(getattr(POSTING, name))
    ]


@pytest.mark.parametrize("name", POSTED_FIELDS)
def test_the_hash_changes_with_any_field_of_a_posted_journal(name: str) -> None:
    for other in others(getattr(POSTED, name)):
        assert journal_hash(replace(POSTED, **{name: other})) != journal_hash(POSTED)


@pytest.mark.parametrize("name", JOURNAL_FIELDS)
def test_the_hash_changes_with_any_field_of_the_journal(name: str) -> None:
    for other in changed_journals(name):
        posted = replace(POSTED, journal=other)
        if name in FREE_TEXT:
            seal = text_seal(POSTED.salt, other.payee, other.narration)
            assert seal != POSTED.text_seal
            posted = replace(posted, text_seal=seal)
        assert journal_hash(posted) != journal_hash(POSTED)


@pytest.mark.parametrize("name", POSTING_FIELDS)
def test_the_hash_changes_with_any_field_of_a_posting(name: str) -> None:
    for other in changed_postings(name):
        assert journal_hash(replace(POSTED, journal=other)) != journal_hash(POSTED)


@pytest.mark.parametrize("name", ["outcome", "service", "partner", "contract"])
def test_a_coding_taken_away_changes_the_hash(name: str) -> None:
    nothing: dict[str, Any] = {name: None}
    bare = replace(JOURNAL, postings=(replace(POSTING, **nothing), JOURNAL.postings[1]))

    assert journal_hash(replace(POSTED, journal=bare)) != journal_hash(POSTED)


def test_a_documents_own_day_taken_away_changes_the_hash() -> None:
    without = replace(JOURNAL, document_day=None)

    assert journal_hash(replace(POSTED, journal=without)) != journal_hash(POSTED)
    assert contents_hash(without) != contents_hash(JOURNAL)


def test_a_line_more_or_less_or_in_another_order_changes_the_hash() -> None:
    first, second = JOURNAL.postings
    for postings in [(second, first), (first,), (first, second, second), ()]:
        other = replace(JOURNAL, postings=postings)
        assert journal_hash(replace(POSTED, journal=other)) != journal_hash(POSTED)
        assert contents_hash(other) != contents_hash(JOURNAL)


def test_fields_do_not_run_into_each_other() -> None:
    one = replace(POSTED, journal=replace(JOURNAL, source="ab", source_ref="c"))
    other = replace(POSTED, journal=replace(JOURNAL, source="a", source_ref="bc"))
    moved = replace(
        JOURNAL,
        postings=(
            replace(POSTING, service="pct", partner="fostering"),
            JOURNAL.postings[1],
        ),
    )

    assert journal_hash(one) != journal_hash(other)
    assert text_seal("s", "ab", "c") != text_seal("s", "a", "bc")
    assert text_seal("s", "a\u0000", "") != text_seal("s", "a", "\u0000")
    assert journal_hash(replace(POSTED, journal=moved)) != journal_hash(POSTED)


def test_free_text_may_be_redacted_without_breaking_the_chain() -> None:
    redacted = replace(JOURNAL, narration="[taken out]", payee="[taken out]")

    assert journal_hash(replace(POSTED, journal=redacted)) == journal_hash(POSTED)


def test_the_salt_hides_a_text_that_could_be_guessed() -> None:
    assert text_seal("1", "", "A Child") != text_seal("2", "", "A Child")


@pytest.mark.parametrize(
    "name", [name for name in JOURNAL_FIELDS if name not in ("source", "source_ref")]
)
def test_the_hash_of_the_contents_tells_any_other_request(name: str) -> None:
    for other in changed_journals(name):
        assert contents_hash(other) != contents_hash(JOURNAL)


@pytest.mark.parametrize("name", POSTING_FIELDS)
def test_the_hash_of_the_contents_tells_any_other_posting(name: str) -> None:
    for other in changed_postings(name):
        assert contents_hash(other) != contents_hash(JOURNAL)


def test_the_contents_of_a_request_do_not_depend_on_its_name() -> None:
    assert contents_hash(replace(JOURNAL, source="x", source_ref="y")) == contents_hash(JOURNAL)


def test_an_instant_is_the_same_in_any_zone() -> None:
    summer = timezone(timedelta(hours=1))

    assert journal_hash(replace(POSTED, posted_at=POSTED.posted_at.astimezone(summer))) == (
        journal_hash(POSTED)
    )


def test_anyone_can_compute_a_hash_from_what_the_books_print() -> None:
    """Written out here by hand, as an auditor would from docs and a published month."""
    printed = [
        "journal-1",
        "0" * 64,
        2,
        "2003-04/000002",
        "actual",
        "general",
        "2003-04 P01",
        "2003-04-30",
        "2003-03-28",
        "person",
        "h.clerk",
        "p.approver",
        "2003-05-01T09:30:00+00:00",
        "invoice",
        "Oakfield/88/05",
        "2003-04/000001",
        hashlib.sha256(
            b'["text-1","5a17","Oakfield Fostering","Oakfield invoice 88/05"]'
        ).hexdigest(),
        [
            [
                "Expenses:ThirdParty:FosterCare",
                10_000,
                "stay_safe",
                "fostering",
                "pct",
                "C-0001",
            ],
            ["Liabilities:Creditors", -10_000, "", "", "", ""],
        ],
    ]

    written = json.dumps(printed, separators=(",", ":")).encode()
    assert journal_hash(POSTED) == hashlib.sha256(written).hexdigest()


@given(postable(), postable())
def test_two_random_journals_have_one_hash_only_if_they_are_the_same(
    one: Journal, other: Journal
) -> None:
    same = replace(one, source="", source_ref="") == replace(other, source="", source_ref="")

    assert (contents_hash(one) == contents_hash(other)) == same


def test_a_periods_seal_is_of_its_journals_in_their_order() -> None:
    april, may = Period(FinancialYear(2003), 1), Period(FinancialYear(2003), 2)
    written = b'["period-1","2003-04 P01","aa","bb"]'

    assert period_seal(april, ["aa", "bb"]) == hashlib.sha256(written).hexdigest()
    assert (
        len(
            {
                period_seal(april, ["aa", "bb"]),
                period_seal(april, ["bb", "aa"]),
                period_seal(april, ["aa"]),
                period_seal(april, []),
                period_seal(may, ["aa", "bb"]),
            }
        )
        == 5
    )
