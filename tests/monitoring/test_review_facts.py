"""What the system gathers for a review: spend beside value, delivery, views, what a unit costs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.review import ReviewFact, Subject
from contracts.small_numbers import HIDDEN
from tests.support.register import Register, found_register
from tests.support.trusts import copy_of
from trust_commissioning.store import monitoring


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Register]:
    with copy_of(found_register, request, request.param, free_folder) as made:
        told = Register(made)
        told.on("2003-12-31")
        yield told


def facts(register: Register, day: str = "2003-06-30") -> dict[tuple[Subject, str], ReviewFact]:
    """What a review of the day was kept with."""
    register.record(
        "review", {"reference": "R-1", "day": day, "contract": "C-0001", "words": "Well run"}
    )
    found = register.ask(monitoring.review, "R-1")
    return {(one.subject, one.title): one for one in found.facts}


def placed(register: Register, child: int) -> str:
    """A placement of thirteen weeks at £700.00."""
    return register.calls_off(
        f"P-{child}",
        kind="placement",
        case_reference=f"CX-{child}",
        expected_end="2003-06-30",
    )


def test_spend_stands_beside_the_value_and_the_part_of_the_term_gone_by(register: Register) -> None:
    call_off = placed(register, 1)
    register.spends(call_off, "5000.00", day="2003-05-31")

    found = facts(register)[Subject.SPEND, "Spent so far"]

    # 91 days of 1,096 are over, and 5,000 of 500,000 is spent of the 13 weeks' £9,100 promised.
    assert found.says == (
        "£5,000.00, 1 % of its value, and £4,100.00 promised; 8 % of its term is over"
    )
    assert found.source == "The books up to June 2003"


def test_what_children_said_of_the_service_by_the_day_is_among_the_facts(
    register: Register,
) -> None:
    for reference, day, service in (
        ("V-1", "2003-05-01", "fostering"),
        ("V-2", "2003-07-01", "fostering"),
        ("V-3", "2003-05-01", "therapy"),
    ):
        said = {"whose": "young_people", "words": f"We said {reference}", "gathered": "A meeting"}
        register.record(
            "view", {"reference": reference, "day": day, "service": service, **said}, by="admin"
        )

    views = [fact for (subject, _), fact in facts(register).items() if subject is Subject.VIEWS]

    assert [(one.says, one.source) for one in views] == [("We said V-1", "A meeting, 1 May 2003")]


def test_a_unit_is_told_beside_all_of_its_service_and_never_of_few_children(
    register: Register,
) -> None:
    placed(register, 0)
    few = facts(register)[Subject.VALUE_FOR_MONEY, "A week"]
    for child in range(1, 8):
        placed(register, child)
    register.record(
        "review", {"reference": "R-2", "day": "2003-06-30", "contract": "C-0001", "words": "Again"}
    )
    many = [
        one
        for one in register.ask(monitoring.review, "R-2").facts
        if one.subject is Subject.VALUE_FOR_MONEY
    ]

    assert few.says == HIDDEN
    assert [one.says for one in many] == [
        "£700.00 here, £700.00 over all that is bought or provided of the service"
    ]


def test_facts_stand_in_the_order_a_paper_shows_them(register: Register) -> None:
    placed(register, 1)

    subjects = [subject for subject, _ in facts(register)]

    assert subjects == sorted(subjects, key=list(Subject).index)
    assert subjects[0] is Subject.SPEND
