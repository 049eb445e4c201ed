"""The directory: whom an entry is for, what it must say, when it is looked at again."""

from dataclasses import replace
from datetime import date

import pytest

from contracts import directory as rules
from contracts.directory import Contact, Cost, Entry, Place, Status, Wanted
from ledger.money import Money

DAY = date(2004, 6, 1)
ENTRY = Entry(
    code="talk-time",
    service="therapy",
    provider="quillstead",
    title="Talk Time counselling",
    description="Six sessions with a counsellor.",
    minimum_age=11,
    maximum_age=18,
    eligibility="Young people who live in Wealdshire.",
    referral="By a school, a doctor, or yourself.",
    areas=("Wealdshire",),
    places=(
        Place(
            name="The Old Library",
            address="2 Mill Lane",
            town="Larkford",
            county="Wealdshire",
            postcode="WX1 2AB",
        ),
    ),
    costs=(Cost(option="Sessions", amount=Money(0)),),
    contacts=(Contact(name="Talk Time office", phone="01632 960 001"),),
    owner="Commissioning office",
    review_day=date(2004, 6, 1),
)


def found(**wanted: object) -> bool:
    return rules.matches(ENTRY, Wanted(**wanted), provider="Quillstead Project")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words", ["", "talk", "COUNSELLOR six", "quillstead", "old library", "larkford counselling"]
)
def test_every_word_somebody_looks_for_is_met_somewhere(words: str) -> None:
    assert found(words=words)


def test_a_word_that_is_not_met_leaves_the_entry_out() -> None:
    assert not found(words="talk swimming")


@pytest.mark.parametrize(("age", "taken"), [(10, False), (11, True), (18, True), (19, False)])
def test_an_age_at_either_end_is_taken(age: int, taken: bool) -> None:
    assert found(age=age) is taken


def test_open_referrals_ages_ask_that_the_entrys_own_lie_within_them() -> None:
    assert found(minimum_age=11, maximum_age=18)
    assert not found(minimum_age=12)
    assert not found(maximum_age=17)
    assert not rules.matches(replace(ENTRY, maximum_age=None), Wanted(maximum_age=99))


@pytest.mark.parametrize(
    ("place", "near"), [("larkford", True), ("wx12ab", True), ("WX1", True), ("Estmark", False)]
)
def test_a_place_is_a_town_a_district_or_a_postcode(place: str, near: bool) -> None:
    assert found(place=place) is near


def test_an_entry_for_no_one_district_is_for_them_all() -> None:
    assert rules.matches(replace(ENTRY, areas=(), places=()), Wanted(place="Estmark"))


@pytest.mark.parametrize(
    ("least", "most", "said"),
    [
        (None, None, "All ages"),
        (None, 4, "Up to age 4"),
        (16, None, "Age 16 and over"),
        (5, 11, "Ages 5 to 11"),
    ],
)
def test_ages_are_said_in_words(least: int | None, most: int | None, said: str) -> None:
    assert replace(ENTRY, minimum_age=least, maximum_age=most).ages == said


def test_an_entry_is_past_its_review_from_the_day_after_it() -> None:
    assert not ENTRY.is_past_review(DAY)
    assert ENTRY.is_past_review(date(2004, 6, 2))
    assert not replace(ENTRY, review_day=None).is_past_review(DAY)


def test_what_is_published_says_how_to_be_referred_whom_to_ask_and_who_keeps_it() -> None:
    bare = replace(ENTRY, referral="", contacts=(), owner="", review_day=None)

    assert [(p.code, p.where) for p in rules.problems_in(bare)] == [
        ("directory_entry_incomplete", where)
        for where in ("referral", "contacts", "owner", "review_day")
    ]
    assert rules.problems_in(replace(bare, published=False)) == []
    assert rules.problems_in(ENTRY) == []


def test_ages_stand_in_order_and_costs_are_nil_or_more() -> None:
    wrong = replace(
        ENTRY, minimum_age=12, maximum_age=11, costs=(Cost(option="x", amount=Money(-1)),)
    )

    assert [p.code for p in rules.problems_in(wrong)] == ["ages_out_of_order", "cost_below_nil"]


@pytest.mark.parametrize(
    ("status", "published", "public"),
    [
        (Status.ACTIVE, True, True),
        (Status.TEMPORARILY_CLOSED, True, True),
        (Status.INACTIVE, True, False),
        (Status.DEFUNCT, True, False),
        (Status.ACTIVE, False, False),
    ],
)
def test_the_public_sees_what_is_published_and_can_be_used(status, published, public) -> None:
    assert replace(ENTRY, status=status, published=published).is_public is public


def test_a_check_is_followed_by_a_later_review() -> None:
    assert [p.code for p in rules.problems_in_check(ENTRY, DAY, DAY)] == [
        "review_not_after_the_check"
    ]
    looked_at = rules.checked(ENTRY, DAY, date(2005, 6, 1))
    assert (looked_at.assured, looked_at.review_day) == (DAY, date(2005, 6, 1))


def test_an_owner_is_chased_only_past_the_review_day_and_told_what_to_look_at() -> None:
    assert [p.code for p in rules.problems_in_chase(ENTRY, DAY)] == ["entry_not_past_review"]
    assert list(rules.problems_in_chase(ENTRY, date(2004, 6, 2))) == []

    letter = rules.reminder(ENTRY, trust="Wealdshire Children's Trust", day=date(2004, 6, 2))

    assert letter.startswith("To: Commissioning office\nFrom: Wealdshire Children's Trust\n")
    assert "“Talk Time counselling”" in letter
    assert "1 June 2004" in letter
    assert "Nobody has recorded checking it." in letter


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (Cost(option="x", amount=Money(0)), "Free"),
        (Cost(option="x", amount=Money(250), words="a session"), "£2.50, a session"),
        (Cost(option="x", words="by income"), "by income"),
    ],
)
def test_a_cost_is_said_as_a_family_reads_it(cost: Cost, said: str) -> None:
    assert cost.said == said


def test_a_check_told_late_leaves_what_a_later_one_found() -> None:
    now = rules.checked(ENTRY, date(2004, 6, 1), date(2005, 6, 1))

    assert rules.checked(now, date(2004, 3, 1), date(2004, 9, 1)) == now
    assert rules.checked(now, date(2004, 6, 1), date(2005, 1, 1)).review_day == date(2005, 1, 1)


def test_nobody_is_written_to_of_an_entry_without_an_owner() -> None:
    bare = replace(ENTRY, published=False, owner="")

    assert [(p.code, p.where) for p in rules.problems_in_chase(bare, date(2004, 6, 2))] == [
        ("directory_entry_incomplete", "owner")
    ]
