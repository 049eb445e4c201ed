"""Reviews are decided once; actions have their days; findings are answered by a combined plan."""

from datetime import date

from contracts.review import (
    Action,
    ActionEnded,
    ActionOutcome,
    ActionStanding,
    Area,
    Assessed,
    Decision,
    Finding,
    Met,
    PracticeStandard,
    Review,
    Verdict,
    combined_plan,
    problems_in_action,
    problems_in_assessment,
    problems_in_decision,
    problems_in_end,
    problems_in_standard,
)

MAY, JUNE, JULY = date(2003, 5, 1), date(2003, 6, 1), date(2003, 7, 1)


def action(
    name: str = "A-1",
    *,
    due: date = JUNE,
    about: tuple[str, ...] = (),
    ended: ActionEnded | None = None,
) -> Action:
    return Action(
        reference=name, title="Train", owner="Team", day=MAY, due=due, about=about, ended=ended
    )


def finding(name: str) -> Finding:
    return Finding(
        reference=name, inspection="Joint inspection", published=MAY, area=Area.JOINT_WORKING,
        words="Agencies do not share what they know.",
    )  # fmt: skip


def done(name: str, day: date, outcome: ActionOutcome = ActionOutcome.DONE) -> ActionEnded:
    return ActionEnded(reference=name, day=day, outcome=outcome, evidence="Seen")


def test_an_action_is_late_the_day_after_it_was_due_and_done_from_the_day_it_ended():
    open_, ended = action(), action(ended=done("A-1/done", JULY))

    assert open_.stands(JUNE) is ActionStanding.OPEN
    assert open_.stands(date(2003, 6, 2)) is ActionStanding.LATE
    assert ended.stands(date(2003, 6, 30)) is ActionStanding.LATE
    assert ended.stands(JULY) is ActionStanding.DONE


def test_an_action_is_not_due_before_it_is_agreed_and_ends_once():
    assert [one.code for one in problems_in_action(action(due=date(2003, 4, 30)))] == [
        "action_due_before_agreed"
    ]
    twice = action(ended=done("first", JUNE))
    assert [one.code for one in problems_in_end(twice, done("second", date(2003, 4, 1)))] == [
        "action_ended_before",
        "action_ended_before_agreed",
    ]


def test_one_action_may_answer_two_findings_and_one_that_nobody_answers_stands_alone():
    both = action(about=("F-1", "F-2"))

    plan = combined_plan([finding("F-3"), finding("F-2"), finding("F-1")], [both], JULY)

    assert [(line.finding.reference, line.is_answered) for line in plan] == [
        ("F-1", True),
        ("F-2", True),
        ("F-3", False),
    ]


def test_a_review_is_decided_once_after_it_and_says_from_when():
    first = Decision(reference="D-1", review="R-1", day=JUNE, verdict=Verdict.GO_ON, reason="Well")
    review = Review(reference="R-1", contract="C-1", day=JUNE, words="Well run", decision=first)
    second = Decision(
        reference="D-2", review="R-1", day=MAY, verdict=Verdict.EXTEND, reason="Cheap"
    )

    assert [one.code for one in problems_in_decision(review, second)] == [
        "review_decided_before",
        "decision_before_review",
        "decision_without_day",
    ]


def test_every_verdict_but_going_on_says_from_or_until_when():
    assert [verdict for verdict in Verdict if not verdict.needs_day] == [Verdict.GO_ON]


def test_how_far_a_standard_is_met_is_what_was_said_last_by_a_day():
    standard = PracticeStandard(
        reference="S-1",
        code="visits",
        title="Visits",
        words="Monthly",
        agreed=MAY,
        partner="pct",
        assessed=(
            Assessed(reference="1", day=JUNE, met=Met.PARTLY, evidence="4 of 6"),
            Assessed(reference="2", day=JULY, met=Met.FULLY, evidence="6 of 6"),
        ),
    )

    assert standard.met_on(MAY) is None
    assert standard.met_on(date(2003, 6, 30)) == standard.assessed[0]
    assert standard.met_on(JULY) == standard.assessed[1]
    early = Assessed(reference="3", day=date(2003, 4, 1), met=Met.FULLY, evidence="x")
    assert [one.code for one in problems_in_assessment(standard, early)] == [
        "standard_assessed_before_agreed"
    ]


def test_a_standard_is_agreed_with_one_body():
    for partner, provider in (("", ""), ("pct", "oakfield")):
        standard = PracticeStandard(
            reference="S",
            code="c",
            title="t",
            words="w",
            agreed=MAY,
            partner=partner,
            provider=provider,
        )
        assert [one.code for one in problems_in_standard(standard)] == [
            "standard_agreed_with_one_body"
        ]
