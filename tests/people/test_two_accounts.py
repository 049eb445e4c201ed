"""Where a rule asks for two people, two accounts with one e-mail address are one person."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.periods import Period
from ledger.problems import Refused
from tests.support.addresses import one_address
from tests.support.trusts import APPROVER, AT, CLERK, YEAR, journal
from trust_commissioning import closing, posting, roles
from trust_commissioning.store import transaction

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
OFFICER, ADMIN = "f.officer", "x.admin"


@pytest.fixture
def office(engine: Engine) -> Iterator[Session]:
    """The clerk and the approver are one person; nobody else has an address."""
    one_address(engine, CLERK, APPROVER)
    with transaction(engine) as session:
        yield session


def test_accounts_of_one_address_are_one_person_and_those_of_none_are_not(office: Session) -> None:
    assert roles.names_of(office, CLERK) == {CLERK, APPROVER}
    assert roles.names_of(office, OFFICER) == {OFFICER}
    assert roles.names_of(office, "nobody") == {"nobody"}


def test_nobody_posts_under_one_name_what_they_entered_under_another(office: Session) -> None:
    id = posting.submit(office, journal(SPEND), by=CLERK, at=AT)

    with pytest.raises(Refused, match=f"as {CLERK}, with the same e-mail address") as refusal:
        posting.post_submitted(office, id, by=APPROVER, at=AT)

    assert refusal.value.codes == ("poster_is_author",)
    assert posting.post_submitted(office, id, by=ADMIN, at=AT) == "2003-04/000001"


def test_nobody_agrees_under_one_name_to_the_reopening_they_asked_for_under_another(
    office: Session,
) -> None:
    april = Period(YEAR, 1)
    closing.close(office, april, by=CLERK, at=AT, reason="Nothing is left to do")
    closing.ask_reopening(office, april, reason="A late invoice", by=CLERK, at=AT)

    with pytest.raises(Refused) as refusal:
        closing.agree_reopening(office, april, by=APPROVER, at=AT)

    assert refusal.value.codes == ("reopening_takes_two_people",)
    assert closing.agree_reopening(office, april, by=ADMIN, at=AT).agreed_by == ADMIN
