"""The users' guides inside the program: the pages of `docs/guides`, one for each role.

They are Markdown, read as they lie beside the code or in the wheel. A guide is parted into questions,
“How do I close the month?”, and names in bold the pages where each is answered: so a page can offer
the questions it answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

INDEX = "README"
"""The guide that is for everybody, and lists the others."""
_SHIPPED = Path(__file__).parent / "docs"
_DOCS = _SHIPPED if _SHIPPED.is_dir() else Path(__file__).parents[1] / "docs"
PICTURES = _DOCS / "pictures"
_NAME = re.compile(r"[a-z-]+")
_GUIDE = re.compile(r"([a-z-]+|README)\.md")
_SHOWN = re.compile(r'(<img src="([^"]+)"[^>]*>)')
"""A picture as it is rendered: it leads to itself, to be seen in its whole size."""
_PICTURE = re.compile(r"\.\./pictures/([a-z0-9-]+\.png)")


@dataclass(frozen=True, slots=True)
class Question:
    """One that a guide answers. `pages` are the titles it leads to, with straight apostrophes."""

    words: str
    address: str
    pages: frozenset[str]


@dataclass(frozen=True, slots=True)
class Guide:
    """`body` is HTML, with addresses of this program."""

    title: str
    body: str
    questions: tuple[Question, ...]


def address(name: str) -> str:
    """Where a guide is read: ``/guides/finance-officer``."""
    return "/guides" if name == INDEX else f"/guides/{name}"


@cache
def guide(name: str) -> Guide | None:
    """The guide of a role (``finance-officer``), or `INDEX`; nothing where there is none."""
    path = _DOCS / "guides" / f"{name}.md"
    if not (name == INDEX or _NAME.fullmatch(name)) or not path.is_file():
        return None
    reader = MarkdownIt("commonmark", {"html": False})
    tokens = reader.parse(path.read_text("utf-8"))
    title, *_ = (words for level, words, _ in _headings(tokens) if level == "h1")
    for level, words, opened in _headings(tokens):
        if level != "h1":
            opened.attrSet("id", _anchor(words))
    for token in _inside(tokens):
        _lead_here(token)
    body = _SHOWN.sub(r'<a href="\2">\1</a>', reader.renderer.render(tokens, reader.options, {}))
    return Guide(title, body, tuple(_questions(name, tokens)))


def questions(role: str, page: str) -> list[Question]:
    """What the guide of a role (``finance_officer``) answers on a page of that title, in order."""
    found = guide(role.replace("_", "-"))
    return [one for one in found.questions if _plain(page) in one.pages] if found else []


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[str, str, Token]]:
    """Each heading's tag and words, with what opens it."""
    for opened, inner in pairwise(tokens):
        if opened.type == "heading_open":
            yield opened.tag, inner.content, opened


def _inside(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def _lead_here(token: Token) -> None:
    """A link to another guide, or a picture, gets its address here. What leads to the other papers
    that lie beside the code keeps its words alone."""
    if token.type == "image":
        shown = _PICTURE.fullmatch(str(token.attrs["src"]))
        assert shown is not None, token.attrs
        token.attrSet("src", f"/guides/pictures/{shown[1]}")
    elif token.type == "link_open":
        other = _GUIDE.fullmatch(str(token.attrs["href"]))
        if other is not None:
            token.attrSet("href", address(other[1]))
        else:
            token.attrs.pop("href")


def _questions(name: str, tokens: Sequence[Token]) -> Iterator[Question]:
    asked, pages = "", set[str]()
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            if asked:
                yield Question(asked, f"{address(name)}#{_anchor(asked)}", frozenset(pages))
            asked = tokens[at + 1].content if token.tag == "h2" else ""
            pages = set()
        elif token.type == "inline":
            pages |= {_plain(words).rstrip(".") for words in _in_bold(token.children or ())}
    if asked:
        yield Question(asked, f"{address(name)}#{_anchor(asked)}", frozenset(pages))


def _in_bold(tokens: Sequence[Token]) -> Iterator[str]:
    """The words of each, also where the line is turned within them."""
    said: list[str] | None = None
    for token in tokens:
        if token.type == "strong_open":
            said = []
        elif token.type == "strong_close" and said is not None:
            yield "".join(said)
            said = None
        elif said is not None:
            said.append(token.content or " ")


def _anchor(words: str) -> str:
    """As places that show Markdown make it: ``how-do-i-close-the-month``."""
    return re.sub(r"[^a-z0-9 -]", "", words.lower()).replace(" ", "-")


def _plain(words: str) -> str:
    return words.replace("’", "'")
