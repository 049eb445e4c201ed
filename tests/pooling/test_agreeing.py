"""Agreements kept as dated facts; notice, lapse, wind-up; offices and VAT."""

import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.pool.contributions import Contribution, Instalment
from ledger.problems import Refused
from tests.pooling.conftest import (
    ADMIN,
    AGREEMENT,
    AT,
    CASH,
    YEAR,
    Record,
    Show,
    money,
    part,
)
from trust_commissioning import pooling
from trust_commissioning.applying import apply, read
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import posted
from trust_commissioning.store.pool import contribution


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return list(refused.value.codes)


def test_the_agreement_of_a_file_is_recorded_once_and_never_changed(trust: Engine):
    with transaction(trust) as session:
        assert apply(session, read(AGREEMENT), by=ADMIN, at=AT) == []

    with transaction(trust) as session, pytest.raises(Refused) as refused:
        apply(session, read(AGREEMENT.replace("Mo Keeper", "Jo Other")), by=ADMIN, at=AT)

    assert [(p.code, p.where) for p in refused.value.problems] == [
        ("event_recorded_otherwise", "agreements[0].reference")
    ]


def test_what_an_agreement_lacks_is_said_with_its_regulation(show: Show):
    (row,) = show("agreements").rows

    assert (row["host"], row["pool_manager"], row["stated"]) == (
        "The Council",
        "Mo Keeper",
        "0 of 7",
    )
    missing = {one["letter"]: one["missing"] for one in part(show("agreements"), "contents-pool")}
    assert missing["(a)"] == (
        "The agreement does not state the agreed aims and outcomes "
        "(SI 2000/617, regulation 7(3)(a))."
    )
    assert missing[""] == "No day of signing is recorded (SI 2000/617, regulation 7(3))."


def test_a_variation_completes_it_from_its_day_on(record: Record, show: Show):
    record(
        "agreement-variation",
        agreement="pool-2003",
        reference="V-1",
        day="2003-06-01",
        reason="The board asked for the aims in writing",
        terms={"aims": "Children are treated near home"},
    )

    assert show("agreements", 2).rows[0]["stated"] == "0 of 7"
    assert show("agreements", 3).rows[0]["stated"] == "1 of 7"


def test_a_direction_moves_the_host_from_its_day_on(record: Record, show: Show):
    record(
        "direction",
        agreement="pool-2003",
        reference="DIR-1",
        day="2003-07-01",
        directs="function_moved",
        words="Commissioning moves to the primary care trust",
        host="pct",
        pool_manager="Dee Health",
    )

    assert show("agreements", 3).rows[0]["host"] == "The Council"
    row = show("agreements", 4).rows[0]
    assert (row["host"], row["pool_manager"]) == ("The Primary Care Trust", "Dee Health")
    history = part(show("agreements", 4), "history-pool")
    assert ("1 July 2003", "Direction (Every Child Matters, 5.46)") in [
        (one["day"], one["what"]) for one in history
    ]


def test_a_host_that_is_no_party_and_names_nobody_knows_are_refused(record: Record):
    with pytest.raises(Refused) as refused:
        record(
            "appointment",
            agreement="pool-2003",
            reference="A-1",
            place="host",
            holder="yot",
            day="2003-07-01",
            reason="x",
        )
    assert codes(refused) == ["host_is_no_party"]
    with pytest.raises(Refused) as refused:
        record(
            "delivery",
            agreement="pool-2003",
            reference="S-1",
            service="nothing",
            partner="nobody",
            regime="none",
            starts="2003-04-01",
        )
    assert codes(refused) == ["partner_unknown", "service_unknown"]
    with pytest.raises(Refused) as refused:
        record(
            "agreement-termination",
            agreement="other",
            reference="T",
            partner="pct",
            day="2003-07-01",
            ends="2004-07-01",
            reason="x",
        )
    assert codes(refused) == ["agreement_unknown"]


def test_a_fund_has_one_agreement_at_a_time(record: Record):
    again: dict[str, Any] = {
        "reference": "pool-2005",
        "fund": "pool",
        "title": "A second agreement",
        "host": "council",
        "parties": [
            {"partner": "council", "body": "local_authority"},
            {"partner": "pct", "body": "primary_care_trust"},
        ],
    }

    with pytest.raises(Refused) as refused:
        record("agreement", starts="2005-04-01", **again)
    assert codes(refused) == ["fund_has_an_agreement"]
    assert record("agreement", starts="2006-04-01", **again)["recorded"] is True


def terminate(record: Record) -> None:
    record(
        "agreement-termination",
        agreement="pool-2003",
        reference="T-1",
        partner="pct",
        day="2003-05-30",
        ends="2003-11-30",
        reason="A disputed balance",
    )


def test_after_notice_instalments_past_the_end_lapse(record: Record, trust: Engine):
    record(
        "contribution-change",
        change="C-1",
        day="2003-05-01",
        reason="Paid in three",
        contribution={
            "fund": "pool",
            "partner": "pct",
            "year": "2003-04",
            "instalments": [
                {"day": "2003-04-30", "amount": "250.00"},
                {"day": "2003-09-30", "amount": "125.00"},
                {"day": "2003-12-31", "amount": "125.00"},
            ],
        },
    )
    terminate(record)

    raised = record("contributions-due", day="2004-01-31")["raised"]

    assert [one["day"] for one in raised] == ["2003-09-30"]
    with reading(trust) as session:
        days = [part.day.isoformat() for part in contribution(session, CASH).instalments]
    assert days == ["2003-04-30", "2003-09-30", "2003-12-31"]


def test_an_instalment_in_the_books_keeps_its_amount(record: Record):
    with pytest.raises(Refused) as refused:
        record(
            "contribution-change",
            change="C-1",
            day="2003-05-01",
            reason="Less",
            contribution={
                "fund": "pool",
                "partner": "pct",
                "year": "2003-04",
                "instalments": [{"day": "2003-04-30", "amount": "200.00"}],
            },
        )
    assert codes(refused) == ["instalment_already_posted"]


def test_a_change_is_held_net_of_charges_against_the_whole_with_what_is_in_the_books(
    record: Record, trust: Engine
):
    def of(gross: str, *days: str) -> dict[str, Any]:
        return {
            "fund": "pool",
            "partner": "council",
            "year": "2003-04",
            "gross": gross,
            "client_charges": "200.00",
            "instalments": [{"day": day, "amount": "400.00"} for day in days],
        }

    def change(name: str, contribution: dict[str, Any]) -> None:
        record(
            "contribution-change",
            change=name,
            day="2003-05-01",
            reason="A day put back",
            contribution=contribution,
        )

    record("contribution", **of("1000.00", "2003-04-05", "2003-10-05"))
    record("contributions-due", day="2003-04-30")

    with pytest.raises(Refused) as refused:
        change("C-1", of("600.00", "2003-11-05"))
    assert codes(refused) == ["instalments_are_not_the_net_contribution"]

    change("C-2", of("1000.00", "2003-11-05"))
    with reading(trust) as session:
        now = contribution(session, "pool/2003-04/council/cash")
    assert (now.agreed.plain, now.client_charges.plain, now.due.plain) == (
        "1000.00",
        "200.00",
        "800.00",
    )


def test_a_contribution_is_raised_as_it_was_changed_by_who_came_first(trust: Engine):
    wanted = Contribution(
        key="pool/2003-04/council/cash",
        fund="pool",
        year=YEAR,
        partner="council",
        instalments=(Instalment(day=date(2003, 6, 1), amount=Money.parse("400.00")),),
    )
    changed = replace(
        wanted, instalments=(Instalment(day=date(2003, 6, 1), amount=Money.parse("999.00")),)
    )
    with transaction(trust) as session:
        pooling.record(session, wanted, by=ADMIN, at=AT)

    def raise_it() -> None:
        with transaction(trust) as session:
            pooling.raise_due(session, date(2003, 6, 2), by=ADMIN, at=AT)

    other = threading.Thread(target=raise_it)
    with transaction(trust) as session:
        day = date(2003, 5, 1)
        pooling.change(session, changed, reference="C-1", day=day, reason="More", by=ADMIN, at=AT)
        other.start()
        other.join(2)
    other.join(60)

    with reading(trust) as session:
        (now,) = contribution(session, wanted.key).instalments
    assert (now.amount.plain, now.raised.plain) == ("999.00", "999.00")


def test_a_contribution_recorded_twice_is_the_same_or_refused(record: Record):
    asked: dict[str, Any] = {"fund": "pool", "partner": "council", "year": "2003-04"}
    first = [{"day": "2003-09-30", "amount": "10.00"}]

    assert record("contribution", instalments=first, **asked)["recorded"] is True
    assert record("contribution", instalments=first, **asked)["recorded"] is False
    with pytest.raises(Refused) as refused:
        record("contribution", instalments=[{"day": "2003-09-30", "amount": "11.00"}], **asked)
    assert codes(refused) == ["event_recorded_otherwise"]


def test_a_fund_is_wound_up_when_its_agreement_has_ended_and_nothing_is_left(
    record: Record, show: Show, trust: Engine
):
    end = {"agreement": "pool-2003", "reference": "W-1", "words": "Settled between the partners"}
    with pytest.raises(Refused) as refused:
        record("wind-up", day="2003-12-01", **end)
    assert codes(refused) == ["agreement_still_runs", "fund_not_settled"]
    terminate(record)
    with pytest.raises(Refused) as refused:
        record("wind-up", day="2003-12-01", **end)
    assert [str(p) for p in refused.value.problems] == [
        (
            "Contributions due from partners (The Primary Care Trust) stands at £250.00; a fund is "
            "wound up when nothing is left. (Assets:Debtors:Partners)"
        )
    ]

    record(
        "dispute",
        reference="D-1",
        contribution=CASH,
        instalment="2003-04-30",
        amount="250.00",
        day="2003-05-30",
        reason="No service was given",
    )
    (row,) = show("wind-up", 9).rows
    assert (row["amount"].plain, row["disputed"].plain) == ("250.00", "250.00")
    record(
        "dispute-resolution",
        by="m.keeper",
        dispute="D-1",
        reference="E-1",
        day="2003-12-01",
        outcome="resolved",
        words="Agreed",
        reduced="250.00",
    )

    assert record("wind-up", day="2003-12-02", **end)["recorded"] is True
    assert record("wind-up", day="2003-12-02", **end)["recorded"] is False

    report = show("wind-up", 9)
    assert report.rows == ()
    assert report.notes == (
        "The pool's agreement was wound up on 2 December 2003: Settled between the partners.",
    )
    with pytest.raises(Refused) as refused:
        record("receipt", reference="R-9", fund="pool", amount="1.00", day="2003-12-31")
    assert codes(refused) == ["fund_not_alive"]


def test_vat_not_recovered_is_a_cost_of_the_service(record: Record, show: Show, trust: Engine):
    line: dict[str, Any] = {
        "fund": "pool",
        "service": "therapy",
        "net": "1000.00",
        "vat": "175.00",
        "gross": "1175.00",
        "day": "2003-05-06",
        "words": "VAT of therapy sessions",
    }
    answer = record("vat", reference="VAT-1", **line)

    assert answer == {"recovered": "0.00", "irrecoverable": "175.00"}
    record(
        "delivery",
        agreement="pool-2003",
        reference="S-1",
        service="therapy",
        partner="council",
        regime="local_authority",
        starts="2003-06-01",
    )
    assert record("vat", reference="VAT-2", **line | {"day": "2003-06-03"})["recovered"] == "175.00"
    with reading(trust) as session:
        made = [
            [(p.account, p.amount.plain, p.outcome) for p in one.journal.postings]
            for one in posted(session)
        ][-2:]
    assert made == [
        [
            ("Expenses:VatIrrecoverable", "175.00", "be_healthy"),
            ("Assets:HostCash", "-175.00", None),
        ],
        [("Assets:VatRecoverable", "175.00", None), ("Assets:HostCash", "-175.00", None)],
    ]
    (row,) = part(show("agreements"), "vat-pool")
    assert money(row) == {"irrecoverable": "175.00"}
    with pytest.raises(Refused) as refused:
        record("vat", reference="VAT-3", **line | {"service": "other", "net": "1000.01"})
    assert codes(refused) == ["gross_less_vat_is_not_net", "delivery_not_agreed"]


def test_offices_and_a_connexions_plan_are_dated(record: Record, show: Show):
    office = "director_of_childrens_services"
    record("office-holder", reference="O-1", office=office, name="Dora Director", day="2003-04-01")
    record("office-holder", reference="O-2", office=office, day="2003-07-01", reason="Left")
    record(
        "connexions-plan",
        reference="CX-1",
        area="Weald",
        year="2004-05",
        resource="1250000.00",
        day="2003-06-30",
    )

    assert [one["name"] for one in part(show("agreements", 3), "offices")] == ["Dora Director"]
    assert [one["name"] for one in part(show("agreements", 4), "offices")][-1] == "Vacant"
    (plan,) = part(show("agreements"), "connexions")
    assert (plan["resource"].plain, plan["signed_off"]) == ("1250000.00", "Not signed off")
    with pytest.raises(Refused) as refused:
        record(
            "connexions-plan",
            reference="CX-2",
            area="Weald",
            year="2004-05",
            resource="1250000.00",
            day="2003-07-30",
            signed_off="2003-07-29",
        )
    assert codes(refused) == ["sign_off_without_a_name"]


def test_next_year_is_proposed_by_the_rule_and_shown_step_by_step(record: Record, show: Show):
    record(
        "contribution-proposal",
        reference="P-1",
        fund="pool",
        partner="pct",
        year="2004-05",
        day="2003-07-10",
        recurrent_changes="20.00",
        inflation="2.5",
        planned="30.00",
        efficiency="1",
        words="A second worker for the full year",
    )

    (row,) = part(show("contributions"), "proposal")

    assert money(row) == {
        "opening": "500.00",
        "recurrent_changes": "20.00",
        "inflation": "13.00",
        "planned": "30.00",
        "efficiency": "-5.20",
        "proposed": "557.80",
    }


def test_what_happens_next_is_said_the_late_first(record: Record, show: Show):
    steps = part(show("agreements", 4), "next-pool")

    assert [(one["day"], one["what"], one["late"]) for one in steps] == [
        (
            "31 July 2003",
            "Instalment of £250.00 from The Primary Care Trust not raised yet",
            "Late",
        ),
        ("15 January 2004", "Review", ""),
        ("30 September 2005", "Last day for 6 months’ notice before it ends", ""),
        ("31 March 2006", "Ends", ""),
    ]


def test_a_fund_that_is_not_there_and_an_unknown_contribution_are_refused(record: Record):
    with pytest.raises(Refused) as refused:
        record("receipt", reference="R", fund="none", amount="1.00", day="2003-05-01")
    assert codes(refused) == ["fund_unknown"]
    with pytest.raises(Refused) as refused:
        record(
            "dispute",
            reference="D",
            contribution="pool/none",
            instalment="2003-04-30",
            amount="1.00",
            day="2003-05-01",
            reason="x",
        )
    assert codes(refused) == ["contribution_unknown"]


def test_the_position_carries_over_into_the_next_year(record: Record, show: Show, trust: Engine):
    with transaction(trust) as session:
        apply(session, read("years: [2004-05]"), by=ADMIN, at=AT)
    record("contributions-due", day="2003-07-31")
    record("receipt", reference="R", fund="pool", partner="pct", amount="250.00", day="2004-05-04")

    (row,) = show("partner-position", 2, FinancialYear(2004)).rows

    assert money(row) == {
        "opening": "500.00",
        "received": "250.00",
        "moved": "-250.00",
        "outstanding": "250.00",
        "undisputed": "250.00",
    }
