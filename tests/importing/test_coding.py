"""Which rule codes a line of an extract, and what its coding comes to."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.services import DatedWeights, Service
from ledger.money import Money
from ledger.outcomes import Outcome
from tests.support.coding import code_line
from trust_commissioning.importing.coding import CodingRule, make_ready

DAY = date(2003, 5, 14)
LINE = {"Supplier Name": "Merrilow  FOSTER Care", "Detail": "Placements", "Ref": "88"}


def rule(code: str, *when: dict[str, Any], **more: Any) -> CodingRule:
    return CodingRule.model_validate(
        {"code": code, "when": list(when), "account": "Expenses:ThirdParty:FosterCare"} | more
    )


def of_supplier(text: str) -> dict[str, str]:
    return {"column": "supplier name", "equals": text}


def coded(
    *rules: CodingRule, line: dict[str, str] | None = None, day: date = DAY, amount: str = "10.00"
) -> str | None:
    coding = code_line(rules, line or LINE, day, Money.parse(amount))
    return coding.rule if coding else None


def test_text_is_compared_without_regard_to_case_or_spacing():
    assert coded(rule("a", of_supplier("merrilow foster care"))) == "a"


def test_a_line_no_rule_holds_for_is_not_coded():
    assert coded(rule("a", of_supplier("Merrilow"))) is None


@pytest.mark.parametrize(
    "condition",
    [
        {"column": "Supplier Name", "contains": "foster"},
        {"column": "Supplier Name", "starts": "Merrilow F"},
        {"column": "Supplier Name", "matches": r"^merr\w+ f"},
        {"column": "Supplier Name", "equals": ["Oak", "Merrilow Foster Care"]},
        {"column": "amount", "at_least": "10.00"},
        {"column": "amount", "at_most": "10.00", "at_least": "-5.00"},
    ],
)
def test_each_kind_of_condition_can_hold(condition: dict[str, Any]):
    assert coded(rule("a", condition)) == "a"


@pytest.mark.parametrize(
    "condition",
    [
        {"column": "Supplier Name", "contains": "fosters"},
        {"column": "Supplier Name", "starts": "Foster"},
        {"column": "Supplier Name", "matches": "^foster"},
        {"column": "amount", "at_least": "10.01"},
        {"column": "amount", "at_most": "9.99"},
        {"column": "Purpose", "contains": "foster"},
    ],
)
def test_each_kind_of_condition_can_fail(condition: dict[str, Any]):
    assert coded(rule("a", condition)) is None


def test_every_condition_of_a_rule_must_hold():
    both = rule("a", of_supplier("Merrilow Foster Care"), {"column": "detail", "equals": "Other"})

    assert coded(both) is None


def test_the_lowest_priority_is_tried_first_and_equal_ones_by_code():
    late = rule("a", of_supplier("Merrilow Foster Care"), priority=20)
    early = rule("z", of_supplier("Merrilow Foster Care"), priority=10)
    also = rule("y", of_supplier("Merrilow Foster Care"), priority=10)

    assert coded(late, early) == "z"
    assert coded(late, early, also) == "y"


def test_a_rule_holds_from_its_first_day_to_its_last():
    ruled = rule("a", of_supplier("Merrilow Foster Care"), starts=DAY, ends=DAY)

    assert coded(ruled) == "a"
    assert coded(ruled, day=date(2003, 5, 13)) is None
    assert coded(ruled, day=date(2003, 5, 15)) is None


def test_a_rule_that_does_not_hold_on_the_day_leaves_the_line_to_the_next():
    ended = rule("a", of_supplier("Merrilow Foster Care"), ends=date(2003, 3, 31))
    next_one = rule("b", of_supplier("Merrilow Foster Care"))

    assert coded(ended, next_one) == "b"


def test_what_was_worked_out_for_one_line_is_not_taken_for_another():
    coder = make_ready(
        [
            rule("a", of_supplier("oak"), {"column": "amount", "at_least": "100.00"}),
            rule("b", of_supplier("oak"), {"column": "detail", "equals": "fees"}),
        ],
        {"supplier name": 0, "detail": 1}.get,
    )

    def code(supplier: str, detail: str, pence: int) -> str | None:
        found = coder.code((supplier, detail), DAY, Money(pence))
        return found.rule if found else None

    assert code("Oak", "fees", 10_000) == "a"
    assert code("Oak", "fees", 9_999) == "b"
    assert code("Oak", "rent", 9_999) is None
    assert code("Ash", "fees", 10_000) is None
    assert coder.code(("Oak",), DAY, Money(1)) is None


def test_a_coding_takes_its_own_weights_or_the_services_on_the_day_or_none():
    fostering = Service(
        code="fostering",
        title="Fostering",
        outcomes=(DatedWeights(date(2003, 4, 1), ((Outcome.STAY_SAFE, 1),)),),
    )
    when = of_supplier("Merrilow Foster Care")

    def weights(**more: Any) -> object:
        coding = code_line([rule("a", when, **more)], LINE, DAY, Money(1))
        assert coding is not None
        return coding.weights({"fostering": fostering}, DAY)

    own = {"enjoy_and_achieve": 1, "be_healthy": 2}
    assert weights(service="fostering") == ((Outcome.STAY_SAFE, 1),)
    assert weights(service="fostering", outcomes="none") == ()
    assert weights(service="fostering", outcomes=own) == (
        (Outcome.BE_HEALTHY, 2),
        (Outcome.ENJOY_AND_ACHIEVE, 1),
    )
    assert weights() == ()


def test_a_rule_goes_to_json_and_back():
    made = rule(
        "a",
        {"column": "amount", "at_least": "5.00"},
        starts=DAY,
        outcomes={"stay_safe": 2},
        contract="C-0001",
    )

    assert CodingRule.model_validate_json(made.model_dump_json(exclude_defaults=True)) == made


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"column": "a", "matches": "(a+)+"}, "repeats a group"),
        ({"column": "a", "matches": "("}, "is not a pattern"),
        ({"column": "a"}, "says one of"),
        ({"column": "a", "equals": "x", "contains": "y"}, "says one of"),
        ({"column": "a", "at_least": "5.00", "at_most": "4.00"}, "No amount"),
        ({"column": "a", "at_least": 5.0}, "in quotes"),
    ],
)
def test_a_condition_that_could_not_be_meant_is_refused(condition: dict[str, Any], said: str):
    with pytest.raises(ValidationError, match=said):
        rule("a", condition)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"outcomes": {"stay_safe": 0}}, "above nil"),
        ({"outcomes": {}}, "outcomes: none"),
        ({"starts": DAY, "ends": date(2003, 5, 1)}, "before it starts"),
    ],
)
def test_a_rule_that_could_not_be_meant_is_refused(more: dict[str, Any], said: str):
    with pytest.raises(ValidationError, match=said):
        rule("a", of_supplier("x"), **more)


def test_a_rule_without_conditions_would_code_everything_and_is_refused():
    with pytest.raises(ValidationError, match="at least one condition"):
        rule("a")
