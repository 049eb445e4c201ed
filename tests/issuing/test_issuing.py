"""A report that is issued is kept as it was; issuing again shows what differs before it does."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from ledger.money import Money
from ledger.problems import Refused
from tests.reports.made import SPENT
from tests.reports.made import report as made_report
from tests.support.papered import ADMIN, fill_the_pool, late_payment, spent, vire
from tests.support.trusts import APPROVER, AT, CLERK, YEAR
from trust_commissioning import backing_up, issuing, posting
from trust_commissioning.checking import check
from trust_commissioning.issuing import Paper
from trust_commissioning.reports import Scope, changes_since, quarterly_report
from trust_commissioning.reports.comparing import changes
from trust_commissioning.reports.kept import report_of
from trust_commissioning.reports.pdf import as_pdf
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.reports.shape import Column, Part
from trust_commissioning.store import papers, reading, transaction
from trust_commissioning.store.journals import by_number
from trust_commissioning.store.tables import AuditEventRow

SECOND = Scope("camhs", YEAR, 6)
THIRD = Scope("camhs", YEAR, 9)
THERAPY = "quarterly-report/Therapy/{}"


@pytest.fixture
def trust(engine: Engine) -> Engine:
    with transaction(engine) as session:
        fill_the_pool(session)
    return engine


def issue(
    engine: Engine, scope: Scope = THIRD, *, by: str = ADMIN, **more: Any
) -> papers.IssuedReport:
    said: dict[str, Any] = {
        "report": "quarterly-report",
        "scope": scope,
        "reference": f"Q {scope.to}",
    } | more
    with transaction(engine) as session:
        return issuing.issue(session, Paper(**said), by=by, at=AT)


def codes(refused) -> list[str]:
    return sorted(refused.value.codes)


def test_an_issued_report_is_kept_word_for_word_with_the_hash_of_the_books(trust):
    made = issue(trust)

    with transaction(trust) as session:
        late_payment(session)
    with reading(trust) as session:
        contents = papers.contents(session, made.number)
        kept = report_of(contents)
        pdf = papers.pdf(session, made.number)
        now = quarterly_report(session, THIRD, AT)
    total = {str(row["line"]): row for row in kept.rows}["Total expenditure"]
    assert made.number == "I-0001"
    assert total["actual"] == Money.parse("8512.63")
    assert made.books_head == kept.books_head != now.books_head
    text = json.dumps(contents, ensure_ascii=False).encode()
    assert hashlib.sha256(text).hexdigest() == made.contents_sha256
    assert hashlib.sha256(pdf).hexdigest() == made.pdf_sha256
    assert pdf == as_pdf(kept)


def test_what_is_read_back_is_what_was_made(trust):
    with reading(trust) as session:
        report = quarterly_report(session, THIRD, AT)

    assert report_of(report.as_json()).as_json() == report.as_json()


def test_numbers_run_on_and_each_names_the_one_before(trust):
    first = issue(trust, SECOND)
    # The forecast of therapy moves by £1,749.89 between the quarters.
    second = issue(
        trust, THIRD, reasons={THERAPY.format("forecast"): "More sessions in the winter"}
    )

    assert (first.number, first.follows) == ("I-0001", None)
    assert (second.number, second.follows) == ("I-0002", "I-0001")
    with reading(trust) as session:
        assert [one.number for one in papers.issued(session)] == ["I-0002", "I-0001"]
        assert papers.issued(session, fund="general") == []
        contents = papers.contents(session, second.number)
    (part,) = [one for one in contents["parts"] if one["key"] == "changes"]
    said = {row["key"]: row["reason"] for row in part["rows"]}
    assert said[THERAPY.format("forecast")] == "More sessions in the winter"


def test_a_figure_of_the_whole_year_that_moved_beyond_the_tolerance_needs_a_reason(trust):
    issue(trust, SECOND)

    with pytest.raises(Refused) as refused:
        issue(trust, THIRD)

    assert codes(refused) == ["change_without_reason"]
    (problem,) = refused.value.problems
    assert problem.where == f"reasons.{THERAPY.format('forecast')}"
    # £4,500.30 + 4,500.00 at the half year; £8,500.29 + 2,250.00 after nine months.
    assert "Forecast for the year from £9,000.30 to £10,750.29" in str(problem)


def test_a_wider_tolerance_asks_for_fewer_reasons(trust):
    issue(trust, SECOND)

    assert issue(trust, THIRD, tolerance=Money.parse("2000.00")).tolerance == Money.parse("2000.00")


def test_a_virement_is_named_as_the_reason_without_being_asked(trust):
    issue(trust, SECOND)
    with transaction(trust) as session:
        number = vire(session)

    with reading(trust) as session:
        report = changes_since(session, THIRD, AT)

    rows = {str(row["key"]): row for row in report.rows}
    budget = rows[THERAPY.format("budget")]
    assert budget["movement"] == Money.parse("1200.00")
    assert str(budget["reason"]) == f"{number}: More children in therapy"


def test_issuing_again_for_a_period_first_shows_what_differs(trust):
    first = issue(trust)
    with transaction(trust) as session:
        number = late_payment(session)

    with pytest.raises(Refused) as refused:
        issue(trust, reference="again")
    assert "report_issued_before" in codes(refused)
    assert "Total" not in str(refused.value.problems[0])
    assert "Year to date from £8,500.29 to £10,000.29" in str(refused.value.problems[0])

    second = issue(trust, reference="again", follows=first.number)

    assert second.follows == "I-0001"
    with reading(trust) as session:
        report = report_of(papers.contents(session, second.number))
        part = next(one for one in report.parts if one.key == "changes")
        row = next(r for r in part.rows if r["key"] == THERAPY.format("actual"))
        journal = by_number(session, number)
    assert (row["before"], row["movement"], row["now"]) == (
        Money.parse("8500.29"),
        Money.parse("1500.00"),
        Money.parse("10000.29"),
    )
    assert row["reason"] == f"{number}: A late invoice"
    assert journal is not None
    assert max(one.amount for one in journal.journal.postings) == row["movement"]


def test_a_period_issued_again_follows_its_own_report_whatever_was_issued_in_between(trust):
    first = issue(trust, SECOND)
    tolerance = Money.parse("5000.00")
    issue(trust, THIRD, tolerance=tolerance)

    with pytest.raises(Refused) as refused:
        issue(trust, SECOND, reference="again", tolerance=tolerance)
    assert codes(refused) == ["report_not_changed"]

    with transaction(trust) as session:
        posting.post(session, spent("10.00", day=date(2003, 9, 30), ref="autumn"), by=CLERK, at=AT)
    with pytest.raises(Refused) as refused:
        issue(trust, SECOND, reference="again", tolerance=tolerance)
    assert codes(refused) == ["report_issued_before"]
    again = issue(trust, SECOND, reference="again", tolerance=tolerance, follows=first.number)
    assert (again.number, again.follows) == ("I-0003", "I-0001")


def test_lines_are_matched_by_one_name_though_only_one_of_two_tables_needs_the_longer(
    trust,
):
    columns = (Column(key="fund", title="Fund"), Column(key="line", title="Line"), SPENT)
    one = {"fund": "camhs", "line": "Therapy", "spent": Money.parse("100.00")}
    two = {"fund": "camhs", "line": "Outreach", "spent": Money.parse("50.00")}
    before = Part(key="p", title="", columns=columns, rows=(one,))
    now = before.model_copy(update={"rows": (one, two)})

    with reading(trust) as session:
        found = changes(session, made_report(parts=(before,)), made_report(parts=(now,)), since=0)

    assert [(change.line, change.before.plain, change.now.plain) for change in found] == [
        ("camhs, Outreach", "0.00", "50.00")
    ]


def test_a_report_in_which_nothing_differs_is_not_issued_again(trust):
    issue(trust)

    with pytest.raises(Refused) as refused:
        issue(trust, reference="again", follows="I-0001")

    assert codes(refused) == ["report_not_changed"]


def test_one_must_follow_the_last_one_there_is(trust):
    with pytest.raises(Refused) as refused:
        issue(trust, follows="I-0009")

    assert codes(refused) == ["issue_follows_another"]


def test_a_reason_for_what_did_not_change_is_refused(trust):
    with pytest.raises(Refused) as refused:
        issue(trust, reasons={"quarterly-report/Nothing/budget": "Because"})

    assert codes(refused) == ["reason_for_no_change"]


def test_the_same_request_again_is_the_same_report_and_another_under_its_reference_is_refused(
    trust,
):
    first = issue(trust)

    assert issue(trust) == first
    with pytest.raises(Refused) as refused:
        issue(trust, SECOND, reference="Q 9")
    assert codes(refused) == ["issue_reference_reused"]


def test_a_report_there_is_not_is_refused(trust):
    with pytest.raises(Refused) as refused:
        issue(trust, report="no-such-report")

    assert codes(refused) == ["report_unknown"]


@pytest.mark.parametrize("by", [CLERK, APPROVER])
def test_only_who_may_issue_does(trust, by):
    with pytest.raises(Refused) as refused:
        issue(trust, by=by)

    assert codes(refused) == ["not_permitted"]


def test_a_preview_writes_nothing(trust):
    with transaction(trust) as session:
        paper = Paper(report="quarterly-report", scope=THIRD, reference="r")
        seen = issuing.preview(session, paper, AT)
        assert (seen.last, seen.changes, seen.unexplained) == (None, [], [])
        assert papers.issued(session) == []


def test_issuing_is_in_the_audit_trail(trust):
    made = issue(trust, unit=Unit.THOUSANDS)

    with reading(trust) as session:
        (event,) = session.exec(
            select(AuditEventRow.object_key, AuditEventRow.person).where(
                AuditEventRow.action == "issue"
            )
        ).all()
    assert tuple(event) == (made.number, ADMIN)


def test_funds_are_compared_each_with_its_own_last_report(trust):
    issue(trust)

    other = issue(trust, replace(THIRD, fund="general"), reference="other")

    assert other.follows is None


def test_changes_since_says_when_nothing_was_issued_before(trust):
    with reading(trust) as session:
        report = changes_since(session, THIRD, AT)

    assert report.rows == ()
    assert report.notes[0] == (
        "No report has been issued on this fund and year for 2003-04 P09 or before, so there is "
        "nothing to compare."
    )


def test_changes_are_since_the_paper_of_the_same_period_or_of_the_nearest_before_it(trust):
    """P06 is issued again after P09: P09 is compared with its own, P08 with P06, P05 with none."""
    tolerance = Money.parse("5000.00")
    first = issue(trust, SECOND)
    issue(trust, THIRD, tolerance=tolerance)
    with transaction(trust) as session:
        posting.post(session, spent("10.00", day=date(2003, 9, 30), ref="autumn"), by=CLERK, at=AT)
    issue(trust, SECOND, reference="again", tolerance=tolerance, follows=first.number)

    with reading(trust) as session:
        said = [changes_since(session, replace(THIRD, to=to), AT) for to in (9, 8, 5)]

    ninth, eighth, fifth = said
    assert ninth.basis == (
        "“Quarterly report, third quarter” I-0002, issued on 1 May 2003 for 2003-04 P09, against "
        "the same report made now for 2003-04 P09."
    )
    assert eighth.basis == (
        "“Quarterly report, second quarter” I-0003, issued on 1 May 2003 for 2003-04 P06, against "
        "the same report made now for 2003-04 P08."
    )
    assert (fifth.basis, fifth.rows) == ("Nothing was issued before.", ())


def test_a_paper_issued_late_for_an_earlier_period_follows_none_of_a_later_one(trust):
    issue(trust, THIRD)

    assert issue(trust, SECOND).follows is None


def test_changes_are_of_the_report_that_is_asked_for_where_one_is(trust):
    """The budget report is issued last; the quarterly report is asked for."""
    issue(trust)
    issue(trust, report="budget", reference="b")

    with reading(trust) as session:
        last, asked = (
            changes_since(session, replace(THIRD, of=of), AT) for of in (None, "quarterly-report")
        )
        with pytest.raises(Refused, match="There is no report “quaterly-report”"):
            changes_since(session, replace(THIRD, of="quaterly-report"), AT)

    assert last.basis.startswith("“Budget” I-0002, issued on 1 May 2003 for 2003-04 P09")
    assert asked.basis.startswith("“Quarterly report, third quarter” I-0001, issued on 1 May 2003")


def test_issued_reports_go_into_a_backup_and_come_back_as_they_were(
    trust: Engine, tmp_path: Path
) -> None:
    first = issue(trust, SECOND)
    tolerance = Money.parse("5000.00")
    second = issue(trust, THIRD, tolerance=tolerance)
    with reading(trust) as session:
        pdf = papers.pdf(session, second.number)
    backing_up.back_up(trust, tmp_path / "trust.zip", at=AT)

    url = trust.url.render_as_string(hide_password=False)
    trust.dispose()
    backing_up.restore(url, tmp_path / "trust.zip", keep=tmp_path / "kept", by=ADMIN, at=AT)

    with reading(trust) as session:
        assert papers.issued(session) == [second, first]
        assert papers.pdf(session, second.number) == pdf
        assert check(session) == []
