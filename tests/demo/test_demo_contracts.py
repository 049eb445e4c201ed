"""The demo trust's contracts: something signed, varied, uplifted, refused, and oddly published."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from tests.support.demo import KeptDemo
from trust_commissioning.store import contracts, reading

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def session(kept_demo: KeptDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with kept_demo.copy(tmp_path_factory.mktemp("demo")) as engine, reading(engine) as opened:
        yield opened


def test_an_uplift_was_applied_another_refused_and_others_wait(session: Session) -> None:
    states = [one.state for one in contracts.uplifts(session)]

    assert sorted(states) == ["applied", "asked", "asked", "refused"]


def test_the_index_rise_of_april_2004_is_a_dated_price(session: Session) -> None:
    # 178.4 to 183.1 is 2.6345%: £742.50 becomes £762.06.
    found = contracts.contract(session, "C-0031")

    assert found is not None
    assert [(one.starts.isoformat(), one.price.plain) for one in found.lot_prices("standard")] == [
        ("2003-04-01", "742.50"),
        ("2004-04-01", "762.06"),
    ]


def test_a_neighbours_register_has_odd_values_kept_as_printed(session: Session) -> None:
    printed = [
        (one.number, flag.column, flag.printed)
        for one in contracts.published(session)
        for flag in one.flags
    ]

    assert printed == [
        ("ECC/0422", "ends", "rolling"),
        ("ECC/0422", "review day", "N/A"),
        ("ECC/0430", "ends", "TBC"),
        ("ECC/0430", "review day", "99/99/999"),
        ("ECC/0430", "value", "£-"),
        ("ECC/0431", "value", "?96,500.00"),
        ("ECC/0431", "number", "ECC/0431"),
        ("ECC/0431", "number", "ECC/0431"),
    ]
