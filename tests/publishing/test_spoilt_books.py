"""Books that were altered, or do not agree with the record, are noticed or withheld."""

import json
from dataclasses import replace

import pytest
from sqlmodel import select

from ledger.chain import journal_hash
from tests.publishing.conftest import JUNE, MAY, OWED, SPEND, Trust, edit
from tests.support.trusts import APPROVER, journal
from trust_commissioning.publishing import (
    books_for_fava,
    note,
)
from trust_commissioning.store import journals, reading, transaction
from trust_commissioning.store.tables import (
    PublicationRow,
)


@pytest.mark.parametrize("name", ["2003-04/actual-P02.beancount", "2003-04/chart.beancount"])
def test_a_file_that_was_deleted_is_noticed_and_written_again(published: Trust, name: str) -> None:
    before = published.files()
    (published.folder / name).unlink()

    assert ("books_file_missing", name) in published.verify()
    assert published.publish().written == (name,)
    assert published.files() == before
    assert published.verify() == []


def test_a_seal_that_was_deleted_is_noticed_and_written_again(published: Trust) -> None:
    before = published.files()
    (published.folder / "seal.txt").unlink()

    assert published.verify() == [("books_file_missing", "seal.txt")]
    published.publish()
    assert published.files() == before


def test_a_file_that_was_altered_is_noticed_and_written_again(published: Trust) -> None:
    name = "2003-04/actual-P01.beancount"
    before = published.files()
    edit(published.folder / name, lambda text: text.replace("100.00", "900.00"))

    noticed = published.verify()

    assert ("books_file_changed", name) in noticed
    assert ("books_journal_changed", "2003-04/000001") in noticed
    assert ("books_differ", "2003-04/actual.beancount") in noticed
    assert published.publish().written == (name,)
    assert published.files() == before


def test_a_journal_taken_out_of_a_file_is_noticed_even_where_every_sum_agrees(
    published: Trust,
) -> None:
    back = "Liabilities:Creditors 1.00 / Assets:HostCash -1.00"
    forth = "Liabilities:Creditors -1.00 / Assets:HostCash 1.00"
    published.post(journal(back, ref="8", day=JUNE), journal(forth, ref="9", day=JUNE))
    published.publish()
    month = published.folder / "2003-04/actual-P03.beancount"
    month.write_text("; nothing\n")

    noticed = published.verify()

    assert noticed == [
        ("books_file_changed", "2003-04/actual-P03.beancount"),
        ("books_journals_differ", "chain"),
        ("books_journals_differ", "chain"),
    ]


def test_books_that_differ_from_the_record_are_withheld_and_the_difference_is_named(
    published: Trust,
) -> None:
    before = published.files()
    published.forge(
        "UPDATE balance SET pence = pence + 1 "
        "WHERE book = 'actual' AND period = 2 AND account LIKE '%FosterCare'"
    )

    publication = published.publish()

    assert publication.withheld
    assert published.files() == before
    differing = [p for p in publication.problems if p.code == "books_differ"]
    assert [(p.message, p.where) for p in differing] == [
        (
            (
                "2003-04 P02, fund general, Expenses:ThirdParty:FosterCare, service fostering, "
                "outcome stay_safe: the books come to £100.00 and the record to £100.01."
            ),
            "2003-04/actual.beancount",
        )
    ]
    assert ("books_differ", "2003-04/actual.beancount") in published.verify()


def test_a_posting_altered_in_the_database_is_withheld(published: Trust) -> None:
    published.forge("UPDATE posting SET service = 'therapy' WHERE journal_id = 3 AND line = 1")
    published.post(journal(SPEND, ref="7", day=MAY))

    problems = published.publish().problems

    assert [(p.code, p.where) for p in problems if p.code != "books_differ"] == [
        ("books_journal_changed", "2003-04/000003")
    ]
    assert [p.message for p in problems if p.code == "books_differ"] == [
        (
            "2003-04 P02, fund general, Expenses:ThirdParty:FosterCare, service fostering, outcome "
            "stay_safe: the books come to £100.00 and the record to £200.00."
        ),
        (
            "2003-04 P02, fund general, Expenses:ThirdParty:FosterCare, service therapy, outcome "
            "stay_safe: the books come to £100.00 and the record to £0.00."
        ),
    ]


def test_a_narration_altered_in_the_database_is_withheld(published: Trust) -> None:
    published.forge(
        "UPDATE journal SET narration = 'Something else' WHERE number = '2003-04/000003'"
    )
    published.post(journal(SPEND, ref="7", day=MAY))

    problems = published.publish().problems

    assert [(p.code, p.where) for p in problems] == [("books_text_changed", "2003-04/000003")]


def test_a_fund_whose_code_beancount_cannot_hold_is_withheld_and_not_lost(
    published: Trust,
) -> None:
    published.forge("UPDATE fund SET conditions = 'For \"fostering\"' WHERE code = 'general'")
    assert published.publish().problems == ()

    published.forge(
        "INSERT INTO fund SELECT 'a b', title, kind, legal_basis, host, pool_manager, "
        "conditions, may_be_spent_on, starts, ends FROM fund WHERE code = 'general'"
    )
    published.post(journal(SPEND, ref="7", day=MAY, fund="a b"))

    assert {p.code for p in published.publish().problems} >= {
        "books_not_accepted",
        "books_journals_differ",
    }


def test_why_books_were_withheld_is_kept_in_the_record(published: Trust) -> None:
    published.forge("UPDATE balance SET pence = 1 WHERE book = 'budget' AND pence < 0")
    publication = published.publish()

    with transaction(published.engine) as session:
        note(session, publication)

    with reading(published.engine) as session:
        head, problems = session.exec(
            select(PublicationRow.head_sequence, PublicationRow.problems)
        ).one()
    assert head == 6
    assert {problem["code"] for problem in json.loads(problems)} == {
        "books_differ",
        "books_not_accepted",
    }


def test_books_are_verified_as_at_when_they_were_published(published: Trust) -> None:
    published.post(journal(SPEND, ref="7", day=MAY), journal(OWED, ref="8", fund="camhs"))

    assert published.verify() == []


def test_books_of_another_record_are_noticed(published: Trust) -> None:
    published.forge(
        f"UPDATE journal SET hash = '{'a' * 64}' WHERE sequence = 6",
        f"UPDATE chain_head SET hash = '{'a' * 64}'",
    )

    noticed = published.verify()

    assert ("books_head_differs", "manifest.json") in noticed
    assert ("books_journals_differ", "chain") in noticed


def test_a_journal_forged_with_a_new_hash_in_record_and_books_alike_breaks_the_chain(
    published: Trust,
) -> None:
    with reading(published.engine) as session:
        stored = journals.by_number(session, "2003-04/000003")
    assert stored is not None
    assert stored.posted is not None
    forged = journal_hash(replace(stored.posted, posted_by=APPROVER))
    published.forge(
        f"UPDATE journal SET posted_by = '{APPROVER}', hash = '{forged}' WHERE sequence = 3"
    )
    (published.folder / "manifest.json").unlink()
    assert not published.publish().withheld

    assert published.verify() == [("books_chain_broken", "2003-04/000004")]


def test_there_is_nothing_to_verify_before_books_are_published(trust: Trust) -> None:
    assert trust.verify() == [("books_not_published", "manifest.json")]
    assert books_for_fava(trust.folder) == []


def test_a_publication_broken_off_in_the_middle_is_mended_by_the_next(published: Trust) -> None:
    manifest = (published.folder / "manifest.json").read_bytes()
    published.post(journal(SPEND, ref="7", day=MAY), journal(SPEND, ref="8", day=JUNE))
    published.publish()
    whole = published.files()
    (published.folder / "manifest.json").write_bytes(manifest)
    (published.folder / "2003-04/actual.beancount").write_text("; half")
    (published.folder / ".staging").mkdir()
    (published.folder / ".staging/left").write_text("over")

    assert not published.publish().withheld

    assert published.files() == whole
    assert published.verify() == []


def test_books_are_made_anew_where_the_manifest_cannot_be_read(published: Trust) -> None:
    before = published.files()
    (published.folder / "manifest.json").write_text("{")

    assert len(published.publish().written) == 16
    assert published.files() == before
