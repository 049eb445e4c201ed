"""Instalments raised, paid in part or too much, held, matched; the books agree at each step."""

import pytest
from sqlalchemy import Engine

from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.pooling.conftest import AT, CASH, MANAGER, Record, Show, money, part
from trust_commissioning import posting
from trust_commissioning.checking import check
from trust_commissioning.closing import close
from trust_commissioning.store import guards, reading, transaction
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


def reverse(engine: Engine, number: object, period: Period | None = None) -> None:
    with transaction(engine) as session:
        waiting = posting.reverse(
            session, str(number), reason="wrong", by="f.officer", at=AT, period=period
        )
    with transaction(engine) as session:
        posting.post_submitted(session, waiting, by=MANAGER, at=AT)


def test_an_instalment_that_was_paid_is_reversed_after_its_receipt_and_no_money_goes_missing(
    trust: Engine, record: Record, show: Show
):
    paid = receipt(record, "250.00")["journal"]
    with pytest.raises(Refused) as refused:
        reverse(trust, "2003-04/000001")
    assert refused.value.codes == ("instalment_paid_or_reduced",)
    assert str(paid) in refused.value.problems[0].message

    reverse(trust, paid)
    reverse(trust, "2003-04/000001")
    changed = {
        "fund": "pool",
        "partner": "pct",
        "year": "2003-04",
        "instalments": [{"day": "2003-05-20", "amount": "300.00"}],
    }
    record(
        "contribution-change",
        change="C-1",
        day="2003-05-20",
        reason="Put right",
        contribution=changed,
    )
    record("contributions-due", day="2003-05-31")
    receipt(record, "250.00", reference="R-2")

    (row,) = show("partner-position", 2).rows
    assert (row["outstanding"].plain, row["in_advance"].plain) == ("50.00", "0.00")
    (open_,) = part(show("partner-position", 2), "open")
    assert (open_["received"].plain, open_["outstanding"].plain) == ("250.00", "50.00")
    (contributed,) = show("contributions", 2).rows
    assert (contributed["received"].plain, contributed["outstanding"].plain) == ("250.00", "50.00")
    asked = {"reference": "L-1", "fund": "pool", "partner": "pct", "day": "2003-06-30"}
    assert record("chase", to="Director of Finance", **asked)["outstanding"] == "50.00"


def test_an_instalment_is_not_reversed_after_money_came_in_while_the_reversal_waited(
    trust: Engine, record: Record
):
    record("contributions-due", day="2003-04-30")
    with transaction(trust) as session:
        waiting = posting.reverse(session, "2003-04/000001", reason="wrong", by="f.officer", at=AT)
    receipt(record, "250.00")

    with pytest.raises(Refused) as refused, transaction(trust) as session:
        posting.post_submitted(session, waiting, by=MANAGER, at=AT)

    assert refused.value.codes == ("instalment_paid_or_reduced",)


def test_a_receipt_is_not_reversed_while_what_was_held_of_it_pays_a_debt(
    trust: Engine, record: Record, show: Show
):
    entered = receipt(record, "400.00")["journal"]
    record("contributions-due", day="2003-07-31")
    matched = record("receipt-match", receipt="R-1", reference="M-1", day="2003-07-31")["journal"]
    with pytest.raises(Refused) as refused:
        reverse(trust, entered)
    assert refused.value.codes == ("receipt_matched_since",)

    reverse(trust, matched)
    reverse(trust, entered)

    (row,) = show("partner-position").rows
    assert (row["outstanding"].plain, row["in_advance"].plain) == ("500.00", "0.00")


def test_a_receipt_that_was_reversed_is_not_entered_again_under_its_reference(
    trust: Engine, record: Record
):
    entered = receipt(record, "400.00")["journal"]
    record("contributions-due", day="2003-07-31")
    again = {"receipt": "R-1", "reference": "M-1", "day": "2003-07-31"}
    matched = record("receipt-match", **again)["journal"]
    reverse(trust, matched)

    with pytest.raises(Refused) as refused:
        record("receipt-match", **again)
    assert refused.value.codes == ("receipt_reversed",)
    reverse(trust, entered)
    with pytest.raises(Refused) as refused:
        receipt(record, "400.00")
    assert refused.value.codes == ("receipt_reversed",)
    assert receipt(record, "400.00", reference="R-2")["held"] == "0.00"


def test_a_match_under_a_used_reference_with_other_contents_is_refused(record: Record):
    receipt(record, "250.00", partner=None)
    asked = {"receipt": "R-1", "reference": "M-1", "day": "2003-05-09"}

    def match(amount: str, **more: object):
        pays = [{"contribution": CASH, "day": "2003-04-30", "amount": amount}]
        return record("receipt-match", **(asked | {"pays": pays} | more))

    first = match("100.00")
    assert match("100.00") == first
    for amount, more in (
        ("150.00", {}),
        ("100.00", {"day": "2003-05-10"}),
        ("100.00", {"period": "2003-04 P03"}),
    ):
        with pytest.raises(Refused) as refused:
            match(amount, **more)
        assert refused.value.codes == ("event_recorded_otherwise",)


@pytest.mark.parametrize("named", [True, False])
def test_a_match_that_named_what_it_pays_is_not_asked_for_again_without_nor_the_other_way(
    record: Record, named: bool
):
    """£150.00 is held and £250.00 of July is owed: named or not, the same £150.00 is paid."""
    receipt(record, "400.00")
    record("contributions-due", day="2003-07-31")
    asked = {"receipt": "R-1", "reference": "M-1", "day": "2003-07-31"}
    pays = [{"contribution": CASH, "day": "2003-07-31", "amount": "150.00"}]
    once, otherwise = ({"pays": pays}, {}) if named else ({}, {"pays": pays})

    first = record("receipt-match", **asked, **once)

    assert record("receipt-match", **asked, **once) == first
    with pytest.raises(Refused) as refused:
        record("receipt-match", **asked, **otherwise)
    assert refused.value.codes == ("event_recorded_otherwise",)


def test_a_match_from_before_it_was_kept_whether_it_was_named_is_the_same_either_way(
    trust: Engine, record: Record
):
    receipt(record, "400.00")
    record("contributions-due", day="2003-07-31")
    asked = {"receipt": "R-1", "reference": "M-1", "day": "2003-07-31"}
    pays = [{"contribution": CASH, "day": "2003-07-31", "amount": "150.00"}]
    first = record("receipt-match", **asked)
    with trust.begin() as connection:
        guards.drop(connection)
        connection.exec_driver_sql("UPDATE receipt_match SET named = NULL")
        guards.install(connection)

    assert record("receipt-match", **asked) == record("receipt-match", **asked, pays=pays) == first


def test_a_receipt_asked_for_again_in_another_period_is_another_receipt(record: Record):
    receipt(record, "100.00")

    with pytest.raises(Refused) as refused:
        receipt(record, "100.00", period="2003-04 P03")

    assert refused.value.codes == ("event_recorded_otherwise",)


def test_what_was_received_for_an_instalment_taken_off_is_shown_as_the_books_have_it(
    trust: Engine, record: Record, show: Show
):
    paid = receipt(record, "250.00")["journal"]
    reverse(trust, paid, Period.parse("2003-04 P03"))
    reverse(trust, "2003-04/000001")
    changed = {
        "fund": "pool",
        "partner": "pct",
        "year": "2003-04",
        "instalments": [{"day": "2003-07-31", "amount": "300.00"}],
    }
    record(
        "contribution-change", change="C-1", day="2003-06-20", reason="Late", contribution=changed
    )

    for to, received, outstanding in ((2, "250.00", "-250.00"), (3, "0.00", "0.00")):
        (books,) = show("partner-position", to).rows or ({"outstanding": Money(0)},)
        (schedule,) = show("contributions", to).rows
        assert schedule["received"].plain == received
        assert schedule["outstanding"].plain == books["outstanding"].plain == outstanding
