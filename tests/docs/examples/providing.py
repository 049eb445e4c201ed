"""Examples of what stops a need, a provider, a directory entry, or a new call-off."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from typing import Any

from sqlmodel import Session

from contracts import directory, needs, provider_checking
from contracts.directory import Cost, Entry
from contracts.identifiers import Scheme, canonical
from contracts.needs import Changed, Led, Need, View, Whose
from contracts.opening_times import Open, Weekday
from contracts.providers import (
    SHIPPED,
    Document,
    DocumentKind,
    DocumentRule,
    Kind,
    Provider,
    Registration,
    RegistrationStatus,
    Sector,
    Site,
    Withdrawal,
)
from ledger.money import Money
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.providing.told import COMPANY, COUNTED, ENTRY, INSPECTED, NEED, OAKFIELD, VIEW, but
from tests.support.trusts import AT, CLERK
from trust_commissioning import providing
from trust_commissioning.recording import EVENTS

_DAY = date(2003, 5, 1)
_POUNDS = Money.parse
_HOMES = Provider(code="elm", name="Elm Homes", sector=Sector.PRIVATE, kinds=(Kind.CHILDRENS_HOME,))
_REGISTERED = Registration(
    reference="r1",
    day=date(2003, 4, 1),
    regulator="National Care Standards Commission",
    number="H0042",
    status=RegistrationStatus.REGISTERED,
)
_INSURED = Document(
    reference="d1",
    kind=DocumentKind.PUBLIC_LIABILITY,
    starts=date(2002, 4, 1),
    expires=date(2003, 3, 31),
    cover=_POUNDS("5000000.00"),
)
_NEED = Need(
    code="refuge", title="Places of refuge", group="Runaways under 16", locality="Larkford"
)
_ENTRY = Entry(
    code="talk-time",
    service="therapy",
    provider="oakfield",
    title="Talk Time counselling",
    description="Six sessions with a counsellor.",
    review_day=date(2003, 6, 30),
)


def _told(*events: tuple[str, dict[str, Any]]) -> Run:
    """Events recorded one after another, the last of which is refused."""

    def work(session: Session) -> None:
        for name, asked in events:
            what = EVENTS[name]
            what.act(session, what.read(json.dumps(asked).encode(), name="event"), CLERK, AT)

    return in_small_trust(work)


def _view(session: Session) -> object:
    view = View(
        reference="v1",
        day=_DAY,
        whose=Whose.YOUNG_PEOPLE,
        words="We want somewhere to go at night.",
        gathered="A meeting",
    )
    return providing.hear(session, view, by=CLERK, at=AT)


def _changed(day: str) -> dict[str, Any]:
    return {
        "reference": "led-1",
        "view": "view-1",
        "day": day,
        "changed": "service",
        "what": "fostering",
        "words": "Homes near the school are looked for first.",
    }


example(
    "need_unknown",
    "A number is observed of a need nobody recorded.",
    _told(("need-observation", COUNTED)),
)
example(
    "need_closed_without_a_reason",
    "A need is closed, and that is all.",
    lambda: needs.problems_in(replace(_NEED, closed=_DAY)),
)


def _below_nil(session: Session) -> object:
    providing.keep_need(session, _NEED, by=CLERK, at=AT)
    observed = needs.Observation(reference="1", day=_DAY, number=-3, source="A return")
    return providing.observe(session, _NEED.code, observed, by=CLERK, at=AT)


example("number_below_nil", "A count is typed with a minus sign.", in_small_trust(_below_nil))
example(
    "day_ahead_of_time",
    "A count is dated in next year.",
    _told(("need", NEED), ("need-observation", but(COUNTED, day="2004-03-31"))),
)
example("view_about_nothing", "A view is recorded by itself.", in_small_trust(_view))
example(
    "view_unknown",
    "A change is put down to a view nobody recorded.",
    _told(("view-change", _changed("2003-05-01"))),
)
example(
    "review_unknown",
    "A view is said to have changed a review nobody recorded.",
    _told(
        ("need", NEED),
        ("view", but(VIEW, day="2003-04-20")),
        ("view-change", but(_changed("2003-05-01"), changed="review", what="R-7")),
    ),
)
example(
    "change_before_the_view",
    "A change of March is put down to a view of May.",
    lambda: needs.problems_in_led(
        View(
            reference="v1",
            day=_DAY,
            whose=Whose.CHILDREN,
            words="We want to stay at our school.",
            gathered="A survey",
        ),
        Led(
            reference="l1",
            day=date(2003, 3, 1),
            view="v1",
            changed=Changed.SERVICE,
            what="fostering",
            words="Nearer homes",
        ),
    ),
)
example(
    "identifier_malformed",
    "A charity's number is given as a company's.",
    lambda: canonical(Scheme.COMPANY, "SC0354"),
)
example(
    "identifier_unknown",
    "A number is withdrawn of a provider that never had it.",
    _told(
        (
            "provider-identifier",
            but(COMPANY, day="2003-05-01", verified_on="2003-05-01", withdrawn=True),
        )
    ),
)
example(
    "identifier_of_another_provider",
    "Two providers are given one company number.",
    _told(
        ("provider", but(OAKFIELD, code="elm", name="Elm Homes", sites=[])),
        ("provider-identifier", but(COMPANY, day="2003-05-01", verified_on="2003-05-01")),
        (
            "provider-identifier",
            but(
                COMPANY,
                provider="elm",
                reference="coh-2",
                day="2003-05-01",
                verified_on="2003-05-01",
            ),
        ),
    ),
)
example(
    "verification_incomplete",
    "An identifier was looked up, and nobody noted when.",
    _told(
        (
            "provider-identifier",
            {
                "provider": "oakfield",
                "reference": "coh-1",
                "day": "2003-05-01",
                "scheme": "GB-COH",
                "value": "01234567",
                "verified_at": "The register of companies",
            },
        )
    ),
)
example(
    "site_unknown",
    "An inspection is of a home the provider has not.",
    _told(("inspection", but(INSPECTED, day="2003-04-20", site="elm-house"))),
)
example(
    "site_repeated",
    "Two homes are given one code.",
    lambda: provider_checking.problems_in(
        replace(_HOMES, sites=(Site(code="elm", name="Elm"), Site(code="elm", name="Elm End")))
    ),
)
example(
    "site_is_named",
    "A home that was inspected is left out of the provider's sites.",
    _told(
        ("provider", OAKFIELD),
        ("inspection", but(INSPECTED, day="2003-04-20", site="main")),
        ("provider", but(OAKFIELD, sites=[])),
    ),
)
example(
    "site_ends_before_it_starts",
    "The days of a home are typed the wrong way round.",
    lambda: provider_checking.problems_in(
        replace(
            _HOMES,
            sites=(
                Site(
                    code="elm",
                    name="Elm House",
                    starts=date(2003, 4, 1),
                    ends=date(2002, 3, 31),
                ),
            ),
        )
    ),
)
example(
    "document_expires_before_it_starts",
    "The days of a certificate are typed the wrong way round.",
    lambda: provider_checking.problems_in_document(replace(_INSURED, expires=date(2001, 3, 31))),
)
example(
    "insurance_incomplete",
    "A certificate is filed without its cover.",
    lambda: provider_checking.problems_in_document(replace(_INSURED, cover=None)),
)
example(
    "cover_of_no_insurance",
    "A policy on child protection is given a cover.",
    lambda: provider_checking.problems_in_document(
        replace(_INSURED, kind=DocumentKind.CHILD_PROTECTION_POLICY)
    ),
)
example(
    "provider_no_longer_used",
    "A placement is called off with a provider that was given up in March.",
    lambda: provider_checking.problems_on(replace(_HOMES, ends=date(2003, 3, 31)), _DAY),
)
example(
    "provider_not_registered",
    "A placement is called off in a home nobody has looked up.",
    lambda: provider_checking.problems_on(_HOMES, _DAY),
)
example(
    "provider_registration_ended",
    "A placement is called off in a home whose registration was suspended.",
    lambda: provider_checking.problems_on(
        replace(
            _HOMES,
            registrations=(
                _REGISTERED,
                replace(
                    _REGISTERED,
                    reference="r2",
                    day=date(2003, 4, 20),
                    status=RegistrationStatus.SUSPENDED,
                ),
            ),
        ),
        _DAY,
    ),
)
example(
    "provider_document_missing",
    "A home has filed no insurance.",
    lambda: provider_checking.problems_on(replace(_HOMES, registrations=(_REGISTERED,)), _DAY),
)
example(
    "provider_document_expired",
    "A home's insurance ran out with the year.",
    lambda: provider_checking.problems_on(
        replace(_HOMES, registrations=(_REGISTERED,), documents=(_INSURED,)), _DAY
    ),
)
example(
    "provider_document_withdrawn",
    "A home's insurer cancelled its policy in the middle of the year.",
    lambda: provider_checking.problems_on(
        replace(
            _HOMES,
            documents=(
                replace(
                    _INSURED,
                    expires=date(2004, 3, 31),
                    withdrawn=date(2003, 4, 20),
                    why="Cancelled, the premium was not paid",
                ),
            ),
        ),
        _DAY,
    ),
)
_CANCELLED = Withdrawal(
    reference="w1", document="d1", day=date(2003, 3, 1), reason="Cancelled by the insurer"
)
example(
    "document_unknown",
    "A policy nobody filed is said to be cancelled.",
    in_small_trust(
        lambda session: providing.withdraw_document(
            session, "oakfield", _CANCELLED, by=CLERK, at=AT
        )
    ),
)
example(
    "document_withdrawn_already",
    "A policy is said to be cancelled a second time.",
    lambda: provider_checking.problems_in_withdrawal(
        replace(_INSURED, withdrawn=date(2003, 2, 1), why="Cancelled"), _CANCELLED
    ),
)
example(
    "document_rule_lifts_nothing",
    "Policies on child protection are lifted of every kind at once, and each kind is asked by itself.",
    lambda: provider_checking.problems_in_rule(
        DocumentRule(
            document=DocumentKind.CHILD_PROTECTION_POLICY,
            starts=date(2004, 4, 1),
            needed=False,
        ),
        provider_checking.rules_on(SHIPPED, date(2004, 4, 1)),
    ),
)
example(
    "provider_cover_too_low",
    "A home is insured for two million pounds.",
    lambda: provider_checking.problems_on(
        replace(
            _HOMES,
            documents=(replace(_INSURED, expires=date(2004, 3, 31), cover=_POUNDS("2000000.00")),),
        ),
        _DAY,
    ),
)
example(
    "entry_version_is_stale",
    "Two people edit one need at once.",
    _told(("need", NEED), ("need", but(NEED, owner="Homes")), ("need", but(NEED, version=1))),
)
example(
    "ages_out_of_order",
    "A service would be for ages 11 to 5.",
    lambda: directory.problems_in(replace(_ENTRY, minimum_age=11, maximum_age=5)),
)
example(
    "opening_times_out_of_order",
    "A club would open on Fridays at seven in the evening and close at four.",
    lambda: directory.problems_in(
        replace(_ENTRY, times=(Open(Weekday.FRIDAY, time(19), time(16)),), published=False)
    ),
)
example(
    "cost_below_nil",
    "A refund is typed as a cost.",
    lambda: directory.problems_in(
        replace(_ENTRY, costs=(Cost(option="A session", amount=_POUNDS("-2.50")),))
    ),
)
example(
    "directory_entry_incomplete",
    "An entry is published that nobody keeps up to date.",
    lambda: directory.problems_in(_ENTRY),
)
example(
    "directory_entry_unknown",
    "A check is recorded of an entry the directory has not.",
    _told(
        (
            "directory-check",
            {
                "entry": "talk-time",
                "reference": "check-1",
                "day": "2003-05-01",
                "review_day": "2004-05-01",
            },
        )
    ),
)
example(
    "review_not_after_the_check",
    "An entry is checked on its own day of review.",
    lambda: directory.problems_in_check(_ENTRY, date(2003, 6, 30), date(2003, 6, 30)),
)
example(
    "entry_not_past_review",
    "An owner is written to two months early.",
    _told(
        ("directory-entry", but(ENTRY, review_day="2003-06-30")),
        (
            "directory-chase",
            {"entry": "talk-time", "reference": "chase-1", "day": "2003-05-01"},
        ),
    ),
)
