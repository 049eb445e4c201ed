"""Days and units that are taken back of an invoice; a held payment decided again once undone."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _lines()
    _taken_back()
    _decisions()


def _lines() -> None:
    with op.batch_alter_table(
        "invoice_line", table_kwargs={"sqlite_with_rowid": False}
    ) as changing:
        changing.add_column(
            sa.Column("takes_back", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table(
        "invoice_line", table_kwargs={"sqlite_with_rowid": False}
    ) as changing:
        changing.alter_column("takes_back", server_default=None)


def _taken_back() -> None:
    op.create_table(
        "line_taken_back",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_off", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("units", sa.String(), nullable=True),
        sa.Column("credit_note", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_line_taken_back_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["call_off"], ["call_off.number"], name=op.f("fk_line_taken_back_call_off")
        ),
        sa.ForeignKeyConstraint(
            ["credit_note"], ["invoice.key"], name=op.f("fk_line_taken_back_credit_note")
        ),
        sa.ForeignKeyConstraint(
            ["invoice", "line"],
            ["invoice_line.invoice", "invoice_line.line"],
            name=op.f("fk_line_taken_back_invoice_line"),
        ),
        sa.PrimaryKeyConstraint("invoice", "line", "turn", name=op.f("pk_line_taken_back")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_line_taken_back_call_off"), "line_taken_back", ["call_off"], unique=False
    )


def _decisions() -> None:
    with op.batch_alter_table(
        "payment_decision", table_kwargs={"sqlite_with_rowid": False}
    ) as changing:
        changing.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="1"))
        changing.drop_constraint(op.f("pk_payment_decision"), type_="primary")
        changing.create_primary_key(op.f("pk_payment_decision"), ["journal", "turn"])
    with op.batch_alter_table(
        "payment_decision", table_kwargs={"sqlite_with_rowid": False}
    ) as changing:
        changing.alter_column("turn", server_default=None)
