"""Journals as Beancount text, and what Beancount makes of it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.book import (
    Coding,
    by_fund_and_account,
    carried_into,
    load,
    problems_in_books,
    read,
    render_asserted,
    render_chart,
    render_journal,
    render_main,
    render_month,
    render_opening,
    render_summary,
    trial_balance,
    verify_chain,
)
from ledger.book.read import journals_in
from ledger.chain import GENESIS, journal_hash, text_seal
from ledger.chart import Account, Chart
from ledger.funds import Fund, FundKind
from ledger.journal import (
    AuthoredBy,
    Book,
    Journal,
    PostedJournal,
    Posting,
)
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from ledger.text import unfit_characters

YEAR = FinancialYear(2003)
APRIL = Period(YEAR, 1)
FOSTERING = "Expenses:ThirdParty:FosterCare"
AGENCY = "Expenses:ThirdParty:FosterCare:Agency"
CREDITORS = "Liabilities:Creditors"
CHART = Chart.of(
    [
        Account(FOSTERING, 'Foster care, "in house" \\ other', "505 Third Party Payments", "3.1"),
        Account(AGENCY, "Foster care by agencies"),
        Account(CREDITORS, "Creditors", council_code="B9001"),
        Account("Assets:HostCash", "Cash held by the host"),
        Account("Assets:Debtors", "Debtors", needs_partner=True),
        Account("Income:Contributions", "Contributions", closed=True),
        Account("Equity:FundBalance", "Fund balance"),
    ]
)
POOL = Fund(
    code="s31-disability",
    title='The "disabled children\'s" pool \\ £',
    kind=FundKind.POOLED,
    host="county",
    may_be_spent_on=("short-breaks", "foster-care"),
    conditions="Only on\nservices of the agreement.",
)
FUNDS = [POOL, Fund(code="general", title="General", kind=FundKind.MAINSTREAM)]


def journal(*lines: str, **facts: object) -> Journal:
    """``account amount [outcome [service [partner [contract]]]]``, with ``-`` for none."""
    postings = []
    for line in lines:
        account, amount, *coding = line.split()
        outcome, service, partner, contract = (
            None if part == "-" else part for part in [*coding, *"----"][:4]
        )
        postings.append(
            Posting(
                account,
                Money.parse(amount),
                Outcome(outcome) if outcome else None,
                service,
                partner,
                contract,
            )
        )
    usual = Journal(
        book=Book.ACTUAL,
        fund="s31-disability",
        period=APRIL,
        day=date(2003, 4, 30),
        narration="Oakfield invoice 88/05 on C-0007/02",
        payee="Oakfield",
        postings=tuple(postings),
        source="Oakfield",
        source_ref="88/05",
    )
    return replace(usual, **facts)  # type: ignore[arg-type]


def post_all(*journals: Journal) -> list[PostedJournal]:
    posted, last = [], GENESIS
    for sequence, one in enumerate(journals, 1):
        salt = f"{sequence:032x}"
        unhashed = PostedJournal(
            journal=one,
            number=f"{one.period.year}/{sequence:06d}",
            sequence=sequence,
            author="p.keyed",
            authored_by=AuthoredBy.PERSON,
            posted_by="p.posted",
            posted_at=datetime(2003, 5, 1, 9, 30, tzinfo=UTC),
            salt=salt,
            text_seal=text_seal(salt, one.payee, one.narration),
            previous_hash=last,
            hash="",
        )
        posted.append(replace(unhashed, hash=journal_hash(unhashed)))
        last = posted[-1].hash
    return posted


def write_books(folder: Path, **texts: str) -> Path:
    """A main file over the chart and the named texts."""
    (folder / "chart.beancount").write_text(render_chart(YEAR, CHART, FUNDS), encoding="utf-8")
    for name, text in texts.items():
        (folder / f"{name}.beancount").write_text(text, encoding="utf-8")
    main = folder / "actual.beancount"
    names = ["chart.beancount", *(f"{name}.beancount" for name in texts)]
    main.write_text(render_main('A "trust" \\ of ours', YEAR.starts, names), encoding="utf-8")
    return main


OAKFIELD = journal(
    f"{FOSTERING} 1950.00 stay_safe foster-care county C-0007/02",
    f"{FOSTERING} 650.00 be_healthy foster-care county C-0007/02",
    f"{CREDITORS} -2600.00",
    document_day=date(2003, 3, 28),
    reverses="2003-04/000000",
)


def test_a_journal_is_published_with_all_that_its_hash_is_made_of() -> None:
    (posted,) = post_all(OAKFIELD)

    text = render_journal(posted)

    assert text == (
        '2003-04-30 * "Oakfield" "Oakfield invoice 88/05 on C-0007/02" '
        "#s31-disability ^C-0007/02\n"
        '  number: "2003-04/000001"\n'
        '  period: "2003-04 P01"\n'
        "  sequence: 1\n"
        '  book: "actual"\n'
        '  source: "Oakfield"\n'
        '  source_ref: "88/05"\n'
        '  author: "p.keyed"\n'
        '  authored-by: "person"\n'
        '  posted-by: "p.posted"\n'
        '  posted-at: "2003-05-01T09:30:00+00:00"\n'
        "  document-day: 2003-03-28\n"
        '  reverses: "2003-04/000000"\n'
        '  salt: "00000000000000000000000000000001"\n'
        f'  text-seal: "{posted.text_seal}"\n'
        f'  previous-hash: "{GENESIS}"\n'
        f'  hash: "{posted.hash}"\n'
        "  Expenses:ThirdParty:FosterCare   1950.00 GBP\n"
        '    outcome: "stay_safe"\n'
        '    service: "foster-care"\n'
        '    partner: "county"\n'
        '    contract: "C-0007/02"\n'
        "  Expenses:ThirdParty:FosterCare    650.00 GBP\n"
        '    outcome: "be_healthy"\n'
        '    service: "foster-care"\n'
        '    partner: "county"\n'
        '    contract: "C-0007/02"\n'
        "  Liabilities:Creditors           -2600.00 GBP\n"
    )


def test_what_is_published_is_read_back_the_same_and_its_hash_can_be_recomputed(
    tmp_path: Path,
) -> None:
    posted = post_all(OAKFIELD, journal(f"{AGENCY} 0.01", "Assets:HostCash -0.01", payee=""))
    main = write_books(tmp_path, april=render_month(Book.ACTUAL, APRIL, posted))

    reading = read(main)

    assert reading.problems == []
    assert journals_in(load(main).entries)[0] == posted
    assert [link.hash for link in reading.links] == [journal_hash(p) for p in posted]
    assert reading.balances == {
        Coding(
            "s31-disability", "2003-04 P01", FOSTERING, "foster-care", "stay_safe", "county"
        ): Money(195000),
        Coding(
            "s31-disability", "2003-04 P01", FOSTERING, "foster-care", "be_healthy", "county"
        ): Money(65000),
        Coding("s31-disability", "2003-04 P01", AGENCY): Money(1),
        Coding("s31-disability", "2003-04 P01", CREDITORS): Money(-260000),
        Coding("s31-disability", "2003-04 P01", "Assets:HostCash"): Money(-1),
    }
    assert by_fund_and_account(reading.balances)["s31-disability", FOSTERING] == Money(260000)


def test_the_same_month_is_the_same_bytes_in_whatever_order_it_is_given() -> None:
    posted = post_all(OAKFIELD, journal(f"{AGENCY} 5.00", "Assets:HostCash -5.00"))

    assert render_month(Book.ACTUAL, APRIL, posted) == render_month(
        Book.ACTUAL, APRIL, reversed(posted)
    )


def test_bean_check_finds_nothing_wrong_with_books_of_every_kind(tmp_path: Path) -> None:
    opening = {
        Coding("general", "2003-04 opening", "Assets:HostCash"): Money(10000),
        Coding("general", "2003-04 opening", "Equity:FundBalance"): Money(-10000),
    }
    posted = post_all(
        OAKFIELD,
        journal(f"{AGENCY} 25.00", "Assets:HostCash -25.00"),
        journal(
            f"{AGENCY} 1.00",
            "Assets:HostCash -1.00",
            period=Period(YEAR, 13),
            day=date(2004, 3, 31),
        ),
    )
    moved = {
        Coding("s31-disability", "2003-04 P01", AGENCY): Money(2500),
        Coding("s31-disability", "2003-04 P01", FOSTERING): Money(260000),
        Coding("s31-disability", "2003-04 P01", CREDITORS): Money(-260000),
        Coding("s31-disability", "2003-04 P01", "Assets:HostCash"): Money(-2500),
        Coding("s31-disability", "2003-04 P13", AGENCY): Money(100),
        Coding("s31-disability", "2003-04 P13", "Assets:HostCash"): Money(-100),
    }
    main = write_books(
        tmp_path,
        opening=render_opening(YEAR, opening),
        april=render_month(Book.ACTUAL, APRIL, posted[:2]),
        last=render_month(Book.ACTUAL, Period(YEAR, 13), posted[2:]),
        asserted=render_asserted(YEAR, opening, moved),
    )

    checked = subprocess.run(
        [Path(sys.executable).with_name("bean-check"), main], capture_output=True, check=False
    )

    assert (checked.returncode, checked.stderr) == (0, b"")


def test_books_with_nothing_posted_are_valid(tmp_path: Path) -> None:
    main = write_books(
        tmp_path,
        opening=render_opening(YEAR, {}),
        april=render_month(Book.ACTUAL, APRIL, []),
        asserted=render_asserted(YEAR, {}, {}),
        summary=render_summary({}),
    )

    assert problems_in_books(main) == []
    assert trial_balance(main) == {}


def test_a_summary_comes_to_what_its_journals_come_to(tmp_path: Path) -> None:
    posted = post_all(OAKFIELD, journal(f"{AGENCY} 5.00", "Assets:HostCash -5.00", fund="general"))
    balances = trial_balance(write_books(tmp_path, april=render_month(Book.ACTUAL, APRIL, posted)))

    summary = write_books(tmp_path, summary=render_summary(balances))

    assert problems_in_books(summary) == []
    assert trial_balance(summary) == balances


def test_a_year_begins_with_what_each_fund_owns_and_owes_and_its_surplus_in_its_balance() -> None:
    before = {
        Coding("pool", "2002-03 opening", "Equity:FundBalance"): Money(-500),
        Coding("pool", "2002-03 opening", "Assets:Debtors", partner="pct"): Money(500),
        Coding("pool", "2002-03 P01", "Income:Contributions", partner="pct"): Money(-10000),
        Coding("pool", "2002-03 P01", "Assets:Debtors", partner="pct"): Money(10000),
        Coding("pool", "2002-03 P02", FOSTERING, "foster-care", "stay_safe"): Money(4000),
        Coding("pool", "2002-03 P02", CREDITORS, "foster-care"): Money(-4000),
        Coding("pool", "2002-03 P13", CREDITORS, "foster-care"): Money(4000),
        Coding("pool", "2002-03 P13", "Assets:HostCash"): Money(-4000),
    }

    opening = carried_into(YEAR, Book.ACTUAL, before)

    assert opening == {
        Coding("pool", "2003-04 opening", "Assets:Debtors", partner="pct"): Money(10500),
        Coding("pool", "2003-04 opening", "Assets:HostCash"): Money(-4000),
        Coding("pool", "2003-04 opening", "Equity:FundBalance"): Money(-6500),
    }


@pytest.mark.parametrize("book", [Book.BUDGET, Book.COMMITMENT])
def test_neither_authority_to_spend_nor_a_promise_is_carried_into_the_next_year(book: Book) -> None:
    before = {
        Coding("pool", "2002-03 P01", FOSTERING): Money(1000),
        Coding("pool", "2002-03 P01", "Equity:BudgetAuthority"): Money(-1000),
    }

    assert carried_into(YEAR, book, before) == {}


def test_opening_balances_stand_before_the_year_so_that_no_report_counts_them_as_movement() -> None:
    opening = {
        Coding("general", "2003-04 opening", "Assets:Debtors", partner="pct"): Money(10000),
        Coding("general", "2003-04 opening", "Equity:FundBalance"): Money(-10000),
    }

    lines = [line for line in render_opening(YEAR, opening).splitlines() if line]

    assert lines[1:7] == [
        '2003-03-31 * "Opening balances of 2003-04" #general',
        '  period: "2003-04 opening"',
        "  Assets:Debtors       100.00 GBP",
        '    partner: "pct"',
        "  Equity:FundBalance  -100.00 GBP",
        f"2003-04-01 balance {'Assets:Debtors':47} 100.00 GBP",
    ]


def test_an_account_is_open_for_pounds_only_with_its_titles_in_the_chart() -> None:
    text = render_chart(YEAR, CHART, FUNDS)

    assert (
        f"2003-03-31 open {FOSTERING:47} GBP\n"
        '  title: "Foster care, \\"in house\\" \\\\ other"\n'
        '  subjective: "505 Third Party Payments"\n'
        '  s251-line: "3.1"\n'
    ) in text
    assert (
        '2003-03-31 custom "fund" "s31-disability"\n'
        '  title: "The \\"disabled children\'s\\" pool \\\\ £"\n'
        '  kind: "Pooled fund"\n'
        '  legal-basis: "Another power"\n'
        '  host: "county"\n'
        '  may-be-spent-on: "short-breaks foster-care"\n'
        '  conditions: "Only on services of the agreement."\n'
    ) in text


def test_money_of_another_currency_is_not_accepted(tmp_path: Path) -> None:
    text = render_month(Book.ACTUAL, APRIL, post_all(OAKFIELD)).replace("GBP", "EUR")

    assert "books_not_accepted" in {p.code for p in read(write_books(tmp_path, a=text)).problems}


def test_loading_the_books_writes_nothing_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BEANCOUNT_DISABLE_LOAD_CACHE", raising=False)
    main = write_books(tmp_path, april=render_month(Book.ACTUAL, APRIL, post_all(OAKFIELD)))
    before = sorted(tmp_path.iterdir())

    trial_balance(main)

    assert sorted(tmp_path.iterdir()) == before


def test_a_process_of_its_own_prints_what_it_read_as_json(tmp_path: Path) -> None:
    posted = post_all(OAKFIELD)
    main = write_books(tmp_path, april=render_month(Book.ACTUAL, APRIL, posted))

    ran = subprocess.run(
        [sys.executable, "-m", "ledger.book", main, main],
        capture_output=True,
        check=True,
        text=True,
    )

    first, second = (json.loads(line) for line in ran.stdout.splitlines())
    assert first == second
    assert first["problems"] == []
    assert first["links"] == [[1, "2003-04/000001", GENESIS, posted[0].hash]]
    assert ["s31-disability", "2003-04 P01", CREDITORS, "", "", "", -260000] in first["balances"]


typed_text = st.text(
    st.one_of(
        st.sampled_from("\"'\\;*#^!{}@~|,:n \u00a0\u200d\u200f\ufeffאبé👩👧£–"),
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]),
    ),
    max_size=60,
).filter(lambda text: not unfit_characters(text))
written_text = typed_text.filter(lambda text: text.strip() != "")
codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9/.-]{0,8}", fullmatch=True)


@st.composite
def journals(draw: st.DrawFn) -> Journal:
    amounts = draw(
        st.lists(
            st.integers(-(10**15) + 1, 10**15 - 1).filter(bool), min_size=1, max_size=4
        ).filter(lambda amounts: 0 < abs(sum(amounts)) < 10**15)
    )
    period = draw(st.sampled_from(YEAR.periods))
    names = st.sampled_from([account.name for account in CHART])
    return Journal(
        book=Book.ACTUAL,
        fund=draw(st.sampled_from([fund.code for fund in FUNDS])),
        period=period,
        day=draw(st.dates(period.starts, period.ends)),
        narration=draw(written_text),
        payee=draw(typed_text),
        source=draw(written_text),
        source_ref=draw(written_text),
        document_day=draw(st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1))),
        reverses=draw(st.none() | st.just("2003-04/000009")),
        postings=tuple(
            Posting(
                draw(names),
                Money(amount),
                draw(st.none() | st.sampled_from(Outcome)),
                draw(st.none() | codes),
                draw(st.none() | codes),
                draw(st.none() | written_text),
            )
            for amount in [*amounts, -sum(amounts)]
        ),
    )


@given(st.lists(journals(), min_size=1, max_size=3))
def test_whatever_a_user_can_type_is_published_and_read_back_the_same(asked: list[Journal]) -> None:
    posted = post_all(*asked)
    expected: dict[Coding, Money] = {}
    for one in asked:
        for p in one.postings:
            key = Coding(
                one.fund,
                str(one.period),
                p.account,
                p.service or "",
                p.outcome.value if p.outcome else "",
                p.partner or "",
            )
            expected[key] = expected.get(key, Money(0)) + p.amount

    with tempfile.TemporaryDirectory() as folder:
        main = write_books(Path(folder), month=render_month(Book.ACTUAL, APRIL, posted))
        loaded = load(main)
        reading = read(main)

    assert reading.problems == []
    assert sorted(journals_in(loaded.entries)[0], key=lambda p: p.sequence) == posted
    assert reading.balances == {key: amount for key, amount in expected.items() if amount}
    assert verify_chain(loaded.entries) == []
