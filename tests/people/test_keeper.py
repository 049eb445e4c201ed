"""One partner keeps the books: its people see the whole trust, and hosting a fund is not keeping it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from ledger.problems import Refused
from tests.people.test_partners_walk import tried
from tests.support.trusts import (
    APPROVER,
    AT,
    CLERK,
    YEAR,
    copy_of,
    database_url,
    engine,
    free_folder,
    shared_by_a_module,
)
from tests.support.two_pools import NORTH, SOUTH, WORDS, found_two_pools, person_of
from trust_commissioning import applying, keeper, people, reports, roles
from trust_commissioning.reports.for_today import for_today
from trust_commissioning.reports.set_up import set_up
from trust_commissioning.roles import Action, Role
from trust_commissioning.store import from_partner, reading, sight, transaction
from trust_commissioning.store.tables import (
    METADATA,
    AuditEventRow,
    FundRow,
    PersonRow,
    TrustRow,
    table_of,
)

__all__ = ["database_url", "engine", "free_folder"]

ADMIN = "x.admin"
DAY = date(2003, 5, 1)
FUND = METADATA.tables["fund"]

pools = shared_by_a_module(found_two_pools)


def hosted(engine: Engine, *, camhs: str | None, general: str | None = "council") -> None:
    """Who hosts each of the small trust's two funds."""
    with transaction(engine) as session:
        session.get_one(FundRow, "camhs").host = camhs
        session.get_one(FundRow, "general").host = general


def named(engine: Engine, partner: str | None) -> None:
    with transaction(engine) as session:
        keeper.name_keeper(session, partner, by=ADMIN, at=AT)


def funds_seen(engine: Engine, partner: str | None) -> set[str]:
    with reading(from_partner(engine, partner)) as session:
        return set(session.execute(select(FUND.c.code)).scalars())


def refusal(engine: Engine, what: Callable[[Session], Any]) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused, transaction(engine) as session:
        what(session)
    return refused.value.codes


# Who sees the whole


def test_the_one_partner_that_hosts_keeps_the_books_while_none_is_named(engine):
    assert funds_seen(engine, "council") == {"general", "camhs"}
    assert funds_seen(engine, "pct") == set()

    hosted(engine, camhs=None)

    assert funds_seen(engine, "council") == {"general", "camhs"}


def test_of_two_hosts_of_which_none_is_named_each_sees_the_fund_it_hosts(engine):
    hosted(engine, camhs="pct")

    assert funds_seen(engine, "council") == {"general"}
    assert funds_seen(engine, "pct") == {"camhs"}
    assert funds_seen(engine, None) == {"general", "camhs"}


@pytest.mark.parametrize(("partner", "other"), [("council", "pct"), ("pct", "council")])
def test_the_partner_that_is_named_sees_all_and_the_other_what_it_hosts(engine, partner, other):
    hosted(engine, camhs="pct")
    named(engine, partner)

    assert funds_seen(engine, partner) == {"general", "camhs"}
    assert len(funds_seen(engine, other)) == 1


def test_who_hosts_everything_keeps_nothing_where_another_is_named(engine):
    named(engine, "pct")

    assert funds_seen(engine, "pct") == {"general", "camhs"}
    with reading(engine) as session:
        assert not sight.keeps_the_books(session, "council")


def test_where_nothing_has_a_host_and_none_is_named_no_partner_keeps_the_books(engine):
    hosted(engine, camhs=None, general=None)

    assert funds_seen(engine, "council") == funds_seen(engine, "pct") == set()


def test_a_host_that_sees_no_other_host_is_not_taken_for_the_only_one(engine):
    """Its own session shows it one host of two: itself."""
    hosted(engine, camhs="pct")
    with transaction(engine) as session:
        session.get_one(PersonRow, CLERK).partner = "pct"

    with reading(from_partner(engine, "pct")) as session:
        assert sight.hosts(session) == ("council", "pct")
        assert not sight.keeps_the_books(session, "pct")
        with pytest.raises(Refused, match="which does not keep these books, and may not enter"):
            roles.check(session, CLERK, Action.ENTER_JOURNAL)
        roles.check(session, CLERK, Action.READ_REPORTS)


@pytest.mark.parametrize("partner", ["council", SOUTH])
def test_no_row_and_no_report_of_the_others_pool_is_read_while_both_host_and_none_is_named(
    request, tmp_path, pools, partner
):
    """South hosts its pool and its grant; the council is party to both pools, and not given South's
    grant."""
    hidden = WORDS[NORTH] if partner == SOUTH else "south-grant"
    dialect = "postgres" if pools.dialect.name == "postgresql" else "sqlite"
    with copy_of(found_two_pools, request, dialect, tmp_path) as trust:
        with transaction(trust) as session:
            session.get_one(TrustRow, 1).kept_by = None
        assert ("south-grant" in funds_seen(trust, partner)) is (partner == SOUTH)
        with reading(from_partner(trust, partner)) as session:
            for name, table in METADATA.tables.items():
                assert hidden not in repr(session.execute(select(table)).all()), name
            position = reports.REPORTS["fund-position"](session, reports.Scope(None, YEAR), AT)
    assert hidden not in str(position.as_json())


def test_the_keepers_people_do_what_a_host_that_does_not_keep_the_books_may_not(pools):
    for partner, expected in (
        ("council", ()),
        (SOUTH, ("not_permitted",)),
        (NORTH, ("not_permitted",)),
    ):
        with tried(pools, partner) as session:
            try:
                roles.check(session, person_of(partner, Role.FINANCE_OFFICER), Action.READ_BOOKS)
                codes: tuple[str, ...] = ()
            except Refused as refused:
                codes = refused.codes
        assert codes == expected, partner


# Naming it


def test_naming_the_keeper_counts_from_the_next_request_and_is_in_the_audit_trail(engine):
    hosted(engine, camhs="pct")
    named(engine, "pct")
    named(engine, "pct")
    named(engine, None)

    assert funds_seen(engine, "pct") == {"camhs"}
    table = table_of(AuditEventRow)
    with reading(engine) as session:
        query = select(table).where(table.c.action == "trust_changed").order_by(table.c.id)
        found = [(one.person, one.before, one.after) for one in session.execute(query)]
    assert found == [
        (ADMIN, '{"kept_by": ""}', '{"kept_by": "pct"}'),
        (ADMIN, '{"kept_by": "pct"}', '{"kept_by": ""}'),
    ]


def test_only_a_partner_of_the_trust_is_named(engine):
    def name(session: Session) -> object:
        return keeper.name_keeper(session, "nobody", by=ADMIN, at=AT)

    assert refusal(engine, name) == ("partner_unknown",)


def test_no_keeper_is_named_that_leaves_nobody_to_name_another(engine):
    """The only administrator works for the council, which would keep the books no longer."""
    with transaction(engine) as session:
        session.get_one(PersonRow, ADMIN).partner = "council"

    def name(session: Session) -> object:
        return keeper.name_keeper(session, "pct", by=ADMIN, at=AT)

    assert refusal(engine, name) == ("last_administrator",)
    with reading(engine) as session:
        assert keeper.named(session) is None


def test_the_last_administrator_of_the_whole_trust_does_not_go_to_another_partner(engine):
    def move(session: Session) -> object:
        return people.change(session, ADMIN, partner="pct", by=ADMIN, at=AT)

    assert refusal(engine, move) == ("last_administrator",)
    with transaction(engine) as session:
        people.change(session, ADMIN, partner="council", by=ADMIN, at=AT)
        people.add(session, "y.admin", name="Yan", role="administrator", by=ADMIN, at=AT)
        people.change(session, ADMIN, partner="pct", by="y.admin", at=AT)
        assert people.first_administrator(session) == "y.admin"


# Said by a file


def applied(engine: Engine, text: str, by: str = ADMIN) -> list[applying.Change]:
    with transaction(engine) as session:
        return applying.apply(session, applying.read(text), by=by, at=AT)


SECOND_HOST = "funds: [{code: youth, title: Youth, kind: aligned, host: pct}]"


def test_a_file_names_the_keeper_once_and_leaves_it_where_it_says_nothing(engine):
    (change,) = applied(engine, "kept_by: council")

    assert str(change) == "changed trust Wealdshire Children's Trust (kept_by: council)"
    assert applied(engine, "kept_by: council") == []
    applied(engine, SECOND_HOST)
    assert funds_seen(engine, "council") == {"general", "camhs", "youth"}
    assert funds_seen(engine, "pct") == {"youth"}
    (change,) = applied(engine, "kept_by: null")
    assert funds_seen(engine, "council") == {"general", "camhs"}


def test_a_file_names_a_partner_it_brings_before_the_funds_that_one_hosts(engine):
    text = "kept_by: county\npartners: [{code: county, name: The County}]\n"
    applied(engine, text + SECOND_HOST.replace("pct", "county"))

    assert funds_seen(engine, "county") == {"general", "camhs", "youth"}


@pytest.mark.parametrize("by", [CLERK, APPROVER])
def test_a_file_of_somebody_who_may_not_manage_people_names_no_keeper(engine, by):
    with pytest.raises(Refused) as refused:
        applied(engine, "kept_by: pct", by=by)
    assert refused.value.codes == ("not_permitted",)


def test_a_file_that_names_nobody_we_know_is_refused_where_it_says_so(engine):
    with pytest.raises(Refused) as refused:
        applied(engine, "kept_by: nobody")
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("partner_unknown", "kept_by")


def test_no_second_host_comes_by_a_file_that_leaves_nobody_to_name_the_keeper(engine):
    with transaction(engine) as session:
        session.get_one(PersonRow, ADMIN).partner = "council"

    with pytest.raises(Refused) as refused:
        applied(engine, SECOND_HOST)
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("last_administrator", "kept_by")
    applied(engine, f"kept_by: council\n{SECOND_HOST}")


def test_where_nobody_administers_the_whole_an_administrator_names_the_keeper_by_a_file_alone(
    engine,
):
    """A trust of two hosts that comes to this release with a partner's administrators only."""
    hosted(engine, camhs="pct")
    with transaction(engine) as session:
        session.get_one(PersonRow, ADMIN).partner = "council"
    for more, by in (("", CLERK), ("trust: Another\n", ADMIN)):
        with pytest.raises(Refused) as refused:
            applied(engine, f"{more}kept_by: council", by=by)
        assert refused.value.codes == ("not_permitted",)

    applied(engine, "kept_by: council")

    assert funds_seen(engine, "council") == {"general", "camhs"}
    applied(engine, "trust: Another")


# What an administrator is told


def waiting(engine: Engine, role: Role) -> list[str]:
    with reading(engine) as session:
        return [one.where for one in for_today(session, ADMIN, role, DAY) if one.key == "keeper"]


def step(engine: Engine) -> tuple[bool, str]:
    with reading(engine) as session:
        found = set_up(session, published=True)
    (one,) = (step for step in found if step.title == "One partner keeps the books")
    return one.done, one.says


def test_an_administrator_is_told_to_say_who_keeps_the_books_where_hosting_does_not_say(engine):
    assert waiting(engine, Role.ADMINISTRATOR) == []
    assert step(engine) == (True, "Wealdshire County Council")

    hosted(engine, camhs="pct")

    assert waiting(engine, Role.ADMINISTRATOR) == ["set-up"]
    assert waiting(engine, Role.FINANCE_OFFICER) == []
    assert step(engine) == (False, "2 partners host funds, and none is named")

    named(engine, "pct")

    assert waiting(engine, Role.ADMINISTRATOR) == []
    assert step(engine) == (True, "Weald Primary Care Trust")


def test_before_any_fund_has_a_host_there_is_nothing_to_say(engine):
    hosted(engine, camhs=None, general=None)

    assert waiting(engine, Role.ADMINISTRATOR) == []
    assert step(engine) == (True, "no fund has a host yet")
