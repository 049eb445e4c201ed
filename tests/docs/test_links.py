"""Whatever a document points to is there."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])


def _links(text: str) -> list[str]:
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", plain)


def _anchors(text: str) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        "".join(c for c in title.lower() if c.isalnum() or c in " -_").replace(" ", "-")
        for title in titles
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    astray = []
    for link in _links(text):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        place, _, anchor = link.partition("#")
        target = document.parent / place if place else document
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in _anchors(target.read_text("utf-8"))
        ):
            astray.append(link)

    assert not astray


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(PROJECT)))
def test_every_file_of_ours_a_document_names_is_there(document: Path) -> None:
    named = re.findall(
        r"`((?:ledger|contracts|trust_commissioning|dashboards|tests|docs|requirements)/[\w./-]+)`",
        document.read_text("utf-8"),
    )
    missing = [name for name in named if not (PROJECT / name).exists()]

    assert not missing


def test_every_decision_is_in_the_list_of_them_and_has_its_parts() -> None:
    folder = PROJECT / "docs/decisions"
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text("utf-8"))
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))

    assert records == listed
    assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
    for name in records:
        text = (folder / name).read_text("utf-8")
        assert re.search(r"^Date: \d{4}-\d{2}-\d{2}\. Status: ", text, re.MULTILINE), name
        for part in ("## Context", "## Decision", "## Consequences"):
            assert part in text, name
