"""The one door: journals of rules are posted once, whole, in order, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from ledger.chain import GENESIS, contents_hash, journal_hash
from ledger.journal import AuthoredBy, Book, Journal
from ledger.periods import Period
from ledger.problems import Refused
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK, YEAR, journal
from trust_commissioning import founding, posting
from trust_commissioning.checking import check
from trust_commissioning.store import journals, reading, transaction
from trust_commissioning.store.tables import METADATA, PersonRow

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
OTHER = "Expenses:Unallocated 100.01 / Assets:HostCash -100.01"


def post(engine: Engine, *wanted: Journal, by: str = CLERK) -> list[str]:
    with transaction(engine) as session:
        return posting.post_many(session, wanted, by=by, at=AT)


def rows(engine: Engine) -> dict[str, int]:
    """How many rows each table has: what a refusal must leave as it was."""
    with reading(engine) as session:
        return {
            table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }


def refusal(act: Callable[[], Any]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        act()
    return [(problem.code, problem.where) for problem in refused.value.problems]


def is_clean(engine: Engine) -> bool:
    with reading(engine) as session:
        assert check(session) == []
    return True


def test_a_posted_journal_reads_back_as_it_was_asked_for(engine: Engine) -> None:
    wanted = replace(
        journal(
            "Expenses:ThirdParty:FosterCare 75.00 stay_safe service=fostering contract=C-0001 / "
            "Expenses:ThirdParty:FosterCare 25.00 service=fostering / Liabilities:Creditors -100.00",
            ref="Oakfield/88/05",
            narration="Oakfield “88/05” – für Müller; 100 % of £ ' \" \\ ; DROP TABLE journal",
            payee="Oakfield Fostering",
        ),
        document_day=date(2003, 3, 28),
    )

    (number,) = post(engine, wanted)

    with reading(engine) as session:
        stored = journals.by_number(session, number)
    assert number == "2003-04/000001"
    assert stored is not None
    assert stored.posted is not None
    assert stored.journal == wanted
    assert (stored.author, stored.posted.posted_by) == (CLERK, CLERK)
    assert stored.posted.posted_at == AT


def test_the_same_request_twice_is_one_journal(engine: Engine) -> None:
    first = post(engine, journal(SPEND))
    before = rows(engine)

    again = post(engine, journal(SPEND))

    assert again == first == ["2003-04/000001"]
    assert rows(engine) == before


def test_the_same_name_with_other_contents_is_refused(engine: Engine) -> None:
    post(engine, journal(SPEND))
    before = rows(engine)

    assert refusal(lambda: post(engine, journal(OTHER))) == [("source_already_used", "source_ref")]
    assert rows(engine) == before


@pytest.mark.parametrize(
    "changed",
    [
        {"narration": "Another"},
        {"payee": "Somebody else"},
        {"fund": "camhs"},
        {"book": Book.COMMITMENT},
        {"day": date(2003, 4, 29)},
        {"day": date(2003, 5, 1), "period": Period(YEAR, 2)},
        {"document_day": date(2003, 3, 1)},
        {"postings": journal(SPEND.replace("100.00", "100.00 stay_safe", 1)).postings},
    ],
    ids="-".join,
)
def test_any_other_content_under_the_same_name_is_refused(
    engine: Engine, changed: dict[str, Any]
) -> None:
    post(engine, journal(SPEND))

    assert ("source_already_used", "source_ref") in refusal(
        lambda: post(engine, replace(journal(SPEND), **changed))
    )


def test_one_name_in_another_source_is_another_journal(engine: Engine) -> None:
    assert post(engine, journal(SPEND, source="a"), journal(SPEND, source="b")) == [
        "2003-04/000001",
        "2003-04/000002",
    ]


def test_journals_posted_together_keep_their_order_and_those_already_there_their_number(
    engine: Engine,
) -> None:
    post(engine, journal(SPEND, ref="b"))

    numbers = post(engine, *(journal(SPEND, ref=ref) for ref in "abc"))

    assert numbers == ["2003-04/000002", "2003-04/000001", "2003-04/000003"]


def test_a_name_used_twice_in_one_request_is_refused(engine: Engine) -> None:
    twice = [journal(SPEND, ref="a"), journal(SPEND, ref="a")]

    assert refusal(lambda: post(engine, *twice)) == [
        ("source_already_used", "journals[1].source_ref")
    ]


def test_every_problem_of_every_journal_is_said_at_once_and_nothing_is_kept(engine: Engine) -> None:
    before = rows(engine)
    bad = [
        journal(SPEND, ref="good"),
        journal("Expenses:Nowhere 5.00 / Assets:HostCash -4.00", ref="bad"),
        journal(SPEND, ref="worse", fund="nobody", day=date(2004, 4, 1), narration=" "),
    ]

    assert refusal(lambda: post(engine, *bad)) == [
        ("journal_does_not_balance", "journals[1].postings"),
        ("account_unknown", "journals[1].postings[0].account"),
        ("narration_missing", "journals[2].narration"),
        ("period_not_open", "journals[2].period"),
        ("fund_unknown", "journals[2].fund"),
    ]
    assert rows(engine) == before


def test_a_fault_half_way_leaves_nothing_behind(engine: Engine) -> None:
    before = rows(engine)

    def post_and_fail() -> None:
        with transaction(engine) as session:
            posting.post(session, journal(SPEND), by=CLERK, at=AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        post_and_fail()

    assert rows(engine) == before
    assert post(engine, journal(SPEND, ref="next")) == ["2003-04/000001"]
    assert is_clean(engine)


def test_numbers_run_without_a_gap_in_each_year(engine: Engine) -> None:
    with transaction(engine) as session:
        founding.open_year(session, YEAR.next)
    days = [date(2003, 4, 30), date(2004, 4, 30), date(2003, 5, 1), date(2004, 5, 1)]

    numbers = post(engine, *(journal(SPEND, ref=str(day), day=day) for day in days))

    assert numbers == ["2003-04/000001", "2004-05/000001", "2003-04/000002", "2004-05/000002"]
    with reading(engine) as session:
        assert [one.sequence for one in journals.posted(session)] == [1, 2, 3, 4]
    assert is_clean(engine)


def test_each_journal_is_chained_to_the_one_before(engine: Engine) -> None:
    post(engine, *(journal(SPEND, ref=str(n)) for n in range(5)))

    with reading(engine) as session:
        chain = list(journals.posted(session))
    assert [one.previous_hash for one in chain] == [GENESIS, *(one.hash for one in chain[:-1])]
    assert [journal_hash(one) for one in chain] == [one.hash for one in chain]
    assert len({one.salt for one in chain}) == 5


def test_31_march_goes_into_the_period_that_is_asked_for(engine: Engine) -> None:
    last = date(2004, 3, 31)

    post(
        engine,
        journal(SPEND, ref="p12", day=last),
        journal(SPEND, ref="p13", day=last, period=Period(YEAR, 13)),
    )

    with reading(engine) as session:
        periods = [str(one.journal.period) for one in journals.posted(session)]
    assert periods == ["2003-04 P12", "2003-04 P13"]


def test_who_may_not_enter_a_journal_posts_none(engine: Engine) -> None:
    assert refusal(lambda: post(engine, journal(SPEND), by=AUDITOR)) == [("not_permitted", "by")]
    assert refusal(lambda: post(engine, journal(SPEND), by="nobody")) == [("person_unknown", "by")]


def test_a_person_made_inactive_posts_nothing_more(engine: Engine) -> None:
    with transaction(engine) as session:
        session.get_one(PersonRow, CLERK).active = False

    assert refusal(lambda: post(engine, journal(SPEND))) == [("person_not_active", "by")]


def test_what_a_person_keyed_is_not_posted_as_a_rules(engine: Engine) -> None:
    def as_person(session: Session) -> None:
        posting.post(session, journal(SPEND), by=CLERK, at=AT, authored_by=AuthoredBy.PERSON)

    with transaction(engine) as session, pytest.raises(AssertionError):
        as_person(session)


def test_a_name_that_waits_as_somebodys_draft_is_taken(engine: Engine) -> None:
    with transaction(engine) as session:
        posting.save_draft(session, journal(SPEND), by=CLERK, at=AT)

    assert refusal(lambda: post(engine, journal(SPEND), by=APPROVER)) == [
        ("source_already_used", "source_ref")
    ]


def test_a_journal_of_many_lines_is_posted_whole(engine: Engine) -> None:
    lines = " / ".join(["Expenses:Unallocated 0.01"] * 400) + " / Assets:HostCash -4.00"

    post(engine, journal(lines))

    with reading(engine) as session:
        (posted,) = journals.posted(session)
    assert len(posted.journal.postings) == 401
    assert contents_hash(posted.journal) == contents_hash(journal(lines))
    assert is_clean(engine)


def test_the_largest_amount_is_kept_to_the_penny(engine: Engine) -> None:
    most = "Expenses:Unallocated 9999999999999.99 / Assets:HostCash -9999999999999.99"

    post(engine, *(journal(most, ref=str(n)) for n in range(3)))

    with reading(engine) as session:
        balance = session.execute(
            METADATA.tables["balance"].select().where(METADATA.tables["balance"].c.pence > 0)
        ).one()
    assert balance.pence == 2_999_999_999_999_997
    assert is_clean(engine)
