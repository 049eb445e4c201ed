"""Which column of a file is which: its own headings seen, each field chosen, the choice kept.

Nothing is chosen for a person where it is unclear. What they change is for this file alone until
they say that it is to be remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboards import acting, ask, ask_columns, show
from trust_commissioning.files.columns import Meaning, Profile
from trust_commissioning.files.dates import DateOrder, PeriodMeans
from trust_commissioning.files.layouts import FIELDS, Look, layout
from trust_commissioning.importing.profiles import Kept
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell
from trust_commissioning.sign_ins import SignedIn

Key = Callable[[str], str]
"""Names a widget of this file."""
UNCLEAR = frozenset(
    {
        "headings_not_found",
        "several_sheets",
        "several_profiles_fit",
        "amount_column_missing",
        "date_column_missing",
        "heading_repeated",
        "column_chosen_twice",
    }
)
"""Problems that choosing columns mends."""
PROFILE = "import-profile"
NOT_THERE = ""
DATES: Mapping[str, str] = {
    "": "As the file shows",
    DateOrder.DAY_FIRST: "Day first: 03/04 is 3 April",
    DateOrder.MONTH_FIRST: "Month first: 03/04 is 4 March",
}
PERIODS: Mapping[str, str] = {
    "": "The file has dates",
    PeriodMeans.CALENDAR_MONTH: "Calendar months: 200304 is April 2003",
    PeriodMeans.FINANCIAL_PERIOD: "Financial periods: 200301 is April 2003",
}
BENEATH = (
    Column(key="heading", title="Heading"),
    *(
        Column(key=f"value-{n}", title=f"{name} value")
        for n, name in enumerate(("First", "Second", "Third"))
    ),
)


@dataclass(frozen=True, slots=True)
class File:
    """The file a person gave; `turn` names this giving of it."""

    data: bytes
    name: str
    turn: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of a file's columns: `layout` is None where they change nothing.

    `remember_as` is the name they want it kept under.
    """

    look: Look
    layout: Profile | None = None
    remember_as: str | None = None


def said_of(file: File, profile: str | None, viewer: SignedIn, done: str) -> Said | None:
    """Ask which column is which; None for a file of which nothing can be shown."""

    def key(what: str) -> str:
        return f"columns-{file.turn}-{profile}-{what}"

    sheet, row = (st.session_state.get(key(what)) for what in ("sheet", "row"))
    look = ask_columns.look(file.data, file.name, profile, sheet, row)
    if look is None:
        return None
    plain = ask_columns.look(file.data, file.name, profile, None, None)
    unclear = plain is None or not plain.found or bool(plain.unclear)
    with st.expander("Which column is which", expanded=unclear):
        _where(look, key)
        if not look.row:
            return Said(look)
        show.table("The headings of the file", BENEATH, _beneath(look), see_caption=True)
        here = f"{look.sheet}-{look.row}-"
        chosen = _fields(look, lambda what: key(here + what))
        order, means = _dates(look, lambda what: key(here + what))
        moved = plain is None or (plain.sheet, plain.row) != (look.sheet, look.row)
        if not (moved or not look.found or _changed(look, chosen, order, means)):
            return Said(look)
        said = layout(
            look.rows[look.row],
            chosen,
            sheet=look.sheet if look.sheets else None,
            date_order=order,
            period_means=means,
            besides=look.profile,
        )
        return Said(look, said, _remember(look, said, viewer, key, done))


def _where(look: Look, key: Key) -> None:
    """Which sheet is read, and which of its rows holds the headings."""
    if look.sheets:
        st.selectbox(
            "Sheet",
            look.sheets,
            index=look.sheets.index(look.sheet) if look.sheet else None,
            placeholder="Choose a sheet",
            key=key("sheet"),
        )
    if not look.row:
        show.note("Several sheets could hold the lines. Choose one to see its columns.")
        return
    if look.profile is not None:
        show.note(f"The columns are read as “{look.profile.title or look.profile.name}”.")
    rows = sorted(look.rows)
    if not look.found or len(rows) > 1:
        st.selectbox(
            "Row of the headings",
            rows,
            index=rows.index(look.row),
            format_func=lambda at: f"Row {at}: {', '.join(filter(None, look.rows[at]))}",
            key=key("row"),
        )


def _beneath(look: Look) -> list[Mapping[str, Cell]]:
    return [
        {"heading": heading} | {f"value-{n}": value for n, value in enumerate(values)}
        for heading, values in look.beneath.items()
    ]


def _fields(look: Look, key: Key) -> dict[Meaning, str | None]:
    """The column of each field: None where the file has none; a field not yet said is left out."""
    show.note("Choose the column of each field. The amount and the date are needed.")
    known, headings = look.known, list(look.beneath)
    sides = st.columns(2)  # anew for each pair, so that a narrow window keeps their order
    chosen: dict[Meaning, str | None] = {}
    for turn, (meaning, title) in enumerate(FIELDS.items()):
        if turn and turn % 2 == 0:
            sides = st.columns(2)
        offered = headings if meaning is Meaning.AMOUNT else [NOT_THERE, *headings]
        if meaning in known:
            index: int | None = offered.index(known[meaning])
        else:
            index = None if meaning in look.unclear else 0
        value = sides[turn % 2].selectbox(
            title,
            offered,
            index=index,
            placeholder="Choose a column",
            format_func=lambda label: label or "Not in this file",
            key=key(meaning.value),
        )
        if value is not None:
            chosen[meaning] = value or None
    return chosen


def _dates(look: Look, key: Key) -> tuple[DateOrder | None, PeriodMeans | None]:
    left, right = st.columns(2)
    own = look.profile or Profile(name="none")
    order = left.selectbox(
        "How dates are written",
        list(DATES),
        index=list(DATES).index(own.date_order or ""),
        format_func=DATES.__getitem__,
        key=key("dates"),
    )
    means = right.selectbox(
        "What a period counts",
        list(PERIODS),
        index=list(PERIODS).index(own.period_means or ""),
        format_func=PERIODS.__getitem__,
        key=key("periods"),
    )
    return DateOrder(order) if order else None, PeriodMeans(means) if means else None


def _changed(
    look: Look,
    chosen: Mapping[Meaning, str | None],
    order: DateOrder | None,
    means: PeriodMeans | None,
) -> bool:
    known = look.known
    was = {meaning: known.get(meaning) for meaning in FIELDS if meaning not in look.unclear}
    own = look.profile or Profile(name="none")
    return chosen != was or (order, means) != (own.date_order, own.period_means)


def _remember(look: Look, said: Profile, viewer: SignedIn, key: Key, done: str) -> str | None:
    """The name a person wants the columns kept under; kept at once where they say so."""
    if not st.checkbox("Remember these columns for the next file", key=key("remember")):
        return None
    name = st.text_input(
        "Remember these columns as",
        max_chars=40,
        key=key("name"),
    )
    if (earlier := ask_columns.kept_as(name)) is not None:
        show.note(
            f"“{earlier.title}” is remembered already; these columns will be put in its place."
        )
    if st.button("Remember", key=key("keep")):

        def work() -> str:
            return f"Remembered as “{ask_columns.keep(viewer, said, look, name).title}”."

        acting.do(work, done, title="It was not remembered")
    return name


def kept(known: ask.Known, viewer: SignedIn, done: str) -> None:
    """The columns that are remembered, each with the means to remove it."""
    found = ask_columns.kept()
    if not found:
        return
    with st.expander(f"Remembered columns: {len(found):,}"):
        for one in found:
            left, right = st.columns([4, 1], vertical_alignment="center")
            with left:
                show.note(
                    f"{one.title}: {_in_words(one)}. {known.person(one.by)}, {show.moment(one.at)}."
                )
            if right.button(f"Remove {one.title}", key=f"remove-{one.profile.name}"):

                def work(one: Kept = one) -> str:
                    ask_columns.remove(viewer, one.profile.name)
                    if st.session_state.get(PROFILE) == one.profile.name:
                        del st.session_state[PROFILE]
                    return f"“{one.title}” is removed. What it read stays as it was posted."

                acting.do(work, done, title="It was not removed")


def _in_words(one: Kept) -> str:
    """``Amount is Net GBP, Supplier is Whom``."""
    return ", ".join(
        f"{FIELDS.get(meaning, meaning.value.replace('_', ' '))} is {labels[0]}"
        for meaning, labels in one.profile.columns.items()
        if labels
    )
