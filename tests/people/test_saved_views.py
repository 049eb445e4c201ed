"""Views are saved by a person for that person alone: a name, a page, what the page was asked."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from ledger.problems import Refused
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK
from trust_commissioning import saved_views
from trust_commissioning.backing_up import back_up, restore
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import AuditEventRow, PersonRow, table_of


def save(engine: Engine, name: str, asked: str, **more: object) -> str:
    said = {"page": "contracts", "by": CLERK, "instead": False, **more}
    page, by, instead = str(said["page"]), str(said["by"]), bool(said["instead"])
    with transaction(engine) as session:
        return saved_views.save(session, page, name, asked, by=by, at=AT, instead=instead).asked


def remove(engine: Engine, name: str, *, by: str = CLERK) -> None:
    with transaction(engine) as session:
        saved_views.remove(session, "contracts", name, by=by)


def held(engine: Engine, who: str = CLERK) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        return [(one.page, one.name, one.asked) for one in saved_views.saved_by(session, who)]


def refused(engine: Engine, name: str, asked: str, **more: object) -> tuple[str, ...]:
    before = held(engine)
    with pytest.raises(Refused) as refusal:
        save(engine, name, asked, **more)
    assert held(engine) == before
    return refusal.value.codes


def test_a_view_is_found_by_whoever_saved_it_by_page_and_name(engine: Engine) -> None:
    save(engine, "lapsing", "coming=lapses")
    save(engine, "Foster care", "service=fostering&form=block")
    save(engine, "Held", "state=held", page="invoices")
    save(engine, "Held", "state=disputed", page="invoices", by=APPROVER)

    assert held(engine) == [
        ("contracts", "Foster care", "form=block&service=fostering"),
        ("contracts", "lapsing", "coming=lapses"),
        ("invoices", "Held", "state=held"),
    ]
    assert held(engine, APPROVER) == [("invoices", "Held", "state=disputed")]
    assert held(engine, AUDITOR) == []


def test_what_is_asked_is_written_in_one_way_and_without_the_page_turned_to(engine: Engine) -> None:
    assert save(engine, "One", "q=a+b&page=7&form=block") == "form=block&q=a+b"
    assert save(engine, "Two", "form=block&q=a%20b") == "form=block&q=a+b"
    assert save(engine, "Three", "q=%C2%A31%20%26%20more") == "q=%C2%A31+%26+more"


def test_a_name_that_is_taken_is_refused_unless_the_other_is_to_go(engine: Engine) -> None:
    save(engine, "Mine", "form=block")

    assert refused(engine, " Mine ", "form=framework") == ("saved_view_name_taken",)
    save(engine, "Mine", "form=framework", instead=True)
    assert held(engine) == [("contracts", "Mine", "form=framework")]


def test_a_view_has_another_name_once_it_is_saved_under_it_and_the_first_removed(
    engine: Engine,
) -> None:
    save(engine, "Mine", "form=block")
    save(engine, "Blocks", "form=block")
    remove(engine, "Mine")

    assert held(engine) == [("contracts", "Blocks", "form=block")]


def test_nobody_removes_anothers_view(engine: Engine) -> None:
    save(engine, "Mine", "form=block")

    with pytest.raises(Refused) as refusal:
        remove(engine, "Mine", by=APPROVER)

    assert refusal.value.codes == ("saved_view_unknown",)
    assert len(held(engine)) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_name_has_one_to_sixty_characters(engine: Engine, name: str) -> None:
    assert refused(engine, name, "form=block") == ("saved_view_name_unfit",)
    save(engine, "x" * 60, "form=block")


@pytest.mark.parametrize("name", ["Mi\x00ne", "Mi\nne", "Mi\u202ene"])
def test_a_name_that_cannot_be_printed_is_refused(engine: Engine, name: str) -> None:
    assert refused(engine, name, "form=block") == ("text_has_control_characters",)


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "page=2",
        "form",
        "?form=block",
        "form=block#there",
        "form=a b",
        "javascript:alert(1)",
        "https://elsewhere.example/?a=b",
        "FORM=block",
        "form=block&form=framework",
        "form=%00",
        "form=%0Ablock",
        "form=%ff",
        "form=block&&q=a",
        "q=" + "x" * 2000,
    ],
)
def test_what_no_page_asks_is_refused(engine: Engine, asked: str) -> None:
    assert refused(engine, "Mine", asked) == ("saved_view_unreadable",)


@pytest.mark.parametrize("page", ["", "/elsewhere", "//elsewhere.example", "contracts?", "a b"])
def test_what_is_no_page_is_refused(engine: Engine, page: str) -> None:
    assert refused(engine, "Mine", "form=block", page=page) == ("saved_view_unreadable",)


def test_everything_that_is_wrong_is_said_at_once(engine: Engine) -> None:
    assert refused(engine, "", "nothing", page="/") == (
        "saved_view_name_unfit",
        "saved_view_unreadable",
        "saved_view_unreadable",
    )


def test_a_person_has_fifty_views_at_most_and_may_still_change_one(engine: Engine) -> None:
    for turn in range(25):
        save(engine, f"View {turn}", "form=block")
        save(engine, f"View {turn}", "state=held", page="invoices")

    assert refused(engine, "One more", "form=block") == ("too_many_saved_views",)
    save(engine, "View 7", "form=framework", instead=True)
    save(engine, "Mine", "form=block", by=APPROVER)
    remove(engine, "View 8")
    save(engine, "One more", "form=block")
    assert len(held(engine)) == 50


def test_somebody_whose_account_is_disabled_saves_nothing(engine: Engine) -> None:
    with transaction(engine) as session:
        session.get_one(PersonRow, CLERK).active = False

    assert refused(engine, "Mine", "form=block") == ("person_not_active",)


def test_a_view_is_a_setting_that_the_audit_trail_does_not_tell_of(engine: Engine) -> None:
    query = select(table_of(AuditEventRow).c.id)
    with reading(engine) as session:
        before = session.execute(query).all()
    save(engine, "Mine", "form=block")
    remove(engine, "Mine")

    with reading(engine) as session:
        assert session.execute(query).all() == before


def test_a_backup_carries_the_views_over(engine: Engine, tmp_path: Path) -> None:
    save(engine, "Mine", "form=block")
    back_up(engine, tmp_path / "trust.zip", at=AT)
    remove(engine, "Mine")

    url = engine.url.render_as_string(hide_password=False)
    restore(url, tmp_path / "trust.zip", keep=tmp_path / "kept", by="", at=AT)

    assert held(engine) == [("contracts", "Mine", "form=block")]
