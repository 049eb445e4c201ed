"""A disputed instalment stays owed, ages, is not netted off; the undisputed part goes on."""

import pytest
from sqlalchemy import Engine

from ledger.problems import Refused
from tests.pooling.conftest import AT, CASH, MANAGER, Record, Show, money, part
from tests.support.addresses import one_address
from trust_commissioning import posting
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import posted


@pytest.fixture
def disputed(record: Record) -> None:
    """£40.00 of the April instalment of £250.00."""
    record(
        "dispute",
        reference="D-1",
        contribution=CASH,
        instalment="2003-04-30",
        amount="40.00",
        day="2003-05-20",
        reason="Two placements were not theirs",
    )


def end(record: Record, outcome: str, reduced: str = "0.00", *, by: str = MANAGER):
    return record(
        "dispute-resolution",
        by=by,
        dispute="D-1",
        reference="E-1",
        day="2003-07-04",
        outcome=outcome,
        words="Agreed at the partnership board",
        reduced=reduced,
    )


def test_a_dispute_posts_nothing_and_takes_nothing_off(
    trust: Engine, record: Record, show: Show, disputed: None
):
    (row,) = show("partner-position", 2).rows

    assert money(row) == {
        "raised": "250.00",
        "moved": "250.00",
        "outstanding": "250.00",
        "disputed": "40.00",
        "undisputed": "210.00",
    }
    with reading(trust) as session:
        assert len(list(posted(session))) == 1


def test_the_undisputed_part_is_paid_and_the_disputed_part_is_left(
    record: Record, show: Show, disputed: None
):
    answer = record(
        "receipt", reference="R-1", fund="pool", partner="pct", amount="250.00", day="2003-06-03"
    )

    assert [one["amount"] for one in answer["paid"]] == ["210.00"]
    assert answer["held"] == "40.00"
    (row,) = show("partner-position", 3).rows
    assert (row["outstanding"].plain, row["disputed"].plain, row["in_advance"].plain) == (
        "40.00",
        "40.00",
        "40.00",
    )


def test_a_partner_that_names_a_disputed_part_pays_it(record: Record, show: Show, disputed: None):
    pays = [{"contribution": CASH, "day": "2003-04-30", "amount": "250.00"}]

    record(
        "receipt",
        reference="R-1",
        fund="pool",
        partner="pct",
        amount="250.00",
        day="2003-06-03",
        pays=pays,
    )

    (row,) = show("partner-position", 3).rows
    assert (row["outstanding"].plain, row["disputed"].plain) == ("0.00", "0.00")


def test_resolved_what_was_agreed_comes_off_and_the_rest_is_owed(
    trust: Engine, record: Record, show: Show, disputed: None
):
    record("dispute-note", dispute="D-1", reference="N-1", day="2003-06-02", words="Papers sent")
    answer = end(record, "resolved", "25.00")

    with reading(trust) as session:
        last = list(posted(session))[-1].journal
    assert [(p.account, p.amount.plain) for p in last.postings] == [
        ("Income:Contributions:Cash", "25.00"),
        ("Assets:Debtors:Partners", "-25.00"),
    ]
    assert end(record, "resolved", "25.00") == answer
    (row,) = show("partner-position", 4).rows
    assert (row["other"].plain, row["outstanding"].plain, row["disputed"].plain) == (
        "-25.00",
        "225.00",
        "0.00",
    )
    (history,) = part(show("partner-position", 4), "disputes")
    assert history["history"] == (
        "2 June 2003, note: Papers sent; 4 July 2003, resolved: Agreed at the partnership board "
        "(£25.00 came off the debt)"
    )
    (then,) = part(show("partner-position", 2), "disputes")
    assert (then["standing"].plain, then["history"]) == ("40.00", "")


def test_withdrawn_the_whole_is_owed_as_before(record: Record, show: Show, disputed: None):
    end(record, "withdrawn")

    (row,) = show("partner-position", 4).rows
    assert (row["outstanding"].plain, row["undisputed"].plain) == ("250.00", "250.00")


def test_nor_do_they_under_another_name_of_theirs(trust: Engine, record: Record, disputed: None):
    one_address(trust, "f.officer", "x.admin")
    with pytest.raises(Refused) as refused:
        end(record, "resolved", "25.00", by="x.admin")
    assert refused.value.codes == ("dispute_resolved_by_its_recorder",)


def test_who_recorded_a_dispute_takes_nothing_off_the_debt(record: Record, disputed: None):
    with pytest.raises(Refused) as refused:
        end(record, "resolved", "25.00", by="f.officer")
    assert refused.value.codes == ("dispute_resolved_by_its_recorder",)
    with pytest.raises(Refused) as refused:
        end(record, "withdrawn", "25.00")
    assert refused.value.codes == ("only_a_resolution_reduces",)
    with pytest.raises(Refused) as refused:
        end(record, "resolved", "40.01")
    assert refused.value.codes == ("reduction_outside_dispute",)


def test_a_dispute_ends_once(record: Record, disputed: None):
    end(record, "withdrawn")

    with pytest.raises(Refused) as refused:
        record("dispute-note", dispute="D-1", reference="N-9", day="2003-07-05", words="And yet")
    assert refused.value.codes == ("dispute_already_ended",)


def test_no_more_is_disputed_than_is_owed(record: Record, disputed: None):
    def dispute(amount: str, instalment: str = "2003-04-30"):
        return record(
            "dispute",
            reference="D-2",
            contribution=CASH,
            instalment=instalment,
            amount=amount,
            day="2003-05-21",
            reason="More",
        )

    assert dispute("210.00")["recorded"] is True
    for amount, instalment, codes in (
        ("0.01", "2003-04-30", ("event_recorded_otherwise",)),
        ("250.00", "2003-07-31", ("event_recorded_otherwise",)),
    ):
        with pytest.raises(Refused) as refused:
            dispute(amount, instalment)
        assert refused.value.codes == codes


def test_what_was_never_raised_is_not_owed_and_not_disputed(record: Record):
    with pytest.raises(Refused) as refused:
        record(
            "dispute",
            reference="D-3",
            contribution=CASH,
            instalment="2003-07-31",
            amount="1.00",
            day="2003-05-21",
            reason="Too early",
        )
    assert refused.value.codes == ("dispute_above_what_is_owed", "instalment_not_raised")


def test_a_letter_asks_for_the_undisputed_part_and_is_kept(
    record: Record, show: Show, disputed: None
):
    asked = {"reference": "L-1", "fund": "pool", "partner": "pct", "day": "2003-06-10"}
    letter = record("chase", to="Director of Finance", **asked)

    assert letter["outstanding"] == "250.00"
    assert "Please pay £210.00." in letter["text"]
    assert "£40.00 is in dispute." in letter["text"]
    assert "30 April 2003: £250.00 outstanding, 41 days overdue" in letter["text"]
    (row,) = part(show("partner-position", 3), "letters")
    assert (row["letter"], row["day"]) == ("L-1", "10 June 2003")
    assert record("chase", to="Director of Finance", **asked) == letter
    with pytest.raises(Refused):
        record("chase", to="Somebody else", **asked)


def test_nobody_is_chased_for_what_is_disputed_or_not_due(record: Record):
    with pytest.raises(Refused) as refused:
        record(
            "chase",
            reference="L-2",
            fund="pool",
            partner="council",
            day="2003-06-10",
            to="Finance",
        )
    assert refused.value.codes == ("nothing_to_chase",)


def test_what_was_paid_before_a_dispute_was_resolved_is_owed_back_to_the_partner(
    trust: Engine, record: Record, show: Show, disputed: None
):
    pays = [{"contribution": CASH, "day": "2003-04-30", "amount": "240.00"}]
    paid = {"reference": "R-1", "fund": "pool", "partner": "pct", "day": "2003-06-03"}
    record("receipt", amount="240.00", pays=pays, **paid)

    end(record, "resolved", "25.00")

    with reading(trust) as session:
        last = list(posted(session))[-1].journal
    assert [(p.account, p.amount.plain) for p in last.postings] == [
        ("Income:Contributions:Cash", "25.00"),
        ("Assets:Debtors:Partners", "-10.00"),
        ("Liabilities:Creditors:Partners", "-15.00"),
    ]
    (row,) = show("partner-position", 4).rows
    assert (row["outstanding"].plain, row["owed_to_partner"].plain) == ("0.00", "15.00")
    assert part(show("partner-position", 4), "open") == []
    (contributed,) = show("contributions", 4).rows
    assert (contributed["in_cash"].plain, contributed["outstanding"].plain) == ("225.00", "0.00")


def test_an_instalment_that_a_dispute_reduced_is_not_reversed_under_it(
    trust: Engine, record: Record, disputed: None
):
    end(record, "resolved", "25.00")

    with pytest.raises(Refused) as refused, transaction(trust) as session:
        posting.reverse(session, "2003-04/000001", reason="wrong", by="f.officer", at=AT)

    assert refused.value.codes == ("instalment_paid_or_reduced",)


def test_a_resolution_asked_for_again_in_another_period_is_refused(record: Record, disputed: None):
    asked = {
        "by": MANAGER,
        "dispute": "D-1",
        "reference": "E-1",
        "day": "2003-07-04",
        "outcome": "resolved",
        "words": "Agreed at the partnership board",
        "reduced": "25.00",
    }
    first = record("dispute-resolution", **asked)
    assert record("dispute-resolution", **asked) == first

    with pytest.raises(Refused) as refused:
        record("dispute-resolution", **asked, period="2003-04 P05")

    assert refused.value.codes == ("event_recorded_otherwise",)
