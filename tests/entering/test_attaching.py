"""Files kept with a journal: which, from whom, for how long, and that they are the same ones."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from ledger.problems import Refused
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK, journal, past_the_authorizer
from trust_commissioning import backing_up, entering, posting
from trust_commissioning.checking import check
from trust_commissioning.store import attachments, guards, reading, transaction

PAID = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
INVOICE = b"%PDF-1.4 Invoice of Oakfield"


def draft(engine: Engine) -> int:
    with transaction(engine) as session:
        id = posting.save_draft(session, journal(PAID), by=CLERK, at=AT)
        entering.attach(session, id, name="Invoice 42.pdf", data=INVOICE, by=CLERK, at=AT)
        return id


def posted(engine: Engine) -> int:
    id = draft(engine)
    with transaction(engine) as session:
        posting.submit(session, journal(PAID), by=CLERK, at=AT, id=id)
        posting.post_submitted(session, id, by=APPROVER, at=AT)
    return id


def test_a_file_stays_with_its_journal_from_draft_to_posted_with_its_hash_in_the_trail(
    engine: Engine,
) -> None:
    id = posted(engine)

    with reading(engine) as session:
        (kept,) = attachments.of_journal(session, id)
        assert attachments.contents(session, id, kept.turn) == INVOICE
        noted = session.execute(
            text("SELECT after FROM audit_event WHERE action = 'attach'")
        ).scalar_one()
        assert check(session) == []
    assert (kept.name, kept.media_type, kept.size) == ("Invoice 42.pdf", "application/pdf", 28)
    assert kept.sha256 in noted


def test_the_same_file_given_twice_is_kept_once(engine: Engine) -> None:
    id = draft(engine)
    with transaction(engine) as session:
        again = entering.attach(session, id, name="Copy.pdf", data=INVOICE, by=CLERK, at=AT)

    assert (again.turn, again.name) == (1, "Invoice 42.pdf")


@pytest.mark.parametrize(
    ("name", "data", "codes"),
    [
        ("a/b.pdf", b"", ["attachment_name_unfit", "attachment_empty"]),
        ("invoice.exe", b"MZ", ["attachment_type_unknown"]),
        ("invoice.pdf", b"<script>", ["attachment_type_unknown"]),
        ("notes.txt", b"a\0b", ["attachment_type_unknown"]),
        ("x.png", b"\x89PNG\r\n\x1a\n" + bytes(10 * 2**20), ["attachment_too_large"]),
    ],
)
def test_everything_wrong_with_a_file_is_said_and_it_is_not_kept(
    engine: Engine, name: str, data: bytes, codes: list[str]
) -> None:
    id = draft(engine)
    with pytest.raises(Refused) as refused, transaction(engine) as session:
        entering.attach(session, id, name=name, data=data, by=CLERK, at=AT)

    assert list(refused.value.codes) == codes
    with reading(engine) as session:
        assert len(attachments.of_journal(session, id)) == 1


@pytest.mark.parametrize(
    ("by", "code"), [(AUDITOR, "not_permitted"), ("f.officer", "draft_of_another")]
)
def test_nobody_adds_a_file_to_anothers_draft(engine: Engine, by: str, code: str) -> None:
    id = draft(engine)
    with pytest.raises(Refused) as refused, transaction(engine) as session:
        entering.attach(session, id, name="a.pdf", data=b"%PDF-2", by=by, at=AT)

    assert refused.value.codes == (code,)


def test_a_draft_that_is_thrown_away_takes_its_files_with_it(engine: Engine) -> None:
    id = draft(engine)
    with transaction(engine) as session:
        posting.withdraw(session, id, by=CLERK, at=AT)

    with reading(engine) as session:
        assert attachments.of_journal(session, id) == ()
        assert check(session) == []


def test_a_file_of_a_posted_journal_is_taken_away_by_nobody(engine: Engine) -> None:
    id = posted(engine)
    with pytest.raises(Refused) as refused, transaction(engine) as session:
        entering.detach(session, id, 1, by=CLERK, at=AT)
    assert refused.value.codes == ("attachment_is_kept",)

    for attack in ("DELETE FROM attachment", "UPDATE attachment SET name = 'other.pdf'"):
        with (
            pytest.raises(DatabaseError, match="kept_for_ever"),
            transaction(engine) as session,
        ):
            session.execute(text(attack))


def test_the_check_notices_a_file_that_was_changed_past_the_guards(engine: Engine) -> None:
    posted(engine)
    with engine.begin() as connection:
        if past_the_authorizer(connection):
            guards.drop(connection)
        else:
            connection.exec_driver_sql("ALTER TABLE attachment DISABLE TRIGGER USER")
        connection.exec_driver_sql("UPDATE attachment SET data = 'JVBERi0='")
        if connection.dialect.name == "sqlite":
            guards.install(connection)
        else:
            connection.exec_driver_sql("ALTER TABLE attachment ENABLE TRIGGER USER")

    with reading(engine) as session:
        assert [one.code for one in check(session)] == ["attachment_differs"]


def test_a_backup_brings_files_and_what_journals_are_found_by_back(
    engine: Engine, tmp_path: Path
) -> None:
    id = posted(engine)
    file = tmp_path / "backup.zip"
    url = engine.url.render_as_string(hide_password=False)
    backing_up.back_up(engine, file, at=AT)

    backing_up.restore(url, file, keep=tmp_path / "kept", by="x.admin", at=AT)

    with reading(engine) as session:
        assert attachments.contents(session, id, 1) == INVOICE
        assert check(session) == []
