"""Identifiers are held to their scheme's form, kept as written, and never tell their scheme."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identifiers import Identifier, Scheme, canonical
from ledger.problems import Problem

GOOD = [
    (Scheme.COMPANY, "01234567", "01234567"),
    (Scheme.COMPANY, "1234567", "01234567"),
    (Scheme.COMPANY, "sc 035407", "SC035407"),
    (Scheme.COMPANY, "IP12345R", "IP12345R"),
    (Scheme.CHARITY_ENGLAND_WALES, "204321", "204321"),
    (Scheme.CHARITY_ENGLAND_WALES, "1098765", "1098765"),
    (Scheme.CHARITY_SCOTLAND, "SC035407", "SC035407"),
    (Scheme.CHARITY_NORTHERN_IRELAND, "101234", "101234"),
    (Scheme.OFSTED_SOCIAL_CARE, "SC035407", "SC035407"),
    (Scheme.OFSTED_SOCIAL_CARE, "1234567", "1234567"),
    (Scheme.OFSTED_SOCIAL_CARE, "0012345", "0012345"),
    (Scheme.OFSTED_EARLY_YEARS, "EY123456", "EY123456"),
    (Scheme.OFSTED_EARLY_YEARS, "123456", "123456"),
    (Scheme.SCHOOL_URN, "123456", "123456"),
    (Scheme.UKPRN, "10012345", "10012345"),
    (Scheme.CQC, "1-101234567", "1-101234567"),
    (Scheme.ODS, "rx1", "RX1"),
    (Scheme.PPON, "PABC-1234-DEFG", "PABC-1234-DEFG"),
    (Scheme.LOCAL_AUTHORITY, "KEN", "KEN"),
    (Scheme.AREA, "E10000016", "E10000016"),
]
BAD = [
    (Scheme.COMPANY, "123456789"),
    (Scheme.COMPANY, "12"),
    (Scheme.COMPANY, "00000000"),
    (Scheme.COMPANY, "ABCDEFGH"),
    (Scheme.CHARITY_ENGLAND_WALES, "04321"),
    (Scheme.CHARITY_ENGLAND_WALES, "0204321"),
    (Scheme.CHARITY_SCOTLAND, "SC135407"),
    (Scheme.CHARITY_NORTHERN_IRELAND, "201234"),
    (Scheme.OFSTED_SOCIAL_CARE, "123456"),
    (Scheme.OFSTED_SOCIAL_CARE, "EY123456"),
    (Scheme.SCHOOL_URN, "012345"),
    (Scheme.UKPRN, "20012345"),
    (Scheme.CQC, "101234567"),
    (Scheme.CQC, "1-1234567"),
    (Scheme.ODS, "RX"),
    (Scheme.ODS, "ABCDEFG"),
    (Scheme.PPON, "ABCD-1234-DEFG"),
    (Scheme.LOCAL_AUTHORITY, "KENT"),
    (Scheme.AREA, "X10000016"),
    (Scheme.COMPANY, "١٢٣٤٥٦٧٨"),
]


@pytest.mark.parametrize(("scheme", "given_as", "value"), GOOD)
def test_an_identifier_of_the_right_form_has_one_canonical_writing(scheme, given_as, value) -> None:
    assert canonical(scheme, given_as) == value


@pytest.mark.parametrize(("scheme", "given_as"), BAD)
def test_an_identifier_of_another_form_is_refused_with_what_the_form_is(scheme, given_as) -> None:
    problem = canonical(scheme, given_as)

    assert isinstance(problem, Problem)
    assert problem.code == "identifier_malformed"
    assert given_as in problem.message
    assert scheme.title in problem.message


def test_one_writing_may_be_of_three_schemes_so_the_scheme_is_never_inferred() -> None:
    schemes = [one for one in Scheme if canonical(one, "SC035407") == "SC035407"]

    assert schemes == [
        Scheme.COMPANY,
        Scheme.CHARITY_SCOTLAND,
        Scheme.OFSTED_SOCIAL_CARE,
        Scheme.ODS,
    ]


def test_only_a_company_number_gets_back_the_noughts_a_spreadsheet_ate() -> None:
    assert canonical(Scheme.COMPANY, "12345") == "00012345"
    assert isinstance(canonical(Scheme.OFSTED_SOCIAL_CARE, "12345"), Problem)


@given(st.sampled_from(Scheme), st.text(max_size=14))
def test_the_canonical_writing_is_its_own_canonical_writing(scheme: Scheme, text: str) -> None:
    value = canonical(scheme, text)

    assert isinstance(value, Problem) or canonical(scheme, value) == value


def test_an_org_id_is_made_of_a_registers_code_only() -> None:
    company = Identifier(
        reference="1",
        day=date(2003, 4, 1),
        scheme=Scheme.COMPANY,
        given="1234567",
        value="01234567",
    )

    assert company.org_id == "GB-COH-01234567"
    assert not Scheme.CQC.is_org_id
