"""Services of journals, closing, budgets, files, papers and people."""

from collections.abc import Callable

from sqlmodel import Session

from ledger.accrual import Timing
from ledger.budget import BudgetLine
from ledger.forecast import Method
from ledger.money import Money
from ledger.periods import Period
from ledger.profile import ProfileSaid, Shape
from ledger.year_end import YearEnd
from tests.people.walked.service import Service
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import (
    applying,
    budgeting,
    closing,
    issuing,
    keeper,
    people,
    people_listed,
    posting,
)
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.files.columns import Columns, Profile
from trust_commissioning.importing.journals_file import load_journals
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.importing.profiles import keep_layout, remove_profile, save_profile
from trust_commissioning.reports import Scope
from trust_commissioning.roles import Action, Role
from trust_commissioning.store import journals
from trust_commissioning.store.tables import PersonRow

PASSWORD = "vadok benuz horap"
SPEND = b"Date,Supplier,Reference,Amount\n30/04/2003,Oakfield,T-1,10.00\n"
JOURNALS = (
    b"reference,fund,date,narration,account,amount\n"
    b"R1,general,30/04/2003,one,Expenses:Unallocated,10.00\n"
    b"R1,general,30/04/2003,one,Assets:HostCash,-10.00\n"
)
BUDGET = b"fund,account,service,amount\ngeneral,Expenses:ThirdParty:FosterCare,fostering,100.00\n"
PAID = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"


def submitted(session: Session, _by: str) -> None:
    """A journal of another person's waits."""
    posting.submit(session, journal(PAID), by=CLERK, at=AT)


def waiting(session: Session) -> int:
    """The id of the journal that waits."""
    (one,) = journals.waiting(session)
    return one.id


def own_draft(session: Session, by: str) -> None:
    as_officer(session, by, lambda: posting.save_draft(session, journal(PAID), by=by, at=AT))


def own_submitted(session: Session, by: str) -> None:
    as_officer(session, by, lambda: posting.submit(session, journal(PAID), by=by, at=AT))


def as_officer(session: Session, by: str, work: Callable[[], object]) -> None:
    """What somebody entered before they were given the role they have now."""
    row = session.get_one(PersonRow, by)
    role, row.role = row.role, Role.FINANCE_OFFICER.value
    session.flush()
    work()
    row.role = role
    session.flush()


def posted(session: Session, _by: str) -> None:
    posting.post(session, journal(PAID), by=CLERK, at=AT)


def with_budget(session: Session, _by: str) -> None:
    row = BudgetRow(account="Expenses:ThirdParty:FosterCare", amount=Money(10000))
    budgeting.set_budget(session, "general", YEAR, [row], by="x.admin", at=AT)


ACCRUAL = closing.Accrual(
    timing=Timing.ACCRUAL,
    fund="general",
    period=Period(YEAR, 1),
    reference="A-1",
    account="Expenses:ThirdParty:Health",
    reason="Not invoiced",
    amount=Money(100),
)


def reversal_left(session: Session, by: str) -> None:
    """An accrual of a closed month, of which the reversal was kept as a draft meanwhile."""
    id = closing.accrue(session, ACCRUAL, by=CLERK, at=AT)
    number = posting.post_submitted(session, id, by="x.admin", at=AT)
    draft = posting.reverse(session, number, reason="Twice", by=CLERK, at=AT)
    posting.send_back(session, draft, by="x.admin", at=AT, reason="Once")
    closed(session, by)
    posting.withdraw(session, draft, by=CLERK, at=AT)


def closed(session: Session, _by: str) -> None:
    closing.close(session, ACCRUAL.period, by=CLERK, at=AT, reason="Known")


def asked_to_reopen(session: Session, by: str) -> None:
    closed(session, by)
    closing.ask_reopening(session, ACCRUAL.period, reason="Late", by=CLERK, at=AT)


def all_closed(session: Session, _by: str) -> None:
    for period in YEAR.periods[:12]:
        closing.close(session, period, by=CLERK, at=AT, reason="Known")


LINES = (
    (BudgetLine("Expenses:ThirdParty:FosterCare", ""), Money(-1000)),
    (BudgetLine("Expenses:ThirdParty:Health", ""), Money(1000)),
)
OPEN_ROUTE = budgeting.VirementRule.model_validate({"code": "any", "route": {"allowed": True}})


def with_open_route(session: Session, by: str) -> None:
    with_budget(session, by)
    budgeting.keep_rule(session, OPEN_ROUTE, by="x.admin", at=AT)


SERVICES: dict[str, Service] = {
    "posting.post": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.post(s, journal(PAID), by=by, at=AT)
    ),
    "posting.save_draft": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.save_draft(s, journal(PAID), by=by, at=AT)
    ),
    "posting.submit": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.submit(s, journal(PAID), by=by, at=AT)
    ),
    "posting.withdraw": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.withdraw(s, waiting(s), by=by, at=AT), own_draft
    ),
    "posting.send_back": Service(
        Action.POST_JOURNAL,
        lambda s, by: posting.send_back(s, waiting(s), by=by, at=AT, reason="the wrong day"),
        submitted,
    ),
    "posting.send_back of one's own": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: posting.send_back(s, waiting(s), by=by, at=AT, reason="the wrong day"),
        own_submitted,
    ),
    "posting.post_submitted": Service(
        Action.POST_JOURNAL,
        lambda s, by: posting.post_submitted(s, waiting(s), by=by, at=AT),
        submitted,
    ),
    "posting.reverse": Service(
        Action.REVERSE_JOURNAL,
        lambda s, by: posting.reverse(s, "2003-04/000001", reason="twice", by=by, at=AT),
        posted,
    ),
    "closing.close": Service(
        Action.CLOSE_PERIOD,
        lambda s, by: closing.close(
            s, Period.parse("2003-04 P01"), by=by, at=AT, reason="Known and small"
        ),
    ),
    "closing.accrue": Service(
        Action.ENTER_JOURNAL, lambda s, by: closing.accrue(s, ACCRUAL, by=by, at=AT)
    ),
    "closing.post_reversals": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: closing.post_reversals(s, by=by, at=AT),
        reversal_left,
    ),
    "closing.tell_host_balance": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: closing.tell_host_balance(
            s, ACCRUAL.period, fund="general", amount=Money(100), document="A", by=by, at=AT
        ),
    ),
    "closing.ask_reopening": Service(
        Action.REOPEN_PERIOD,
        lambda s, by: closing.ask_reopening(s, ACCRUAL.period, reason="Late", by=by, at=AT),
        closed,
    ),
    "closing.agree_reopening": Service(
        Action.REOPEN_PERIOD,
        lambda s, by: closing.agree_reopening(s, ACCRUAL.period, by=by, at=AT),
        asked_to_reopen,
    ),
    "closing.tell_year_end_rule": Service(
        Action.KEEP_POOL,
        lambda s, by: closing.tell_year_end_rule(
            s, "camhs", YEAR, rule=YearEnd.CARRY_FORWARD, clause="12", by=by, at=AT
        ),
    ),
    "closing.close_year": Service(
        Action.CLOSE_YEAR,
        lambda s, by: closing.close_year(s, YEAR, by=by, at=AT, reason="Known"),
        all_closed,
    ),
    "budgeting.set_budget": Service(
        Action.CHANGE_REGISTER,
        lambda s, by: budgeting.set_budget(
            s,
            "general",
            YEAR,
            [BudgetRow(account="Expenses:ThirdParty:Health", amount=Money(100))],
            by=by,
            at=AT,
        ),
    ),
    "budgeting.load_budget": Service(
        Action.IMPORT_FILE,
        lambda s, by: budgeting.load_budget(s, BUDGET, "budget.csv", by=by, at=AT),
    ),
    "budgeting.vire": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: budgeting.vire(
            s,
            "general",
            LINES,
            day=AT.date(),
            reference="V1",
            reason="more children in care",
            by=by,
            at=AT,
        ),
        with_budget,
    ),
    "budgeting.vire_between": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: budgeting.vire_between(
            s,
            [("general", LINES[0][0], LINES[0][1]), ("camhs", LINES[1][0], LINES[1][1])],
            day=AT.date(),
            reference="V2",
            reason="the pool pays",
            by=by,
            at=AT,
        ),
        with_open_route,
    ),
    "budgeting.keep_rule": Service(
        Action.CHANGE_REGISTER, lambda s, by: budgeting.keep_rule(s, OPEN_ROUTE, by=by, at=AT)
    ),
    "budgeting.set_profile": Service(
        Action.CHANGE_REGISTER,
        lambda s, by: budgeting.set_profile(
            s, "general", YEAR, LINES[0][0], ProfileSaid(Shape.SEASONAL, (1,) * 12), by=by, at=AT
        ),
    ),
    "budgeting.set_forecast": Service(
        Action.FORECAST,
        lambda s, by: budgeting.set_forecast(
            s,
            "general",
            LINES[0][0],
            budgeting.ForecastSaid(method=Method.COMMITTED, reason="all is promised"),
            period=Period(YEAR, 1),
            by=by,
            at=AT,
        ),
    ),
    "importing.load_spend": Service(
        Action.IMPORT_FILE,
        lambda s, by: load_spend(
            s, SPEND, name="april.csv", options=SpendOptions(fund="general"), by=by, at=AT
        ),
    ),
    "importing.load_journals": Service(
        Action.IMPORT_FILE,
        lambda s, by: load_journals(s, JOURNALS, name="journals.csv", by=by, at=AT),
    ),
    "importing.save_profile": Service(
        Action.IMPORT_FILE,
        lambda s, by: save_profile(s, Profile(name="ours"), by=by, at=AT),
    ),
    "importing.keep_layout": Service(
        Action.IMPORT_FILE,
        lambda s, by: keep_layout(
            s, Profile(name="this-file"), Columns(("Date", "Amount")), "Ours", by=by, at=AT
        ),
    ),
    "importing.remove_profile": Service(
        Action.IMPORT_FILE,
        lambda s, by: remove_profile(s, "theirs", by=by, at=AT),
        lambda s, _by: save_profile(s, Profile(name="theirs"), by=CLERK, at=AT),
    ),
    "applying.apply": Service(
        Action.CHANGE_REGISTER,
        lambda s, by: applying.apply(
            s, applying.read("partners: [{code: yot, name: Youth offending team}]"), by=by, at=AT
        ),
    ),
    "applying.apply of people": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: applying.apply(
            s,
            applying.read("people: [{username: j.okafor, name: Jo Okafor, role: auditor}]"),
            by=by,
            at=AT,
        ),
    ),
    "issuing.issue": Service(
        Action.ISSUE_REPORT,
        lambda s, by: issuing.issue(
            s,
            issuing.Paper(report="fund-position", scope=Scope(None, YEAR), reference="r"),
            by=by,
            at=AT,
        ),
    ),
    "people.add": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.add(
            s, "j.okafor", name="Jo Okafor", role=Role.ADMINISTRATOR, by=by, at=AT
        ),
    ),
    "people.change": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.change(s, CLERK, name="Hana Other", by=by, at=AT),
    ),
    "people.set_role": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_role(s, CLERK, Role.AUDITOR, by=by, at=AT),
    ),
    "people.set_role of oneself": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_role(s, by, Role.ADMINISTRATOR, by=by, at=AT),
    ),
    "keeper.check_may_name": Service(Action.MANAGE_PEOPLE, keeper.check_may_name),
    "keeper.name_keeper": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: keeper.name_keeper(s, "pct", by=by, at=AT),
    ),
    "people.disable": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people.disable(s, CLERK, by=by, at=AT)
    ),
    "people.enable": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people.enable(s, CLERK, by=by, at=AT)
    ),
    "people.set_password": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_password(s, CLERK, PASSWORD, by=by, at=AT),
    ),
    "people.give_word": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people.give_word(s, CLERK, by=by, at=AT)
    ),
    "people.sign_out_everywhere": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people.sign_out_everywhere(s, CLERK, by=by, at=AT)
    ),
    "people_listed.listed": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people_listed.listed(s, people_listed.Wanted(), by=by)
    ),
    "people_listed.seen": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people_listed.seen(s, CLERK, by=by, at=AT)
    ),
    "people.set_password of oneself": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_password(s, by, PASSWORD, by=by, at=AT),
    ),
}
