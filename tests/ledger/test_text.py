"""Which characters a text may hold, and how a refusal shows one that holds others."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.problems import Problem
from ledger.text import shown, unfit_characters


@given(st.text(max_size=40))
def test_a_text_with_nothing_unfit_stays_on_one_line(text: str) -> None:
    if not unfit_characters(text):
        assert len(text.splitlines()) <= 1
        assert "\x00" not in text
        assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize("text", ["Zoë’s – £5 & “quotes” \\ ; # * {}", "日本", "🙂", "a\u00a0b"])
def test_text_as_people_type_it_is_fit(text: str) -> None:
    assert unfit_characters(text) == ""


@pytest.mark.parametrize("code", [0, 9, 10, 13, 0x1B, 0x7F, 0x85, 0x2028, 0x2029, 0xD800, 0x2066])
def test_what_no_book_can_hold_is_unfit(code: int) -> None:
    assert unfit_characters(f"a{chr(code)}b") == f"U+{code:04X}"


@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=40))
def test_whatever_a_refusal_quotes_it_can_be_written_down_in_one_line(
    said: str, where: str
) -> None:
    problem = Problem("period_unreadable", f"“{said}” is not a period.", where, column=said)

    written = json.dumps(problem.as_json(), ensure_ascii=False).encode("utf-8")
    assert written.decode("utf-8")
    assert not any(map(unfit_characters, (problem.message, problem.where, str(problem))))


def test_a_quoted_text_keeps_every_character_that_can_be_shown() -> None:
    assert shown("Zoë’s £5\x1b[2J\ud800") == "Zoë’s £5\ufffd[2J\ufffd"
    assert Problem("x", "a\u00a0b", "c").message == "a\u00a0b"
