"""No page waits for a large file to be posted: what may as well be noted later is noted later."""

import threading
from collections.abc import Callable

from sqlalchemy import Engine
from sqlmodel import select
from starlette.testclient import TestClient

from tests.support.trusts import CLERK
from tests.web.conftest import age_sign_ins
from trust_commissioning.store import at_leisure, reading, transaction
from trust_commissioning.store.tables import SignInRow


def seen_at(engine: Engine) -> str:
    with reading(engine) as session:
        return session.exec(select(SignInRow.seen_at)).one()


def test_a_request_is_answered_while_somebody_posts_and_noted_afterwards(
    signed_in: Callable[[str], TestClient], engine: Engine
) -> None:
    client = signed_in(CLERK)
    age_sign_ins(engine, 10)
    long_ago = seen_at(engine)
    answered: list[int] = []

    with transaction(engine):
        asking = threading.Thread(target=lambda: answered.append(client.get("/").status_code))
        asking.start()
        asking.join(20)
        assert answered == [200]
        assert seen_at(engine) == long_ago

    client.get("/")
    assert seen_at(engine) > long_ago


def test_what_is_done_at_leisure_is_done_where_nobody_writes_and_left_where_one_does(
    engine: Engine,
) -> None:
    with at_leisure(engine) as session:
        assert session is not None
    with transaction(engine), at_leisure(engine) as session:
        assert session is None
    with at_leisure(engine) as session:
        assert session is not None
