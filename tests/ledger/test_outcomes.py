"""The five outcomes, as the documents that name them word them."""

import pytest

from ledger.outcomes import NOT_ATTRIBUTED, WORDINGS, Outcome


def test_there_are_five_in_the_order_of_the_documents() -> None:
    assert [(one.value, one.title) for one in Outcome] == [
        ("be_healthy", "Be healthy"),
        ("stay_safe", "Stay safe"),
        ("enjoy_and_achieve", "Enjoy and achieve"),
        ("positive_contribution", "Make a positive contribution"),
        ("economic_well_being", "Achieve economic well-being"),
    ]


def test_spend_without_one_has_a_key_of_its_own() -> None:
    assert NOT_ATTRIBUTED == "not_attributed"
    assert NOT_ATTRIBUTED not in [one.value for one in Outcome]


@pytest.mark.parametrize("outcome", Outcome)
def test_each_has_its_wording_of_each_document(outcome: Outcome) -> None:
    wording = WORDINGS[outcome]

    assert len(wording.aims) == 5
    letter = "abcde"[list(Outcome).index(outcome)]
    assert wording.children_act.startswith(f"({letter}) ")
    assert wording.green_paper
    assert wording.family_aim.startswith("Parents, carers and families")
