"""Lines of a spending extract turned into journals, with what is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from contracts.services import Service
from ledger.chart import UNALLOCATED
from ledger.journal import Journal
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Problem
from ledger.wording import counted
from trust_commissioning import posting_rules
from trust_commissioning.files.columns import Meaning, Profile
from trust_commissioning.importing import earlier
from trust_commissioning.importing.batches import SPEND
from trust_commissioning.importing.coding import Coder, Coding, CodingRule
from trust_commissioning.importing.elsewhere import as_spend, may_not_pay
from trust_commissioning.importing.narration import NarrationLabels, printable
from trust_commissioning.importing.payments import Payments, Pays
from trust_commissioning.importing.spend_file import SpendFile, SpendLine
from trust_commissioning.posting import Gate
from trust_commissioning.progress import steps


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendOptions:
    """What a person says of a file.

    `fund` takes the lines no rule sends elsewhere; `otherwise_fund` those that the fund they would
    go to may not pay for, which are refused without it. `where` selects lines by column and value.
    `layout` says of this file alone which column is which, before any `profile`; `remember_as` keeps
    it under that name once the file is loaded.
    `control_total` is held against the selected lines. `refuse_unmatched` refuses a file with
    lines no rule codes. `late_into` takes the lines of closed periods, their own date kept beside.
    `also` are rules for this file alone, tried with those of the trust.
    """

    fund: str
    otherwise_fund: str | None = None
    profile: str | None = None
    layout: Profile | None = None
    remember_as: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    control_total: Money | None = None
    refuse_unmatched: bool = False
    round_pence: bool = False
    continues: str | None = None
    separate: bool = False
    late_into: Period | None = None
    also: tuple[CodingRule, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One line with how it is coded; `coding` None is a line no rule knows. `already` posted
    lines came with an earlier file or an earlier reading of this one. `may_not_pay` is the fund it
    would have gone to, where another takes it. `pays` is the invoice it settles, or why a person
    must say what it paid."""

    line: SpendLine
    coding: Coding | None
    journal: Journal
    already: bool
    may_not_pay: str = ""
    pays: Pays | None = None


class Planner:
    """Turns lines into journals; keeps what is needed to say what is wrong with them."""

    def __init__(
        self,
        gate: Gate,
        services: dict[str, Service],
        coder: Coder,
        file: SpendFile,
        options: SpendOptions,
        payments: Payments,
    ) -> None:
        self._payments = payments
        self._gate, self._services, self._coder = gate, services, coder
        self._file, self._options = file, options
        self._labels = NarrationLabels.of(file.columns)

    def plan(self, line: SpendLine, before: earlier.Earlier) -> PlannedLine:
        coding = self._coder.code(tuple(line.cells.values()), line.day, line.amount)
        journal = self._journal(line, coding, before.separate)
        already = line.row in before.loaded
        pays = None if already else self._payments.decide(line, coding)
        if pays is not None:
            journal = pays.journal(journal, line.amount)
            return PlannedLine(line, coding, journal, already, pays=pays)
        other = (coding.otherwise_fund if coding else None) or self._options.otherwise_fund
        if other is not None and may_not_pay(self._gate.problems_in(as_spend(journal))):
            instead = replace(journal, fund=other)
            return PlannedLine(line, coding, instead, already, may_not_pay=journal.fund)
        return PlannedLine(line, coding, journal, already)

    def _journal(self, line: SpendLine, coding: Coding | None, separate: str | None) -> Journal:
        period, day, document_day = self._when(line)
        spend = posting_rules.Spend(account=UNALLOCATED)
        if coding is not None:
            spend = posting_rules.Spend(
                account=coding.account,
                service=coding.service,
                contract=coding.contract,
                call_off=coding.call_off,
                weights=coding.weights(self._services, line.day),
            )
        ref = f"{line.key}/{line.occurrence}"
        if separate is not None:
            ref += f"/{separate}"
        event = posting_rules.Event(
            fund=(coding.fund if coding else None) or self._options.fund,
            day=day,
            period=period,
            document_day=document_day,
            source=SPEND,
            source_ref=ref,
            narration=self._labels.narration(line),
            payee=printable(line.supplier),
        )
        return posting_rules.spending_line(event, line.amount, spend)

    def _when(self, line: SpendLine) -> tuple[Period, date, date | None]:
        own = Period.containing(line.day)
        late = self._options.late_into
        if late is None or own in self._gate.standing.open_periods:
            return own, line.day, None
        return late, late.starts, line.day

    def problems(self, lines: Sequence[PlannedLine]) -> Iterator[Problem]:
        """What is wrong with the journals, by row; closed periods once for each period."""
        closed: Counter[Period] = Counter()
        first: dict[Period, int] = {}
        for planned in steps(lines, "Checking journals"):
            if planned.already:
                continue
            is_unmatched = planned.coding is None and planned.pays is None
            if is_unmatched and self._options.refuse_unmatched:
                yield Problem(
                    "line_not_coded",
                    f"No rule codes this line of {planned.line.supplier or 'no supplier'}, "
                    f"{planned.line.amount}.",
                    row=planned.line.row,
                )
            for problem in self._gate.problems_in(planned.journal):
                if problem.code == "period_not_open":
                    period = planned.journal.period
                    closed[period] += 1
                    first.setdefault(period, planned.line.row)
                    continue
                rule = f" (coded by rule {planned.coding.rule})" if planned.coding else ""
                yield Problem(
                    problem.code, problem.message + rule, problem.where, row=planned.line.row
                )
        for period, count in sorted(closed.items()):
            yield Problem(
                "period_not_open",
                f"{period} is not open, and {counted(count, 'line is', 'lines are')} of it; the first "
                f"is row {first[period]}. Open the year, or name an open period for late lines.",
                "period",
                row=first[period],
                column=self._file.columns.label(Meaning.DATE)
                or self._file.columns.label(Meaning.PERIOD),
            )
