"""Finding posted journals by words and amounts: one index, asked the same way of both databases.

What a journal says is taken apart here, and not by either database, so that the same words find the
same journals on both. SQLite keeps the words in an FTS5 index, PostgreSQL in a GIN index of a tsvector;
both only look up whole words and their beginnings. An amount is a word as well (``_125000``), so that
it is found without a look at any posting. The row is written in the posting transaction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    cast,
    column,
    false,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlmodel import Session

from trust_commissioning.store.rows import add_rows
from trust_commissioning.store.tables import JournalRow, JournalSearchRow, PostingRow, table_of

SEARCH = table_of(JournalSearchRow)
INDEX = "finding_words"
"""What is built in the database for it, beside the tables: every name of it begins so."""
_JOURNAL, _POSTING = table_of(JournalRow), table_of(PostingRow)
_CHUNK = 2000
_LONGEST = 60
"""A word is known by so many letters; PostgreSQL takes none of more than 2,046 bytes."""
_NUMBER = re.compile(r"([0-9]{4}-[0-9]{2})/([0-9]{1,9})")
_AMOUNT = re.compile(r"-?£?-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{2})?|-?£?-?[0-9]+(\.[0-9]{2})?")
_WORD = re.compile("[a-z0-9]+")


def tokens(text: str) -> list[str]:
    """The words of a text as they are kept: small letters without accents, figures, nothing else.

    ``Café St. Anne's, INV-0042`` is ``cafe st anne s inv 0042``. Letters that have no plain form are
    written by their number, so that both databases see ASCII alone.
    """
    if not text.isascii():
        text = _plain(text)
    return [word[:_LONGEST] for word in _WORD.findall(text.casefold())]


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        one if one.isascii() else f"u{ord(one):x}" if one.isalnum() else " "
        for one in parts
        if unicodedata.category(one) != "Mn"
    )


def row_of(
    id: int, number: str, narration: str, payee: str, source_ref: str, pence: Sequence[int]
) -> dict[str, Any]:
    """What a journal is found by."""
    words: dict[str, None] = dict.fromkeys(tokens(f"{number} {narration} {payee} {source_ref}"))
    words.update(dict.fromkeys(f"_{abs(one)}" for one in pence))
    return {
        "journal_id": id,
        "pence": sum(one for one in pence if one > 0),
        "words": " ".join(words),
    }


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what posted journals are found by, in the transaction that posts them."""
    if rows:
        add_rows(session, SEARCH, rows, "Keeping what journals are found by")


# --- asking -----------------------------------------------------------------------------------


def holding(words: str, dialect: str) -> list[ColumnElement[bool]]:
    """What a journal must be to hold each of some words; nothing of what holds no word.

    A word is looked for as the beginning of a word, an amount as an amount, ``2003-04/7`` as that
    number; a figure without pence may be either.
    """
    wanted: list[ColumnElement[bool]] = []
    groups: list[list[list[str]]] = []
    for word in words.split():
        if (number := _NUMBER.fullmatch(word)) is not None:
            wanted.append(_JOURNAL.c.number == f"{number[1]}/{int(number[2]):06d}")
        else:
            groups.append(_ways(word))
    if groups:
        possible = all(groups)
        wanted.append(_JOURNAL.c.id.in_(_found(groups, dialect)) if possible else false())
    return wanted


def _ways(word: str) -> list[list[str]]:
    """The ways a word can be met: of one of them, every part."""
    ways = []
    if _AMOUNT.fullmatch(word):
        plain = word.translate(str.maketrans("", "", "£,-"))
        pounds, _, pence = plain.partition(".")
        ways.append([f"_{int(pounds[:_LONGEST] + (pence or '00'))}"])
        if not plain.isdecimal() or plain != word:
            return ways
    if parts := tokens(word):
        ways.append([f"{part}*" for part in parts])
    return ways


def _found(groups: Sequence[Sequence[Sequence[str]]], dialect: str) -> Select[Any]:
    if dialect == "sqlite":
        index = table(INDEX, column("rowid"))
        asked = " AND ".join(_any(group, '"{}"', '"{}"*', " AND ", " OR ") for group in groups)
        return select(index.c.rowid).where(literal_column(INDEX).op("MATCH")(asked))
    asked = " & ".join(_any(group, "'{}'", "'{}':*", " & ", " | ") for group in groups)
    words: ColumnElement[Any] = literal_column(
        f"array_to_tsvector(string_to_array({SEARCH.name}.words, ' '))"
    )
    return select(SEARCH.c.journal_id).where(words.op("@@")(cast(asked, TSQUERY)))


def _any(ways: Iterable[Sequence[str]], whole: str, begins: str, both: str, either: str) -> str:
    """Words are figures and small ASCII letters alone, so nothing in them has to be quoted."""

    def part(one: str) -> str:
        return begins.format(one[:-1]) if one.endswith("*") else whole.format(one)

    return "(" + either.join("(" + both.join(map(part, way)) + ")" for way in ways) + ")"


def debits(words: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """How many posted journals there are of a kind, with the sum of their debits."""
    total = func.coalesce(func.sum(SEARCH.c.pence), 0)
    return (
        select(func.count(), total)
        .select_from(SEARCH)
        .join(_JOURNAL, _JOURNAL.c.id == SEARCH.c.journal_id)
        .where(and_(*words))
    )


# --- keeping ----------------------------------------------------------------------------------

_SQLITE = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5(
  words, content='journal_search', content_rowid='journal_id', columnsize=0, detail='none',
  tokenize="ascii tokenchars '_'")
--
CREATE TRIGGER IF NOT EXISTS {INDEX}_insert AFTER INSERT ON journal_search BEGIN
  INSERT INTO {INDEX}(rowid, words) VALUES (NEW.journal_id, NEW.words);
END
--
CREATE TRIGGER IF NOT EXISTS {INDEX}_delete AFTER DELETE ON journal_search BEGIN
  INSERT INTO {INDEX}({INDEX}, rowid, words) VALUES ('delete', OLD.journal_id, OLD.words);
END
--
CREATE TRIGGER IF NOT EXISTS {INDEX}_update AFTER UPDATE ON journal_search BEGIN
  INSERT INTO {INDEX}({INDEX}, rowid, words) VALUES ('delete', OLD.journal_id, OLD.words);
  INSERT INTO {INDEX}(rowid, words) VALUES (NEW.journal_id, NEW.words);
END
"""
_POSTGRESQL = f"""
CREATE INDEX IF NOT EXISTS {INDEX} ON journal_search
USING gin (array_to_tsvector(string_to_array(words, ' ')))
"""


def stand(connection: Connection) -> None:
    """Build the index where it does not stand yet, and take in every journal it does not know.

    For a migration, with the guards down.
    """
    written = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for statement in written.split("\n--\n"):
        connection.exec_driver_sql(statement)
    session = Session(connection)
    while rows := list(_unknown(session)):
        add(session, rows)
    session.flush()


def _unknown(session: Session) -> Iterator[dict[str, Any]]:
    query = (
        select(_JOURNAL.c.id)
        .outerjoin(SEARCH, SEARCH.c.journal_id == _JOURNAL.c.id)
        .where(_JOURNAL.c.sequence.is_not(None), SEARCH.c.journal_id.is_(None))
        .order_by(_JOURNAL.c.id)
        .limit(_CHUNK)
    )
    if ids := session.execute(query).scalars().all():
        yield from made_anew(session, _JOURNAL.c.id.in_(ids))


def made_anew(session: Session, which: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """What some posted journals are to be found by, from what they say now, in order of id.

    For a record that has none yet, for its check, and for a text that is taken out of the books.
    """
    within = (which, _JOURNAL.c.sequence.is_not(None))
    said = [_JOURNAL.c[name] for name in ("id", "number", "narration", "payee", "source_ref")]
    rows = session.execute(select(*said).where(*within).order_by(_JOURNAL.c.id)).all()
    lines = session.execute(
        select(_POSTING.c.journal_id, _POSTING.c.pence)
        .join(_JOURNAL, _JOURNAL.c.id == _POSTING.c.journal_id)
        .where(*within)
        .order_by(_POSTING.c.journal_id, _POSTING.c.line)
    )
    pence = {id: [one[1] for one in of] for id, of in groupby(lines, key=lambda one: one[0])}
    for row in rows:
        yield row_of(
            row.id, row.number, row.narration, row.payee, row.source_ref, pence.get(row.id, [])
        )
