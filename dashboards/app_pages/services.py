"""Services: which outcomes does each serve, what does the directory tell of it, what is overdue?

Reader: commissioners and whoever keeps the directory. Figures: the directory-reviews report. This
page only asks and shows.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from contracts.directory import Entry, Status
from contracts.services import Service
from dashboards import (
    address,
    ask,
    ask_providing,
    register_forms,
    report_view,
    saved_views,
    show,
    who,
)
from dashboards.register_forms import day_box, keep, lines, maybe_day, parts, request, whole
from ledger.money import NIL
from ledger.outcomes import Outcome
from ledger.wording import counted, day_in_full
from trust_commissioning.reports import Column, Report
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "services-said"
LISTED = ("entry", "provider", "ages", "status", "review", "state")
PLACE = ("name", "address", "town", "county", "postcode", "access")
TIME = ("day", "opens", "closes")
COST = ("option", "amount", "words")
CONTACT = ("name", "title", "phone", "email")


def weights_of(service: Service, day: date) -> str:
    """``Stay safe 3, Be healthy 1``: the weights that hold on a day."""
    held = service.weights_on(day)
    return ", ".join(f"{outcome.title} {weight}" for outcome, weight in held) or "Not attributed"


def services(kept: Mapping[str, Service], words: str, day: date) -> None:
    """Each service with the outcomes its spend serves on the day."""
    wanted = words.casefold().split()
    rows: list[dict[str, Cell]] = [
        {
            "title": one.title,
            "weights": weights_of(one, day),
            "description": one.description,
            "review": day_in_full(one.review_day) if one.review_day else "",
        }
        for one in kept.values()
        if all(word in f"{one.title} {one.description}".casefold() for word in wanted)
    ]
    show.section("Services")
    show.table(
        "Services, with the outcomes their spend serves",
        [
            Column(key="title", title="Service"),
            Column(key="weights", title="Outcomes and their weights"),
            Column(key="description", title="What it is"),
            Column(key="review", title="Review by"),
        ],
        rows,
        nothing="No service is like that."
        if kept
        else "No service is recorded yet. Whoever keeps the register records one below.",
    )


def directory(report: Report, words: str, known: ask.Known) -> None:
    """The entries, each leading to its public page; then who is to be chased."""
    wanted = words.casefold().split()
    rows = [
        row
        for row in report.rows
        if all(
            word in f"{row['entry']} {row['service']} {row['provider']} {row['owner']}".casefold()
            for word in wanted
        )
    ]
    show.section("The directory")
    show.links_line([("The public pages", "/directory")])
    show.table(
        "The services directory",
        [column for column in report.columns if column.key in LISTED],
        rows,
        links=lambda row, key: f"/directory/{row['code']}" if key == "entry" else "",
        nothing="No entry of the directory is like that."
        if report.rows
        else "The directory has no entry yet. Whoever keeps the register records one below.",
    )
    for part in report.parts:
        report_view.table(report, part, known)


def act(viewer: SignedIn, kept: Mapping[str, Service], entries: Mapping[str, Entry]) -> None:
    """What those who keep the register can record."""
    show.section("Record")
    with st.expander("A service"):
        service(viewer, kept)
    if kept:
        with st.expander("Which outcomes a service serves"):
            weights(viewer, kept)
        with st.expander("An entry of the directory"):
            entry(viewer, kept, entries)
    if entries:
        with st.expander("An entry was looked at again"):
            check(viewer, entries)
    late = {
        code: one
        for code, one in entries.items()
        if one.published and one.is_past_review(register_forms.today())
    }
    if late:
        with st.expander("Write to the owner of an entry past its review"):
            chase(viewer, late)


def service(viewer: SignedIn, kept: Mapping[str, Service]) -> None:
    code = st.selectbox(
        "Which service",
        ["", *kept],
        format_func=lambda one: kept[one].title if one else "A new one",
        key="service-which",
    )
    now = kept.get(code)
    with st.form(f"service-{code}", border=False, enter_to_submit=False):
        named = st.text_input("Code", value=code, disabled=bool(now), max_chars=60)
        title = st.text_input("Title", value=now.title if now else "", max_chars=200)
        about = st.text_area("What it is", value=now.description if now else "", max_chars=4000)
        review = maybe_day(st.container(), "Review by", now.review_day if now else None)
        wanted = st.form_submit_button("Keep the service", type="primary")
    if wanted:
        asked = {
            "code": code or named.strip(),
            "title": title,
            "description": about,
            "review_day": review,
        }
        keep(viewer, "service", asked, f"Kept: {title}.", said=SAID)


def weights(viewer: SignedIn, kept: Mapping[str, Service]) -> None:
    """Whole-number weights from a day on; what was posted stays as it was split."""
    with st.form("weights", border=False, enter_to_submit=False):
        code = str(st.selectbox("Service", list(kept), format_func=lambda one: kept[one].title))
        starts = day_box(st.container(), "From", ahead=True)
        columns = st.columns(len(Outcome))
        typed = {
            outcome: column.text_input(outcome.title, max_chars=6)
            for outcome, column in zip(Outcome, columns, strict=True)
        }
        wanted = st.form_submit_button("Record the weights", type="primary")
    if wanted:
        told = {outcome.value: whole(text) for outcome, text in typed.items()}
        asked = {
            "service": code,
            "starts": starts,
            "weights": {name: weight for name, weight in told.items() if weight not in (None, 0)},
        }
        words = f"{kept[code].title}: the weights hold from {day_in_full(starts)}."
        keep(viewer, "outcome-weights", asked, words, said=SAID)


def entry(viewer: SignedIn, kept: Mapping[str, Service], entries: Mapping[str, Entry]) -> None:
    """A new entry, or one that is there as it is to read."""
    code = st.selectbox(
        "Which entry",
        ["", *entries],
        format_func=lambda one: entries[one].title if one else "A new one",
        key="entry-which",
    )
    now = entries.get(code)
    with st.form(f"entry-{code}", border=False, enter_to_submit=False):
        asked = {
            "code": code or st.text_input("Code", max_chars=60).strip(),
            "version": now.version if now else 0,
            **what(now, kept),
            **whom(now),
            **how(now),
        }
        wanted = st.form_submit_button("Keep the entry", type="primary")
    if wanted:
        keep(viewer, "directory-entry", asked, f"Kept: {asked['title']}.", said=SAID)


def what(now: Entry | None, kept: Mapping[str, Service]) -> dict[str, object]:
    """What is offered, by whom."""
    names = ask_providing.providers()
    codes, makers = list(kept), list(names)
    title = st.text_input("Title", value=now.title if now else "", max_chars=200)
    left, right = st.columns(2)
    of = left.selectbox(
        "Of the service",
        codes,
        index=codes.index(now.service) if now else 0,
        format_func=lambda one: kept[one].title,
    )
    by = right.selectbox(
        "Provided by",
        makers,
        index=makers.index(now.provider) if now else 0,
        format_func=lambda one: names[one],
    )
    about = st.text_area("What is offered", value=now.description if now else "", max_chars=4000)
    left, right = st.columns(2)
    states = list(Status)
    status = left.selectbox(
        "Status",
        states,
        index=states.index(now.status) if now else 0,
        format_func=lambda one: one.title,
    )
    published = right.checkbox("Published", value=now.published if now else True)
    return {
        "title": title,
        "service": of,
        "provider": by,
        "description": about,
        "status": status.value if status else "",
        "published": published,
    }


def whom(now: Entry | None) -> dict[str, object]:
    """For whom, and how they come to it."""
    left, right = st.columns(2)
    least = left.text_input("From age", value=_typed(now.minimum_age if now else None), max_chars=3)
    most = right.text_input("To age", value=_typed(now.maximum_age if now else None), max_chars=3)
    eligible = st.text_area("Who may use it", value=now.eligibility if now else "", max_chars=4000)
    referral = st.text_area("How to be referred", value=now.referral if now else "", max_chars=4000)
    areas = st.text_input("Districts, parted by commas", value=", ".join(now.areas if now else ()))
    languages = st.text_input(
        "Languages, parted by commas", value=", ".join(now.languages if now else ())
    )
    return {
        "minimum_age": whole(least),
        "maximum_age": whole(most),
        "eligibility": eligible,
        "referral": referral,
        "areas": _commas(areas),
        "languages": _commas(languages),
    }


def how(now: Entry | None) -> dict[str, object]:
    """Where, when, at what cost, whom to ask, who keeps it."""
    opening = st.text_input("When it is open", value=now.opening if now else "", max_chars=200)
    times = st.text_area(
        "Hours of each week, one a line: day | opens, as 09:30 | closes",
        value=lines(
            (one.day.title, f"{one.opens:%H:%M}", f"{one.closes:%H:%M}") for one in now.times
        )
        if now
        else "",
    )
    places = st.text_area(
        "Where, one a line: name | address | town | county | postcode | access",
        value=lines([getattr(one, name) for name in PLACE] for one in now.places) if now else "",
    )
    costs = st.text_area(
        "Costs, one a line: what for | pounds, 0.00 is free | words",
        value=lines(
            (one.option, "" if one.amount is None else one.amount.plain, one.words)
            for one in now.costs
        )
        if now
        else f"Using the service | {NIL.plain}",
    )
    contacts = st.text_area(
        "Whom to ask, one a line: office | title | telephone | e-mail",
        value=lines([getattr(one, name) for name in CONTACT] for one in now.contacts)
        if now
        else "",
    )
    left, right = st.columns(2)
    website = left.text_input("Website", value=now.website if now else "", max_chars=300)
    alert = right.text_input("Notice to readers", value=now.alert if now else "", max_chars=200)
    first, second, third = st.columns(3)
    owner = first.text_input("Owner", value=now.owner if now else "", max_chars=200)
    email = second.text_input("Owner’s e-mail", value=now.owner_email if now else "")
    review = maybe_day(third, "Review by", now.review_day if now else None)
    return {
        "opening": opening,
        "times": _said(parts(times, TIME)),
        "places": _said(parts(places, PLACE)),
        "costs": _said(parts(costs, COST)),
        "contacts": _said(parts(contacts, CONTACT)),
        "website": website,
        "alert": alert,
        "owner": owner,
        "owner_email": email,
        "review_day": review,
    }


def check(viewer: SignedIn, entries: Mapping[str, Entry]) -> None:
    """Somebody found all of it right; when is it looked at again?"""
    with st.form("check", border=False, enter_to_submit=False):
        code = which(entries, "check")
        left, right = st.columns(2)
        day = day_box(left, "Looked at on")
        review = maybe_day(right, "Look again by")
        wanted = st.form_submit_button("Record the check", type="primary")
    if wanted:
        asked = {
            "entry": code,
            "reference": request("check"),
            "day": day,
            "review_day": review,
        }
        words = f"{entries[code].title}: checked."
        keep(viewer, "directory-check", asked, words, said=SAID, name="check")


def chase(viewer: SignedIn, late: Mapping[str, Entry]) -> None:
    """The letter, kept and shown once it is written."""
    with st.form("chase", border=False, enter_to_submit=False):
        code = which(late, "chase")
        wanted = st.form_submit_button("Write the letter", type="primary")
    if wanted:
        asked = {
            "entry": code,
            "reference": request("chase"),
            "day": register_forms.today(),
        }
        words = f"A letter to {late[code].owner} is kept."
        keep(viewer, "directory-chase", asked, words, said=SAID, name="chase")


def which(entries: Mapping[str, Entry], name: str) -> str:
    return str(
        st.selectbox(
            "Entry", list(entries), format_func=lambda one: entries[one].title, key=f"entry-{name}"
        )
    )


def _typed(number: int | None) -> str:
    return "" if number is None else str(number)


def _commas(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _said(told: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{name: value for name, value in line.items() if value} for line in told]


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Services", "What each is for, what the public is told of it, and what is overdue.")
boxes = address.Address("services")
scope = boxes.as_at(known, register_forms.today())
words = boxes.words("Search", "q", placeholder="A service, an entry, a provider, an owner")
saved_views.offer(viewer, boxes)
register_forms.tell(SAID)
report = ask_providing.report("directory-reviews", scope)
kept, entries = ask_providing.services(), ask_providing.entries()
show.note(f"{counted(len(kept), 'service')}, {counted(len(entries), 'entry', 'entries')}.")
services(kept, words, scope.period.ends)
directory(report, words, known)
show.downloads(report)
if may(viewer, Action.KEEP_REGISTER):
    act(viewer, kept, entries)
show.basis(report, viewer)
