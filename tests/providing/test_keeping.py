"""Providers: identifiers checked and kept as given, registration, documents, inspections."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from contracts.identifiers import Scheme
from contracts.provider_checking import problems_on
from contracts.providers import Kind, Provider, Result, Sector
from ledger.problems import Refused
from tests.providing.conftest import Record
from tests.providing.told import COMPANY, INSPECTED, INSURED, OAKFIELD, REGISTERED, but
from tests.support.trusts import AUDITOR, CLERK
from trust_commissioning.store import providing, reading

DAY = date(2004, 6, 1)


def oakfield(trust: Engine) -> Provider:
    with reading(trust) as session:
        found = providing.provider(session, "oakfield")
    assert found is not None
    return found


def refused(record: Record, event: str, **asked: object) -> tuple[str, ...]:
    with pytest.raises(Refused) as refusal:
        record(event, **asked)
    return refusal.value.codes


def test_a_provider_known_by_name_alone_is_asked_for_nothing_until_its_kind_is_said(
    trust: Engine, record: Record
) -> None:
    assert problems_on(oakfield(trust), DAY) == []

    record("provider", **OAKFIELD)

    found = oakfield(trust)
    assert (found.sector, found.kinds, found.version) == (
        Sector.PRIVATE,
        (Kind.FOSTERING_AGENCY,),
        1,
    )
    assert [one.where for one in problems_on(found, DAY)] == [
        "provider.registration",
        "provider.documents.public_liability",
        "provider.documents.employers_liability",
        "provider.documents.child_protection_policy",
        "provider.documents.staff_checks",
        "provider.documents.statement_of_purpose",
    ]


def test_what_is_recorded_lifts_what_stops_new_call_offs(trust: Engine, record: Record) -> None:
    record("provider", **OAKFIELD)
    record("provider-registration", **REGISTERED)
    record("provider-document", **INSURED)
    record("provider-document", **but(INSURED, reference="el", document="employers_liability"))
    for document in ("child_protection_policy", "staff_checks", "statement_of_purpose"):
        record(
            "provider-document",
            provider="oakfield",
            reference=document,
            document=document,
            starts="2004-04-01",
            expires="2005-03-31",
        )

    found = oakfield(trust)

    assert problems_on(found, DAY) == []
    assert [one.code for one in problems_on(found, date(2005, 4, 1))] == [
        "provider_document_expired"
    ] * 5


def test_an_identifier_is_kept_as_given_beside_its_canonical_form_and_where_it_was_verified(
    trust: Engine, record: Record
) -> None:
    record("provider-identifier", **COMPANY)

    (one,) = oakfield(trust).known_by

    assert (one.scheme, one.given, one.value) == (Scheme.COMPANY, "1234567", "01234567")
    assert (one.verified_at, one.verified_on) == ("The register of companies", date(2004, 4, 1))
    assert one.org_id == "GB-COH-01234567"


def test_leading_noughts_of_a_social_care_number_are_kept(trust: Engine, record: Record) -> None:
    record(
        "provider-identifier",
        **but(COMPANY, reference="urn", scheme="ofsted-social-care", value="0012345"),
    )

    assert [one.value for one in oakfield(trust).known_by] == ["0012345"]


def test_an_identifier_of_another_form_or_of_another_provider_is_refused(record: Record) -> None:
    assert refused(record, "provider-identifier", **but(COMPANY, value="12")) == (
        "identifier_malformed",
    )
    record("provider", **but(OAKFIELD, code="elm", name="Elm Homes", sites=[]))
    record("provider-identifier", **COMPANY)

    assert refused(
        record,
        "provider-identifier",
        **but(COMPANY, provider="elm", reference="coh-2", value="01234567"),
    ) == ("identifier_of_another_provider",)


def test_an_identifier_withdrawn_from_one_may_be_anothers(trust: Engine, record: Record) -> None:
    record("provider", **but(OAKFIELD, code="elm", name="Elm Homes", sites=[]))
    record("provider-identifier", **COMPANY)
    record("provider-identifier", **but(COMPANY, reference="coh-1b", withdrawn=True))

    record("provider-identifier", **but(COMPANY, provider="elm", reference="coh-2"))

    assert oakfield(trust).known_by == ()
    with reading(trust) as session:
        found = providing.provider(session, "elm")
    assert [one.value for one in found.known_by] == ["01234567"]


def test_where_and_when_an_identifier_was_verified_go_together(record: Record) -> None:
    bare = {key: value for key, value in COMPANY.items() if key != "verified_on"}

    assert refused(record, "provider-identifier", **bare) == ("verification_incomplete",)


def test_what_is_said_of_a_site_is_of_one_the_provider_has(record: Record) -> None:
    record("provider", **OAKFIELD)

    assert refused(record, "inspection", **but(INSPECTED, site="none")) == ("site_unknown",)
    assert record("inspection", **but(INSPECTED, site="main"))["did"] == "added"
    assert refused(record, "provider", **but(OAKFIELD, sites=[])) == ("site_is_named",)


def test_an_inspection_keeps_the_inspectorates_words_and_our_reading(
    trust: Engine, record: Record
) -> None:
    record("inspection", **INSPECTED)

    last = oakfield(trust).last_inspection(DAY)

    assert (last.words, last.result) == ("Standards met, two in part", Result.MET_IN_PART)
    assert refused(record, "inspection", **but(INSPECTED, reference="x", day="2030-01-01")) == (
        "day_ahead_of_time",
    )


def test_a_document_is_filed_once_and_an_insurance_says_what_it_covers(record: Record) -> None:
    assert record("provider-document", **INSURED)["did"] == "added"
    assert record("provider-document", **INSURED)["did"] == "unchanged"
    bare = {key: value for key, value in INSURED.items() if key not in ("cover", "expires")}
    assert refused(record, "provider-document", **but(bare, reference="x")) == (
        "insurance_incomplete",
        "insurance_incomplete",
    )


def test_the_trust_says_from_which_day_it_asks_for_more(trust: Engine, record: Record) -> None:
    record("provider", **but(OAKFIELD, kinds=["goods"]))
    record("provider-document", **INSURED)
    record("provider-document", **but(INSURED, reference="el", document="employers_liability"))
    record(
        "document-rule",
        by=CLERK,
        reference="rule-1",
        document="public_liability",
        starts="2004-07-01",
        cover="10000000.00",
    )

    found = oakfield(trust)

    assert problems_on(found, date(2004, 6, 30)) == []
    assert [one.code for one in problems_on(found, date(2004, 7, 1))] == ["provider_cover_too_low"]


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ("provider", OAKFIELD),
        ("provider-identifier", COMPANY),
        ("provider-registration", REGISTERED),
        ("provider-document", INSURED),
        ("inspection", INSPECTED),
    ],
)
def test_who_may_only_read_keeps_no_provider(
    record: Record, event: str, asked: dict[str, Any]
) -> None:
    assert refused(record, event, **but(asked, by=AUDITOR)) == ("not_permitted",)


def test_what_is_kept_of_a_provider_is_edited_under_its_version(
    trust: Engine, record: Record
) -> None:
    record("provider", **OAKFIELD)
    assert record("provider", **but(OAKFIELD, version=1))["did"] == "unchanged"
    assert record("provider", **but(OAKFIELD, phone="01632 960 002", version=1))["did"] == "changed"

    assert refused(record, "provider", **but(OAKFIELD, phone="x", version=1)) == (
        "entry_version_is_stale",
    )
    assert oakfield(trust).phone == "01632 960 002"


def test_every_problem_of_an_identifier_is_said_at_once(record: Record) -> None:
    wrong = but(
        COMPANY,
        value="12",
        site="none",
        day="2004-06-02",
        verified_on="2004-06-03",
    )

    with pytest.raises(Refused) as refusal:
        record("provider-identifier", **wrong)

    assert [(one.code, one.where) for one in refusal.value.problems] == [
        ("identifier_malformed", "value"),
        ("site_unknown", "site"),
        ("day_ahead_of_time", "day"),
        ("day_ahead_of_time", "verified_on"),
    ]


def test_a_document_of_an_unknown_provider_is_refused_with_what_is_wrong_with_it(
    record: Record,
) -> None:
    wrong = but(INSURED, provider="none", expires="2003-01-01", cover="0.00")

    assert refused(record, "provider-document", **wrong) == (
        "provider_unknown",
        "document_expires_before_it_starts",
        "insurance_incomplete",
    )


CANCELLED = {
    "provider": "oakfield",
    "reference": "pl-cancelled",
    "document": "pl-2004",
    "day": "2004-05-20",
    "reason": "The premium was not paid",
}


def test_an_insurance_cancelled_by_its_insurer_stops_new_call_offs_and_stays_on_record(
    trust: Engine, record: Record
) -> None:
    record("provider", **but(OAKFIELD, kinds=["goods"]))
    record("provider-document", **INSURED)
    record("provider-document", **but(INSURED, reference="el", document="employers_liability"))
    assert problems_on(oakfield(trust), DAY) == []

    assert record("provider-document-end", **CANCELLED)["did"] == "added"
    assert record("provider-document-end", **CANCELLED)["did"] == "unchanged"

    found = oakfield(trust)
    assert problems_on(found, date(2004, 5, 19)) == []
    assert [one.code for one in problems_on(found, DAY)] == ["provider_document_withdrawn"]
    assert {one.reference: one.withdrawn for one in found.documents} == {
        "el": None,
        "pl-2004": date(2004, 5, 20),
    }
    assert refused(record, "provider-document-end", **but(CANCELLED, reference="again")) == (
        "document_withdrawn_already",
    )
    assert refused(
        record,
        "provider-document-end",
        **but(CANCELLED, reference="x", document="none", day="2004-06-02"),
    ) == ("document_unknown", "day_ahead_of_time")
    assert refused(
        record,
        "provider-document-end",
        **but(CANCELLED, reference="x", document="el", day="2004-03-31"),
    ) == ("document_expires_before_it_starts",)


def test_a_rule_for_one_kind_stands_before_the_rule_for_every_kind(
    trust: Engine, record: Record
) -> None:
    record("provider", **but(OAKFIELD, kinds=["goods"]))
    record("provider-document", **but(INSURED, reference="el", document="employers_liability"))
    rule = {"reference": "r1", "document": "public_liability", "starts": "2004-05-01"}

    record("document-rule", by=CLERK, **rule, kind="goods", needed=False)

    found = oakfield(trust)
    assert [one.code for one in problems_on(found, date(2004, 4, 30))] == [
        "provider_document_missing"
    ]
    assert problems_on(found, date(2004, 5, 1)) == []
    assert refused(
        record,
        "document-rule",
        by=CLERK,
        **but(rule, reference="r2", document="accounts"),
        needed=False,
    ) == ("document_rule_lifts_nothing",)


def test_only_an_identifier_that_stands_is_withdrawn(record: Record) -> None:
    record("provider-identifier", **COMPANY)

    assert refused(
        record,
        "provider-identifier",
        **but(COMPANY, reference="x", value="1234568", withdrawn=True),
    ) == ("identifier_unknown",)
    assert record("provider-identifier", **but(COMPANY, reference="y", withdrawn=True))["did"] == (
        "added"
    )
    assert refused(
        record, "provider-identifier", **but(COMPANY, reference="z", withdrawn=True)
    ) == ("identifier_unknown",)
