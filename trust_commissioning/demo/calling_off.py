"""Placements and orders of the demo trust, what was delivered, invoices in every state.

Until 30 September 2004 what is promised under a contract is promised as a whole (`demo.promises`);
from 1 October seven contracts are promised call-off by call-off instead, never both. What the
hosts' extracts pay without an invoice is told apart by call-off at the end of November: the books'
spend stays what it was, to the penny.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from importlib.resources import files
from math import ceil
from typing import Any

import yaml
from sqlmodel import Session

from contracts.call_off import CallOff, without
from contracts.pricing import Stretch
from ledger.journal import Book, Journal
from ledger.money import Money
from ledger.periods import Period
from trust_commissioning import posting
from trust_commissioning.demo.promises import Promises
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import calling_off as record
from trust_commissioning.store.register import services

OFFICER, APPROVER, COMMISSIONER, KEEPER = "r.fenwater", "d.ashcombe", "j.hollin", "m.tarrow"
_CALLED_OFF = ("contract", "lot", "kind", "stage", "title", "account", "unit", "price", "quantity")
_BY_NUMBER = Fraction(24)
"""Units that are no time, delivered in a month."""
_WHEN = ("irrecoverable_vat", "expected_end", "funding")


@dataclass(slots=True)
class CallOffs:
    """The register of call-offs as the months go by: the number of each case, days invoiced."""

    session: Session
    at: datetime
    numbers: dict[str, str] = field(default_factory=dict)
    billed: dict[str, list[Stretch]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def begins(self, period: Period, promises: Promises) -> None:
        """Before a month's payments: the register is opened, invoices they pay are approved."""
        opened: date = _held()["opened"]
        if period == Period.containing(opened):
            posting.post_many(
                self.session,
                list(promises.let_go(sorted(_contracts()), opened)),
                by=OFFICER,
                at=self.at,
            )
            for one in _held()["call_offs"]:
                self._raise(one)
        if period == Period.containing(opened).year.periods[7]:
            for one in _held()["settled"]:
                self._settled(one, Stretch(opened, date(2004, 10, 31)))

    def ends(self) -> None:
        """What was returned, billed and changed, and what the payments were for."""
        self._returns()
        for one in _held()["invoices"]:
            self._invoice(one)
        for told in _held()["events"]:
            asked = {name: told[name] for name in told.keys() - {"event", "case", "by"}}
            number = self.numbers[told["case"]]
            asked |= {"call_off": number, "reference": f"{number}/{told['event']}"}
            self._record(told["event"], asked, told.get("by", COMMISSIONER))
        posting.post_many(self.session, list(self._told_apart()), by=OFFICER, at=self.at)

    def _record(self, name: str, asked: Mapping[str, Any], by: str) -> Mapping[str, object]:
        event = EVENTS[name]
        return event.act(self.session, event.asks.model_validate(asked), by, self.at)

    def _raise(self, one: Mapping[str, Any]) -> None:
        """A call-off for each case; those above what is left of a budget need somebody's word."""
        for case in one["cases"]:
            asked = {name: one[name] for name in (*_CALLED_OFF, *_WHEN) if name in one}
            kind = one.get("kind", "placement")
            asked |= {
                "reference": f"register/{case}",
                "kind": kind,
                "case_reference": case,
                "starts": one["starts"],
                "day": min(one["starts"], date(2004, 11, 24)),
                "override": {"reason": "In place before the register was opened"},
            }
            self.numbers[case] = str(self._record("call-off", asked, KEEPER)["call_off"])

    def _settled(self, one: Mapping[str, Any], days: Stretch) -> None:
        lines = [self._line(case, days) for case in one["cases"]]
        rest = Money.parse(one["asked"]) - Money.total(Money.parse(x["net"]) for x in lines[:-1])
        lines[-1]["net"] = rest.plain
        key = self._receive(one, lines, date(2004, 11, 1))
        self._approve(key, date(2004, 11, 1))

    def _invoice(self, one: Mapping[str, Any]) -> None:
        starts: date = one.get("month") or one.get("starts") or one["day"]
        ends: date = one.get("ends") or (
            Period.containing(starts).ends if "month" in one else starts
        )
        lines = [self._line(case, Stretch(starts, ends), one.get("units")) for case in one["cases"]]
        if "more" in one:
            lines[0]["net"] = (Money.parse(lines[0]["net"]) + Money.parse(one["more"])).plain
        lines[0] |= {name: one[name] for name in ("net", "vat") if name in one}
        if "return" in one:
            self._return(one["cases"][0], Stretch(starts, ends), one["return"])
        key = self._receive(one, lines, one.get("came", date(2004, 11, 30)))
        for step in one.get("then", ()):
            if step == "approve":
                self._approve(key, date(2004, 11, 30))
                continue
            asked = {
                "reference": f"{key}/back",
                "invoice": key,
                "day": date(2004, 11, 30),
                "reason": "Asks for training that was not agreed; sent back for a new one",
            }
            self._record("invoice-rejection", asked, APPROVER)
            del self.billed[one["cases"][0]]

    def _line(self, case: str, days: Stretch, units: str | None = None) -> dict[str, Any]:
        """A line for what was ordered of the days, or for some units."""
        one = self._call_off(case)
        free = replace(one, vat=0)
        if units is not None:
            net = free.cost_of_units(Fraction(units), [days])
        else:
            net = free.cost_of([days])
        self.billed.setdefault(case, []).append(days)
        ran = one.running(days.ends)
        shown = (ran.within(days) if ran is not None else None) or days
        line = {"call_off": one.number, "starts": shown.starts, "ends": shown.ends}
        return line | {"net": net.plain} | ({"units": units} if units is not None else {})

    def _receive(self, one: Mapping[str, Any], lines: list[dict[str, Any]], day: date) -> str:
        asked = {
            "reference": f"invoice/{one['provider']}/{one['number']}",
            "provider": one["provider"],
            "number": one["number"],
            "day": day,
            "received": day,
            "lines": lines,
        }
        if "credits" in one:
            asked["credits"] = self.keys[one["credits"]]
        self.keys[one["number"]] = key = str(self._record("invoice", asked, OFFICER)["invoice"])
        return key

    def _approve(self, key: str, day: date) -> None:
        asked = {"reference": f"{key}/approved", "invoice": key, "day": day}
        self._record("invoice-approval", asked, APPROVER)

    def _returns(self) -> None:
        """Each as it was ordered, rounded up where its units do not come out even."""
        for starts, late in _held()["late"].items():
            month = Stretch(starts, Period.containing(starts).ends)
            for case in [case for case in self.numbers if case not in late]:
                one = self._call_off(case)
                ran = one.running(month.ends)
                days = ran.within(month) if ran is not None else None
                if days is None or one.state.value != "ordered":
                    continue
                units = one.units_between(days) if one.unit.is_time else _BY_NUMBER
                self._return(case, days, f"{ceil(units * 10_000) / 10_000:.4f}")

    def _return(self, case: str, days: Stretch, units: str) -> None:
        number = self.numbers[case]
        asked = {
            "reference": f"{number}/return/{days.starts}",
            "call_off": number,
            "starts": days.starts,
            "ends": days.ends,
            "units": units,
            "day": min(days.ends, date(2004, 11, 29)),
        }
        self._record("return", asked, COMMISSIONER)

    def _told_apart(self) -> Iterator[Journal]:
        """What the extracts paid without an invoice, moved from the contract to its call-offs."""
        until = date(2004, 11, 30)
        known = services(self.session)
        moved: dict[str, list[tuple[CallOff, Money]]] = {}
        for case in self.numbers:
            one = self._call_off(case)
            runs = one.running(until)
            if runs is None or not one.unit.is_time:
                continue
            amount = one.cost_of(without([runs], self.billed.get(case, [])))
            if amount and one.state.value not in ("requisitioned", "cancelled"):
                moved.setdefault(one.contract, []).append((one, amount))
        for contract, each in sorted(moved.items()):
            postings = []
            for one, amount in each:
                spend = Spend(
                    account=one.account,
                    service=one.service,
                    contract=contract,
                    call_off=one.number,
                    weights=known[one.service].weights_on(until),
                )
                told = spend.postings(amount)
                postings += [*told, *(replace(p, amount=-p.amount, call_off=None) for p in told)]
            event = Event(
                fund=each[0][0].funding[0].funders[0].fund,
                day=until,
                source="told-apart",
                source_ref=contract,
                narration=f"Payments under {contract} since October, told apart by call-off",
            )
            yield event.journal(Book.ACTUAL, postings)

    def _call_off(self, case: str) -> CallOff:
        found = record.call_off(self.session, self.numbers[case])
        assert found is not None, case
        return found


def _contracts() -> set[str]:
    return {one["contract"] for one in _held()["call_offs"]}


@cache
def _held() -> dict[str, Any]:
    text = files("trust_commissioning").joinpath("demo/calling_off.yaml").read_text("utf-8")
    held: dict[str, Any] = yaml.safe_load(text)
    return held
