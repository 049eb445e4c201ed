"""What is typed is kept by itself, for whoever typed it and nobody else, until it is saved."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from ledger.problems import Refused
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK
from trust_commissioning import entering
from trust_commissioning.store import reading, transaction


def typed(engine: Engine, who: str) -> list[tuple[str, object]]:
    with reading(engine) as session:
        return [(one.token, one.contents) for one in entering.typed_by(session, who)]


def test_what_was_typed_is_found_again_by_its_author_alone_the_latest_first(engine: Engine) -> None:
    with transaction(engine) as session:
        entering.keep(session, "a", {"narration": "Fe"}, by=CLERK, at=AT)
        entering.keep(session, "b", {"narration": "12,5"}, by=CLERK, at=AT)
        later = AT + timedelta(minutes=1)
        entering.keep(session, "a", {"narration": "Fees"}, by=CLERK, at=later)

    assert typed(engine, CLERK) == [("a", {"narration": "Fees"}), ("b", {"narration": "12,5"})]
    assert typed(engine, APPROVER) == []


def test_what_was_saved_or_thrown_away_is_let_go_and_only_by_its_author(engine: Engine) -> None:
    with transaction(engine) as session:
        entering.keep(session, "a", {}, by=CLERK, at=AT)
        entering.forget(session, "a", by=APPROVER)
    assert typed(engine, CLERK) == [("a", {})]

    with transaction(engine) as session:
        entering.forget(session, "a", by=CLERK)
    assert typed(engine, CLERK) == []


def test_whoever_may_not_enter_journals_has_nothing_kept(engine: Engine) -> None:
    with pytest.raises(Refused) as refused, transaction(engine) as session:
        entering.keep(session, "a", {}, by=AUDITOR, at=AT)

    assert refused.value.codes == ("not_permitted",)
