"""The pictures of the documents are those the code makes, and each is used."""

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.guides.pictures import PICTURES, WIDTH, make
from tests.support.shared import PROJECT

KEPT = PROJECT / "docs" / "pictures"


def size_of(path: Path) -> tuple[int, int]:
    """Width and height, from a PNG's first chunk."""
    wide, tall = struct.unpack(">II", path.read_bytes()[16:24])
    return int(wide), int(tall)


def test_the_pictures_kept_are_those_that_are_made() -> None:
    assert {path.name for path in KEPT.iterdir()} == {f"{one.name}.png" for one in PICTURES}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda one: one.name)
def test_each_picture_is_of_its_size_and_shown_with_words_in_a_document(picture) -> None:
    pages = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    shown = [path for path in pages if f"pictures/{picture.name}.png" in path.read_text("utf-8")]

    assert size_of(KEPT / f"{picture.name}.png") == (WIDTH, picture.height)
    assert shown


@pytest.mark.long
def test_they_are_made_from_the_demo_trust(browser: Browser, tmp_path: Path) -> None:
    made = list(make(tmp_path, browser))

    assert [path.name for path in made] == [f"{one.name}.png" for one in PICTURES]
    assert [size_of(path) for path in made] == [(WIDTH, one.height) for one in PICTURES]
    assert all(path.stat().st_size > 50_000 for path in made)
