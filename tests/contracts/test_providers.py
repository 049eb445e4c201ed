"""What a provider must hold on a day, by kind and sector; what stops new call-offs."""

from dataclasses import replace
from datetime import date

import pytest

from contracts import provider_checking as rules
from contracts.identifiers import Identifier, Scheme
from contracts.providers import (
    SHIPPED,
    Document,
    DocumentKind,
    DocumentRule,
    Inspection,
    Kind,
    Provider,
    Registration,
    RegistrationStatus,
    Result,
    Sector,
    Site,
)
from ledger.money import Money

DAY = date(2004, 6, 1)
FIVE_MILLION = Money.parse("5000000.00")
FILED = (
    DocumentKind.PUBLIC_LIABILITY,
    DocumentKind.EMPLOYERS_LIABILITY,
    DocumentKind.CHILD_PROTECTION_POLICY,
    DocumentKind.STAFF_CHECKS,
    DocumentKind.STATEMENT_OF_PURPOSE,
)


def filed(kind: DocumentKind, **said: object) -> Document:
    told = {
        "reference": kind.value,
        "starts": date(2004, 4, 1),
        "expires": date(2005, 3, 31),
        "cover": FIVE_MILLION if kind.is_insurance else None,
    }
    return Document(kind=kind, **{**told, **said})  # type: ignore[arg-type]


REGISTERED = Registration(
    reference="r1",
    day=date(2003, 4, 1),
    regulator="National Care Standards Commission",
    number="F0001",
    status=RegistrationStatus.REGISTERED,
)
OAKFIELD = Provider(
    code="oakfield",
    name="Oakfield Fostering",
    sector=Sector.PRIVATE,
    kinds=(Kind.FOSTERING_AGENCY,),
    registrations=(REGISTERED,),
    documents=tuple(filed(kind) for kind in FILED),
)


def without(kind: DocumentKind) -> Provider:
    return replace(OAKFIELD, documents=tuple(d for d in OAKFIELD.documents if d.kind is not kind))


def codes(provider: Provider, day: date = DAY) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in rules.problems_on(provider, day)]


def test_nothing_stops_a_provider_that_holds_everything_asked_for() -> None:
    assert rules.problems_on(OAKFIELD, DAY) == []


@pytest.mark.parametrize("kind", FILED)
def test_each_document_that_is_missing_stops_new_call_offs_by_name(kind: DocumentKind) -> None:
    assert codes(without(kind)) == [
        ("provider_document_missing", f"provider.documents.{kind.value}")
    ]


def test_a_document_holds_on_its_last_day_and_not_on_the_next() -> None:
    one = filed(DocumentKind.PUBLIC_LIABILITY, expires=date(2004, 6, 1))
    provider = replace(
        without(DocumentKind.PUBLIC_LIABILITY),
        documents=(*without(DocumentKind.PUBLIC_LIABILITY).documents, one),
    )

    assert rules.problems_on(provider, date(2004, 6, 1)) == []
    (problem,) = rules.problems_on(provider, date(2004, 6, 2))
    assert problem.code == "provider_document_expired"
    assert problem.message == (
        "The public liability insurance of Oakfield Fostering expired on 1 June 2004."
    )


def test_a_document_filed_for_later_does_not_hold_yet() -> None:
    later = filed(DocumentKind.STAFF_CHECKS, starts=date(2004, 7, 1))
    rest = without(DocumentKind.STAFF_CHECKS)
    provider = replace(rest, documents=(*rest.documents, later))

    (problem,) = rules.problems_on(provider, DAY)

    assert problem.code == "provider_document_missing"
    assert "1 June 2004" in problem.message


def test_an_insurance_that_covers_less_than_is_asked_for_stops_new_call_offs() -> None:
    low = filed(DocumentKind.EMPLOYERS_LIABILITY, cover=Money.parse("2000000.00"))
    rest = without(DocumentKind.EMPLOYERS_LIABILITY)
    provider = replace(rest, documents=(*rest.documents, low))

    (problem,) = rules.problems_on(provider, DAY)

    assert problem.code == "provider_cover_too_low"
    assert problem.message == (
        "The employers' liability insurance of Oakfield Fostering covers £2,000,000.00; "
        "£5,000,000.00 is asked for."
    )


def test_an_agency_that_is_not_registered_may_take_no_new_placement() -> None:
    assert codes(replace(OAKFIELD, registrations=())) == [
        ("provider_not_registered", "provider.registration")
    ]


@pytest.mark.parametrize("status", [RegistrationStatus.SUSPENDED, RegistrationStatus.CANCELLED])
def test_a_registration_that_ended_stops_from_its_day_on(status: RegistrationStatus) -> None:
    ended = replace(REGISTERED, reference="r2", day=date(2004, 5, 20), status=status)
    provider = replace(OAKFIELD, registrations=(REGISTERED, ended))

    assert rules.problems_on(provider, date(2004, 5, 19)) == []
    assert codes(provider, date(2004, 5, 20)) == [
        ("provider_registration_ended", "provider.registration")
    ]


def test_conditions_on_a_registration_do_not_stop_it() -> None:
    limited = replace(REGISTERED, status=RegistrationStatus.WITH_CONDITIONS, conditions="Six only")

    assert rules.problems_on(replace(OAKFIELD, registrations=(limited,)), DAY) == []


def test_own_provision_files_no_insurance_with_itself_but_its_homes_are_registered() -> None:
    own = Provider(code="own", name="The county's homes", sector=Sector.OWN)

    assert rules.problems_on(replace(own, kinds=(Kind.FOSTERING_AGENCY,)), DAY) == []
    assert codes(replace(own, kinds=(Kind.CHILDRENS_HOME,))) == [
        ("provider_not_registered", "provider.registration")
    ]


def test_a_public_body_is_exempt_from_employers_liability_by_section_3_of_the_act() -> None:
    public = replace(without(DocumentKind.EMPLOYERS_LIABILITY), sector=Sector.OTHER_PUBLIC)

    assert rules.problems_on(public, DAY) == []


def test_a_provider_of_no_stated_kind_is_asked_for_nothing() -> None:
    assert rules.problems_on(Provider(code="new", name="New"), DAY) == []


def test_a_provider_no_longer_used_takes_no_new_call_off_after_its_last_day() -> None:
    ended = replace(OAKFIELD, ends=date(2004, 5, 31))

    assert rules.problems_on(ended, date(2004, 5, 31)) == []
    assert [code for code, _ in codes(ended)] == ["provider_no_longer_used"]


def test_everything_that_stops_is_said_at_once() -> None:
    bare = replace(OAKFIELD, registrations=(), documents=())

    assert len(rules.problems_on(bare, DAY)) == 1 + len(FILED)


def test_the_trust_may_ask_for_more_cover_from_a_day_on_or_lift_what_is_shipped() -> None:
    more = DocumentRule(
        document=DocumentKind.PUBLIC_LIABILITY,
        cover=Money.parse("10000000.00"),
        starts=date(2004, 6, 1),
    )
    lifted = DocumentRule(
        document=DocumentKind.STATEMENT_OF_PURPOSE,
        kind=Kind.FOSTERING_AGENCY,
        starts=date(2004, 6, 1),
        needed=False,
    )
    rest = without(DocumentKind.STATEMENT_OF_PURPOSE)
    provider = replace(rest, document_rules=(*SHIPPED, more, lifted))

    assert [code for code, _ in codes(provider, date(2004, 5, 31))] == ["provider_document_missing"]
    assert [code for code, _ in codes(provider, date(2004, 6, 1))] == ["provider_cover_too_low"]


def test_what_runs_out_is_told_before_it_does_and_not_once_its_renewal_is_filed() -> None:
    soon = rules.expiring(OAKFIELD, DAY, date(2005, 3, 31))
    renewed = replace(
        OAKFIELD,
        documents=(
            *OAKFIELD.documents,
            filed(
                DocumentKind.PUBLIC_LIABILITY,
                reference="next",
                starts=date(2005, 4, 1),
                expires=date(2006, 3, 31),
            ),
        ),
    )

    assert {one.document for one in soon} == set(FILED)
    assert rules.expiring(OAKFIELD, DAY, date(2005, 3, 30)) == []
    assert DocumentKind.PUBLIC_LIABILITY not in {
        one.document for one in rules.expiring(renewed, DAY, date(2005, 3, 31))
    }


def test_the_last_word_on_an_identifier_stands_and_a_withdrawn_one_is_gone() -> None:
    said = Identifier(
        reference="1", day=date(2003, 4, 1), scheme=Scheme.COMPANY, given="1", value="01234567"
    )
    withdrawn = replace(said, reference="2", day=date(2003, 5, 1), withdrawn=True)

    assert replace(OAKFIELD, identifiers=(said,)).known_by == (said,)
    assert replace(OAKFIELD, identifiers=(said, withdrawn)).known_by == ()


def test_the_last_inspection_by_a_day_is_told() -> None:
    first, second = (
        Inspection(
            reference=str(day),
            day=day,
            inspectorate="NCSC",
            words="Good",
            result=Result.MET,
        )
        for day in (date(2003, 9, 1), date(2004, 3, 1))
    )
    provider = replace(OAKFIELD, inspections=(first, second))

    assert provider.last_inspection(date(2003, 12, 1)) == first
    assert provider.last_inspection(DAY) == second
    assert provider.last_inspection(date(2003, 1, 1)) is None


def test_an_insurance_says_what_it_covers_and_when_it_ends() -> None:
    bare = filed(DocumentKind.PUBLIC_LIABILITY, cover=None, expires=None)
    backwards = filed(DocumentKind.STAFF_CHECKS, expires=date(2003, 1, 1))
    covering = filed(DocumentKind.STAFF_CHECKS, cover=FIVE_MILLION)

    assert [(p.code, p.where) for p in rules.problems_in_document(bare)] == [
        ("insurance_incomplete", "cover"),
        ("insurance_incomplete", "expires"),
    ]
    assert [p.code for p in rules.problems_in_document(backwards)] == [
        "document_expires_before_it_starts"
    ]
    assert [p.code for p in rules.problems_in_document(covering)] == ["cover_of_no_insurance"]


def test_a_site_stands_once_and_ends_after_it_starts() -> None:
    home = Site(code="elm", name="Elm House", starts=date(2004, 1, 1), ends=date(2003, 1, 1))

    assert [p.code for p in rules.problems_in(replace(OAKFIELD, sites=(home, home)))] == [
        "site_ends_before_it_starts",
        "site_repeated",
        "site_ends_before_it_starts",
    ]
    assert not home.is_open_on(DAY)
    assert Site(code="ash", name="Ash").is_open_on(DAY)


HOME = replace(REGISTERED, reference="h1", number="H0042", kind=Kind.CHILDRENS_HOME)
AGENCY = replace(REGISTERED, kind=Kind.FOSTERING_AGENCY)
BOTH = replace(
    OAKFIELD, kinds=(Kind.FOSTERING_AGENCY, Kind.CHILDRENS_HOME), registrations=(AGENCY, HOME)
)


def test_an_agency_whose_home_lost_its_registration_is_stopped_though_the_agency_kept_its_own() -> (
    None
):
    lost = replace(HOME, reference="h2", day=date(2004, 5, 20), status=RegistrationStatus.CANCELLED)

    assert codes(BOTH) == []
    assert codes(replace(BOTH, registrations=(AGENCY,))) == [
        ("provider_not_registered", "provider.registration")
    ]
    (problem,) = rules.problems_on(replace(BOTH, registrations=(AGENCY, HOME, lost)), DAY)
    assert problem.message == (
        "The registration H0042 of Oakfield Fostering with National Care Standards Commission was "
        "cancelled on 20 May 2004."
    )


def test_a_registration_of_no_said_kind_stands_for_every_kind_that_registers() -> None:
    assert codes(replace(BOTH, registrations=(REGISTERED,))) == []


@pytest.mark.parametrize(
    ("regulator", "number"),
    [
        ("national care standards commission", "f0001"),
        ("National Care  Standards Commission", "F 0001"),
    ],
)
def test_a_cancelled_registration_stops_however_its_number_is_spaced_or_written(
    regulator: str, number: str
) -> None:
    ended = replace(
        REGISTERED,
        reference="r2",
        day=date(2004, 5, 20),
        regulator=regulator,
        number=number,
        status=RegistrationStatus.CANCELLED,
    )

    assert [code for code, _ in codes(replace(OAKFIELD, registrations=(REGISTERED, ended)))] == [
        "provider_registration_ended"
    ]


def test_what_is_said_of_the_provider_as_a_whole_is_said_of_each_of_its_sites() -> None:
    at_main = replace(REGISTERED, site="main")
    ended = replace(
        REGISTERED, reference="r2", day=date(2004, 5, 20), status=RegistrationStatus.SUSPENDED
    )

    assert [code for code, _ in codes(replace(OAKFIELD, registrations=(at_main, ended)))] == [
        "provider_registration_ended"
    ]


def test_what_is_asked_of_a_kind_stands_before_what_is_asked_of_every_kind() -> None:
    goods = replace(OAKFIELD, kinds=(Kind.GOODS,), documents=())
    lifted = DocumentRule(
        document=DocumentKind.PUBLIC_LIABILITY, kind=Kind.GOODS, starts=DAY, needed=False
    )
    less = DocumentRule(
        document=DocumentKind.EMPLOYERS_LIABILITY,
        kind=Kind.GOODS,
        starts=DAY,
        cover=Money.parse("1000000.00"),
    )
    ours = replace(goods, document_rules=(*SHIPPED, lifted, less))

    assert [(one.document, one.cover) for one in rules.required_of(ours, DAY)] == [
        (DocumentKind.EMPLOYERS_LIABILITY, Money.parse("1000000.00"))
    ]
    two = replace(ours, kinds=(Kind.GOODS, Kind.TRANSPORT))
    assert {one.document: one.cover for one in rules.required_of(two, DAY)}[
        DocumentKind.PUBLIC_LIABILITY
    ] == FIVE_MILLION, "what carries children is asked for the whole"


def test_a_rule_that_lifts_what_nobody_asks_for_is_refused() -> None:
    standing = rules.rules_on(SHIPPED, DAY)
    every = DocumentRule(document=DocumentKind.STAFF_CHECKS, starts=DAY, needed=False)
    goods = replace(every, kind=Kind.GOODS)
    homes = replace(every, kind=Kind.CHILDRENS_HOME)

    assert [p.code for p in rules.problems_in_rule(every, standing)] == [
        "document_rule_lifts_nothing"
    ]
    assert [p.code for p in rules.problems_in_rule(goods, standing)] == [
        "document_rule_lifts_nothing"
    ]
    assert not list(rules.problems_in_rule(homes, standing))


def test_an_insurance_that_was_cancelled_holds_no_more_from_that_day_on() -> None:
    cancelled = filed(
        DocumentKind.PUBLIC_LIABILITY, withdrawn=date(2004, 5, 20), why="The premium was not paid"
    )
    rest = without(DocumentKind.PUBLIC_LIABILITY)
    provider = replace(rest, documents=(*rest.documents, cancelled))

    assert rules.problems_on(provider, date(2004, 5, 19)) == []
    (problem,) = rules.problems_on(provider, date(2004, 5, 20))
    assert problem.code == "provider_document_withdrawn"
    assert problem.message == (
        "The public liability insurance of Oakfield Fostering holds no more since 20 May 2004: “The "
        "premium was not paid.”"
    )


def test_a_document_filed_wrongly_is_as_if_it_had_never_been() -> None:
    never = filed(DocumentKind.STAFF_CHECKS, withdrawn=date(2004, 4, 1), why="Another provider's")
    rest = without(DocumentKind.STAFF_CHECKS)

    assert codes(replace(rest, documents=(*rest.documents, never))) == [
        ("provider_document_missing", "provider.documents.staff_checks")
    ]


@pytest.mark.parametrize(
    ("starts", "cover", "told"),
    [
        (date(2005, 4, 1), "5000000.00", False),
        (date(2005, 4, 2), "5000000.00", True),
        (date(2005, 4, 1), "4999999.99", True),
    ],
)
def test_a_renewal_that_leaves_a_day_out_or_covers_less_leaves_the_document_running_out(
    starts: date, cover: str, told: bool
) -> None:
    renewal = filed(
        DocumentKind.PUBLIC_LIABILITY,
        reference="next",
        starts=starts,
        expires=date(2006, 3, 31),
        cover=Money.parse(cover),
    )
    provider = replace(OAKFIELD, documents=(*OAKFIELD.documents, renewal))

    soon = [
        one.expires
        for one in rules.expiring(provider, DAY, date(2005, 9, 30))
        if one.document is DocumentKind.PUBLIC_LIABILITY
    ]

    assert soon == ([date(2005, 3, 31)] if told else [])
