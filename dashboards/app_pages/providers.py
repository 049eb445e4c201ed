"""Providers: who delivers, what stops new call-offs, what runs out next?

Reader: commissioners, finance officers, auditors. Figures: the provider-register report. This page
only asks and shows.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from contracts.providers import Kind, Sector
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
from dashboards.address import EVERYTHING
from dashboards.register_forms import keep
from ledger.wording import counted
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "providers-said"
LENGTH = 50
LISTED = ("provider", "sector", "kinds", "registration", "contracts", "missing")
STANDING = {"stopped": "May take no new call-off", "free": "May take new call-offs"}


def chosen(
    report: Report, words: str, sector: str, kind: str, standing: str
) -> list[Mapping[str, Cell]]:
    """The rows somebody looks for: every word met, of the sector, of the kind, stopped or not."""
    wanted = words.casefold().split()

    def told(row: Mapping[str, Cell]) -> str:
        return f"{row['provider']} {row['code']} {row['identifiers']} {row['registration']}"

    return [
        row
        for row in report.rows
        if all(word in told(row).casefold() for word in wanted)
        and (not sector or row["sector"] == Sector(sector).title)
        and (not kind or Kind(kind).title in str(row["kinds"]).split(", "))
        and (not standing or bool(row["stops"]) == (standing == "stopped"))
    ]


def to_provider(scope: Scope) -> show.Links:
    """A provider's name leads to its own page."""

    def link(row: Mapping[str, Cell], key: str) -> str:
        if key != "provider":
            return ""
        asked = {"code": row["code"], "year": str(scope.year), "to": scope.to}
        return address.link("provider", asked)

    return link


def cards(report: Report) -> None:
    """How many there are, how many are stopped, how much runs out soon."""
    stopped = [row for row in report.rows if row["stops"]]
    soon = next(part for part in report.parts if part.key == "expiring")
    show.cards(
        [
            show.Card("Providers", f"{len(report.rows):,}", "On the register"),
            show.Card(
                "May take no new call-off",
                f"{len(stopped):,}",
                "Something is missing or out of date",
                state="bad" if stopped else "good",
                state_words="Act now" if stopped else "None",
            ),
            show.Card("Documents running out", f"{len(soon.rows):,}", "In the next six months"),
        ]
    )


def register(report: Report, rows: Sequence[Mapping[str, Cell]], scope: Scope) -> None:
    """The providers found, some to a page."""
    show.note(f"{counted(len(rows), 'provider')} found.")
    pages = max(1, -(-len(rows) // LENGTH))
    number = boxes.page_number(pages, (words, sector, kind, standing, scope))
    show.table(
        "The register of providers",
        [column for column in report.columns if column.key in LISTED],
        rows[(number - 1) * LENGTH : number * LENGTH],
        links=to_provider(scope),
        nothing=(
            "No provider is like that. Ask for less."
            if report.rows
            else "No provider is on the register yet. Whoever keeps the register adds one below."
        ),
    )


def new(viewer: SignedIn) -> None:
    """A provider that is not on the register yet; the rest is said on its own page."""
    with st.form("new", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        name = left.text_input("Name", max_chars=200)
        code = right.text_input("Code (small letters, figures, hyphens)", max_chars=60)
        of = st.selectbox("Sector", list(Sector), format_func=lambda one: one.title)
        kinds = st.multiselect("Kinds", list(Kind), format_func=lambda one: one.title)
        wanted = st.form_submit_button("Add the provider", type="primary")
    if wanted and of is not None:
        asked = {
            "code": code.strip(),
            "name": name,
            "sector": of.value,
            "kinds": [one.value for one in kinds],
            "version": 0,
        }
        keep(viewer, "provider", asked, f"Added {name}.", said=SAID)


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Providers", "Who delivers, what stops new call-offs, and what runs out next.")
boxes = address.Address("providers")
scope = boxes.as_at(known, register_forms.today())
words = boxes.words("Search", "q", placeholder="A name, a number, a regulator")
first, second, third = st.columns(3)
with first:
    sector = boxes.select(
        "Sector",
        "sector",
        [EVERYTHING, *Sector],
        says=lambda one: Sector(one).title if one else "All sectors",
    )
with second:
    kind = boxes.select(
        "Kind",
        "kind",
        [EVERYTHING, *Kind],
        says=lambda one: Kind(one).title if one else "All kinds",
    )
with third:
    standing = boxes.select(
        "New call-offs",
        "standing",
        [EVERYTHING, *STANDING],
        says=lambda one: STANDING.get(one, "All providers"),
    )
saved_views.offer(viewer, boxes)
register_forms.tell(SAID)
report = ask_providing.report("provider-register", scope)
cards(report)
register(report, chosen(report, words, sector, kind, standing), scope)
for part in report.parts:
    if part.key == "expiring":
        report_view.table(report, part, known)
show.downloads(report)
if may(viewer, Action.KEEP_REGISTER):
    with st.expander("Add a provider"):
        new(viewer)
show.basis(report, viewer)
