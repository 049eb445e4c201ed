"""Posted journals, balances and the chart as Beancount text.

Everything a user typed goes through Beancount's own printer, which escapes it; pasted text is
never put into a line by hand. The same values always give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from beancount.core import account as beancount_account
from beancount.core import data
from beancount.core.amount import Amount
from beancount.parser.printer import EntryPrinter

from ledger.book.carry import Coding
from ledger.chart import Account, Chart
from ledger.funds import Fund
from ledger.journal import Book, PostedJournal, Posting
from ledger.money import Money
from ledger.periods import FinancialYear, Period

CURRENCY = "GBP"

_print: Callable[[data.Directive], str] = EntryPrinter()  # type: ignore[no-untyped-call]
_NOT_IN_A_LINK = re.compile(r"[^A-Za-z0-9\-_/.]+", re.ASCII)
_NOTHING: frozenset[str] = frozenset()
_WRITTEN_FROM_THE_RECORD = "Written from the record: a change made here is lost and is noticed."


def render_journal(posted: PostedJournal) -> str:
    """One posted journal with everything `ledger.chain.journal_hash` needs.

    The fund is the tag, each contract and call-off a link; a link cannot hold every character,
    so their own numbers are also in the posting's metadata.
    """
    journal = posted.journal
    meta: dict[str, object] = {
        "number": posted.number,
        "period": str(journal.period),
        "sequence": Decimal(posted.sequence),
        "book": journal.book.value,
        "source": journal.source,
        "source_ref": journal.source_ref,
        "author": posted.author,
        "authored-by": posted.authored_by.value,
        "posted-by": posted.posted_by,
        "posted-at": posted.posted_at.isoformat(timespec="seconds"),
    }
    if journal.document_day:
        meta["document-day"] = journal.document_day
    if journal.reverses:
        meta["reverses"] = journal.reverses
    meta["salt"] = posted.salt
    meta["text-seal"] = posted.text_seal
    meta["previous-hash"] = posted.previous_hash
    meta["hash"] = posted.hash
    return _print(
        data.Transaction(
            meta=meta,
            date=journal.day,
            flag="*",
            payee=journal.payee or None,
            narration=journal.narration,
            tags=frozenset((journal.fund,)),
            links=frozenset(
                _NOT_IN_A_LINK.sub("-", number)
                for posting in journal.postings
                for number in (posting.contract, posting.call_off)
                if number
            ),
            postings=[_posting(posting) for posting in journal.postings],
        )
    )


def render_month(book: Book, period: Period, journals: Iterable[PostedJournal]) -> str:
    """The journals of one book in one period, in the order of the chain."""
    return "\n".join(
        [
            f"; {period.title}: the {book.value} book. {_WRITTEN_FROM_THE_RECORD}\n",
            *(render_journal(j) for j in sorted(journals, key=lambda j: j.sequence)),
        ]
    )


def render_chart(year: FinancialYear, chart: Chart, funds: Iterable[Fund]) -> str:
    """The accounts and funds, open from the evening before the year starts.

    That evening is when the year's opening balances stand, so that no report of the year counts
    them as its movement. Only GBP may be posted.
    """
    day = _evening_before(year)
    commodity = data.Commodity({"name": "Pound sterling"}, day, CURRENCY)
    return "\n".join(
        [
            f"; The chart of accounts and the funds, {year}. {_WRITTEN_FROM_THE_RECORD}\n",
            _print(commodity),
            *(_print(_open(account, day)) for account in sorted(chart, key=lambda a: a.name)),
            *(_print(_fund(fund, day)) for fund in sorted(funds, key=lambda f: f.code)),
        ]
    )


def render_opening(year: FinancialYear, opening: Mapping[Coding, Money]) -> str:
    """What the year began with: a transaction for each fund, and each account asserted.

    The transactions stand on the evening before the year and the assertions on its first
    morning.
    """
    day = _evening_before(year)
    lines = sorted((coding, amount) for coding, amount in opening.items() if amount)
    return "\n".join(
        [
            f"; The opening balances of {year}. {_WRITTEN_FROM_THE_RECORD}\n",
            *(
                _print(_of_balances(fund, day, f"Opening balances of {year}", list(of_fund)))
                for fund, of_fund in groupby(lines, key=lambda line: line[0].fund)
            ),
            *_assertions(year.starts, opening, {coding.account for coding in opening}),
        ]
    )


def render_asserted(
    year: FinancialYear, opening: Mapping[Coding, Money], moved: Mapping[Coding, Money]
) -> str:
    """What each account that moved in a month stood at on the morning after it.

    Periods 12 and 13 both end on 31 March and are asserted together.
    """
    parts = [f"; The closing balances of {year}. {_WRITTEN_FROM_THE_RECORD}\n"]
    so_far = dict(opening)
    by_end: dict[date, dict[Coding, Money]] = {}
    for coding, amount in moved.items():
        by_end.setdefault(Period.parse(coding.period).ends, {})[coding] = amount
    for end in sorted(by_end):
        so_far |= by_end[end]
        touched = {coding.account for coding in by_end[end]}
        parts += _assertions(end + timedelta(days=1), so_far, touched)
    return "\n".join(parts)


def render_summary(balances: Mapping[Coding, Money]) -> str:
    """Balances as journals: an entry for each fund and period, a posting for each coding."""
    lines = sorted(
        ((coding, amount) for coding, amount in balances.items() if amount),
        key=lambda line: (line[0].period, line[0]),
    )
    parts = [f"; What the journals come to. {_WRITTEN_FROM_THE_RECORD}\n"]
    for (period_text, fund), of_fund in groupby(lines, key=lambda line: (line[0][1], line[0][0])):
        period = Period.parse(period_text)
        parts.append(_print(_of_balances(fund, period.ends, f"{period.title} in all", of_fund)))
    return "\n".join(parts)


def render_main(title: str, starts: date, includes: Sequence[str]) -> str:
    """A main file: its options, then the files it is made of.

    Beancount heeds options in the main file only. With the multiplier at nil a penny is a
    difference; otherwise 100.0 against -100.04 would pass.
    """
    quoted = _one_line(title).replace("\\", "\\\\").replace('"', '\\"')
    return "\n".join(
        [
            f"; {_WRITTEN_FROM_THE_RECORD}",
            f'option "title" "{quoted}"',
            f'option "operating_currency" "{CURRENCY}"',
            'option "tolerance_multiplier" "0"',
            f'{starts} custom "fava-option" "fiscal-year-end" "03-31"',
            "",
            *(f'include "{name}"' for name in includes),
            "",
        ]
    )


def _posting(posting: Posting) -> data.Posting:
    return _line(
        posting.account,
        posting.amount,
        {
            "outcome": posting.outcome.value if posting.outcome else "",
            "service": posting.service or "",
            "partner": posting.partner or "",
            "contract": posting.contract or "",
            "call-off": posting.call_off or "",
        },
    )


def _line(account: str, amount: Money, coding: Mapping[str, str]) -> data.Posting:
    meta = {key: value for key, value in coding.items() if value}
    return data.Posting(account, _amount(amount), None, None, None, meta or None)


def _amount(money: Money) -> Amount:
    return Amount(Decimal(money.pence).scaleb(-2), CURRENCY)


def _of_balances(
    fund: str, day: date, narration: str, lines: Iterable[tuple[Coding, Money]]
) -> data.Transaction:
    lines = list(lines)
    return data.Transaction(
        meta={"period": lines[0][0].period},
        date=day,
        flag="*",
        payee=None,
        narration=narration,
        tags=frozenset((fund,)),
        links=_NOTHING,
        postings=[
            _line(
                coding.account,
                amount,
                {
                    "outcome": coding.outcome,
                    "service": coding.service,
                    "partner": coding.partner,
                },
            )
            for coding, amount in lines
        ],
    )


def _assertions(morning: date, balances: Mapping[Coding, Money], touched: set[str]) -> list[str]:
    """Beancount's balance of an account holds the accounts below it."""
    sums: dict[str, int] = {}
    for coding, amount in balances.items():
        for name in beancount_account.parents(coding.account):
            sums[name] = sums.get(name, 0) + amount.pence
    return [
        _print(data.Balance({}, morning, name, _amount(Money(sums[name])), None, None))
        for name in sorted(touched)
    ]


def _open(account: Account, day: date) -> data.Open:
    meta: dict[str, object] = {"title": _one_line(account.title)}
    if account.subjective:
        meta["subjective"] = account.subjective
    if account.s251_line:
        meta["s251-line"] = account.s251_line
    if account.council_code:
        meta["council-code"] = account.council_code
    if account.closed:
        meta["closed"] = "Nothing more may be posted here."
    return data.Open(meta, day, account.name, [CURRENCY], None)


def _fund(fund: Fund, day: date) -> data.Custom:
    """The words of a fund are metadata: the printer does not escape a custom's values."""
    meta: dict[str, object] = {"title": _one_line(fund.title), "kind": fund.kind.title}
    meta["legal-basis"] = fund.legal_basis.title
    if fund.host:
        meta["host"] = fund.host
    if fund.may_be_spent_on:
        meta["may-be-spent-on"] = " ".join(fund.may_be_spent_on)
    if fund.conditions:
        meta["conditions"] = _one_line(fund.conditions)
    return data.Custom(meta, day, "fund", [(fund.code, str)])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _evening_before(year: FinancialYear) -> date:
    return year.starts - timedelta(days=1)
