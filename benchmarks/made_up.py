"""A made-up trust of realistic size: the same journals and extracts at every run.

Children's Services paid 1,909 lines of the spending extract Leeds published for about a month of
2011-12, under 122 codings (service, division, detail): ten of them have 76 % of the lines, fifty
have 95 %. This trust spends in `USUAL` ways, drawn as unevenly, and in a month budgets, promises and
pays each at least once: so it has the same codings however many journals it posts.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate

from sqlmodel import Session

from contracts.services import Weights, in_order
from ledger.funds import FundKind, LegalBasis
from ledger.journal import Journal, Posting
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from trust_commissioning import founding, posting_rules
from trust_commissioning.clock import as_text
from trust_commissioning.store.tables import (
    CodingRuleRow,
    ContractRow,
    FundRow,
    PartnerRow,
    PersonRow,
    ProviderRow,
    ServiceOutcomeRow,
    ServiceRow,
)

AT = datetime(2008, 5, 1, 9, 30, tzinfo=UTC)
FIRST_YEAR = FinancialYear(2003)
YEARS = tuple(FinancialYear(2003 + n) for n in range(5))
LAST_YEAR = YEARS[-1]
OFFICER, APPROVER = "b.officer", "b.approver"
PARTNERS = ("council", "education", "pct", "connexions", "yot")
FUNDS = ("general", "camhs", "disability", "choice-protects", "special-grant", "preventive")
USUAL = 110
"""The ways this trust spends; with what is promised, budgeted and paid in, 833 postings a month."""
_SERVICES = 24
_RULES = 570
_LEAST = 10_000
"""The postings of a year in which everything is at least once in each month."""
_CONTRIBUTIONS = tuple(zip(PARTNERS * 2, (FUNDS * 2)[1:11], strict=True))
_PROVIDERS = 400
_SEED = 20040401


@dataclass(frozen=True, slots=True)
class Line:
    """One way money is spent: an account, a service, a fund, a contract or none."""

    fund: str
    spend: posting_rules.Spend


def services() -> dict[str, Weights]:
    """Two dozen services: most serve one outcome, some two, a few three or none yet."""
    draw = random.Random(_SEED)
    found: dict[str, Weights] = {}
    for n in range(_SERVICES):
        many = (1, 1, 1, 2, 1, 2, 1, 0, 1, 2, 1, 3)[n % 12]
        chosen = draw.sample(list(Outcome), many)
        found[f"service-{n:02d}"] = in_order({outcome: draw.randint(1, 5) for outcome in chosen})
    return found


@cache
def lines(count: int = USUAL) -> tuple[Line, ...]:
    """The ways money is spent; of more ways the first are the same."""
    draw = random.Random(_SEED + 1)
    accounts = [a.name for a in founding.chart_shipped() if a.name.startswith("Expenses:")]
    weights = services()
    ways = [(a, s, f) for a in accounts for s in weights for f in FUNDS]
    draw.shuffle(ways)
    return tuple(
        Line(
            fund,
            posting_rules.Spend(
                account=account,
                service=service,
                contract=_contract_of(service, fund) if n % 3 == 0 else None,
                weights=weights[service],
            ),
        )
        for n, (account, service, fund) in enumerate(ways[:count])
    )


def found(session: Session, years: tuple[FinancialYear, ...] = YEARS) -> None:
    """The trust before its first journal."""
    founding.found(
        session,
        name="Benchshire Children's Trust",
        year=years[0],
        administrator=founding.Administrator(username="b.admin", name="Bench Administrator"),
        at=AT,
    )
    for year in years[1:]:
        founding.open_year(session, year)
    for code in PARTNERS:
        session.add(PartnerRow(code=code, name=code.title()))
    for username, role in ((OFFICER, "finance_officer"), (APPROVER, "approver")):
        session.add(PersonRow(username=username, name=username, role=role, created_at=as_text(AT)))
    for code in FUNDS[1:]:
        session.add(
            FundRow(
                code=code,
                title=code.title(),
                kind=FundKind.POOLED.value,
                legal_basis=LegalBasis.HEALTH_ACT_1999_S31.value,
            )
        )
    session.add(ProviderRow(code="provider", name="Provider"))
    for service, weights in services().items():
        session.add(ServiceRow(code=service, title=service.replace("-", " ").capitalize()))
        session.flush()
        for outcome, weight in weights:
            starts = years[0].starts
            row = ServiceOutcomeRow(service=service, starts=starts, outcome=outcome, weight=weight)
            session.add(row)
    session.flush()
    for service in services():
        for fund in FUNDS:
            session.add(
                ContractRow(
                    number=_contract_of(service, fund),
                    title=f"{service} out of {fund}",
                    provider="provider",
                    service=service,
                    fund=fund,
                    value_pence=100_000_000,
                    starts=years[0].starts,
                )
            )
    for n, line in enumerate(lines(_RULES)):
        contents = {
            "code": f"rule-{n:03d}",
            "when": [
                {"column": "cost_centre", "equals": f"CC{n % 97:03d}"},
                {"column": "detail", "equals": _detail(n)},
            ],
            "account": line.spend.account,
            "service": line.spend.service,
            "contract": line.spend.contract,
            "fund": line.fund,
        }
        text = json.dumps(contents)
        session.add(CodingRuleRow(code=f"rule-{n:03d}", priority=100, contents=text))


def years_of(postings: int) -> tuple[FinancialYear, ...]:
    """The last year, and those before it as far as every month can still have everything once."""
    return YEARS[-max(1, min(len(YEARS), postings // _LEAST)) :]


def once(ways: int) -> int:
    """About how many postings a year has in which everything is once in each month."""
    kinds = _each_once(lines(ways))
    draw = random.Random(_SEED)
    period = LAST_YEAR.periods[0]
    return 12 * sum(len(_journal(draw, *kind, period, 0).postings) for kind in kinds)


def journals(
    postings: int, *, years: tuple[FinancialYear, ...] = YEARS, ways: int = USUAL
) -> Iterator[Journal]:
    """Journals with about so many postings in all, spread evenly over the years' months.

    In the order of time, as books are kept: a month's journals stand together.
    """
    draw = random.Random(_SEED + 2)
    periods = [p for year in years for p in year.periods if p.number < 13]
    uneven = list(accumulate((rank + 1) ** -1.4 for rank in range(ways)))
    made = n = 0
    for turn, period in enumerate(periods, 1):
        first = iter(_each_once(lines(ways)))
        while made < postings * turn // len(periods):
            n += 1
            kind = next(first, None) or _drawn(draw, lines(ways), uneven)
            journal = _journal(draw, *kind, period, n)
            made += len(journal.postings)
            yield journal


def _each_once(ways: Sequence[Line]) -> list[tuple[str, Line, str]]:
    """What a month has at least: every contribution, and every way budgeted, promised, paid."""
    due = [("contribution", Line(fund, ways[0].spend), who) for who, fund in _CONTRIBUTIONS]
    return due + [(kind, way, "") for way in ways for kind in ("budget", "commitment", "spend")]


def _drawn(
    draw: random.Random, ways: Sequence[Line], uneven: Sequence[float]
) -> tuple[str, Line, str]:
    """One more event of the month, mostly a payment, and mostly in one of the first ten ways."""
    way = draw.choices(ways, cum_weights=uneven)[0]
    kind = draw.random()
    if kind < 0.86:
        return "spend", way, ""
    if kind < 0.94:
        return "commitment", way, ""
    if kind < 0.97:
        who, fund = draw.choice(_CONTRIBUTIONS)
        return "contribution", Line(fund, way.spend), who
    return "budget", way, ""


def _journal(
    draw: random.Random, kind: str, line: Line, partner: str, period: Period, n: int
) -> Journal:
    amount = Money(draw.randint(500, 900_000))
    event = posting_rules.Event(
        fund=line.fund,
        day=_day_in(draw, period),
        period=period,
        source="bench",
        source_ref=str(n),
        narration=f"{line.spend.account.rsplit(':', 1)[-1]} for {period.title} ({n})",
        payee=_provider(draw.randrange(_PROVIDERS)) if kind in ("spend", "commitment") else "",
    )
    if kind == "spend":
        return posting_rules.spending_line(event, amount, line.spend)
    if kind == "commitment":
        return posting_rules.commitment_raised(event, amount, line.spend)
    if kind == "contribution":
        return posting_rules.contribution_due(event, partner, amount.times(30))
    return posting_rules.budget_changed(
        event,
        [
            *line.spend.postings(amount.times(30)),
            Posting("Equity:BudgetAuthority", -amount.times(30)),
        ],
    )


HEADINGS = (
    "Body,Body name,Cost centre,Service label,Expenditure category,Detailed expenses type,"
    "Date paid,Transaction number,Net amount,Capital or revenue,Supplier name"
).split(",")


def extract(rows: int, *, year: FinancialYear = FIRST_YEAR) -> tuple[bytes, Money]:
    """A council's spending extract with so many lines and blank rows between; and its total."""
    draw = random.Random(_SEED + 3)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    total = 0
    months = [p for p in year.periods if p.number < 13]
    for n in range(rows):
        rule = draw.randrange(_RULES + 20)  # a few lines are known to no rule
        pence = draw.randint(500, 900_000) * (-1 if draw.random() < 0.03 else 1)
        total += pence
        pounds = f"{abs(pence) // 100:,}.{abs(pence) % 100:02d}"
        writer.writerow(
            [
                "http://example.org/id/00ZZ",
                "Benchshire County Council",
                f"CC{rule % 97:03d}",
                "Childrens Services",
                "Third Party Payments",
                _detail(rule),
                _day_in(draw, draw.choice(months)).strftime("%d/%m/%Y"),
                f"{year.starts:%y}{n:07d}",
                f"({pounds})" if pence < 0 else pounds,
                "R",
                _provider(draw.randrange(_PROVIDERS)),
            ]
        )
        if n % 500 == 499:
            writer.writerow([""] * len(HEADINGS))
    return out.getvalue().encode("cp1252"), Money(total)


def one_more(ref: str, *, year: FinancialYear = LAST_YEAR) -> Journal:
    """A journal in the last month of a year, as a person would cause one to be posted."""
    event = posting_rules.Event(
        fund="camhs",
        day=year.periods[11].starts,
        source="bench-one",
        source_ref=ref,
        narration="One more",
        payee=_provider(1),
    )
    return posting_rules.spending_line(event, Money(12_345), lines()[0].spend)


def _contract_of(service: str, fund: str) -> str:
    return f"C-{service[-2:]}-{fund}"


def _detail(n: int) -> str:
    return f"Expense type {n:03d}"


def _provider(n: int) -> str:
    first = ("Harbour", "Oak", "Mill", "Chalk", "Fern", "Weald", "Beacon", "Ash")[n % 8]
    second = ("House", "Lane", "Light", "Court", "Field")[n // 8 % 5]
    return f"{first} {second} {('Care', 'Fostering', 'Transport')[n % 3]} {n} Ltd"


def _day_in(draw: random.Random, period: Period) -> date:
    return period.starts + timedelta(days=draw.randrange(28))
