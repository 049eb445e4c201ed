"""What is wrong with a document once it is held against the record: names nobody knows, above all."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session, select

from contracts import services as service_rules
from contracts.contract import Contract
from contracts.services import DatedWeights, Service, in_order
from ledger import chart as chart_rules
from ledger import funds as fund_rules
from ledger.chart import BUDGET_AUTHORITY, COMMITTED, Account, Chart
from ledger.funds import Fund
from ledger.grant.conditions import Line, problems_in_spend
from ledger.journal import Standing
from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.problems import Problem
from ledger.wording import day_in_full
from trust_commissioning.applying.contract_entries import check_signed, signed_of
from trust_commissioning.applying.document import (
    BudgetEntry,
    Document,
    FundEntry,
    ServiceEntry,
)
from trust_commissioning.applying.pool_checking import check_pool
from trust_commissioning.budgeting import problems_in_rows
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.importing.coding import CodingRule
from trust_commissioning.store import register
from trust_commissioning.store.standing import standing as standing_of
from trust_commissioning.store.tables import ProviderRow


@dataclass(frozen=True, slots=True)
class Known:
    """What there will be once the document is applied: the record with the document over it."""

    standing: Standing
    services: Mapping[str, Service]
    providers: frozenset[str]
    signed: Mapping[str, Contract]
    """Contracts the document names whose terms were signed: they change by variations only."""


def known(session: Session, document: Document) -> Known:
    """Read what there is and lay the document over it."""
    now = standing_of(session)
    services = dict(register.services(session))
    for entry in document.services:
        services[entry.code] = _service(entry, services.get(entry.code))
    opened = {period.year for period in now.open_periods}
    new_years = [year for year in document.years if year not in opened]
    standing = replace(
        now,
        chart=Chart.of([*now.chart, *(Account(**e.model_dump()) for e in document.accounts)]),
        funds={**now.funds, **{entry.code: fund_of(entry) for entry in document.funds}},
        open_periods={*now.open_periods, *(p for year in new_years for p in year.periods)},
        partners={*now.partners, *(entry.code for entry in document.partners)},
        services=frozenset(services),
        contracts={*now.contracts, *(entry.number for entry in document.contracts)},
    )
    providers = frozenset(session.exec(select(ProviderRow.code)))
    return Known(
        standing,
        services,
        providers | {entry.code for entry in document.providers},
        signed_of(session, [entry.number for entry in document.contracts]),
    )


def problems_in(document: Document, there: Known) -> list[Problem]:
    """Everything wrong with a document, or an empty list; `where` is its YAML path."""
    return [
        *_check_repeats(document),
        *_check_keeper(document, there),
        *_check_accounts(document),
        *_check_funds(document, there),
        *_check_services(document),
        *_check_contracts(document, there),
        *_check_people(document, there),
        *_check_coding_rules(document, there),
        *_check_budgets(document, there),
        *check_pool(document, there.standing),
    ]


def fund_of(entry: FundEntry) -> Fund:
    return Fund(
        code=entry.code,
        title=entry.title,
        kind=entry.kind,
        legal_basis=entry.legal_basis,
        host=entry.host or "",
        pool_manager=entry.pool_manager,
        conditions=entry.conditions,
        may_be_spent_on=tuple(entry.may_be_spent_on),
        starts=entry.starts,
        ends=entry.ends,
    )


def budget_rows(entry: BudgetEntry, where: str) -> list[BudgetRow]:
    """A budget's lines, each with its YAML path."""
    return [
        BudgetRow(
            account=line.account,
            service=line.service or "",
            outcome=str(line.outcome) if line.outcome else None,
            amount=line.amount,
            where=f"{where}.lines[{place}]",
        )
        for place, line in enumerate(entry.lines)
    ]


def _service(entry: ServiceEntry, now: Service | None) -> Service:
    held = {dated.starts: dated for dated in (now.outcomes if now is not None else ())}
    for weights in entry.outcomes:
        held[weights.starts] = DatedWeights(weights.starts, in_order(weights.weights))
    return Service(
        code=entry.code,
        title=entry.title,
        outcomes=tuple(held[day] for day in sorted(held)),
    )


def _check_repeats(document: Document) -> Iterator[Problem]:
    keyed: list[tuple[str, str, Iterable[str]]] = [
        ("years", "", map(str, document.years)),
        ("partners", "code", (e.code for e in document.partners)),
        ("accounts", "name", (e.name for e in document.accounts)),
        ("funds", "code", (e.code for e in document.funds)),
        ("services", "code", (e.code for e in document.services)),
        ("providers", "code", (e.code for e in document.providers)),
        ("contracts", "number", (e.number for e in document.contracts)),
        (
            "contract_variations",
            "reference",
            (f"{e.contract}/{e.reference}" for e in document.contract_variations),
        ),
        ("people", "username", (e.username for e in document.people)),
        ("coding_rules", "code", (e.code for e in document.coding_rules)),
        ("budgets", "fund", (f"{e.fund} {e.year}" for e in document.budgets)),
        ("virement_rules", "code", (e.code for e in document.virement_rules)),
        ("profiles", "account", (f"{e.fund} {e.year} {e.line}" for e in document.profiles)),
        ("agreements", "reference", (e.reference for e in document.agreements)),
        ("contributions", "reference", (e.key for e in document.contributions)),
        ("grants", "code", (e.code for e in document.grants)),
        ("allocations", "reference", (e.reference for e in document.allocations)),
        ("indicators", "code", (e.code for e in document.indicators)),
        ("indicator_mappings", "reference", (e.reference for e in document.indicator_mappings)),
        ("targets", "code", (e.code for e in document.targets)),
    ]
    for part, field, keys in keyed:
        seen: set[str] = set()
        for place, key in enumerate(keys):
            if key in seen:
                yield Problem(
                    "entry_repeated",
                    f"“{key}” stands twice under {part}.",
                    f"{part}[{place}].{field}".rstrip("."),
                )
            seen.add(key)


def _check_keeper(document: Document, there: Known) -> Iterator[Problem]:
    if document.kept_by is not None:
        yield from _unknown("partner", document.kept_by, there.standing.partners, "kept_by")


def _check_accounts(document: Document) -> Iterator[Problem]:
    for place, entry in enumerate(document.accounts):
        for problem in chart_rules.problems_in(Account(**entry.model_dump())):
            yield replace(problem, where=f"accounts[{place}]")


def _check_funds(document: Document, there: Known) -> Iterator[Problem]:
    for place, entry in enumerate(document.funds):
        where = f"funds[{place}]"
        for problem in fund_rules.problems_in(fund_of(entry)):
            yield replace(problem, where=f"{where}.{problem.where}")
        if entry.host is not None:
            yield from _unknown("partner", entry.host, there.standing.partners, f"{where}.host")
        for turn, code in enumerate(entry.may_be_spent_on):
            yield from _unknown("service", code, there.services, f"{where}.may_be_spent_on[{turn}]")


def _check_services(document: Document) -> Iterator[Problem]:
    for place, entry in enumerate(document.services):
        given = Service(
            code=entry.code,
            title=entry.title,
            outcomes=tuple(DatedWeights(w.starts, in_order(w.weights)) for w in entry.outcomes),
        )
        for problem in service_rules.problems_in(given):
            yield replace(problem, where=f"services[{place}].{problem.where}")


def _check_contracts(document: Document, there: Known) -> Iterator[Problem]:
    for place, entry in enumerate(document.contracts):
        where = f"contracts[{place}]"
        if entry.number in there.signed:
            yield from check_signed(entry, there.signed[entry.number], where)
        yield from _unknown("provider", entry.provider, there.providers, f"{where}.provider")
        yield from _unknown("service", entry.service, there.services, f"{where}.service")
        yield from _unknown("fund", entry.fund, there.standing.funds, f"{where}.fund")
        if entry.value.pence < 0:
            yield Problem(
                "contract_value_below_nil",
                f"Contract {entry.number} is worth {entry.value}.",
                f"{where}.value",
            )
        if entry.ends is not None and entry.ends < entry.starts:
            yield Problem(
                "contract_ends_before_it_starts",
                f"Contract {entry.number} ends on {day_in_full(entry.ends)}, before it starts on "
                f"{day_in_full(entry.starts)}.",
                f"{where}.ends",
            )


def _check_people(document: Document, there: Known) -> Iterator[Problem]:
    for place, entry in enumerate(document.people):
        if entry.partner is not None:
            where = f"people[{place}].partner"
            yield from _unknown("partner", entry.partner, there.standing.partners, where)


def _check_coding_rules(document: Document, there: Known) -> Iterator[Problem]:
    for place, rule in enumerate(document.coding_rules):
        where = f"coding_rules[{place}]"
        yield from _check_rule_account(rule, there, f"{where}.account")
        for name, codes in (
            ("service", there.services),
            ("contract", there.standing.contracts),
            ("fund", there.standing.funds),
        ):
            code = getattr(rule, name)
            if code is not None:
                yield from _unknown(name, code, codes, f"{where}.{name}")
        if rule.otherwise_fund is not None:
            at = f"{where}.otherwise_fund"
            yield from _unknown("fund", rule.otherwise_fund, there.standing.funds, at)
        else:
            yield from _check_rule_grants(rule, there, f"{where}.service")
        if isinstance(rule.outcomes, dict) and not rule.account.startswith("Expenses:"):
            yield Problem(
                "outcome_without_expense",
                f"{rule.account} is not an expense, so it serves no outcome.",
                f"{where}.outcomes",
            )
        fund = there.standing.funds.get(rule.fund or "")
        if (
            fund is not None
            and fund.may_be_spent_on
            and rule.account.startswith("Expenses:")
            and rule.service not in fund.may_be_spent_on
        ):
            yield Problem(
                "outside_ring_fence",
                f"Fund {fund.code} may not be spent on {rule.service or 'spend with no service'}.",
                f"{where}.service",
            )


def _check_rule_grants(rule: CodingRule, there: Known, where: str) -> Iterator[Problem]:
    """That the grants of the rule's fund may pay for what it codes, on some day it holds."""
    if not rule.account.startswith("Expenses:"):
        return
    refused: list[list[Problem]] = []
    for fence in there.standing.ring_fences.get(rule.fund or "", ()):
        first = max(fence.starts, rule.starts or fence.starts)
        if first <= min(fence.ends, rule.ends or fence.ends):
            line = Line(rule.account, rule.service, first, Money(1))
            refused.append(problems_in_spend(line, fence))
    for problem in min(refused, key=len, default=[]):
        yield replace(problem, where=where)


def _check_rule_account(rule: CodingRule, there: Known, where: str) -> Iterator[Problem]:
    account = there.standing.chart.get(rule.account)
    if account is None:
        yield from _unknown("account", rule.account, there.standing.chart, where)
    elif account.name in (BUDGET_AUTHORITY, COMMITTED):
        yield Problem(
            "account_not_of_this_book",
            f"{account.name} does not belong in the actual book.",
            where,
        )
    elif account.needs_partner:
        yield Problem(
            "partner_missing",
            f"A posting to {account.name} says which partner, which a line does not.",
            where,
        )


def _check_budgets(document: Document, there: Known) -> Iterator[Problem]:
    for place, entry in enumerate(document.budgets):
        where = f"budgets[{place}]"
        yield from _unknown("fund", entry.fund, there.standing.funds, f"{where}.fund")
        yield from _check_year(entry.year, there, f"{where}.year")
        rows = budget_rows(entry, where)
        yield from problems_in_rows(entry.fund, rows, there.standing, there.services)


def _check_year(year: FinancialYear, there: Known, where: str) -> Iterator[Problem]:
    if not any(period.year == year for period in there.standing.open_periods):
        yield Problem("year_not_opened", f"{year} has no open period; add it to years.", where)


def _unknown(kind: str, code: str, codes: Container[str], where: str) -> Iterator[Problem]:
    if code not in codes:
        yield Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", where)
