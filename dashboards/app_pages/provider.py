"""Provider: who is it, what does it hold, what stops new call-offs, what is it contracted for?

Reader: commissioners, finance officers, auditors; those who keep the register record here. What
stops new call-offs is the register's own rule; this page only asks and shows.
"""

from collections.abc import Callable, Mapping
from datetime import date

import streamlit as st

from contracts.identifiers import Scheme
from contracts.providers import (
    DocumentKind,
    Kind,
    Provider,
    RegistrationStatus,
    Result,
    Sector,
)
from dashboards import address, ask, ask_providing, register_forms, show, who
from dashboards.ask_providing import OneProvider
from dashboards.register_forms import day_box, keep, maybe_day, parts, request, whole
from ledger.wording import day_in_full
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "provider-said"
PROFILE = (
    *("code", "name", "legal_name", "ends", "description", "phone", "email", "website"),
    "version",
)
SITE = ("code", "name", "address", "town", "county", "postcode", "places")
NOBODY = "Not verified"


def standing(found: OneProvider, day: date) -> None:
    """Whether it may take new call-offs on the day, and if not, everything that stops it."""
    if found.stops:
        show.warnings([problem.message for problem in found.stops])
    elif not found.provider.kinds:
        show.note("No kind is stated, so nobody has said what this provider must hold.")
    else:
        show.note(f"Nothing stops new call-offs on {day_in_full(day)}.")


def about(one: Provider) -> None:
    """What is kept of it."""
    show.facts(
        [
            ("Sector", one.sector.title if one.sector else "Not stated"),
            ("Kind", ", ".join(kind.title for kind in one.kinds) or "Not stated"),
            ("Legal name", one.legal_name),
            ("About", one.description),
            ("Telephone", one.phone),
            ("E-mail", one.email),
            ("Website", one.website),
            ("Last used", day_in_full(one.ends) if one.ends else ""),
        ]
    )


def listed(
    title: str, names: Mapping[str, str], rows: list[dict[str, Cell]], *, nothing: str
) -> None:
    """A table under its own heading."""
    show.section(title)
    columns = [
        Column(key=key, title=said, kind="money" if key == "cover" else "text")
        for key, said in names.items()
    ]
    show.table(title, columns, rows, nothing=nothing)


def identifiers(one: Provider) -> None:
    listed(
        "Identifiers",
        {"scheme": "Scheme", "value": "Identifier", "given": "As given", "verified": "Verified"},
        [
            {
                "scheme": held.scheme.title,
                "value": held.value,
                "given": held.given,
                "verified": f"{held.verified_at}, {day_in_full(held.verified_on)}"
                if held.verified_on
                else NOBODY,
            }
            for held in one.known_by
        ],
        nothing="No identifier is recorded.",
    )


def sites(one: Provider, day: date) -> None:
    listed(
        "Sites",
        {"name": "Site", "where": "Where", "places": "Places", "open": "Open"},
        [
            {
                "name": site.name,
                "where": ", ".join(p for p in (site.address, site.town, site.postcode) if p),
                "places": site.places if site.places is not None else "",
                "open": "Yes" if site.is_open_on(day) else "No",
            }
            for site in one.sites
        ],
        nothing="No site is recorded.",
    )


def documents(one: Provider, day: date) -> None:
    listed(
        "Documents",
        {
            "document": "Document",
            "starts": "From",
            "expires": "To",
            "cover": "Cover",
            "issuer": "Issued by",
            "state": "State",
        },
        [
            {
                "document": held.kind.title,
                "starts": day_in_full(held.starts),
                "expires": day_in_full(held.expires) if held.expires else "No end",
                "cover": held.cover if held.cover is not None else "",
                "issuer": held.issuer,
                "state": ask_providing.state(held, day),
            }
            for held in reversed(one.documents)
        ],
        nothing="No document is filed.",
    )


def seen_by(one: Provider) -> None:
    """What regulators and inspectorates said."""
    listed(
        "Registration",
        {
            "regulator": "Regulator",
            "number": "Number",
            "status": "Status",
            "kind": "As",
            "day": "From",
            "conditions": "Conditions",
        },
        [
            {
                "regulator": held.regulator,
                "number": held.number,
                "status": held.status.title,
                "kind": held.kind.title if held.kind else "Every kind that registers",
                "day": day_in_full(held.day),
                "conditions": held.conditions,
            }
            for held in reversed(one.registrations)
        ],
        nothing="No registration is recorded.",
    )
    listed(
        "Inspections",
        {"day": "Day", "by": "Inspectorate", "result": "Read as", "words": "Result as given"},
        [
            {
                "day": day_in_full(held.day),
                "by": held.inspectorate,
                "result": held.result.title,
                "words": held.words,
            }
            for held in reversed(one.inspections)
        ],
        nothing="No inspection is recorded.",
    )


def contracts(found: OneProvider, day: date, known: ask.Known) -> None:
    """What it is contracted for, and what the directory says it offers."""
    show.section("Contracts")
    columns = [
        Column(key="number", title="Contract"),
        Column(key="title", title="Title"),
        Column(key="service", title="Service"),
        Column(key="runs", title="Runs"),
        Column(key="state", title="On the day"),
    ]
    rows: list[dict[str, Cell]] = [
        {
            "number": one.number,
            "title": one.title,
            "service": known.services.get(one.service, one.service),
            "runs": f"{day_in_full(one.starts)} to "
            f"{day_in_full(one.ends) if one.ends else 'no end agreed'}",
            "state": "In force" if one.runs_on(day) else "Not in force",
        }
        for one in found.contracts
    ]
    show.table(
        "Contracts",
        columns,
        rows,
        links=lambda row, key: (
            address.link("contract", {"number": row["number"]}) if key == "number" else ""
        ),
        nothing="There is no contract with this provider.",
    )
    if found.entries:
        show.section("In the services directory")
        show.links_line([(one.title, f"/directory/{one.code}") for one in found.entries])


def act(viewer: SignedIn, one: Provider) -> None:
    """What those who keep the register can record."""
    show.section("Record")
    for title, form in FORMS.items():
        with st.expander(title):
            form(viewer, one)


def edit(viewer: SignedIn, one: Provider) -> None:
    """What is edited of it, under the version that was read."""
    with st.form("provider", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        name = left.text_input("Name", value=one.name, max_chars=200)
        sectors = list(Sector)
        sector = right.selectbox(
            "Sector",
            sectors,
            index=sectors.index(one.sector) if one.sector else None,
            format_func=lambda said: said.title,
        )
        kinds = st.multiselect(
            "Kinds", list(Kind), default=list(one.kinds), format_func=lambda said: said.title
        )
        left, right = st.columns(2)
        legal = left.text_input("Legal name", value=one.legal_name, max_chars=200)
        ends = maybe_day(right, "Last day on which it is used", one.ends)
        about_it = st.text_area("About", value=one.description, max_chars=4000)
        first, second, third = st.columns(3)
        phone = first.text_input("Telephone", value=one.phone, max_chars=200)
        email = second.text_input("E-mail", value=one.email, max_chars=200)
        website = third.text_input("Website", value=one.website, max_chars=300)
        wanted = st.form_submit_button("Keep it", type="primary")
    if wanted:
        asked = as_kept(one) | {
            "name": name,
            "sector": sector.value if sector else "",
            "kinds": [said.value for said in kinds],
            "legal_name": legal,
            "ends": ends,
            "description": about_it,
            "phone": phone,
            "email": email,
            "website": website,
        }
        keep(viewer, "provider", asked, f"Kept: {name}.", said=SAID)


def as_kept(one: Provider) -> dict[str, object]:
    """The provider as an event says it, under the version that was read."""
    return {
        **{name: getattr(one, name) for name in PROFILE},
        "sector": one.sector.value if one.sector else "",
        "kinds": [said.value for said in one.kinds],
        "sites": told_sites(one),
    }


def told_sites(one: Provider) -> list[dict[str, object]]:
    """The sites as an event says them."""
    return [
        {
            name: str(value) if isinstance(value, date) else value
            for name in (*SITE, "starts", "ends")
            if (value := getattr(site, name)) not in (None, "")
        }
        for site in one.sites
    ]


def site(viewer: SignedIn, one: Provider) -> None:
    """One more site, beside those there are."""
    with st.form("site", border=False, enter_to_submit=False):
        show.note(
            "Code | name | address | town | county | postcode | places it is registered for",
            kind="small",
        )
        typed = st.text_input("The site, parted by upright strokes", max_chars=600)
        wanted = st.form_submit_button("Add the site", type="primary")
    if wanted:
        told = parts(typed, SITE)
        added: list[dict[str, object]] = [
            {
                name: whole(value) if name == "places" else value
                for name, value in line.items()
                if value
            }
            for line in told
        ]
        asked = {**as_kept(one), "sites": [*told_sites(one), *added]}
        keep(viewer, "provider", asked, "The site is added.", said=SAID)


def of_site(one: Provider, name: str) -> str:
    names = {held.code: held.name for held in one.sites}
    return str(
        st.selectbox(
            "Of",
            ["", *names],
            format_func=lambda code: names.get(code, "The provider as a whole"),
            key=f"site-{name}",
        )
    )


def identifier(viewer: SignedIn, one: Provider) -> None:
    with st.form("identifier", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        scheme = left.selectbox("Scheme", list(Scheme), format_func=lambda said: said.title)
        value = right.text_input("Identifier, as it is written", max_chars=60)
        left, right = st.columns(2)
        at = left.text_input("Looked up in", max_chars=200)
        on = maybe_day(right, "Looked up on")
        place = of_site(one, "identifier")
        withdrawn = st.checkbox("It is not, or no longer, this provider’s")
        wanted = st.form_submit_button("Record the identifier", type="primary")
    if wanted and scheme is not None:
        asked = {
            "provider": one.code,
            "reference": request("identifier"),
            "day": register_forms.today(),
            "scheme": scheme.value,
            "value": value,
            "site": place,
            "verified_at": at,
            "verified_on": on,
            "withdrawn": withdrawn,
        }
        words = f"{scheme.title}: recorded."
        keep(viewer, "provider-identifier", asked, words, said=SAID, name="identifier")


def registration(viewer: SignedIn, one: Provider) -> None:
    with st.form("registration", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        regulator = left.text_input("Regulator", max_chars=200)
        number = right.text_input("Registration number", max_chars=60)
        left, right = st.columns(2)
        status = left.selectbox(
            "Status", list(RegistrationStatus), format_func=lambda said: said.title
        )
        day = day_box(right, "From")
        kind = st.selectbox(
            "As",
            ["", *Kind],
            format_func=lambda said: Kind(said).title if said else "Every kind that registers",
        )
        conditions = st.text_input("Conditions", max_chars=1000)
        place = of_site(one, "registration")
        wanted = st.form_submit_button("Record the registration", type="primary")
    if wanted and status is not None:
        asked = {
            "provider": one.code,
            "reference": request("registration"),
            "day": day,
            "regulator": regulator,
            "number": number,
            "status": status.value,
            "conditions": conditions,
            "site": place,
            "kind": kind,
        }
        words = f"Registration {number}: {status.title.lower()}."
        keep(viewer, "provider-registration", asked, words, said=SAID, name="registration")


def document(viewer: SignedIn, one: Provider) -> None:
    with st.form("document", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        kind = left.selectbox("Document", list(DocumentKind), format_func=lambda said: said.title)
        issuer = right.text_input("Issued by", max_chars=200)
        first, second, third = st.columns(3)
        starts = day_box(first, "Holds from", ahead=True)
        expires = maybe_day(second, "Last day it holds")
        cover = third.text_input("Covers, as 5000000.00", max_chars=20)
        wanted = st.form_submit_button("File the document", type="primary")
    if wanted and kind is not None:
        asked = {
            "provider": one.code,
            "reference": request("document"),
            "document": kind.value,
            "starts": starts,
            "expires": expires,
            "cover": cover.strip().lstrip("£").replace(",", ""),
            "issuer": issuer,
        }
        words = f"{kind.title}: filed."
        keep(viewer, "provider-document", asked, words, said=SAID, name="document")


def withdrawal(viewer: SignedIn, one: Provider) -> None:
    """A document that was cancelled, or filed wrongly, holds no more."""
    filed = {
        held.reference: f"{held.kind.title}, from {day_in_full(held.starts)}"
        for held in one.documents
        if held.withdrawn is None
    }
    if not filed:
        show.note("No document is filed that could hold no more.")
        return
    with st.form("withdrawal", border=False, enter_to_submit=False):
        document = st.selectbox(
            "Document that holds no more", list(filed), format_func=lambda one: filed[one]
        )
        left, right = st.columns(2)
        day = day_box(left, "First day it holds no more")
        reason = right.text_input("Why it holds no more", max_chars=200)
        wanted = st.form_submit_button("Record that it holds no more", type="primary")
    if wanted and document is not None:
        asked = {
            "provider": one.code,
            "reference": request("withdrawal"),
            "document": document,
            "day": day,
            "reason": reason,
        }
        words = f"{filed[document]}: holds no more since {day_in_full(day)}."
        keep(viewer, "provider-document-end", asked, words, said=SAID, name="withdrawal")


def inspection(viewer: SignedIn, one: Provider) -> None:
    with st.form("inspection", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        by = left.text_input("Inspectorate", max_chars=200)
        day = day_box(right, "Inspected on")
        words = st.text_area("The result as it is worded", max_chars=2000)
        result = st.selectbox("Read as", list(Result), format_func=lambda said: said.title)
        place = of_site(one, "inspection")
        wanted = st.form_submit_button("Record the inspection", type="primary")
    if wanted and result is not None:
        asked = {
            "provider": one.code,
            "reference": request("inspection"),
            "day": day,
            "inspectorate": by,
            "words": words,
            "result": result.value,
            "site": place,
        }
        keep(
            viewer, "inspection", asked, f"{result.title}: recorded.", said=SAID, name="inspection"
        )


FORMS: Mapping[str, Callable[[SignedIn, Provider], None]] = {
    "What is kept of it": edit,
    "A site": site,
    "An identifier": identifier,
    "A document": document,
    "A document that holds no more": withdrawal,
    "What a regulator says": registration,
    "An inspection": inspection,
}
viewer = who.must(Action.READ_REPORTS)
known = ask.known()
names = ask_providing.providers()
if not names:
    show.heading("Provider")
    show.nothing_yet(
        "No provider is on the register yet",
        "Whoever keeps the register adds one on the page Providers, or with a contracts register.",
    )
    show.links_line([("Providers", address.link("providers", {}))])
    st.stop()
boxes = address.Address("provider")
top = st.container()
code = boxes.select("Provider", "code", list(names), says=lambda one: names[one])
day = boxes.as_at(known, register_forms.today()).period.ends
found = ask_providing.provider(code, day)
if found is None:
    show.heading("Provider")
    st.stop()
with top:
    show.heading(found.provider.name, "What it holds, what stops new call-offs, what it is for.")
register_forms.tell(SAID)
standing(found, day)
about(found.provider)
documents(found.provider, day)
seen_by(found.provider)
identifiers(found.provider)
sites(found.provider, day)
contracts(found, day, known)
if may(viewer, Action.KEEP_REGISTER):
    act(viewer, found.provider)
