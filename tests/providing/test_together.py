"""Two people keep the register at once: neither's word is lost in silence, no name is two bodies'."""

from collections.abc import Callable

from sqlalchemy import Engine

from contracts.identifiers import Scheme
from ledger.problems import Refused
from tests.posting.test_together import all_at_once
from tests.providing.conftest import Record
from tests.providing.told import COMPANY, NEED, OAKFIELD, but
from trust_commissioning.store import providing, reading


def told(record: Record, event: str, **asked: object) -> Callable[[], object]:
    def do() -> object:
        try:
            return record(event, **asked)["did"]
        except Refused as refused:
            return refused.codes

    return do


def test_of_two_who_edit_one_version_at_once_the_second_is_told_to_read_it_again(
    trust: Engine, record: Record
) -> None:
    record("need", **NEED)

    said = all_at_once(
        [told(record, "need", **but(NEED, version=1, owner=f"Owner {who}")) for who in range(4)]
    )

    assert sorted(said, key=str) == [*[("entry_version_is_stale",)] * 3, "changed"]
    with reading(trust) as session:
        assert providing.needs(session)["foster-teens"].version == 2


def test_of_two_providers_given_one_number_at_once_one_has_it(
    trust: Engine, record: Record
) -> None:
    codes = ["oakfield", "elm", "ash", "birch"]
    for code in codes:
        record("provider", **but(OAKFIELD, code=code, name=code.title(), sites=[]))

    said = all_at_once(
        [
            told(record, "provider-identifier", **but(COMPANY, provider=code, reference=code))
            for code in codes
        ]
    )

    assert sorted(said, key=str) == [*[("identifier_of_another_provider",)] * 3, "added"]
    with reading(trust) as session:
        known = [one for each in providing.providers(session).values() for one in each.known_by]
    assert [(one.scheme, one.value) for one in known] == [(Scheme.COMPANY, "01234567")]


def test_one_event_sent_twice_at_once_is_recorded_once(trust: Engine, record: Record) -> None:
    said = all_at_once([told(record, "provider-identifier", **COMPANY)] * 4)

    assert sorted(said, key=str) == ["added", "unchanged", "unchanged", "unchanged"]
