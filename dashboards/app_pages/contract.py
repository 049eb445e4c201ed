"""Contract: what was agreed, what changed it, what does it cost, what is due, what comes next?

Reader: commissioners, finance officers, auditors; those who keep the register record here. Figures
and words: the contract's story as at the day chosen. This page only asks and shows.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

import streamlit as st

from contracts.lifecycle import CONTRACT, ContractEvent, allowed
from dashboards import address, ask, ask_contracts, contract_call_offs, register_forms, show, who
from dashboards.register_forms import day_box, keep, maybe_day, request
from ledger.wording import day_in_full
from trust_commissioning.reports.contract_story import ContractStory
from trust_commissioning.reports.shape import Cell, Part
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "contract-said"
TOLD = ("variations", "lots", "prices", "uplifts", "uplifts-decided")
KEPT = ("obligations", "kpis", "documents", "moves", "published")
NOTHING = {
    "variations": "Nothing has changed since it was signed.",
    "uplifts": "No uplift waits.",
    "obligations": "Nothing is due within a year.",
    "kpis": "No measure of the service was agreed.",
    "documents": "No paper has been filed.",
}
SHOWN_WHERE_EMPTY = frozenset(NOTHING)
NARROW: tuple[str, ...] = ()
# What is too wide for a screen is shown as several tables of the same rows.
WIDE: dict[str, tuple[tuple[str, ...], ...]] = {
    "uplifts": (
        ("reference", "asked", "starts", "prices", "how", "reason", "state"),
        ("reference", "starts", "this_year", "full_year", "earlier_years", "basis"),
    ),
    "uplifts-decided": (
        ("reference", "starts", "prices", "state", "day", "reason"),
        (
            "reference",
            "starts",
            "asked_by",
            "checked_by",
            "decided_by",
            "this_year",
            "full_year",
            "override",
        ),
    ),
}


def usual_day(known: ask.Known) -> date:
    """The end of the last month with figures, as other pages begin with; today where it is sooner."""
    today = register_forms.today()
    return min(known.default.period.ends, today) if known.default else today


def as_at(usual: date) -> date:
    """The day the terms are read on, kept in the address where it is not the usual one."""
    said = st.query_params.get("as_at", "")
    start = usual
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        with suppress(ValueError):
            start = date.fromisoformat(said)
    day = day_box(st.columns(3)[0], "Terms as at", start, ahead=True)
    if day != usual:
        st.query_params["as_at"] = day.isoformat()
    elif said:
        del st.query_params["as_at"]
    return day


def standing(found: ContractStory) -> None:
    """How it stands, with what comes of it within six months."""
    provider = address.link("provider", {"code": found.contract.provider})
    show.facts([("Stands", found.phase.title), *found.facts], links={"Provider": provider})
    if found.coming:
        show.warnings([one.words for one in found.coming])


def table(part: Part) -> None:
    if not part.rows and part.key not in SHOWN_WHERE_EMPTY:
        return
    show.section(part.title)
    for keys in WIDE.get(part.key, (NARROW,)) if part.rows else (NARROW,):
        show.table(
            part.title,
            [
                column
                for column in part.columns
                if column.kind != "code" and (column.key in keys or keys is NARROW)
            ],
            part.rows,
            whole=("day", "starts", "price", "reference"),
            links=to_uplifts if part.key == "uplifts" else None,
            nothing=NOTHING.get(part.key, ""),
        )


def to_uplifts(_: Mapping[str, Cell], key: str) -> str:
    return address.link("uplifts", {}) if key == "reference" else ""


def act(viewer: SignedIn, found: ContractStory) -> None:
    """What may happen to it now, by its table and the person's role."""
    moves = allowed(CONTRACT, found.contract.state, viewer.role)
    if not may(viewer, Action.KEEP_REGISTER) or not moves:
        return
    show.section("Record")
    if ContractEvent.UPLIFT in moves:
        with st.expander("The provider asks for new prices"):
            uplift(viewer, found)
    if ContractEvent.VARY in moves:
        with st.expander("A variation was agreed"):
            vary(viewer, found)
    if ContractEvent.EXTEND in moves and found.terms.open_options:
        with st.expander("An option to extend is taken up"):
            extend(viewer, found)
    if found.terms.obligations:
        with st.expander("Something that was due was done"):
            met(viewer, found)
    with st.expander("A paper is filed"):
        paper(viewer, found)
    if ContractEvent.END in moves:
        with st.expander("It comes to its end, or is terminated"):
            end(viewer, found)


def uplift(viewer: SignedIn, found: ContractStory) -> None:
    """New prices from a day: of one lot in pounds, or of all by a percentage."""
    lots = {lot.code: lot for lot in found.terms.lots if lot.price is not None}
    with st.form("uplift", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        day = day_box(left, "Asked for on")
        starts = day_box(right, "From", ahead=True)
        lot = left.selectbox(
            "Lot",
            ["", *lots],
            format_func=lambda code: f"{code}, at {lots[code].price}" if code else "All lots",
        )
        price = right.text_input("New price of the lot (£)", max_chars=40)
        percent = left.text_input("Or a rise in percent, such as 2.5", max_chars=12)
        reason = st.text_area("Why, as the provider says", max_chars=2000)
        show.note("Nothing changes until another person has checked and applied it.")
        wanted = st.form_submit_button("Put it in", type="primary")
    if not wanted:
        return
    asked: dict[str, object] = {
        "contract": found.contract.number,
        "reference": f"page/{request('uplift')}",
        "day": day,
        "starts": starts,
        "reason": reason.strip(),
    }
    if price.strip() and lot:
        asked["prices"] = [{"lot": lot, "price": pounds(price)}]
    if percent.strip():
        asked |= {"percent": percent.strip().rstrip("%"), "lots": [lot] if lot else []}
    words = "Put in; it waits for another person to check it."
    keep(viewer, "uplift", asked, words, said=SAID, name="uplift")


def vary(viewer: SignedIn, found: ContractStory) -> None:
    """The changes that are most often agreed; others are recorded as an event or in the file."""
    with st.form("vary", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        day = day_box(left, "Holds from", ahead=True)
        ends = maybe_day(right, "A new last day, if it changes")
        value = left.text_input("A new value (£), if it changes", max_chars=40)
        notice = right.text_input("Months of notice, if they change", max_chars=3)
        lot = left.selectbox("A lot whose price changes", ["", *(o.code for o in found.terms.lots)])
        price = right.text_input("Its new price (£)", max_chars=40)
        reason = st.text_input("Why", max_chars=200)
        above = register_forms.override(viewer)
        wanted = st.form_submit_button("Record the variation", type="primary")
    if not wanted:
        return
    asked: dict[str, object] = {
        "contract": found.contract.number,
        "reference": f"page/{request('vary')}",
        "day": day,
        "reason": reason.strip(),
        "ends": ends,
        "value": pounds(value) or None,
        "notice_months": register_forms.whole(notice),
        **above,
    }
    if lot:
        asked["lots_changed"] = [{"lot": lot, "price": pounds(price) or None}]
    keep(viewer, "variation", asked, "The variation is recorded.", said=SAID, name="vary")


def pounds(typed: str) -> str:
    """An amount as it was typed, without its pound sign and commas; the door reads it exactly."""
    return typed.strip().removeprefix("£").replace(",", "")


def extend(viewer: SignedIn, found: ContractStory) -> None:
    options = {one.code: one for one in found.terms.open_options}
    with st.form("extend", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        option = left.selectbox(
            "Option", list(options), format_func=lambda code: day_in_full(options[code].until)
        )
        day = day_box(right, "The provider was told on")
        reason = st.text_input("Why it is extended", max_chars=200)
        wanted = st.form_submit_button("Take it up", type="primary")
    if wanted:
        asked = {
            "contract": found.contract.number,
            "reference": f"page/{request('extend')}",
            "day": day,
            "option": option,
            "reason": reason.strip(),
        }
        keep(viewer, "extension", asked, "The option is taken up.", said=SAID, name="extend")


def met(viewer: SignedIn, found: ContractStory) -> None:
    rows = [
        row for row in found.part("obligations").rows if not str(row["stands"]).startswith("Done")
    ]
    due = {f"{row['title']}, due {row['day']}": row for row in rows}
    with st.form("met", border=False, enter_to_submit=False):
        which = st.selectbox("What was due", list(due))
        day = day_box(st.columns(2)[0], "It was done on")
        words = st.text_area("What shows it", max_chars=2000)
        wanted = st.form_submit_button("Record it", type="primary")
    if wanted and which is not None:
        asked = {
            "contract": found.contract.number,
            "reference": f"page/{request('met')}",
            "obligation": due[which]["code"],
            "due": due[which]["due"],
            "day": day,
            "words": words.strip(),
        }
        keep(viewer, "obligation-met", asked, "Recorded as done.", said=SAID, name="met")


def paper(viewer: SignedIn, found: ContractStory) -> None:
    with st.form("paper", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        name = left.text_input("What it is called", max_chars=200)
        kind = right.text_input("Contract, variation, letter, minute …", max_chars=200)
        day = day_box(left, "Its day")
        kept_at = right.text_input("Where it is filed", max_chars=200)
        sha256 = st.text_input("Its SHA-256 fingerprint", max_chars=64)
        wanted = st.form_submit_button("File it", type="primary")
    if wanted:
        asked = {
            "contract": found.contract.number,
            "reference": f"page/{request('paper')}",
            "name": name.strip(),
            "kind": kind.strip(),
            "day": day,
            "sha256": sha256.strip().lower(),
            "kept_at": kept_at.strip(),
        }
        keep(viewer, "contract-document", asked, "The paper is filed.", said=SAID, name="paper")


def end(viewer: SignedIn, found: ContractStory) -> None:
    with st.form("end", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        how = left.selectbox(
            "How",
            ["ended", "terminated"],
            format_func=lambda one: {
                "ended": "It came to its end",
                "terminated": "It is terminated before its end",
            }[one],
        )
        day = day_box(right, "Noted, or notice given, on")
        last_day = day_box(left, "Its last day", found.terms.ends, ahead=True)
        reason = right.text_input("Why it ends", max_chars=200)
        with_it = st.checkbox("End on its last day whatever is called off beyond it")
        wanted = st.form_submit_button("Record the end", type="primary")
    if wanted:
        asked = {
            "contract": found.contract.number,
            "reference": f"page/{request('end')}",
            "day": day,
            "last_day": last_day,
            "how": how,
            "reason": reason.strip(),
            "end_call_offs": with_it,
        }
        keep(viewer, "contract-end", asked, "The end is recorded.", said=SAID, name="end")


def missing(number: str) -> None:
    show.heading("Contract")
    show.note(f"There is no contract “{number}”." if number else "No contract was asked for.")
    show.links_line([("All contracts", address.link("contracts", {}))])
    st.stop()


viewer = who.must(Action.READ_REPORTS)
number = st.query_params.get("number", "")
first = ask_contracts.story(number, register_forms.today()) if number else None
if first is None:
    missing(number)
    raise AssertionError("the page has stopped")
show.heading(f"Contract {number}", first.terms.title)
register_forms.tell(SAID)
day = as_at(usual_day(ask.known()))
found = ask_contracts.story(number, day)
assert found is not None, "a contract is never taken away"
standing(found)
for key in TOLD:
    table(found.part(key))
contract_call_offs.told(number, day)
for key in KEPT:
    table(found.part(key))
act(viewer, found)
