"""The public pages of the services directory, as plain HTML: a search, a list, one service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from urllib.parse import urlencode

from contracts.directory import Contact, Entry, Place, Status, Wanted
from contracts.providers import Provider
from ledger.wording import counted, day_in_full
from trust_commissioning.server.pages import page

LARGEST_AGE = 25
_FEED = (
    '<p class="small">The directory is also open data: <a href="/directory/api">'
    "Open Referral UK</a>.</p>"
)


def search(
    *,
    trust: str,
    wanted: Wanted,
    left_out: str = "",
    found: Sequence[Entry],
    total: int,
    page_number: int,
    pages: int,
    day: date,
) -> str:
    """The form with what was found, some to a page; `left_out` was typed as an age and is none."""
    items = "".join(_item(entry, day) for entry in found)
    listed = f'<ul class="services">{items}</ul>' if items else _nothing()
    body = f"""<h1>Services for children and families</h1>
{_form(wanted)}
{_left_out(left_out)}
<h2 role="status">{escape(counted(total, "service"))} found</h2>
{listed}
{_turning(wanted, page_number, pages)}
{_FEED}"""
    return page("Services for children and families", body, trust=trust)


def one(*, trust: str, entry: Entry, provider: Provider, day: date) -> str:
    """Everything that is told of a service."""
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>"
        for name, value in _facts(entry, provider)
        if value
    )
    body = f"""<p><a href="/directory">All services</a></p>
<h1>{escape(entry.title)}</h1>
{_closed(entry)}{_past(entry, day)}
<p>{_lines(entry.description)}</p>
<dl class="facts">{facts}</dl>
<p class="small">{escape(_checked(entry, day))}</p>
{_FEED}"""
    return page(entry.title, body, trust=trust)


def nothing_here(*, trust: str) -> str:
    """What an address says that names no service of the directory."""
    body = (
        "<h1>This service is not in the directory</h1>\n<p>It may have ended or moved.</p>\n"
        '<p><a href="/directory">All services</a></p>'
    )
    return page("This service is not in the directory", body, trust=trust)


def _form(wanted: Wanted) -> str:
    age = "" if wanted.age is None else str(wanted.age)
    return f"""<form method="get" action="/directory" role="search">
<div class="box"><label for="search">What you are looking for</label>
<input id="search" name="search" type="search" value="{escape(wanted.words)}" maxlength="200"></div>
<div class="box"><label for="age">Age of the child</label>
<input id="age" name="age" inputmode="numeric" value="{age}" maxlength="3"></div>
<div class="box"><label for="place">Town, district or postcode</label>
<input id="place" name="place" value="{escape(wanted.place)}" maxlength="100"></div>
<button type="submit">Search</button>
</form>"""


def _left_out(typed: str) -> str:
    if not typed:
        return ""
    return (
        f'<div class="notice" role="status"><p>“{escape(typed)}” is not an age from 0 to '
        f"{LARGEST_AGE}, so services for every age are shown.</p></div>"
    )


def _item(entry: Entry, day: date) -> str:
    where = ", ".join(dict.fromkeys(place.town for place in entry.places)) or ", ".join(entry.areas)
    said = " · ".join(part for part in (entry.ages, where) if part)
    late = " · May be out of date" if entry.is_past_review(day) else ""
    shut = " · Temporarily closed" if entry.status is Status.TEMPORARILY_CLOSED else ""
    return (
        f'<li><h3><a href="/directory/{escape(entry.code)}">{escape(entry.title)}</a></h3>'
        f"<p>{escape(_short(entry.description))}</p>"
        f'<p class="small">{escape(said)}{escape(late)}{escape(shut)}</p></li>'
    )


def _nothing() -> str:
    return "<p>No service was found. Try fewer words, or leave the age or the place empty.</p>"


def _short(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200].rsplit(' ', 1)[0]} …"


def _turning(wanted: Wanted, number: int, pages: int) -> str:
    """Links to the page before and the page after."""
    if pages <= 1:
        return ""

    def to(where: int, words: str) -> str:
        asked = {
            "search": wanted.words,
            "age": "" if wanted.age is None else wanted.age,
            "place": wanted.place,
            "page": where,
        }
        query = urlencode({name: value for name, value in asked.items() if value != ""})
        return f'<a href="/directory?{escape(query)}">{words}</a>'

    before = to(number - 1, "Page before") if number > 1 else ""
    after = to(number + 1, "Next page") if number < pages else ""
    return f'<nav aria-label="Pages"><p>{before} Page {number} of {pages} {after}</p></nav>'


def _facts(entry: Entry, provider: Provider) -> Iterable[tuple[str, str]]:
    yield "For", escape(entry.ages)
    yield "Who may use it", _lines(entry.eligibility)
    yield "How to be referred", _lines(entry.referral)
    yield "Cost", _listed([f"{cost.option}: {cost.said}" for cost in entry.costs])
    yield "When", escape(entry.when)
    yield "Where", "".join(map(_place, entry.places))
    yield "Districts", escape(", ".join(entry.areas))
    yield "Languages", escape(", ".join(entry.languages))
    yield "Whom to ask", "".join(map(_contact, entry.contacts))
    yield "Website", _out(entry.website)
    yield "Provided by", escape(provider.name)


def _place(place: Place) -> str:
    address = ", ".join(
        part for part in (place.address, place.town, place.county, place.postcode) if part
    )
    access = f"<br>{escape(place.access)}" if place.access else ""
    return f"<p>{escape(place.name)}<br>{escape(address)}{access}</p>"


def _contact(contact: Contact) -> str:
    lines = [
        escape(", ".join(part for part in (contact.name, contact.title) if part)),
        escape(contact.phone),
        f'<a href="mailto:{escape(contact.email)}">{escape(contact.email)}</a>'
        if contact.email
        else "",
    ]
    return f"<p>{'<br>'.join(line for line in lines if line)}</p>"


def _out(address: str) -> str:
    """A link that leaves the site; only web addresses are kept."""
    return f'<a href="{escape(address)}" rel="noopener">{escape(address)}</a>' if address else ""


def _listed(lines: Sequence[str]) -> str:
    return "<br>".join(escape(line) for line in lines)


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.splitlines())


def _closed(entry: Entry) -> str:
    said = [
        *(["This service is temporarily closed."] if not _is_open(entry) else []),
        *([entry.alert] if entry.alert else []),
    ]
    return "".join(f'<div class="notice"><p>{escape(line)}</p></div>' for line in said)


def _is_open(entry: Entry) -> bool:
    return entry.status is Status.ACTIVE


def _past(entry: Entry, day: date) -> str:
    if not entry.is_past_review(day) or entry.review_day is None:
        return ""
    return (
        '<div class="notice"><p>This page was to be checked by '
        f"{escape(day_in_full(entry.review_day))} and may be out of date. Ask the service before "
        "you rely on it.</p></div>"
    )


def _checked(entry: Entry, day: date) -> str:
    checked = f"Last checked on {day_in_full(entry.assured)}. " if entry.assured else ""
    kept = f"Kept up to date by {entry.owner}. " if entry.owner else ""
    due = (
        f"To be checked again by {day_in_full(entry.review_day)}."
        if entry.review_day is not None and not entry.is_past_review(day)
        else ""
    )
    return f"{checked}{kept}{due}".strip()
