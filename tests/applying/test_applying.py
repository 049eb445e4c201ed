"""A trust is brought to what a file says; saying it again changes nothing."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from ledger.budget import BudgetLine
from ledger.journal import Book, PostedJournal
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from tests.applying.conftest import ADMIN, AT, Apply
from tests.applying.documents import WHOLE
from trust_commissioning import people
from trust_commissioning.applying import apply, read
from trust_commissioning.budgeting import vire
from trust_commissioning.closing import close
from trust_commissioning.importing.rules import coding_rules
from trust_commissioning.posting import post_submitted
from trust_commissioning.reports.budget_lines import positions
from trust_commissioning.roles import Role
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import posted
from trust_commissioning.store.register import services
from trust_commissioning.store.standing import standing
from trust_commissioning.store.tables import AuditEventRow, ContractRow, ProviderRow

YEAR = FinancialYear(2003)
CARE = BudgetLine("Expenses:ThirdParty:FosterCare", "fostering")
PAY = BudgetLine("Expenses:Employees:Salaries", "office")


def refused_paths(applied: Apply, text: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        applied(text)
    return [(problem.code, problem.where) for problem in refused.value.problems]


def journals(engine: Engine, book: Book) -> list[PostedJournal]:
    with reading(engine) as session:
        return list(posted(session, book=book, year=YEAR))


def shown(journal: PostedJournal) -> list[tuple[str, str, str]]:
    return [
        (p.account, p.amount.plain, p.outcome.value if p.outcome else "")
        for p in journal.journal.postings
    ]


def test_everything_the_file_names_is_there_afterwards(founded: Engine, applied: Apply):
    applied(WHOLE)

    with reading(founded) as session:
        known = standing(session)
        assert known.funds["pool"].host == "council"
        assert known.partners == {"council", "pct"}
        assert services(session)["fostering"].weights_on(date(2003, 4, 1)) == (
            (Outcome.STAY_SAFE, 2),
            (Outcome.ENJOY_AND_ACHIEVE, 1),
        )
        assert session.get_one(ContractRow, "C-0001").value_pence == 300_000
        assert session.get_one(ProviderRow, "merrilow").also_known_as == "MERRILOW"
        assert [rule.code for rule in coding_rules(session)] == ["merrilow"]
        officer = people.find(session, "f.officer")
        assert officer is not None
        assert (officer.role, officer.has_password) == (Role.FINANCE_OFFICER, False)


def test_applying_the_same_file_again_changes_nothing(founded: Engine, applied: Apply):
    assert len(applied(WHOLE)) == 16

    assert applied(WHOLE) == []
    with reading(founded) as session:
        before = len(session.exec(select(AuditEventRow)).all())
    applied(WHOLE)
    with reading(founded) as session:
        assert len(session.exec(select(AuditEventRow)).all()) == before


def test_a_budget_is_posted_parted_by_outcome_to_the_penny(founded: Engine, applied: Apply):
    applied(WHOLE)

    (journal,) = journals(founded, Book.BUDGET)
    assert shown(journal) == [
        ("Expenses:Employees:Salaries", "10.01", ""),
        ("Expenses:ThirdParty:FosterCare", "666.67", "stay_safe"),
        ("Expenses:ThirdParty:FosterCare", "333.33", "enjoy_and_achieve"),
        ("Equity:BudgetAuthority", "-1010.01", ""),
    ]
    assert str(journal.journal.period) == "2003-04 P01"


def test_a_changed_budget_posts_the_difference_and_never_edits(founded: Engine, applied: Apply):
    applied(WHOLE)
    (before,) = journals(founded, Book.BUDGET)

    applied(WHOLE.replace('"10.01"', '"12.00"'))

    first, change = journals(founded, Book.BUDGET)
    assert first == before
    assert shown(change) == [
        ("Expenses:Employees:Salaries", "1.99", ""),
        ("Equity:BudgetAuthority", "-1.99", ""),
    ]
    assert (change.journal.source_ref, change.journal.day) == ("pool/2003-04/2", AT.date())


def test_applying_a_budget_again_does_not_undo_a_virement(founded: Engine, applied: Apply):
    applied(WHOLE)
    with transaction(founded) as session:
        moved = vire(
            session,
            "pool",
            [(CARE, Money.parse("-100.00")), (PAY, Money.parse("100.00"))],
            day=date(2003, 7, 1),
            reference="V-1",
            reason="To the office",
            by="f.officer",
            at=AT,
        )
        post_submitted(session, moved, by=ADMIN, at=AT)

    assert applied(WHOLE) == []
    with reading(founded) as session:
        assert positions(session, "pool", YEAR)[PAY].budget == Money.parse("110.01")


def test_instalments_are_posted_when_their_day_has_come(founded: Engine, applied: Apply):
    applied(WHOLE)

    assert [shown(j) for j in journals(founded, Book.ACTUAL)] == [
        [
            ("Assets:Debtors:Partners", "250.00", ""),
            ("Income:Contributions:Cash", "-250.00", ""),
        ],
        [
            ("Expenses:Employees:Seconded", "66.67", "stay_safe"),
            ("Expenses:Employees:Seconded", "33.33", "enjoy_and_achieve"),
            ("Income:Contributions:InKind", "-100.00", ""),
        ],
    ]

    changes = applied(WHOLE, at=datetime(2003, 7, 31, 12, tzinfo=UTC))

    assert [change.key for change in changes] == ["pool/2003-04/pct/cash/2003-07-31"]


def test_an_instalment_that_was_posted_is_not_changed(applied: Apply):
    applied(WHOLE)

    paths = refused_paths(
        applied, WHOLE.replace('04-30, amount: "250.00"', '04-30, amount: "1.00"')
    )

    assert paths == [("instalment_already_posted", "contributions[0].instalments[0].amount")]


def test_every_name_nobody_knows_is_said_at_once(applied: Apply):
    wrong = (
        WHOLE.replace("host: council", "host: concil")
        .replace("provider: merrilow", "provider: marrow")
        .replace("contract: C-0001", "contract: C-0009")
        .replace("account: Expenses:ThirdParty:FosterCare", "account: Expenses:FosterCare")
        .replace("partner: council}", "partner: nobody}")
        .replace('"Expenses:Employees:Salaries", service: office', '"Income:Other", service: ofice')
        .replace("account: Expenses:Employees:Seconded", "account: Income:Other")
        .replace("{day: 2003-07-31", "{day: 2004-07-31")
    )

    assert set(refused_paths(applied, wrong)) == {
        ("partner_unknown", "funds[0].host"),
        ("provider_unknown", "contracts[0].provider"),
        ("partner_unknown", "people[0].partner"),
        ("account_unknown", "coding_rules[0].account"),
        ("contract_unknown", "coding_rules[0].contract"),
        ("budget_not_for_expense", "budgets[0].lines[1].account"),
        ("service_unknown", "budgets[0].lines[1].service"),
        ("instalment_outside_year", "contributions[0].instalments[1].day"),
        ("in_kind_contribution_without_expense", "contributions[1].account"),
    }


def test_a_refused_file_leaves_nothing_behind(founded: Engine, applied: Apply):
    refused_paths(applied, WHOLE.replace("host: council", "host: concil"))

    with reading(founded) as session:
        assert standing(session).partners == frozenset()
        assert list(posted(session)) == []


def test_a_pooled_fund_names_its_power_and_its_host(applied: Apply):
    text = "funds: [{code: p, title: P, kind: pooled}]"

    assert refused_paths(applied, text) == [
        ("pooled_fund_without_power", "funds[0].legal_basis"),
        ("pooled_fund_without_host", "funds[0].host"),
    ]


def test_an_entry_that_stands_twice_is_refused(applied: Apply):
    text = "partners: [{code: a, name: A}, {code: a, name: B}]\nyears: [2004-05, 2004-05]"

    assert set(refused_paths(applied, text)) == {
        ("entry_repeated", "partners[1].code"),
        ("entry_repeated", "years[1]"),
    }


def test_a_ring_fence_holds_for_rules_and_budgets(applied: Apply):
    text = """
services: [{code: s, title: S}, {code: t, title: T}]
funds: [{code: g, title: G, kind: special_grant, may_be_spent_on: [s]}]
coding_rules:
  - {code: r, when: [{column: detail, equals: x}], account: "Expenses:Support:Legal", service: t,
     fund: g}
budgets:
  - {fund: g, year: 2003-04, lines: [{account: "Expenses:Support:Legal", amount: "1.00"}]}
"""
    assert refused_paths(applied, text) == [
        ("outside_ring_fence", "coding_rules[0].service"),
        ("outside_ring_fence", "budgets[0].lines[0].service"),
    ]


def test_a_rule_cannot_post_to_what_a_line_cannot_say(applied: Apply):
    text = """
coding_rules:
  - {code: a, when: [{column: detail, equals: x}], account: "Assets:Debtors:Partners"}
  - {code: b, when: [{column: detail, equals: x}], account: "Equity:Committed"}
  - {code: c, when: [{column: detail, equals: x}], account: "Income:Other", outcomes: {stay_safe: 1}}
"""
    assert refused_paths(applied, text) == [
        ("partner_missing", "coding_rules[0].account"),
        ("account_not_of_this_book", "coding_rules[1].account"),
        ("outcome_without_expense", "coding_rules[2].outcomes"),
    ]


def test_a_new_year_is_opened_with_its_thirteen_periods(founded: Engine, applied: Apply):
    changes = applied("years: [2003-04, 2004-05]")

    assert [(c.kind, c.key, c.did) for c in changes] == [("year", "2004-05", "added")]
    with reading(founded) as session:
        assert len(standing(session).open_periods) == 26


def test_what_the_file_does_not_say_stays_as_it_is(founded: Engine, applied: Apply):
    applied(WHOLE)

    changes = applied("partners: [{code: pct, name: The Health Trust}]")

    assert [(c.kind, c.key, dict(c.before), dict(c.after)) for c in changes] == [
        ("partner", "pct", {"name": "The Primary Care Trust"}, {"name": "The Health Trust"})
    ]
    with reading(founded) as session:
        assert standing(session).partners == {"council", "pct"}


def test_new_outcome_weights_leave_the_earlier_ones_and_what_was_posted(
    founded: Engine, applied: Apply
):
    applied(WHOLE)
    later = (
        "services: [{code: fostering, title: Fostering, outcomes: "
        "[{starts: 2003-10-01, weights: {stay_safe: 1}}]}]"
    )

    (change,) = applied(later)

    assert (change.kind, change.key) == ("outcome weights", "fostering from 2003-10-01")
    with reading(founded) as session:
        fostering = services(session)["fostering"]
    assert len(fostering.weights_on(date(2003, 9, 30))) == 2
    assert fostering.weights_on(date(2003, 10, 1)) == ((Outcome.STAY_SAFE, 1),)
    assert applied(WHOLE) == []


def test_a_person_is_changed_made_inactive_and_never_the_last_administrator(applied: Apply):
    applied(WHOLE)
    changed = WHOLE.replace("finance_officer", "approver").replace(
        "partner: council}", "partner: council, active: false}"
    )

    (change,) = applied(changed)

    assert dict(change.after) == {"role": Role.APPROVER, "active": False}
    text = f"people: [{{username: {ADMIN}, name: Xenia Admin, role: auditor}}]"
    assert refused_paths(applied, text) == [("last_administrator", "people[0].username")]


def test_a_dry_run_says_everything_and_does_nothing(founded: Engine, applied: Apply):
    would = applied(WHOLE, dry_run=True)

    with reading(founded) as session:
        assert list(posted(session)) == []
        assert session.exec(select(ProviderRow)).all() == []
    did = applied(WHOLE)
    assert would == did


def test_only_who_keeps_the_register_may_apply_and_only_an_administrator_adds_people(
    applied: Apply,
):
    applied(WHOLE)
    applied("people: [{username: a.auditor, name: Ada Auditor, role: auditor}]")

    with pytest.raises(Refused) as refused:
        applied("years: [2004-05]", by="a.auditor")
    assert refused.value.codes == ("not_permitted",)
    with pytest.raises(Refused) as refused:
        applied("people: [{username: b.new, name: Bea New, role: approver}]", by="f.officer")
    assert refused.value.codes == ("not_permitted",)
    assert len(applied("years: [2004-05]", by="f.officer")) == 1


def test_each_change_is_in_the_audit_trail_with_who_and_what(founded: Engine, applied: Apply):
    applied("partners: [{code: council, name: The Council}]")

    with reading(founded) as session:
        events = session.exec(
            select(AuditEventRow).where(AuditEventRow.object_kind == "partner")
        ).all()
        said = [(e.person, e.action, e.object_key, e.after) for e in events]

    assert said == [
        (ADMIN, "partner_added", "council", '{"code": "council", "name": "The Council"}')
    ]


def test_an_instalment_due_in_a_closed_period_is_refused(founded: Engine, applied: Apply):
    with transaction(founded) as session:
        close(session, Period(YEAR, 1), by=ADMIN, at=AT, reason="Known and small")

    assert refused_paths(applied, WHOLE) == [
        ("period_not_open", "contributions[0].instalments[0].day")
    ]


def test_a_refusal_inside_leaves_the_transaction_usable(founded: Engine):
    with transaction(founded) as session:
        with pytest.raises(Refused):
            apply(
                session,
                read("people: [{username: 9x, name: Nine, role: auditor}]\nyears: [2004-05]"),
                by=ADMIN,
                at=AT,
            )
        assert len(standing(session).open_periods) == 13
