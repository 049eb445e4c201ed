"""Free text that may identify a child."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.journal import Journal
from tests.support.trusts import journal
from trust_commissioning.files.identifiability import (
    Identifier,
    Texts,
    identifiers_in,
    is_nhs_number,
    is_pupil_number,
    question,
    questions_in_file,
    questions_in_journal,
)

DAY = date(2011, 12, 5)


def kinds(text: str, day: date | None = DAY) -> list[Identifier]:
    return [finding.identifier for finding in identifiers_in(text, day=day)]


@pytest.mark.parametrize(
    "text", ["9434765919", "943 476 5919", "943-476-5919", "respite for 943 476 5919, week 3"]
)
def test_a_number_that_passes_the_nhs_check_is_found(text):
    assert kinds(text) == [Identifier.NHS_NUMBER]


@pytest.mark.parametrize(
    "text",
    [
        "9434765918",
        "94347659190",
        "09434765919",
        "INV9434765919",
        "943 4765919",
        "0000000000",
        "1111111111",
        "01632 960123",
    ],
)
def test_other_numbers_are_not_taken_for_nhs_numbers(text):
    assert kinds(text) == []


def test_one_check_digit_in_eleven_passes():
    passed = sum(is_nhs_number(f"4010{number:06d}") for number in range(11_000))

    assert 950 < passed < 1_050


def test_a_pupil_number_is_found_by_its_check_letter():
    # Figures 80100000100 0 by weights 2 to 13 come to 30; less 23 that is 7, the letter H.
    assert is_pupil_number("H801000001000")
    assert kinds("transport H801000001000") == [Identifier.UPN]
    assert kinds("transport h801000001000") == [Identifier.UPN]
    assert kinds("transport J801000001000") == []
    assert kinds("transport H8010000010001") == []


def test_a_temporary_pupil_number_ends_in_a_letter():
    # The same figures with A, which counts nothing, in the last place.
    assert is_pupil_number("H80100000100A")
    assert not is_pupil_number("H80100000100I")


@pytest.mark.parametrize(
    "text", ["JS DOB 2001", "d.o.b. unknown", "Date of birth on file", "birthdate", "born 14 Feb"]
)
def test_words_for_a_date_of_birth_are_found(text):
    assert kinds(text) == [Identifier.BIRTH_WORDS]


@pytest.mark.parametrize(
    "text", ["Adobe licences", "Born to Play Ltd", "stubborn 4", "Birthing Pool"]
)
def test_words_that_only_look_like_it_are_not(text):
    assert kinds(text) == []


@pytest.mark.parametrize("text", ["placement 14/02/1999", "J S 14.2.1999 respite"])
def test_a_date_that_could_be_a_young_persons_birth_is_found_within_other_words(text):
    assert kinds(text) == [Identifier.BIRTH_DATE]


@pytest.mark.parametrize(
    "text",
    [
        "care 01/04/2011 to 30/06/2011",
        "14/02/1999",
        "lease since 14/02/1962",
        "until 31/03/2014",
        "minute 99/99/1999",
    ],
)
def test_dates_of_service_and_of_older_things_are_not(text):
    assert kinds(text) == []


def test_without_a_day_to_compare_any_date_within_words_is_asked_about():
    assert kinds("care from 01/04/2011", day=None) == [Identifier.BIRTH_DATE]


def test_a_finding_says_where_in_the_text_it_is():
    (finding,) = identifiers_in("for 9434765919.", day=DAY)

    assert "for 9434765919."[finding.starts : finding.ends] == "9434765919"


def test_the_question_asks_a_person_to_look_and_is_registered_by_its_code():
    problem = question(Identifier.NHS_NUMBER, row=7, column="Narrative")

    assert (problem.code, problem.row, problem.column) == ("looks_like_nhs_number", 7, "Narrative")
    assert "look at it" in problem.message


@given(st.text(max_size=60))
def test_no_text_makes_the_search_fail(text):
    identifiers_in(text, day=DAY)


def keyed(narration: str, payee: str = "") -> Journal:
    lines = "Expenses:Unallocated 1.00 / Assets:HostCash -1.00"
    return journal(lines, day=date(2003, 4, 30), narration=narration, payee=payee)


def test_what_a_person_keys_is_asked_about_by_the_field_it_is_in():
    found = questions_in_journal(keyed(narration="Fees 9434765919", payee="J S d.o.b. on file"))

    assert [(one.code, one.where) for one in found] == [
        ("looks_like_nhs_number", "narration"),
        ("mentions_date_of_birth", "payee"),
    ]
    assert not any("9434765919" in str(one) for one in found)


def test_the_date_of_service_in_a_keyed_narration_is_not_asked_about():
    assert questions_in_journal(keyed(narration="Care from 01/04/2003")) == []


def test_a_column_with_many_findings_is_asked_about_once():
    rows = [Texts(row, DAY, {"Note": "NHS 9434765919", "Fund": "general"}) for row in range(2, 24)]

    (few,) = {one.code for one in questions_in_file(rows[:20])}
    (many,) = questions_in_file(rows)

    assert few == many.code == "looks_like_nhs_number"
    assert (many.row, many.column) == (2, "Note")
    assert many.message.startswith("22 of 22 lines have text here")
