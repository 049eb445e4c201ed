"""Whatever is done to call-offs, in any order: what is promised is never below nil, never counted
twice, and nil when all has ended and is paid."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from contracts.invoice import Standing
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.problems import Refused
from tests.support.register import APPROVER, CLERK, YEAR, Register, found_register
from tests.support.trusts import copy_of
from trust_commissioning.reports.matching import standings
from trust_commissioning.store import calling_off, invoicing

Act = tuple[str, int, int, int]
"""What is done, to which call-off, on which day of the year, how much."""
KINDS = (
    "call off",
    "price",
    "suspend",
    "suspend for good",
    "resume",
    "enhance",
    "bill",
    "pay",
    "credit",
    "spend",
    "end",
    "call off hours",
    "places",
    "move the end",
    "ask back",
    "credit days",
)
acts = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 300), st.integers(1, 60)),
    min_size=3,
    max_size=14,
)
Fresh = Callable[[], AbstractContextManager[Engine]]


def where(session: Session, key: str) -> list[Standing]:
    """Where each line of an invoice stands."""
    kept = invoicing.invoice(session, key)
    assert kept is not None
    return standings(session, kept.invoice)


class Story:
    """Acts as they are told; one that is refused changes nothing."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.numbers: list[str] = []
        self.hours: set[str] = set()
        self.invoices: list[tuple[str, dict[str, Any]]] = []
        self.turn = 0

    def tell(self, event: str, asked: dict[str, Any], *, by: str = "c.commissioner") -> Any:
        self.turn += 1
        try:
            return self.register.record(event, {"reference": f"t{self.turn}", **asked}, by=by)
        except Refused:
            return None

    def act(self, kind: str, which: int, at: int, size: int) -> None:
        day = YEAR.starts + timedelta(days=at)
        if kind == "call off":
            self._calls_off(day, size)
        elif kind == "call off hours":
            self._calls_off_hours(day, size)
        elif self.numbers:
            self._does(kind, self.numbers[which % len(self.numbers)], day, size)

    def _calls_off(self, day: date, size: int) -> None:
        raised = self.tell(
            "call-off",
            {
                "contract": "C-0001",
                "title": "Foster placement",
                "account": "Expenses:ThirdParty:FosterCare",
                "unit": "week",
                "price": f"{size * 7}.01",
                "day": day.isoformat(),
                "starts": day.isoformat(),
                "funding": [
                    {"fund": "special", "weight": 40, "partner": "education"},
                    {"fund": "pool", "weight": 35, "partner": "social"},
                    {"fund": "pool", "weight": 25, "partner": "pct"},
                ],
            },
        )
        if raised is not None:
            self.numbers.append(raised["call_off"])

    def _calls_off_hours(self, day: date, size: int) -> None:
        raised = self.tell(
            "call-off",
            {
                "contract": "C-0001",
                "title": "Hours of support",
                "account": "Expenses:ThirdParty:FosterCare",
                "unit": "hour",
                "quantity": str(size * 3),
                "price": "41.37",
                "day": day.isoformat(),
                "starts": day.isoformat(),
                "funding": [{"fund": "special", "weight": 1}, {"fund": "pool", "weight": 2}],
            },
        )
        if raised is not None:
            self.numbers.append(raised["call_off"])
            self.hours.add(raised["call_off"])

    def _does(self, kind: str, number: str, day: date, size: int) -> None:
        change = {"call_off": number, "day": day.isoformat(), "reason": "As agreed"}
        until = (day + timedelta(days=size)).isoformat()
        told: dict[str, tuple[str, dict[str, str]]] = {
            "price": ("call-off-variation", {"price": f"{size * 9}.99"}),
            "places": ("call-off-variation", {"quantity": str(size)}),
            "move the end": ("call-off-variation", {"expected_end": until}),
            "suspend": ("call-off-suspension", {"ends": until, "retainer": "10.00"}),
            "suspend for good": ("call-off-suspension", {}),
            "resume": ("call-off-resumption", {}),
            "enhance": ("call-off-enhancement", {"ends": until, "price": "25.50"}),
            "end": ("call-off-end", {}),
        }
        if kind in told:
            event, more = told[kind]
            self.tell(event, change | more)
        elif kind == "bill":
            self.bills(number, day, day + timedelta(days=size), f"{size * 120}.00")
        elif kind == "spend":
            with suppress(Refused):
                self.register.spends(number, f"{size * 10}.00", day=day.isoformat())
        elif self.invoices:
            self._of_invoice(kind, number, {"starts": day.isoformat(), "ends": until}, size)

    def _of_invoice(self, kind: str, number: str, days: dict[str, str], size: int) -> None:
        key, line = self.invoices[size % len(self.invoices)]
        if kind == "pay":
            self.tell("invoice-payment", self._step(key) | {"amount": "50.00"}, by=CLERK)
        elif kind == "ask back":
            named = days if size % 2 else {}
            back = {"line": 1, "amount": f"{size * 50}.00", "reason": "Overpaid"}
            self.tell("overpayment", self._step(key) | back | named, by=APPROVER)
        elif kind == "credit days":
            taken = line | days | {"net": f"-{size * 60}.00", "takes_back": True}
            self._receives(f"CN{self.turn}", taken | self._units(number, 1), credits=key)
        else:
            self._receives(f"CN{self.turn}", line | {"net": "-5.00"}, credits=key)

    def _units(self, number: str, many: int) -> dict[str, str]:
        return {"units": str(many)} if number in self.hours else {}

    def bills(self, number: str, starts: date, ends: date, net: str, units: int = 2) -> None:
        line = self._units(number, units) | {
            "call_off": number,
            "starts": starts.isoformat(),
            "ends": min(ends, YEAR.ends).isoformat(),
            "net": net,
        }
        key = self._receives(f"N{self.turn}", line)
        if key is not None:
            self.invoices.append((key, line))

    def _receives(self, number: str, line: dict[str, Any], **more: Any) -> str | None:
        day = YEAR.ends.isoformat()
        asked = {"provider": "oakfield", "number": number, "day": day, "received": day}
        received = self.tell("invoice", asked | {"lines": [line]} | more)
        if received is None:
            return None
        key = str(received["invoice"])
        self.tell("invoice-approval", self._step(key), by=APPROVER)
        return key

    def _step(self, key: str) -> dict[str, Any]:
        return {"invoice": key, "day": YEAR.ends.isoformat()}

    def holds_true(self) -> None:
        """The record's own check holds the books to what is promised; here, what that comes to."""
        assert self.register.is_clean()
        for number in self.numbers:
            promised = self.register.ask(calling_off.spent, number, Book.COMMITMENT.value)
            assert all(amount >= NIL for amount in promised.values())
        by_coding = self.register.by("fund", "partner", "outcome", book=Book.COMMITMENT)
        assert not any(Money.parse(amount) < NIL for amount in by_coding.values())

    def ends_and_pays_all(self) -> None:
        """Every call-off ends with the year, each of its days is billed, nothing stays disputed."""
        for number in self.numbers:
            end = {"call_off": number, "day": YEAR.ends.isoformat(), "reason": "The year is over"}
            self.tell("call-off-end", end)
            self.bills(number, YEAR.starts, YEAR.ends, "90000.00", 999)
        for key, _ in self.invoices:
            (line,) = self.register.ask(lambda session, key=key: where(session, key))
            told = {"line": 1, "owed": line.owed.plain, "reason": "Settled between us"}
            self.tell("invoice-resolution", self._step(key) | told, by=APPROVER)
            self.tell("invoice-approval", self._step(key), by=APPROVER)


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    copies = count()

    def copy() -> AbstractContextManager[Engine]:
        folder = tmp_path / str(next(copies))
        folder.mkdir()
        return copy_of(found_register, request, request.param, folder)

    return copy


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=acts)
def test_any_sequence_keeps_the_promise_true(fresh: Fresh, told: list[Act]) -> None:
    with fresh() as engine:
        story = Story(Register(engine))
        for kind, which, at, size in [("call off", 0, 5, 20), *told]:
            story.act(kind, which, at, size)
            story.holds_true()

        story.ends_and_pays_all()

        story.holds_true()
        assert story.register.committed() == "0.00"
