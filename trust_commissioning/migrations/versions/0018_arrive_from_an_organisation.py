"""Coming in through one's organisation, or by a word for one sign-in; an audit trail by anything."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation_person",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_organisation_person_username")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_organisation_person")),
        sa.UniqueConstraint(
            "issuer", "username", name=op.f("uq_organisation_person_issuer_username")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "organisation_sign_in",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_organisation_sign_in")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_organisation_sign_in_sid"), "organisation_sign_in", ["sid"])
    op.add_column("person", sa.Column("word_ends_at", sa.String(), nullable=True))
    op.drop_index("ix_audit_event_object", "audit_event")
    for name, columns in (
        ("object", ["object_kind", "object_key"]),
        ("person", ["person"]),
        ("action", ["action"]),
        ("at", []),
    ):
        op.create_index(f"ix_audit_event_{name}", "audit_event", [*columns, "at", "id"])
