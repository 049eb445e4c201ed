"""What a page was asked, kept in its address so that the page can be sent to a colleague.

Streamlit's own `bind="query-params"` writes titles instead of codes and leaves out what is at its
default, and a default moves: next month the same address would show other figures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from dashboards import ask
from ledger.periods import FinancialYear, Period
from trust_commissioning.reports import Scope

EVERYTHING = ""
"""The choice that asks nothing; it is not written in the address."""
_WHEN = ("year", "from", "to", "month")
"""The boxes that together say of which time something is asked."""


@dataclass(frozen=True, slots=True)
class Address:
    """The boxes of one page, filled from its address and written back into it.

    `page` keeps the boxes of one page apart from another's of the same name: Streamlit carries a
    box's state over by its key, and would choose the first where the choices differ.
    """

    page: str
    _unasked: dict[str, str] = field(default_factory=dict, init=False, compare=False)
    """What the address says of each box drawn, though nobody chose it; empty where nothing."""

    def select(
        self,
        label: str,
        name: str,
        options: Sequence[str],
        *,
        says: Callable[[str], str] = str,
        default: str = EVERYTHING,
        everywhere: bool = False,
    ) -> str:
        """A choice of one code. An address that names what is not there shows the default.

        `everywhere` keeps the choice when the person goes to another page by the menu, and writes
        it even at its default, which moves.
        """
        key = self._take_in(name, default, everywhere)
        usual = default if default in options else options[0]
        if st.session_state[key] not in options:
            st.session_state[key] = usual
        chosen = st.selectbox(label, options, format_func=says, key=key)
        quiet = chosen == default and not everywhere
        self._unasked[name] = usual if everywhere or usual != default else EVERYTHING
        self._give_back(name, EVERYTHING if quiet else chosen)
        if everywhere:
            st.session_state[f"kept-{name}"] = chosen
        return chosen

    def words(self, label: str, name: str, *, placeholder: str = "") -> str:
        """A search box."""
        key = self._take_in(name, "", everywhere=False)
        self._unasked[name] = EVERYTHING
        typed = st.text_input(label, key=key, type="search", placeholder=placeholder, max_chars=200)
        wanted = (typed or "").strip()
        self._give_back(name, wanted)
        return wanted

    def page_number(self, pages: int, asked: object) -> int:
        """Which page of a list, with the means to turn it; the first where something else is
        asked."""
        state = st.session_state
        if state.get(f"{self.page}-asked", asked) != asked:
            st.query_params.pop("page", None)
        state[f"{self.page}-asked"] = asked
        said = st.query_params.get("page", "")
        now = min(max(int(said), 1), pages) if re.fullmatch("[0-9]{1,6}", said) else 1
        if pages > 1:
            now = st.pagination(pages, default=now, key=f"page-{hash(asked)}")
        self._give_back("page", str(now) if now > 1 else "")
        return now

    def asked(self) -> dict[str, str]:
        """What the boxes drawn so far narrow the page to, as its address says it.

        The time asked of is left out while it stands where the page puts it by itself, since that
        moves on with the books; once any part of it was chosen, all of it is said.
        """
        said = {name: value for name, value in st.query_params.items() if name in self._unasked}
        as_usual = {name for name, value in said.items() if value == self._unasked[name]}
        when = said.keys() & set(_WHEN)
        if not when <= as_usual:
            as_usual -= when
        return {name: value for name, value in said.items() if name not in as_usual}

    def scope(self, known: ask.Known, default: Scope) -> Scope:
        """The fund, the year, up to which period: what figures are asked of."""
        columns = st.columns([2, 1, 1])
        with columns[0]:
            fund = self.select(
                "Fund",
                "fund",
                [EVERYTHING, *ask.codes_with_titles(known.funds)],
                says=lambda code: known.funds[code] if code else "All funds",
                everywhere=True,
            )
        with columns[1]:
            year = self.select(
                "Financial year",
                "year",
                [str(year) for year in reversed(known.years)],
                default=str(default.year),
                everywhere=True,
            )
        found = FinancialYear.parse(year)
        with columns[2]:
            to = self.period("Up to and with", "to", found, default=default.to, everywhere=True)
        return Scope(fund or None, found, to)

    def as_at(self, known: ask.Known, today: date) -> Scope:
        """The end of which period the register is asked of: no fund, and no figures needed.

        Without any it is the month of today, where its year is opened, else the last one's end.
        """
        now = Period.containing(today)
        otherwise = now if now.year in known.years else Period(known.years[-1], 12)
        default = known.default or Scope(None, otherwise.year, otherwise.number)
        left, right = st.columns(2)
        with left:
            year = self.select(
                "Financial year",
                "year",
                [str(year) for year in reversed(known.years)],
                default=str(default.year),
                everywhere=True,
            )
        found = FinancialYear.parse(year)
        with right:
            to = self.period("As at the end of", "to", found, default=default.to, everywhere=True)
        return Scope(None, found, to)

    def period(
        self,
        label: str,
        name: str,
        year: FinancialYear | None,
        *,
        default: int,
        everywhere: bool = False,
    ) -> int:
        """A period's number, by the month a person knows it as."""

        def says(number: str) -> str:
            found = Period(year or FinancialYear(2003), int(number))
            if year:
                return found.title
            return "Period 13" if found.number == 13 else found.title.split()[0]

        return int(
            self.select(
                label,
                name,
                [str(number) for number in range(1, 14)],
                says=says,
                default=str(default),
                everywhere=everywhere,
            )
        )

    def _take_in(self, name: str, default: str, everywhere: bool) -> str:
        """Put into the box what the address says, if it says anything new; returns its key."""
        key = f"{self.page}-{name}"
        state = st.session_state
        said = st.query_params.get(name)
        if said is not None and (key not in state or said != state.get(f"seen-{key}")):
            state[key] = said
        elif key not in state:
            state[key] = state.get(f"kept-{name}", default) if everywhere else default
        return key

    def _give_back(self, name: str, chosen: str) -> None:
        seen = f"seen-{self.page}-{name}"
        if chosen:
            if st.query_params.get(name) != chosen:
                st.query_params[name] = chosen
            st.session_state[seen] = chosen
        else:
            st.query_params.pop(name, None)
            st.session_state.pop(seen, None)


def link(page: str, asked: Mapping[str, object]) -> str:
    """The address of a page with what it is asked; nothing is written for what is not asked."""
    pairs = {name: value for name, value in asked.items() if value not in (None, "")}
    return f"/{page}?{urlencode(pairs)}" if pairs else f"/{page}"


def of_scope(scope: Scope) -> dict[str, object]:
    """A scope as it stands in an address."""
    return {"fund": scope.fund, "year": str(scope.year), "to": scope.to}
