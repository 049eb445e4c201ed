"""What Beancount makes of the books: its errors, its sums, the journals it found."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from beancount import loader
from beancount.core import data
from beancount.core.amount import Amount
from beancount.core.inventory import Inventory

from ledger.book.carry import Coding
from ledger.book.render import CURRENCY
from ledger.chain import GENESIS, journal_hash, text_seal
from ledger.journal import AuthoredBy, Book, Journal, PostedJournal, Posting
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from ledger.problems import Problem


class Link(NamedTuple):
    """One journal's place in the chain, as the files print it."""

    sequence: int
    number: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """A main file as Beancount loaded it."""

    path: Path
    entries: Sequence[data.Directive]
    errors: Sequence[data.BeancountError]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is asked of one main file: problems, balances, links of the chain."""

    problems: list[Problem]
    balances: dict[Coding, Money]
    links: list[Link]


def load(path: Path) -> Loaded:
    """Load a main file with everything it includes.

    Uncached: Beancount's cache writes beside the books and is trusted by file times alone. The
    garbage collector rests meanwhile, which takes a quarter off the time.
    """
    with _no_garbage_collection():
        entries, errors, _ = loader._load(
            [(str(path.absolute()), True)], log_timings=None, extra_validations=None, encoding=None
        )
    return Loaded(path, entries, errors)


def read(path: Path) -> Reading:
    """Everything that is asked of one main file, from a single load."""
    loaded = load(path)
    journals, problems = journals_in(loaded.entries)
    balances: dict[Coding, Money] = {}
    try:
        balances = _balances(loaded.entries)
    except ValueError as error:
        problems.append(Problem("books_not_whole_pence", f"{path.name}: {error}.", path.name))
    return Reading(
        problems=[*problems_in_loaded(loaded), *problems, *_problems_in_seals(journals)],
        balances=balances,
        links=links_of(journals),
    )


def problems_in_books(path: Path) -> list[Problem]:
    """What ``bean-check`` would print, or an empty list."""
    return problems_in_loaded(load(path))


def problems_in_loaded(loaded: Loaded) -> list[Problem]:
    """Beancount's errors; `where` is ``actual-P03.beancount:120``."""
    problems = []
    for error in loaded.errors:
        source = getattr(error, "source", None) or {}
        file_name = Path(str(source.get("filename", loaded.path))).name
        problems.append(
            Problem(
                "books_not_accepted",
                f"Beancount does not accept {loaded.path.name}: {error.message}",
                f"{file_name}:{source.get('lineno', 0)}",
            )
        )
    return problems


def trial_balance(path: Path) -> dict[Coding, Money]:
    """What every coding comes to by Beancount's own arithmetic.

    Nil balances are left out. Sum it by fund and account with `by_fund_and_account`.
    """
    return _balances(load(path).entries)


def by_fund_and_account(balances: Mapping[Coding, Money]) -> dict[tuple[str, str], Money]:
    """The trial balance as it is usually printed, without what comes to nil."""
    sums: dict[tuple[str, str], int] = {}
    for coding, amount in balances.items():
        key = (coding.fund, coding.account)
        sums[key] = sums.get(key, 0) + amount.pence
    return {key: Money(pence) for key, pence in sorted(sums.items()) if pence}


def journals_in(
    entries: Iterable[data.Directive],
) -> tuple[list[PostedJournal], list[Problem]]:
    """The posted journals among the entries, with what could not be read as one.

    Entries that carry no hash are opening balances or summaries.
    """
    journals, problems = [], []
    for entry in entries:
        if not isinstance(entry, data.Transaction) or "hash" not in entry.meta:
            continue
        try:
            journals.append(_posted_journal(entry))
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            number = entry.meta.get("number", f"of {entry.date}")
            problems.append(
                Problem(
                    "books_journal_unreadable",
                    f"Journal {number} of the books cannot be read: "
                    f"{type(error).__name__}, {error}.",
                    str(number),
                )
            )
    return journals, problems


def links_of(journals: Iterable[PostedJournal]) -> list[Link]:
    """The journals' places in the chain, in its order."""
    return sorted(Link(j.sequence, j.number, j.previous_hash, j.hash) for j in journals)


def verify_chain(entries: Iterable[data.Directive]) -> list[Problem]:
    """Everything that shows the journals are not as they were posted, from the files alone.

    Give the entries of every year and book: the chain runs through all of them.
    """
    journals, problems = journals_in(entries)
    return [*problems, *_problems_in_seals(journals), *problems_in_links(links_of(journals))]


def problems_in_links(links: Iterable[Link]) -> list[Problem]:
    """Where the chain, from its first journal, lacks one, has one twice or was joined anew."""
    problems = []
    last = Link(0, "", "", GENESIS)
    for link in sorted(links):
        if link.sequence != last.sequence + 1:
            problems.append(
                Problem(
                    "books_chain_broken",
                    f"Journal {link.number} is {link.sequence} in the chain of the books; "
                    f"{last.sequence + 1} was to follow.",
                    link.number,
                )
            )
        elif link.previous_hash != last.hash:
            problems.append(
                Problem(
                    "books_chain_broken",
                    f"Journal {link.number} of the books follows the hash "
                    f"{link.previous_hash[:12]}…, but the journal before it has "
                    f"{last.hash[:12]}….",
                    link.number,
                )
            )
        last = link
    return problems


def _problems_in_seals(journals: Iterable[PostedJournal]) -> Iterator[Problem]:
    for posted in journals:
        journal = posted.journal
        if posted.text_seal != text_seal(posted.salt, journal.payee, journal.narration):
            yield Problem(
                "books_text_changed",
                f"The payee or narration of journal {posted.number} in the books is not the one "
                "that was sealed when it was posted.",
                posted.number,
            )
        if posted.hash != journal_hash(posted):
            yield Problem(
                "books_journal_changed",
                f"Journal {posted.number} in the books does not have the hash printed with it.",
                posted.number,
            )


def _posted_journal(entry: data.Transaction) -> PostedJournal:
    meta = entry.meta
    (fund,) = entry.tags
    journal = Journal(
        book=Book(meta["book"]),
        fund=fund,
        period=Period.parse(meta["period"]),
        day=entry.date,
        narration=entry.narration or "",
        postings=tuple(_read_posting(posting) for posting in entry.postings),
        source=meta["source"],
        source_ref=meta["source_ref"],
        payee=entry.payee or "",
        document_day=meta.get("document-day"),
        reverses=meta.get("reverses"),
    )
    return PostedJournal(
        journal=journal,
        number=meta["number"],
        sequence=int(meta["sequence"]),
        author=meta["author"],
        authored_by=AuthoredBy(meta["authored-by"]),
        posted_by=meta["posted-by"],
        posted_at=datetime.fromisoformat(meta["posted-at"]),
        salt=meta["salt"],
        text_seal=meta["text-seal"],
        previous_hash=meta["previous-hash"],
        hash=meta["hash"],
    )


def _read_posting(posting: data.Posting) -> Posting:
    meta = posting.meta or {}
    outcome = meta.get("outcome")
    return Posting(
        account=posting.account,
        amount=_money(posting.units),
        outcome=Outcome(outcome) if outcome else None,
        service=meta.get("service"),
        partner=meta.get("partner"),
        contract=meta.get("contract"),
        call_off=meta.get("call-off"),
    )


def _balances(entries: Iterable[data.Directive]) -> dict[Coding, Money]:
    sums: dict[Coding, Inventory] = {}
    for entry in entries:
        if not isinstance(entry, data.Transaction):
            continue
        fund = " ".join(sorted(entry.tags))
        period = str(entry.meta.get("period", ""))
        for posting in entry.postings:
            meta = posting.meta or {}
            coding = Coding(
                fund,
                period,
                posting.account,
                meta.get("service", ""),
                meta.get("outcome", ""),
                meta.get("partner", ""),
            )
            if (inventory := sums.get(coding)) is None:
                inventory = sums[coding] = Inventory()
            inventory.add_amount(posting.units)  # type: ignore[arg-type]  # None if unbooked
    found = {key: _money(_in_pounds(inventory)) for key, inventory in sorted(sums.items())}
    return {key: amount for key, amount in found.items() if amount}


def _in_pounds(inventory: Inventory) -> Amount:
    units: Amount = inventory.get_currency_units(CURRENCY)  # type: ignore[no-untyped-call]
    return units


def _money(units: Amount | None) -> Money:
    """Exactly, or an error: a book never holds part of a penny."""
    if units is None or units.number is None or units.currency != CURRENCY:
        raise ValueError(f"{units} is not an amount in {CURRENCY}")
    pence = units.number.scaleb(2)
    if pence != int(pence):
        raise ValueError(f"{units} is not whole pence")
    return Money(int(pence))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
