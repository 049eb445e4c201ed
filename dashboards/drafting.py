"""A journal as a person is keying it: text in boxes, read exactly, wrong until it is right."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ledger.journal import Book, Journal, Posting
from ledger.money import NIL, Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from ledger.problems import Problem
from ledger.wording import counted
from trust_commissioning.files.amounts import Amount, read_amount, shown

SOURCE = "keyed"
"""The source of a journal keyed by a person; the reference is the draft's own token."""
PASTED = ("account", "service", "outcome", "debit", "credit", "partner", "contract")
_REQUIRED = 5
_MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line as typed: codes chosen, amounts as text."""

    account: str = ""
    service: str = ""
    outcome: str = ""
    debit: str = ""
    credit: str = ""
    partner: str = ""
    contract: str = ""

    @property
    def is_blank(self) -> bool:
        return not any((self.account, self.debit.strip(), self.credit.strip()))

    @classmethod
    def of(cls, posting: Posting) -> Line:
        """A posting as it would be typed."""
        amount = abs(posting.amount).plain
        return cls(
            account=posting.account,
            service=posting.service or "",
            outcome=posting.outcome.value if posting.outcome else "",
            debit=amount if posting.amount.pence > 0 else "",
            credit=amount if posting.amount.pence < 0 else "",
            partner=posting.partner or "",
            contract=posting.contract or "",
        )


@dataclass(frozen=True, slots=True)
class Read:
    """What the lines come to; `gap` is debits less credits. Problems say which line."""

    postings: tuple[Posting, ...]
    places: tuple[int, ...]
    """For each posting, the line it was typed on, from 1."""
    debits: Money
    credits: Money
    problems: tuple[Problem, ...]

    @property
    def gap(self) -> Money:
        return self.debits - self.credits


def read_lines(lines: Sequence[Line]) -> Read:
    """The postings typed so far; blank lines are passed over."""
    postings, places, problems = [], [], []
    for number, line in enumerate(lines, 1):
        if line.is_blank:
            continue
        amount = _amount(number, line)
        if isinstance(amount, Problem):
            problems.append(amount)
            amount = NIL
        if not line.account:
            problems.append(
                Problem("account_missing", f"Line {number} has no account.", f"line {number}")
            )
            continue
        postings.append(
            Posting(
                account=line.account,
                amount=amount,
                outcome=Outcome(line.outcome) if line.outcome else None,
                service=line.service or None,
                partner=line.partner or None,
                contract=line.contract or None,
            )
        )
        places.append(number)
    amounts = [posting.amount for posting in postings]
    return Read(
        postings=tuple(postings),
        places=tuple(places),
        debits=Money.total(amount for amount in amounts if amount.pence > 0),
        credits=-Money.total(amount for amount in amounts if amount.pence < 0),
        problems=tuple(problems),
    )


def journal(
    read: Read,
    *,
    book: Book,
    fund: str,
    period: Period,
    day: date,
    narration: str,
    payee: str,
    token: str,
) -> Journal:
    """The journal asked for, right or wrong."""
    return Journal(
        book=book,
        fund=fund,
        period=period,
        day=day,
        narration=narration.strip(),
        payee=payee.strip(),
        postings=read.postings,
        source=SOURCE,
        source_ref=token,
    )


def by_line(problems: Iterable[Problem], read: Read, *, fund: str) -> list[Problem]:
    """Problems of the postings, said of the lines they were typed on; each line once for each.

    What the amounts' own problems say already (a nil where the amount could not be read) is left
    out.
    """
    unread = {problem.where for problem in read.problems}
    said = list(read.problems)
    for problem in problems:
        if problem.where == "fund" and not fund:
            said.append(Problem("fund_missing", "Choose the fund."))
            continue
        if not problem.where.startswith("postings["):
            # The message names the box in a person's words; `where` names it in the program's.
            said.append(Problem(problem.code, problem.message))
            continue
        place, _, field = problem.where.removeprefix("postings[").partition("].")
        where = f"line {read.places[int(place)]}"
        if problem.code == "posting_is_nil" and where in unread:
            continue
        said.append(Problem(problem.code, problem.message, f"{where}, {field}"))
    return said


def pasted(
    text: str, *, codes: Mapping[str, Mapping[str, str]]
) -> tuple[list[Line], list[Problem]]:
    """Lines copied out of a spreadsheet: account, service, outcome, debit, credit, and if wanted
    partner and contract, apart by tabs.

    `codes` has for each coding its codes with their titles; either may be pasted. A first line of
    headings is passed over.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    rows = [
        row for row in csv.reader(io.StringIO(text), delimiter="\t") if any(map(str.strip, row))
    ]
    if rows and rows[0][0].strip().casefold() == "account":
        del rows[0]
    if len(rows) > _MOST_LINES:
        return [], [
            Problem(
                "too_many_lines",
                f"{len(rows):,} lines were pasted and the most is {_MOST_LINES}; load a file of "
                "journals instead.",
                "lines",
            )
        ]
    for number, row in enumerate(rows, 1):
        found = list(_problems_of_row(number, row))
        if found:
            problems += found
            continue
        cells = dict(zip(PASTED, (cell.strip() for cell in row), strict=False))
        for name in ("account", "service", "outcome", "partner", "contract"):
            code = _code(cells.get(name, ""), codes[name])
            if code is None:
                problems.append(
                    Problem(
                        f"{name}_unknown",
                        f"There is no {name} {shown(cells[name])}.",
                        f"line {number}",
                        row=number,
                        column=name,
                    )
                )
            cells[name] = code or ""
        lines.append(Line(**cells))
    return lines, [*problems, *map(_of_pasted, read_lines(lines).problems)]


def _of_pasted(problem: Problem) -> Problem:
    """A problem of a line as one of the rows that were pasted, under its column."""
    number = int(problem.where.removeprefix("line ").split(",")[0])
    column = "account" if problem.code == "account_missing" else "debit, credit"
    return replace(problem, row=number, column=column)


def _problems_of_row(number: int, row: Sequence[str]) -> Iterator[Problem]:
    if not _REQUIRED <= len(row) <= len(PASTED):
        yield Problem(
            "pasted_line_unreadable",
            f"Line {number} has {counted(len(row), 'cell')}; it should have account, service, outcome, debit "
            "and credit, with a tab between them.",
            f"line {number}",
            row=number,
        )


def _code(said: str, titles: Mapping[str, str]) -> str | None:
    """The code a person wrote as itself or by its title; None for neither."""
    if not said or said in titles:
        return said
    plain = said.casefold()
    alike = [code for code, title in titles.items() if plain in (code.casefold(), title.casefold())]
    return alike[0] if len(alike) == 1 else None


def _amount(number: int, line: Line) -> Money | Problem:
    debit, credit = line.debit.strip(), line.credit.strip()
    where = f"line {number}"
    if bool(debit) == bool(credit):
        said = "both a debit and a credit" if debit else "neither a debit nor a credit"
        return Problem("line_needs_one_amount", f"Line {number} has {said}.", where)
    read = read_amount(debit or credit)
    if isinstance(read, Problem):
        return Problem(read.code, read.message, where)
    assert isinstance(read, Amount)
    if read.money.pence <= 0:
        return Problem(
            "amount_not_above_nil",
            f"Line {number} has {shown(debit or credit)}; an amount is above nil, and which side "
            "it is on says the rest.",
            where,
        )
    return read.money if debit else -read.money
