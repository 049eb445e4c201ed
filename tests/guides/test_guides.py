"""The guides say what is on the screen: every page they name exists, every word they quote."""

import re
from functools import cache
from pathlib import Path

import pytest

from dashboards.pages_table import TABLE
from tests.guides.pictures import PICTURES
from tests.support.shared import PROJECT
from trust_commissioning.roles import Role

FOLDER = PROJECT / "docs" / "guides"
GUIDES = sorted(FOLDER.glob("*.md"))
# What the guides' own first page says in bold at the head of a paragraph.
LEADS = {
    "Signing in",
    "Help with this page",
    "The menu",
    "The boxes at the top of a page",
    "A figure that is a link",
    "The buttons to download a PDF, CSV or Excel file",
    "At the foot of a page of figures",
    "When something cannot be done",
}
TITLES = {entry.title for entry in TABLE}


@cache
def said_by_the_product() -> str:
    """Every text of the screens, with straight and curly marks alike."""
    sources = [
        *(PROJECT / "dashboards").rglob("*.py"),
        *(PROJECT / "trust_commissioning" / "server").glob("*.py"),
        *(PROJECT / "trust_commissioning" / "reports").rglob("*.py"),
    ]
    return plain("\n".join(path.read_text("utf-8") for path in sources))


def plain(text: str) -> str:
    return text.replace("’", "'")


def words(guide: Path, pattern: str) -> set[str]:
    text = " ".join(plain(guide.read_text("utf-8")).split())
    return set(re.findall(pattern, text))


def test_each_role_has_its_guide_and_the_readme_leads_to_them() -> None:
    roles = {role.value.replace("_", "-") for role in Role}
    index = (FOLDER / "README.md").read_text("utf-8")

    assert {guide.stem for guide in GUIDES} == roles | {"README"}
    assert all(f"({role}.md)" in index for role in roles)
    assert "docs/guides/README.md" in (PROJECT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_each_page_a_guide_names_is_a_page_of_the_menu(guide: Path) -> None:
    named = {name.rstrip(".") for name in words(guide, r"\*\*([A-Z][^*]+)\*\*")}

    assert named - LEADS <= set(map(plain, TITLES))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_each_word_a_guide_quotes_is_on_a_screen(guide: Path) -> None:
    quoted = words(guide, r"“([^”]+)”")

    assert [one for one in sorted(quoted) if one not in said_by_the_product()] == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_each_picture_of_a_guide_is_one_that_is_made(guide: Path) -> None:
    shown = words(guide, r"\]\(\.\./pictures/([\w-]+)\.png\)")

    assert shown <= {picture.name for picture in PICTURES}
