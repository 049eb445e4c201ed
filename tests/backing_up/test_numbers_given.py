"""A number that was given is never given again, whatever was restored in between."""

from pathlib import Path

from sqlalchemy import Engine

from tests.backing_up.conftest import draft, draft_and_withdraw, put_back
from tests.support.trusts import AT
from trust_commissioning.backing_up import back_up


def test_the_id_of_a_draft_that_was_withdrawn_is_never_used_again(
    record: Engine, tmp_path: Path
) -> None:
    withdrawn = draft_and_withdraw(record, "two")
    back_up(record, tmp_path / "trust.zip", at=AT)

    put_back(record, tmp_path / "trust.zip")

    assert draft(record, "three") == withdrawn + 1


def test_an_id_given_after_the_backup_is_not_given_again_after_restoring(
    record: Engine, tmp_path: Path
) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)
    later = draft_and_withdraw(record, "two")

    put_back(record, tmp_path / "trust.zip")

    assert draft(record, "three") == later + 1
