"""A file that cannot be read says everything that is wrong with it, by YAML path."""

import pytest

from ledger.problems import Problem, Refused
from tests.applying.documents import WHOLE
from trust_commissioning.applying import read, schema

WRONG = """
trust: 12
years: [2003-05]
partners:
  - {code: A b, name: "x"}
funds:
  - {code: f, titel: x, kind: pool, starts: soon}
services:
  - {code: s, title: S, outcomes: [{starts: 2003-04-01, weights: {safe: 1}}]}
contracts:
  - {number: C-1, title: T, provider: p, service: s, fund: f, value: 1200.10, starts: 2003-04-01}
people:
  - {username: a.person, name: A Person, role: board_member, password: secret}
coding_rules:
  - {code: r, account: "Expenses:Unallocated", when: [{column: x, equals: a, contains: b}]}
budgets:
  - {fund: f, year: 2003-04, lines: [{account: A, amount: "1,000"}]}
"""


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        read(text)
    return refused.value.problems


def test_every_problem_is_said_at_once_by_yaml_path():
    assert {(p.code, p.where) for p in problems_of(WRONG)} == {
        ("field_unreadable", "trust"),
        ("field_unreadable", "years[0]"),
        ("field_unreadable", "partners[0].code"),
        ("field_missing", "funds[0].title"),
        ("field_unknown", "funds[0].titel"),
        ("field_unreadable", "funds[0].kind"),
        ("field_unreadable", "funds[0].starts"),
        ("field_unreadable", "services[0].outcomes[0].weights.safe"),
        ("field_unreadable", "contracts[0].value"),
        ("field_unknown", "people[0].password"),
        ("field_unreadable", "coding_rules[0].when[0]"),
        ("field_unreadable", "budgets[0].lines[0].amount"),
    }


def test_a_problem_says_the_value_and_what_to_write():
    said = {p.where: p.message for p in problems_of(WRONG)}

    assert said["funds[0].titel"] == "There is no field “titel” here. Is it “title”?"
    assert said["contracts[0].value"] == ("Write 1200.1 in quotes, as pounds and pence: “1250.00”.")
    assert said["funds[0].starts"] == "“soon” is not a date; write it as 2003-04-01."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "line 1"),
        ("trust: A\ntrust: B\n", "line 2"),
        ("years: &y [2003-04]\npartners: *y\n", "line 2"),
        ("? [1]\n: 2\n", "line 1"),
        ("- a\n- b\n", ""),
        ("", ""),
    ],
)
def test_what_is_not_a_document_is_refused_with_its_line(text: str, said: str):
    (problem,) = problems_of(text)

    assert (problem.code, problem.where) == ("document_unreadable", said)


def test_a_file_that_would_take_all_memory_is_refused_before_it_is_read():
    (problem,) = problems_of("#" * (4 * 2**20 + 1))

    assert problem.code == "file_too_large"


def test_a_whole_document_is_read():
    document = read(WHOLE)

    assert document.contracts[0].value.plain == "3000.00"
    assert str(document.budgets[0].year) == "2003-04"


def test_the_schema_names_every_part_and_lets_nothing_else_in():
    made = schema()

    assert set(made["properties"]) == {
        "trust",
        "kept_by",
        "years",
        "partners",
        "accounts",
        "funds",
        "services",
        "providers",
        "contracts",
        "people",
        "coding_rules",
        "contract_variations",
        "indicator_mappings",
        "indicators",
        "targets",
        "budgets",
        "contributions",
        "agreements",
        "agreement_variations",
        "office_holders",
        "allocations",
        "year_ends",
        "grants",
        "virement_rules",
        "profiles",
        "risk_shares",
    }
    assert made["additionalProperties"] is False
    assert made["$defs"]["ContractEntry"]["properties"]["value"]["type"] == "string"
