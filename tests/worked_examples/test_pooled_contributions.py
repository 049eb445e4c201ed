"""Real published contributions, recorded and read back through the public commands.

The amounts are those the sources print, or arithmetic from them. What nobody published (days, the
instalment a claim is raised as) is made up, and is said to be.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Trust
from tests.worked_examples.test_shared_pools import Pool, part_of

SALFORD = """
partners:
  - {code: pct, name: Salford Primary Care Trust}
  - {code: council, name: Salford City Council}
funds:
  - {code: drug-and-alcohol, title: Drug and alcohol, kind: pooled,
     legal_basis: health_act_1999_s31, host: pct}
  - {code: learning-difficulties, title: Learning difficulties, kind: pooled,
     legal_basis: health_act_1999_s31, host: pct}
  - {code: community-equipment, title: Community equipment, kind: pooled,
     legal_basis: health_act_1999_s31, host: pct}
"""
SALFORD_GIVEN = {
    "drug-and-alcohol": ("1900000.00", "400000.00"),
    "learning-difficulties": ("8600000.00", "8700000.00"),
    "community-equipment": ("1300000.00", "1100000.00"),
}
"""Health and council, £m: 1.9 and 0.4, 8.6 and 8.7, 1.3 and 1.1."""


def all_funds(pool: Pool, name: str, to: str) -> Any:
    return pool.run("report", name, "--year", pool.year, "--to", to, "--json").json


def test_salfords_three_pools_are_hosted_by_the_trust_that_does_not_always_give_most(
    trust: Trust, tmp_path: Path
) -> None:
    """Salford, 6 September 2006 (slidegur.com/doc/9701212/pooled-budgets)."""
    pool = Pool(trust, tmp_path, "2006-07")
    pool.apply(SALFORD)
    for fund, given in SALFORD_GIVEN.items():
        pool.record(
            "agreement",
            reference=fund,
            fund=fund,
            title=f"{fund} agreement",
            host="pct",
            pool_manager="The pool manager",
            starts="2006-04-01",
            parties=[
                {"partner": "pct", "body": "primary_care_trust"},
                {"partner": "council", "body": "local_authority"},
            ],
        )
        for partner, amount in zip(("pct", "council"), given, strict=True):
            pool.record(
                "contribution",
                fund=fund,
                partner=partner,
                year="2006-07",
                instalments=[{"day": "2006-04-30", "amount": amount}],
            )
    pool.record("contributions-due", day="2006-09-06")

    report = all_funds(pool, "contributions", "6")
    agreements = all_funds(pool, "agreements", "6")

    of_fund: dict[str, int] = {}
    of_partner: dict[str, int] = {}
    for row in report["rows"]:
        pence = int(row["in_cash"].replace(".", ""))
        of_fund[row["fund"]] = of_fund.get(row["fund"], 0) + pence
        of_partner[row["partner"]] = of_partner.get(row["partner"], 0) + pence
    assert of_fund == {
        "drug-and-alcohol": 230_000_000,
        "learning-difficulties": 1_730_000_000,
        "community-equipment": 240_000_000,
    }
    assert of_partner == {"council": 1_020_000_000, "pct": 1_180_000_000}
    assert report["totals"]["in_cash"] == report["totals"]["outstanding"] == "22000000.00"
    assert {row["host"] for row in agreements["rows"]} == {"Salford Primary Care Trust"}
    assert round(Fraction(87 * 100, 173), 2) == Fraction("50.29")


OXFORDSHIRE = """
partners:
  - {code: council, name: Oxfordshire County Council}
  - {code: ccg, name: Oxfordshire Clinical Commissioning Group}
funds:
  - {code: pool, title: Older people, kind: pooled, legal_basis: nhs_act_2006_s75, host: council}
"""


def test_oxfordshires_contributions_before_and_after_with_income_visible_gross(
    trust: Trust, tmp_path: Path
) -> None:
    """Oxfordshire, older people, 2013-14: 78 and 30 became 99 and 96, £m; income target 18.

    hsj.co.uk 5061994 and 5059929; mycouncil.oxfordshire.gov.uk IId=12142. That the income target is
    the council's own, taken off what it pays in, is how the example reads it.
    """
    pool = Pool(trust, tmp_path, "2013-14")
    pool.apply(OXFORDSHIRE)
    council: dict[str, Any] = {"fund": "pool", "partner": "council", "year": "2013-14"}
    ccg: dict[str, Any] = {"fund": "pool", "partner": "ccg", "year": "2013-14"}
    due = "2013-10-31"

    def net(gross: str, pays: str) -> dict[str, object]:
        return {
            "gross": gross,
            "client_charges": "18000000.00",
            "instalments": [{"day": due, "amount": pays}],
        }

    pool.record("contribution", **council, **net("78000000.00", "60000000.00"))
    pool.record("contribution", **ccg, instalments=[{"day": due, "amount": "30000000.00"}])
    before = pool.report("contributions", "6")
    pool.record(
        "contribution-change",
        change="C-1",
        day="2013-09-30",
        reason="The pool takes in more services; 21 is vired in by the council",
        contribution={**council, **net("99000000.00", "81000000.00")},
    )
    pool.record(
        "contribution-change",
        change="C-2",
        day="2013-09-30",
        reason="The pool takes in more services",
        contribution={**ccg, "instalments": [{"day": due, "amount": "96000000.00"}]},
    )
    after = pool.report("contributions", "6")

    def agreed(report: Any) -> dict[str, str]:
        return {row["partner"]: row["agreed"] for row in report["rows"]}

    assert agreed(before) == {"council": "78000000.00", "ccg": "30000000.00"}
    assert agreed(after) == {"council": "99000000.00", "ccg": "96000000.00"}
    assert (before["totals"]["agreed"], after["totals"]["agreed"]) == (
        "108000000.00",
        "195000000.00",
    )
    assert after["totals"]["client_charges"] == "18000000.00"
    assert after["totals"]["due"] == "177000000.00"


@pytest.fixture
def cambridgeshire(trust: Trust, tmp_path: Path) -> Pool:
    """Cambridgeshire, learning disabilities, 2023: 93.7 and 28.3, £m; 10 claimed and denied.

    wisbechstandard.co.uk 23842718. The claim is raised here as one further instalment of the board,
    on a day that is made up; so are the days of payment and of notice.
    """
    pool = Pool(trust, tmp_path, "2023-24")
    pool.apply(
        """
partners:
  - {code: council, name: Cambridgeshire County Council}
  - {code: icb, name: Integrated Care Board}
funds:
  - {code: pool, title: Learning disability partnership, kind: pooled,
     legal_basis: nhs_act_2006_s75, host: council}
agreements:
  - reference: ldp
    fund: pool
    title: Learning disability partnership
    host: council
    starts: 2023-04-01
    notice_months: 6
    parties:
      - {partner: council, body: local_authority}
      - {partner: icb, body: other}
contributions:
  - {fund: pool, partner: council, year: 2023-24,
     instalments: [{day: 2023-04-30, amount: "93700000.00"}]}
  - {fund: pool, partner: icb, year: 2023-24,
     instalments: [{day: 2023-04-30, amount: "28300000.00"}]}
  - {fund: pool, partner: icb, year: 2023-24, reference: claim, recurrent: false,
     instalments: [{day: 2023-07-31, amount: "10000000.00"}]}
"""
    )
    pool.record("contributions-due", day="2023-07-31")
    for partner, amount in (("council", "93700000.00"), ("icb", "28300000.00")):
        pool.record(
            "receipt",
            reference=f"R-{partner}",
            fund="pool",
            partner=partner,
            amount=amount,
            day="2023-05-15",
        )
    pool.record(
        "dispute",
        reference="D-1",
        contribution="pool/2023-24/icb/cash/claim",
        instalment="2023-07-31",
        amount="10000000.00",
        day="2023-08-15",
        reason="The board denies that its share was too small",
    )
    return pool


def test_cambridgeshires_disputed_debt_is_seen_aged_and_not_netted_off(
    cambridgeshire: Pool,
) -> None:
    position = cambridgeshire.report("partner-position", "9")
    contributions = cambridgeshire.report("contributions", "9")

    agreed = {row["partner"]: row["agreed"] for row in contributions["rows"]}
    assert agreed == {"council": "93700000.00", "icb": "38300000.00"}
    assert (round(Fraction(937 * 100, 1220), 2), round(Fraction(283 * 100, 1220), 2)) == (
        Fraction("76.80"),
        Fraction("23.20"),
    )
    (row,) = [one for one in position["rows"] if one["partner"] == "icb"]
    assert (row["raised"], row["received"]) == ("38300000.00", "28300000.00")
    assert (row["outstanding"], row["disputed"], row["undisputed"]) == (
        "10000000.00",
        "10000000.00",
        "0.00",
    )
    (aged,) = [one for one in part_of(position, "ageing")["rows"] if one["outstanding"] != "0.00"]
    assert aged["over_90"] == "10000000.00"
    assert position["totals"]["outstanding"] == "10000000.00"


def test_cambridgeshires_agreement_ends_by_notice_with_a_statement_of_what_is_left(
    cambridgeshire: Pool,
) -> None:
    cambridgeshire.record(
        "agreement-termination",
        agreement="ldp",
        reference="T-1",
        partner="council",
        day="2023-09-18",
        ends="2024-03-31",
        reason="The partners could not agree what each owes",
    )

    statement = cambridgeshire.report("wind-up", "12")

    rows = {(one["account"], one["partner"]): one for one in statement["rows"]}
    assert rows["Assets:HostCash", ""]["amount"] == "122000000.00"
    owed = rows["Assets:Debtors:Partners", "icb"]
    assert (owed["amount"], owed["disputed"]) == ("10000000.00", "10000000.00")
    assert statement["totals"] == {"amount": "132000000.00", "disputed": "10000000.00"}
    shares = part_of(statement, "shares")
    assert shares["totals"]["share"] == "132000000.00"
    assert statement["notes"][0].startswith(
        "Learning disability partnership: notice was given on 18 September 2023, and it ends on "
        "31 March 2024."
    )
    (agreement,) = cambridgeshire.report("agreements", "12")["rows"]
    assert agreement["runs"] == "From 1 April 2023 to 31 March 2024"
