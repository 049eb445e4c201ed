"""Instalments raised, paid in part or too much, held, matched; the books agree at each step."""

import pytest
from sqlalchemy import Engine

from ledger.periods import Period
from ledger.problems import Refused
from tests.pooling.conftest import AT, CASH, MANAGER, Record, Show, money, part
from trust_commissioning import posting
from trust_commissioning.checking import check
from trust_commissioning.closing import close
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import posted


def receipt(record: Record, amount: str, **more: object):
    asked = {"reference": "R-1", "fund": "pool", "partner": "pct", "day": "2003-05-06"} | more
    return record("receipt", amount=amount, **asked)


def shown(engine: Engine) -> list[list[tuple[str, str, str]]]:
    with reading(engine) as session:
        return [
            [(p.account, p.amount.plain, p.partner or "") for p in one.journal.postings]
            for one in posted(session)
        ]


def test_an_instalment_due_is_raised_and_paid_in_part(trust: Engine, record: Record, show: Show):
    answer = receipt(record, "100.00")

    assert answer["held"] == "0.00"
    assert shown(trust) == [
        [
            ("Assets:Debtors:Partners", "250.00", "pct"),
            ("Income:Contributions:Cash", "-250.00", "pct"),
        ],
        [("Assets:HostCash", "100.00", ""), ("Assets:Debtors:Partners", "-100.00", "pct")],
    ]
    (row,) = show("contributions").rows
    assert money(row) == {
        "agreed": "500.00",
        "due": "500.00",
        "raised": "250.00",
        "received": "100.00",
        "outstanding": "150.00",
        "in_cash": "250.00",
    }


def test_the_same_receipt_again_is_the_same_receipt(trust: Engine, record: Record):
    first = receipt(record, "100.00")

    assert receipt(record, "100.00") == first
    assert len(shown(trust)) == 2
    with pytest.raises(Refused) as refused:
        receipt(record, "101.00")
    assert refused.value.codes == ("event_recorded_otherwise",)


def test_what_is_over_is_held_in_advance_and_pays_the_next_instalment(
    trust: Engine, record: Record, show: Show
):
    assert receipt(record, "400.00")["held"] == "150.00"
    assert shown(trust)[-1] == [
        ("Assets:HostCash", "400.00", ""),
        ("Assets:Debtors:Partners", "-250.00", "pct"),
        ("Liabilities:ContributionsInAdvance", "-150.00", "pct"),
    ]
    (row,) = show("partner-position").rows
    assert money(row) == {"raised": "250.00", "received": "250.00", "in_advance": "150.00"}

    record("contributions-due", day="2003-07-31")
    matched = record("receipt-match", receipt="R-1", reference="M-1", day="2003-07-31")

    assert matched["held"] == "0.00"
    assert shown(trust)[-1] == [
        ("Liabilities:ContributionsInAdvance", "150.00", "pct"),
        ("Assets:Debtors:Partners", "-150.00", "pct"),
    ]
    (row,) = show("partner-position").rows
    assert (row["outstanding"].plain, row["in_advance"].plain) == ("100.00", "0.00")
    assert record("receipt-match", receipt="R-1", reference="M-1", day="2003-07-31") == matched


def test_money_from_nobody_knows_whom_is_held_until_it_is_known(
    trust: Engine, record: Record, show: Show
):
    receipt(record, "250.00", partner=None, words="BACS 0417 no reference")

    assert shown(trust)[-1] == [
        ("Assets:HostCash", "250.00", ""),
        ("Liabilities:DepositsHeld", "-250.00", ""),
    ]
    (held,) = part(show("partner-position"), "held")
    assert (held["partner_title"], held["held"].plain) == ("Not known yet", "250.00")
    with pytest.raises(Refused) as refused:
        record("receipt-match", receipt="R-1", reference="M-1", day="2003-05-09")
    assert refused.value.codes == ("payer_not_known",)

    pays = [{"contribution": CASH, "day": "2003-04-30", "amount": "250.00"}]
    record("receipt-match", receipt="R-1", reference="M-1", day="2003-05-09", pays=pays)

    assert part(show("partner-position"), "held") == []
    assert part(show("partner-position"), "open") == []


def test_what_a_receipt_names_is_held_to_what_is_owed(record: Record):
    pays = [
        {"contribution": CASH, "day": "2003-04-30", "amount": "250.01"},
        {"contribution": CASH, "day": "2003-07-31", "amount": "1.00"},
    ]

    with pytest.raises(Refused) as refused:
        receipt(record, "100.00", pays=pays)

    assert [(p.code, p.where) for p in refused.value.problems] == [
        ("payment_above_what_is_owed", "pays[0].amount"),
        ("nothing_owed_there", "pays[1]"),
        ("payments_above_receipt", "pays"),
    ]


def test_a_receipt_whose_journal_is_reversed_paid_nothing(
    trust: Engine, record: Record, show: Show
):
    number = str(receipt(record, "250.00")["journal"])
    with transaction(trust) as session:
        waiting = posting.reverse(session, number, reason="bounced", by="f.officer", at=AT)
        posting.post_submitted(session, waiting, by=MANAGER, at=AT)

    (row,) = show("partner-position").rows
    assert (row["received"].plain, row["outstanding"].plain) == ("0.00", "250.00")
    (open_,) = part(show("partner-position"), "open")
    assert open_["outstanding"].plain == "250.00"


def test_figures_of_an_earlier_period_are_as_they_were_then(record: Record, show: Show):
    receipt(record, "100.00")

    (april,) = show("partner-position", 1).rows
    (may,) = show("partner-position", 2).rows

    assert (april["received"].plain, april["outstanding"].plain) == ("0.00", "250.00")
    assert (may["received"].plain, may["outstanding"].plain) == ("100.00", "150.00")


def test_a_late_instalment_goes_into_the_open_period_with_its_own_day_beside_it(
    trust: Engine, record: Record, show: Show
):
    with transaction(trust) as session:
        for number in (1, 2, 3):
            close(session, Period.parse(f"2003-04 P{number:02d}"), by=MANAGER, at=AT)
    record(
        "contribution",
        fund="pool",
        partner="council",
        year="2003-04",
        instalments=[{"day": "2003-06-15", "amount": "90.00"}],
    )
    with pytest.raises(Refused) as refused:
        record("contributions-due", day="2003-07-05")
    assert [(p.code, p.where) for p in refused.value.problems] == [
        ("period_not_open", "pool/2003-04/council/cash/2003-06-15")
    ]

    record("contributions-due", day="2003-07-05", period="2003-04 P04")

    with reading(trust) as session:
        last = list(posted(session))[-1].journal
    assert (str(last.period), last.day.isoformat(), last.document_day.isoformat()) == (
        "2003-04 P04",
        "2003-07-01",
        "2003-06-15",
    )
    (row, _) = part(show("partner-position"), "ageing")
    assert money(row) == {"to_60": "90.00", "outstanding": "90.00"}


def test_the_ages_of_what_is_owed_sum_to_the_books(record: Record, show: Show, trust: Engine):
    record("contributions-due", day="2003-07-31")
    receipt(record, "100.00")

    report = show("partner-position", 5)

    (row,) = part(report, "ageing")
    assert money(row) == {"over_90": "150.00", "to_60": "250.00", "outstanding": "400.00"}
    assert report.rows[0]["outstanding"] == row["outstanding"]
    with reading(trust) as session:
        assert check(session) == []
