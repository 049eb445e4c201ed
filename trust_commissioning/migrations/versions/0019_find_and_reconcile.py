"""Finding journals, files kept with them, entries being typed, bank statements and their matches."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _found_by()
    _papers()
    _typed()
    _bank()
    _matches()


def _found_by() -> None:
    op.create_table(
        "journal_search",
        sa.Column("journal_id", _ID, autoincrement=False, nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name=op.f("fk_journal_search_journal_id")
        ),
        sa.PrimaryKeyConstraint("journal_id", name=op.f("pk_journal_search")),
    )
    op.create_index("ix_journal_search_pence", "journal_search", ["pence"], unique=False)


def _papers() -> None:
    op.create_table(
        "attachment",
        sa.Column("journal_id", _ID, autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_attachment_not_empty")),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name=op.f("fk_attachment_journal_id")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["person.username"], name=op.f("fk_attachment_added_by")
        ),
        sa.PrimaryKeyConstraint("journal_id", "turn", name=op.f("pk_attachment")),
        sqlite_with_rowid=False,
    )


def _typed() -> None:
    op.create_table(
        "entry_draft",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_entry_draft_username")
        ),
        sa.PrimaryKeyConstraint("username", "token", name=op.f("pk_entry_draft")),
        sqlite_with_rowid=False,
    )


def _bank() -> None:
    op.create_table(
        "bank_statement",
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("opening_pence", sa.BigInteger(), nullable=False),
        sa.Column("closing_pence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"], ["account.name"], name=op.f("fk_bank_statement_account")
        ),
        sa.ForeignKeyConstraint(
            ["batch"], ["import_batch.id"], name=op.f("fk_bank_statement_batch")
        ),
        sa.PrimaryKeyConstraint("batch", name=op.f("pk_bank_statement")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bank_statement_account", "bank_statement", ["account", "fund", "ends"])
    op.create_table(
        "bank_line",
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("balance_pence", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch"], ["bank_statement.batch"], name=op.f("fk_bank_line_batch")
        ),
        sa.PrimaryKeyConstraint("batch", "row", name=op.f("pk_bank_line")),
        sa.UniqueConstraint(
            "account",
            "fund",
            "key",
            "occurrence",
            name=op.f("uq_bank_line_account_fund_key_occurrence"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bank_line_day", "bank_line", ["account", "fund", "day"])


def _matches() -> None:
    op.create_table(
        "bank_match",
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("matched_by", sa.String(), nullable=False),
        sa.Column("matched_at", sa.String(), nullable=False),
        sa.CheckConstraint("how IN ('certain', 'hand')", name=op.f("ck_bank_match_how_known")),
        sa.ForeignKeyConstraint(
            ["matched_by"], ["person.username"], name=op.f("fk_bank_match_matched_by")
        ),
        sa.PrimaryKeyConstraint("turn", name=op.f("pk_bank_match")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bank_match_line",
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch", "row"],
            ["bank_line.batch", "bank_line.row"],
            name=op.f("fk_bank_match_line_batch_row"),
        ),
        sa.ForeignKeyConstraint(
            ["turn"], ["bank_match.turn"], name=op.f("fk_bank_match_line_turn")
        ),
        sa.PrimaryKeyConstraint("batch", "row", name=op.f("pk_bank_match_line")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bank_match_line_turn", "bank_match_line", ["turn"])
    op.create_table(
        "bank_match_posting",
        sa.Column("journal_id", _ID, autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journal_id", "line"],
            ["posting.journal_id", "posting.line"],
            name=op.f("fk_bank_match_posting_journal_id_line"),
        ),
        sa.ForeignKeyConstraint(
            ["turn"], ["bank_match.turn"], name=op.f("fk_bank_match_posting_turn")
        ),
        sa.PrimaryKeyConstraint("journal_id", "line", name=op.f("pk_bank_match_posting")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bank_match_posting_turn", "bank_match_posting", ["turn"])
