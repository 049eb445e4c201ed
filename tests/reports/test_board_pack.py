"""The board pack: answers that foot, a paper a screen reader can follow, a workbook by section."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any, cast

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.journal import Book
from ledger.money import Money
from tests.support.choosing import Record, choosing, record, tell  # noqa: F401
from tests.support.papered import FOSTERING, fill_the_pool, spent
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import issuing, posting
from trust_commissioning.issuing import Paper
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.board_pack import board_pack
from trust_commissioning.reports.charts import chart_of
from trust_commissioning.reports.papers import KINDS
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.store import reading, transaction

DECEMBER = Scope(None, YEAR, 9)


@pytest.fixture
def pack(engine: Engine) -> Report:
    """The small trust's pack of December 2003, with a year's figures in its pool."""
    with transaction(engine) as session:
        fill_the_pool(session)
    with reading(engine) as session:
        return board_pack(session, DECEMBER, AT)


def made_at(engine: Engine, to: int) -> Report:
    with reading(engine) as session:
        return board_pack(session, replace(DECEMBER, to=to), AT)


def rows(made: Report, key: str) -> tuple[Any, ...]:
    return next(part.rows for part in made.tables if part.key == key)


def answer(made: Report, key: str) -> str:
    return next(str(row["answer"]) for row in rows(made, "answers") if row["key"] == key)


def test_each_question_is_answered_from_the_figures_that_stand_behind_it(pack: Report) -> None:
    assert answer(pack, "funds") == (
        "£11,512.63, between £11,512.63 and £11,512.63, against a budget of £12,000.00: £487.37 "
        "under it."
    )
    assert answer(pack, "outcomes").startswith("£8,512.63 spent of £12,000.00.")
    assert answer(pack, "grants") == "No money of a grant is expected to be lost."
    assert answer(pack, "balance") == (
        "Yes. Debits are credits in every book and period of 1 fund. The books were not "
        "published yet, so no other engine has checked them. December 2003 is still open, so these "
        "figures may change."
    )


def test_the_sections_foot_and_agree_with_one_another(pack: Report) -> None:
    told = {str(row["key"]): cast("Money", row["amount"]) for row in pack.rows}
    (fund,) = rows(pack, "funds")
    by_outcome = rows(pack, "outcomes")

    assert told["actual"] == fund["actual"] == Money.parse("8512.63")
    assert Money.total(row["actual"] for row in by_outcome) == told["actual"]
    assert Money.total(row["budget"] for row in by_outcome) == told["budget"]
    assert rows(pack, "periods")[-1]["actual_so_far"] == told["actual"]
    assert fund["variance"] == told["forecast"] - told["budget"] == Money.parse("-487.37")


def test_the_range_of_a_fund_is_its_lines_at_their_lowest_and_at_their_highest(
    engine: Engine,
) -> None:
    with transaction(engine) as session:
        fill_the_pool(session)
    said = {
        "fund": "camhs",
        "period": "2003-04 P09",
        "account": FOSTERING,
        "service": "fostering",
        "method": "person",
        "amount": "3100.00",
        "low": "2900.00",
        "high": "3400.00",
        "reason": "Two children may move",
    }
    tell(engine, "forecast", **said)
    pack = made_at(engine, 9)

    # Therapy: £8,500.29 spent and a quarter of £9,000.00 to come; £12.34 is not coded.
    assert [
        str(row[key]) for row in rows(pack, "funds") for key in ("low", "forecast", "high")
    ] == [
        "£13,662.63",
        "£13,862.63",
        "£14,162.63",
    ]


def test_a_fund_off_its_budget_with_no_rule_says_that_nobody_is_bound(pack: Report) -> None:
    (part,) = (one for one in pack.parts if one.key == "gap")

    assert part.words == (
        (
            "CAMHS pooled fund: forecast £487.37 under its budget. No risk share is in force, so it "
            "stays in the fund."
        ),
    )


def test_a_virement_that_waits_says_what_happens_if_nobody_posts_it(engine: Engine) -> None:
    with transaction(engine) as session:
        fill_the_pool(session)
        _move_budget(session)

    (one,) = rows(made_at(engine, 9), "decisions")

    assert (one["kind"], one["amount"], one["by"], one["otherwise"], one["where"]) == (
        "Virement",
        Money.parse("500.00"),
        "30 April 2003",
        "The budget stays where it is.",
        "approvals",
    )


def _move_budget(session: Session) -> None:
    moved = journal(
        "Expenses:ThirdParty:Health 500.00 service=therapy be_healthy"
        " / Expenses:ThirdParty:FosterCare -500.00 service=fostering stay_safe",
        fund="camhs",
        book=Book.BUDGET,
        narration="To therapy",
    )
    posting.submit(session, moved, by=CLERK, at=AT)


def test_a_contract_is_decided_on_as_it_stood_on_the_day(
    choosing: Engine,  # noqa: F811
    record: Record,  # noqa: F811
) -> None:
    asked = {"contract": "C-0001", "words": "Fewer visits than agreed"}
    record("review", reference="r", day="2003-06-10", **asked)
    decided = {"verdict": "go_on", "reason": "It got better"}
    record("review-decision", reference="d", review="r", day="2003-08-05", **decided)

    waits = {
        to: [row["kind"] for row in rows(made_at(choosing, to), "contracts")] for to in (2, 3, 4, 5)
    }

    assert waits == {2: [], 3: ["Review"], 4: ["Review"], 5: []}


# What PDF/UA-1 (ISO 14289-1) asks of a file's structure, as far as a program can look at it.


def of(pack: Report) -> PdfReader:
    return PdfReader(io.BytesIO(KINDS["pdf"].make(pack, Unit.PENCE)))


def tags(reader: PdfReader) -> list[tuple[str, Any]]:
    """Every structure element in the order in which it is read: its standard tag with itself."""
    root = cast("Any", reader.trailer["/Root"])["/StructTreeRoot"]
    roles = {name: str(to) for name, to in (root.get("/RoleMap") or {}).items()}
    return list(_within(root.get("/K"), roles))


def _within(held: Any, roles: dict[str, str]) -> Iterator[tuple[str, Any]]:
    found = held.get_object() if hasattr(held, "get_object") else held
    if isinstance(found, list):
        for one in found:
            yield from _within(one, roles)
    elif isinstance(found, dict) and "/S" in found:
        name = str(found["/S"])
        yield roles.get(name, name).lstrip("/"), found
        yield from _within(found.get("/K"), roles)


def test_the_paper_says_its_language_and_shows_its_title(pack: Report) -> None:
    reader = of(pack)
    root = cast("Any", reader.trailer["/Root"])

    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert "Board pack" in str(cast("Any", reader.metadata)["/Title"])
    assert root["/Outlines"]["/First"]


def test_every_picture_says_its_figures_and_the_table_is_beneath_it(pack: Report) -> None:
    pictures = [str(one.get("/Alt", "")) for tag, one in tags(of(pack)) if tag == "Figure"]

    assert len(pictures) == 3
    assert pictures[0].startswith("Bars by outcome. Be healthy: budget £9,750.00, spent £8,500.29")
    assert all(len(words) > 40 for words in pictures)
    drawn = [part.key for part in pack.parts if chart_of(part) is not None]
    assert drawn == ["outcomes", "funds", "periods"]


def test_headings_go_down_one_at_a_time_and_every_table_has_heads(pack: Report) -> None:
    found = tags(of(pack))
    levels = [int(tag[1:]) for tag, _ in found if tag[0] == "H" and tag[1:].isdigit()]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    tables = [one for tag, one in found if tag == "Table"]
    assert len(tables) >= 6
    for table in tables:
        inside = [tag for tag, _ in _within(table.get("/K"), {})]
        assert "TH" in inside
        assert inside.count("TR") >= 2


def test_what_repeats_on_each_page_is_not_read_out_and_pages_follow_the_structure(
    pack: Report,
) -> None:
    for page in of(pack).pages:
        data = cast("Any", page.get_contents()).get_data()
        assert b"/Artifact" in data
        assert str(page["/Tabs"]) == "/S"
        assert "/StructParents" in page


def test_the_cover_names_the_books_and_the_second_page_holds_every_answer(pack: Report) -> None:
    cover, short = (" ".join(page.extract_text().split()) for page in of(pack).pages[:2])

    assert "Board pack" in cover
    assert "up to and with December 2003" in cover
    assert pack.books_head in cover.replace(" ", "")
    for row in rows(pack, "answers"):
        assert str(row["question"]) in short
    assert "11,512.63" in short


def test_the_workbook_has_a_sheet_for_each_section_with_figures_as_numbers(pack: Report) -> None:
    book = load_workbook(io.BytesIO(KINDS["xlsx"].make(pack, Unit.PENCE)))

    assert book.sheetnames == [
        "Board pack",
        "Balance",
        "Gap",
        "Moved",
        "Decisions",
        "Contracts",
        "Grants",
        "Outcomes",
        "Measures",
        "Partners",
        "Funds",
        "Risks",
        "Periods",
    ]
    cells = [cell.value for row in book["Funds"].iter_rows() for cell in row]
    assert 12000 in cells
    assert -487.37 in [float(cell) for cell in cells if isinstance(cell, int | float)]


def test_a_pack_that_was_issued_is_what_the_next_one_is_compared_with(engine: Engine) -> None:
    with transaction(engine) as session:
        fill_the_pool(session)
        paper = Paper(report="board-pack", scope=DECEMBER, reference="december")
        given = issuing.issue(session, paper, by="x.admin", at=AT)

    with transaction(engine) as session:
        more = spent("3000.00", day=date(2004, 1, 31), ref="january")
        posting.post(session, more, by=CLERK, at=AT)
    january = made_at(engine, 10)

    said = f"Against the pack {given.number} for December 2003, issued on 1 May 2003"
    assert answer(january, "moved") == (
        f"{said}: spend rose by £3,000.00; the forecast rose by £2,000.00."
    )
