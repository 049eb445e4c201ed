"""The kept balances are exactly the sum of the postings, whatever is posted."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from ledger.journal import Journal
from tests.support.random_journals import postable
from tests.support.trusts import AT, CLERK, journal, small_trust
from trust_commissioning import posting
from trust_commissioning.checking import check
from trust_commissioning.store import journals, reading, transaction
from trust_commissioning.store.tables import BalanceRow, ContractBalanceRow

Moved = dict[tuple[str | int, ...], tuple[int, int]]
_REFS = count()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def growing(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A record into which each example posts more."""
    with small_trust(request, request.param, tmp_path_factory.mktemp("growing")) as engine:
        yield engine


def kept(session: Session) -> tuple[Moved, Moved]:
    """Pence and last journal of each coding, as the database keeps them."""
    balances: Moved = {
        (b.book, b.year, b.fund, b.period, b.account, b.service, b.outcome, b.partner): (
            b.pence,
            b.last_sequence,
        )
        for b in session.exec(select(BalanceRow))
    }
    contracts: Moved = {
        (b.book, b.year, b.fund, b.period, b.contract): (b.pence, b.last_sequence)
        for b in session.exec(select(ContractBalanceRow))
    }
    return balances, contracts


def recomputed(session: Session) -> tuple[Moved, Moved]:
    """The same from the postings, added up here."""
    balances: defaultdict[tuple[str | int, ...], int] = defaultdict(int)
    contracts: defaultdict[tuple[str | int, ...], int] = defaultdict(int)
    last: dict[tuple[str | int, ...], int] = {}
    for one in journals.posted(session):
        of = one.journal
        where = (of.book.value, str(of.period.year), of.fund, of.period.number)
        for p in of.postings:
            outcome = p.outcome.value if p.outcome else ""
            key = (*where, p.account, p.service or "", outcome, p.partner or "")
            balances[key] += p.amount.pence
            last[key] = one.sequence
            if p.contract and p.account.startswith("Expenses:"):
                contracts[*where, p.contract] += p.amount.pence
                last[*where, p.contract] = one.sequence
    return (
        {key: (pence, last[key]) for key, pence in balances.items()},
        {key: (pence, last[key]) for key, pence in contracts.items()},
    )


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(wanted=st.lists(postable(), min_size=1, max_size=6))
def test_balances_are_the_sum_of_the_postings_after_any_journals(
    growing: Engine, wanted: list[Journal]
) -> None:
    named = [replace(one, source_ref=f"r{next(_REFS)}") for one in wanted]

    with transaction(growing) as session:
        posting.post_many(session, named, by=CLERK, at=AT)

    with reading(growing) as session:
        assert kept(session) == recomputed(session)
        assert check(session) == []


def test_a_coding_posted_twice_in_one_journal_counts_twice(engine: Engine) -> None:
    same = "Expenses:Unallocated 10.00 stay_safe contract=C-0001"
    with transaction(engine) as session:
        posting.post(session, journal(f"{same} / {same} / Assets:HostCash -20.00"), by=CLERK, at=AT)

    with reading(engine) as session:
        balances, contracts = kept(session)
    assert {key[4]: value for key, value in balances.items()} == {
        "Expenses:Unallocated": (2000, 1),
        "Assets:HostCash": (-2000, 1),
    }
    assert list(contracts.values()) == [(2000, 1)]


def test_only_expenses_move_what_a_contract_has_cost(engine: Engine) -> None:
    with transaction(engine) as session:
        posting.post(
            session,
            journal(
                "Expenses:ThirdParty:Health 60.00 contract=C-0001 / "
                "Liabilities:Creditors -60.00 contract=C-0001"
            ),
            by=CLERK,
            at=AT,
        )

    with reading(engine) as session:
        _, contracts = kept(session)
    assert contracts == {("actual", "2003-04", "general", 1, "C-0001"): (6000, 1)}


def test_a_draft_moves_no_balance(engine: Engine) -> None:
    with transaction(engine) as session:
        posting.submit(
            session,
            journal("Expenses:Unallocated 10.00 / Assets:HostCash -10.00"),
            by=CLERK,
            at=AT,
        )

    with reading(engine) as session:
        assert kept(session) == ({}, {})
