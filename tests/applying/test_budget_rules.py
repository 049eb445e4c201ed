"""Virement rules and profiles from the file that `trust apply` reads."""

import pytest

from ledger.problems import Refused
from tests.applying.conftest import Apply
from tests.applying.documents import WHOLE

RULES = """
virement_rules:
  - {code: approvers, limit: {role: approver, amount: "10000.00"}}
  - code: carers-only
    route: {giving: {service: fostering}, allowed: false, because: kept for carers}
profiles:
  - {fund: pool, year: 2003-04, account: "Expenses:ThirdParty:FosterCare", service: fostering,
     shape: contract, contract: C-0001}
"""
WRONG = """
virement_rules:
  - {code: nobody}
  - {code: auditors, limit: {role: auditor}}
profiles:
  - {fund: pool, year: 2003-04, account: "Expenses:ThirdParty:FosterCare", service: office,
     shape: contract, contract: C-0001}
"""


def test_rules_and_profiles_are_kept_and_applied_again_change_nothing(applied: Apply) -> None:
    applied(WHOLE)

    first = [(change.kind, change.did) for change in applied(RULES)]

    assert first == [("virement rule", "added"), ("virement rule", "added"), ("profile", "added")]
    assert applied(RULES) == []


def test_every_rule_and_profile_that_is_wrong_is_named_by_its_path(applied: Apply) -> None:
    applied(WHOLE)

    with pytest.raises(Refused) as refused:
        applied(WRONG)

    assert [(p.code, p.where) for p in refused.value.problems] == [
        ("virement_rule_of_no_kind", "virement_rules[0].route"),
        ("virement_limit_of_no_poster", "virement_rules[1].limit.role"),
        ("profile_contract_elsewhere", "profiles[0].contract"),
    ]
