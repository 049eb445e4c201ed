"""Real published pools, put in and read out through the public commands.

The contributions and variances are those the sources print; an overspend that nobody published is
made up, and the test says so. The figures expected are the printed ones, or arithmetic from them.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ledger.money import Money
from tests.cli.conftest import Trust, trust

__all__ = ["trust"]

ACCOUNT = "Expenses:ThirdParty:Health"


class Pool:
    """One trust with one pooled fund, worked by commands."""

    def __init__(self, trust: Trust, folder: Path, year: str) -> None:
        self.trust, self.folder, self.year = trust, folder, year
        self.entries = 0
        password = folder / "password"
        password.write_text("correct horse battery staple\n")
        self.run("init", "--name", "A trust", "--year", year, "--password-file", str(password))

    def run(self, *words: str) -> Any:
        said = self.trust(*words)
        assert said.code == 0, said.out + said.err
        return said

    def apply(self, text: str) -> None:
        file = self.folder / "trust.yaml"
        file.write_text(text)
        self.run("apply", str(file))

    def record(self, event: str, **asked: object) -> Any:
        file = self.folder / "event.json"
        file.write_text(json.dumps(asked))
        return self.run("record", event, str(file), "--json").json

    def spend(self, *lines: tuple[str, str], day: str) -> None:
        """Journals in a file: an amount spent on each service."""
        file = self.folder / "journals.csv"
        rows = ["reference,fund,date,narration,account,service,amount"]
        for service, amount in lines:
            self.entries += 1
            entry = f"J-{self.entries},pool,{day},Spend of the year"
            rows.append(f"{entry},{ACCOUNT},{service},{amount}")
            rows.append(f"{entry},Assets:HostCash,,{(-Money.parse(amount)).plain}")
        file.write_text("\n".join(rows) + "\n")
        self.run("import", "journals", str(file))

    def report(self, name: str, to: str) -> Any:
        return self.run(
            "report", name, "--fund", "pool", "--year", self.year, "--to", to, "--json"
        ).json

    def close(self, *periods: int) -> None:
        for number in periods:
            self.run(
                "period", "close", f"{self.year} P{number:02d}", "--reason", "An example of a year"
            )


def shares_of(report: Any) -> dict[str, str]:
    return {row["partner"]: row["share"] for row in report["rows"]}


def part_of(report: Any, key: str) -> Any:
    (found,) = [part for part in report["parts"] if part["key"].startswith(key)]
    return found


def two_partners(
    year: str, first: tuple[str, str, str], second: tuple[str, str, str], budget: str
) -> str:
    """A pool of two partners, each with its code, name and contribution, paid in one instalment."""
    starts = f"{year[:4]}-04-01"
    partners = "\n".join(f"  - {{code: {code}, name: {name}}}" for code, name, _ in (first, second))
    given = "\n".join(
        f"  - {{fund: pool, partner: {code}, year: {year}, "
        f'instalments: [{{day: {starts}, amount: "{amount}"}}]}}'
        for code, _, amount in (first, second)
    )
    return f"""
partners:
{partners}
services: [{{code: care, title: Care}}]
funds:
  - {{code: pool, title: The pool, kind: pooled, legal_basis: nhs_act_2006_s75, host: {first[0]}}}
budgets:
  - {{fund: pool, year: {year}, lines: [{{account: "{ACCOUNT}", service: care, amount: "{budget}"}}]}}
contributions:
{given}
"""


def rule(year: str, partners: list[str], *steps: object, number: str = "7.2") -> dict[str, Any]:
    clause = {"number": number, "steps": list(steps)}
    return {
        "title": "Risk share",
        "clause": "7",
        "starts": f"{year[:4]}-04-01",
        "host": partners[0],
        "partners": partners,
        "parts": [{"code": "all", "title": "The pool", "overspend": clause, "underspend": clause}],
    }


@pytest.fixture
def oxfordshire(trust: Trust, tmp_path: Path) -> Pool:
    """Oxfordshire, older people, 2013-14: £99m and £96m (hsj.co.uk 5061994 and 5059929).

    The overspend of a million is synthetic.
    """
    pool = Pool(trust, tmp_path, "2013-14")
    council = ("council", "Oxfordshire County Council", "99000000.00")
    ccg = ("ccg", "Oxfordshire Clinical Commissioning Group", "96000000.00")
    pool.apply(two_partners("2013-14", council, ccg, "195000000.00"))
    pool.spend(("care", "196000000.00"), day="2014-03-31")
    return pool


def test_oxfordshire_shares_by_the_percentages_agreed_and_not_by_contributions(
    oxfordshire: Pool,
) -> None:
    agreed = rule(
        "2013-14",
        ["council", "ccg"],
        {"do": "share", "by": "agreed", "percent": {"council": "51", "ccg": "49"}},
    )
    oxfordshire.record("risk-share", fund="pool", reference="RS-1", rule=agreed)
    by_percent = oxfordshire.report("risk-share", "12")
    exact = rule("2013-14", ["council", "ccg"], {"do": "share", "by": "opening"})
    oxfordshire.record("risk-share", fund="pool", reference="RS-2", rule=exact)
    by_contribution = oxfordshire.report("risk-share", "12")

    assert shares_of(by_percent) == {"council": "510000.00", "ccg": "490000.00"}
    assert shares_of(by_contribution) == {"council": "507692.31", "ccg": "492307.69"}
    for report in (by_percent, by_contribution):
        assert report["totals"]["share"] == "1000000.00"
        assert part_of(report, "met")["totals"] == {"amount": "1000000.00"}
    opening = {row["partner"]: row["opening"] for row in by_contribution["rows"]}
    assert opening == {"council": "99000000.00", "ccg": "96000000.00"}
    # 50.7692% and 49.2308%: what the agreed 51 and 49 were rounded from.
    assert round(Fraction(99 * 100, 195), 4) == Fraction("50.7692")
    assert round(Fraction(96 * 100, 195), 4) == Fraction("49.2308")


def test_a_settled_year_makes_debts_of_the_shares_once(oxfordshire: Pool) -> None:
    agreed = rule(
        "2013-14",
        ["council", "ccg"],
        {"do": "share", "by": "agreed", "percent": {"council": "51", "ccg": "49"}},
    )
    oxfordshire.record("risk-share", fund="pool", reference="RS-1", rule=agreed)
    oxfordshire.close(*range(1, 13))

    first = oxfordshire.record("settlement", fund="pool", year="2013-14", reference="S-1")
    again = oxfordshire.record("settlement", fund="pool", year="2013-14", reference="S-1")
    account = oxfordshire.report("memorandum-account", "13")

    assert first == again
    assert first["shares"] == {"council": "510000.00", "ccg": "490000.00"}
    assert len(first["journals"]) == 2
    amounts = {(row["section"], row["title"]): row["amount"] for row in account["rows"]}
    assert amounts["Contributions in cash", "Oxfordshire County Council"] == "99510000.00"
    assert amounts["Funding", "Total funding"] == "196000000.00"
    assert amounts["Expenditure by scheme", "Total expenditure"] == "196000000.00"
    assert amounts["What is left", "Carried forward"] == "0.00"
    settled = {row["partner"]: row for row in part_of(account, "shares")["rows"]}
    assert settled["ccg"]["paid"] == "490000.00"
    assert settled["ccg"]["open"] == "0.00"


def test_cambridgeshire_learning_disability_shares_in_proportion_to_what_each_puts_in(
    trust: Trust, tmp_path: Path
) -> None:
    """Cambridgeshire, 2023: £93.7m and £28.3m (wisbechstandard.co.uk 23842718).

    The overspend of three million is synthetic.
    """
    pool = Pool(trust, tmp_path, "2023-24")
    council = ("council", "Cambridgeshire County Council", "93700000.00")
    icb = ("icb", "Integrated Care Board", "28300000.00")
    pool.apply(two_partners("2023-24", council, icb, "122000000.00"))
    opening = rule("2023-24", ["council", "icb"], {"do": "share", "by": "opening"})
    pool.record("risk-share", fund="pool", reference="RS-1", rule=opening)
    pool.spend(("care", "125000000.00"), day="2024-03-31")

    report = pool.report("risk-share", "12")

    assert shares_of(report) == {"council": "2304098.36", "icb": "695901.64"}
    assert report["totals"]["share"] == "3000000.00"
    assert report["totals"]["opening"] == "122000000.00"
    assert round(Fraction(937 * 100, 1220), 2) == Fraction("76.80")
    assert round(Fraction(283 * 100, 1220), 2) == Fraction("23.20")


OLDHAM = f"""
partners:
  - {{code: council, name: Oldham Council}}
  - {{code: ccg, name: Oldham Clinical Commissioning Group}}
services:
  - {{code: social-care, title: Pooled aligned budget led by the council}}
  - {{code: health, title: Pooled aligned budget led by the group}}
  - {{code: pooled, title: Pooled budget}}
  - {{code: transformation, title: GM transformation funding}}
funds:
  - {{code: pool, title: Section 75 fund, kind: pooled, legal_basis: nhs_act_2006_s75,
     host: council}}
budgets:
  - fund: pool
    year: 2018-19
    lines:
      - {{account: "{ACCOUNT}", service: social-care, amount: "60000000.00"}}
      - {{account: "{ACCOUNT}", service: health, amount: "64986000.00"}}
      - {{account: "{ACCOUNT}", service: pooled, amount: "1447000.00"}}
      - {{account: "{ACCOUNT}", service: transformation, amount: "9192000.00"}}
risk_shares:
  - fund: pool
    reference: none
    rule:
      title: No risk share
      clause: "6"
      starts: 2018-04-01
      host: council
      partners: [council, ccg]
      leads: [{{lines: {{services: [health]}}, partner: ccg}}]
      parts:
        - code: all
          title: The fund
          overspend: {{number: "6.1", steps: [{{do: lie}}]}}
          underspend: {{number: "6.1", steps: [{{do: lie}}]}}
"""


def test_oldham_2018_19_shares_no_risk_so_each_variance_lies_with_its_lead_partner(
    trust: Trust, tmp_path: Path
) -> None:
    """Oldham, 2018-19: committees.oldham.gov.uk/mgAi.aspx?ID=33640.

    How the £124.986m parts between the two partners, and which line was reduced, is made up; the
    totals and both variances are Oldham's.
    """
    pool = Pool(trust, tmp_path, "2018-19")
    pool.apply(OLDHAM)
    before = pool.report("budget", "12")["totals"]
    pool.record(
        "budget-change",
        fund="pool",
        year="2018-19",
        reason="Movements and virements out of the fund",
        lines=[{"account": ACCOUNT, "service": "transformation", "amount": "7029000.00"}],
    )
    for service, amount in (
        ("social-care", "61615000.00"),
        ("health", "64986000.00"),
        ("pooled", "1447000.00"),
        ("transformation", "7029000.00"),
    ):
        pool.record(
            "forecast",
            fund="pool",
            period="2018-19 P09",
            account=ACCOUNT,
            service=service,
            method="person",
            amount=amount,
            reason="As reported at month 9",
        )
    month_9 = pool.report("risk-share", "9")
    pool.spend(
        ("social-care", "64325000.00"),
        ("health", "69473000.00"),
        ("pooled", "1447000.00"),
        ("transformation", "7029000.00"),
        day="2019-03-31",
    )
    pool.close(*range(1, 13))
    outturn = pool.report("risk-share", "12")
    budget = pool.report("budget", "12")["totals"]

    assert before["original"] == budget["original"] == "135625000.00"
    assert budget["revised"] == "133462000.00"
    assert budget["changed"] == "-2163000.00"
    assert shares_of(month_9) == {"council": "1615000.00", "ccg": "0.00"}
    assert shares_of(outturn) == {"council": "4325000.00", "ccg": "4487000.00"}
    assert outturn["totals"]["share"] == "8812000.00"
    council = [Money.parse(shares_of(one)["council"]) for one in (month_9, outturn)]
    assert (council[1] - council[0]).plain == "2710000.00"
    lines = part_of(outturn, "lines")["totals"]
    assert lines == {
        "budget": "133462000.00",
        "outturn": "142274000.00",
        "variance": "8812000.00",
    }
    percent = Fraction(lines["variance"]) / Fraction(lines["budget"]) * 100
    assert round(percent, 2) == Fraction("6.60")
    # The council met its part from budgets outside the fund, so nothing offset it here.
    assert {row["how"] for row in part_of(outturn, "met")["rows"]} == {
        "All of it lies where it falls, with the partner that leads each line."
    }
