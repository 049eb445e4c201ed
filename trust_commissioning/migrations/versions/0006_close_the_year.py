"""Closings with their seals, what they left open, reopenings, year ends.

A period closed before this release is given its one closing, so that it too is opened again only
by two people.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _period_key() -> list[sa.Column[Any]]:
    return [
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
    ]


def _of_period(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["year", "period"], ["period.year", "period.number"], name=op.f(f"fk_{table}_year_period")
    )


def _of_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["person.username"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "period_closing",
        *_period_key(),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", sa.String(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.Column("head_sequence", sa.BigInteger(), nullable=False),
        _of_person("period_closing", "closed_by"),
        _of_period("period_closing"),
        sa.PrimaryKeyConstraint("year", "period", "turn", name=op.f("pk_period_closing")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "left_open",
        *_period_key(),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("stood", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_left_open_reason_given")),
        _of_period("left_open"),
        sa.PrimaryKeyConstraint("year", "period", "turn", "item", name=op.f("pk_left_open")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reopening_asked",
        *_period_key(),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_reopening_asked_reason_given")),
        _of_person("reopening_asked", "asked_by"),
        sa.ForeignKeyConstraint(
            ["year", "period", "turn"],
            ["period_closing.year", "period_closing.period", "period_closing.turn"],
            name=op.f("fk_reopening_asked_year_period_turn"),
        ),
        sa.PrimaryKeyConstraint("year", "period", "turn", name=op.f("pk_reopening_asked")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reopening_agreed",
        *_period_key(),
        sa.Column("agreed_by", sa.String(), nullable=False),
        sa.Column("agreed_at", sa.String(), nullable=False),
        _of_person("reopening_agreed", "agreed_by"),
        sa.ForeignKeyConstraint(
            ["year", "period", "turn"],
            ["reopening_asked.year", "reopening_asked.period", "reopening_asked.turn"],
            name=op.f("fk_reopening_agreed_year_period_turn"),
        ),
        sa.PrimaryKeyConstraint("year", "period", "turn", name=op.f("pk_reopening_agreed")),
        sqlite_with_rowid=False,
    )
    _year_ends()
    op.create_index(
        "ix_journal_late",
        "journal",
        ["year", "period"],
        unique=False,
        sqlite_where=sa.text("document_day IS NOT NULL"),
        postgresql_where=sa.text("document_day IS NOT NULL"),
    )
    op.execute(
        "INSERT INTO period_closing "
        "(year, period, turn, closed_by, closed_at, seal, head_sequence) "
        "SELECT year, number, 1, closed_by, closed_at, seal, "
        "(SELECT sequence FROM chain_head) FROM period WHERE status = 'closed'"
    )


def _year_ends() -> None:
    op.create_table(
        "host_balance",
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_host_balance_fund")),
        _of_person("host_balance", "told_by"),
        _of_period("host_balance"),
        sa.PrimaryKeyConstraint("year", "period", "fund", "turn", name=op.f("pk_host_balance")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "year_end_rule",
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "rule IN ('carry_forward', 'refund_partners', 'return_to_payer')",
            name=op.f("ck_year_end_rule_rule_known"),
        ),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_year_end_rule_fund")),
        _of_person("year_end_rule", "told_by"),
        sa.PrimaryKeyConstraint("fund", "year", "turn", name=op.f("pk_year_end_rule")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "year_closing",
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["year"], ["financial_year.year"], name=op.f("fk_year_closing_year")
        ),
        _of_person("year_closing", "closed_by"),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_year_closing")),
        sqlite_with_rowid=False,
    )
