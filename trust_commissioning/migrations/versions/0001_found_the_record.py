"""The first shape of the record: standing facts, journals, balances, imports, people."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subjective", sa.String(), nullable=False),
        sa.Column("s251_line", sa.String(), nullable=False),
        sa.Column("council_code", sa.String(), nullable=False),
        sa.Column("needs_partner", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object_kind", sa.String(), nullable=False),
        sa.Column("object_key", sa.String(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(
        "ix_audit_event_object", "audit_event", ["object_kind", "object_key"], unique=False
    )
    op.create_table(
        "balance",
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "book",
            "year",
            "fund",
            "period",
            "service",
            "outcome",
            "account",
            "partner",
            name=op.f("pk_balance"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("moved_from", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_chain_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "coding_rule",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_coding_rule")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_coding_rule_priority"), "coding_rule", ["priority"], unique=False)
    op.create_table(
        "financial_year",
        sa.Column("year", sa.String(length=7), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_financial_year")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "partner",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_partner")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "provider",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("also_known_as", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_provider")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("head_sequence", sa.BigInteger(), nullable=False),
        sa.Column("head_hash", sa.String(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_table(
        "service",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("review_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_service")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        op.f("ix_sign_in_attempt_address"), "sign_in_attempt", ["address"], unique=False
    )
    op.create_index(
        op.f("ix_sign_in_attempt_username"), "sign_in_attempt", ["username"], unique=False
    )
    op.create_table(
        "trust",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_trust_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust")),
    )
    op.create_table(
        "fund",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=True),
        sa.Column("pool_manager", sa.String(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("may_be_spent_on", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["host"], ["partner.code"], name=op.f("fk_fund_host")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_fund")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "person",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner"], ["partner.code"], name=op.f("fk_person_partner")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_person")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_outcome",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('be_healthy', 'stay_safe', 'enjoy_and_achieve', 'positive_contribution', 'economic_well_being')",
            name=op.f("ck_service_outcome_outcome_known"),
        ),
        sa.CheckConstraint("weight > 0", name=op.f("ck_service_outcome_weight_above_nil")),
        sa.ForeignKeyConstraint(
            ["service"], ["service.code"], name=op.f("fk_service_outcome_service")
        ),
        sa.PrimaryKeyConstraint("service", "starts", "outcome", name=op.f("pk_service_outcome")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "answered_request",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_answered_request_username")
        ),
        sa.PrimaryKeyConstraint("username", "key", name=op.f("pk_answered_request")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contract",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("value_pence", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ends IS NULL OR ends >= starts", name=op.f("ck_contract_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_contract_fund")),
        sa.ForeignKeyConstraint(["provider"], ["provider.code"], name=op.f("fk_contract_provider")),
        sa.ForeignKeyConstraint(["service"], ["service.code"], name=op.f("fk_contract_service")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_contract")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_sha256", sa.String(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=True),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("continues", sa.String(), nullable=True),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("loaded_by", sa.String(), nullable=False),
        sa.Column("loaded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["continues"], ["import_batch.id"], name=op.f("fk_import_batch_continues")
        ),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_import_batch_fund")),
        sa.ForeignKeyConstraint(
            ["loaded_by"], ["person.username"], name=op.f("fk_import_batch_loaded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_import_batch_file_sha256"), "import_batch", ["file_sha256"], unique=False
    )
    op.create_table(
        "import_profile",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.Column("saved_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["person.username"], name=op.f("fk_import_profile_saved_by")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_import_profile")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "period",
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_at", sa.String(), nullable=True),
        sa.Column("seal", sa.String(), nullable=True),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_period_status_known")),
        sa.CheckConstraint("number BETWEEN 1 AND 13", name=op.f("ck_period_number_1_to_13")),
        sa.CheckConstraint("starts <= ends", name=op.f("ck_period_starts_before_it_ends")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["person.username"], name=op.f("fk_period_closed_by")
        ),
        sa.ForeignKeyConstraint(["year"], ["financial_year.year"], name=op.f("fk_period_year")),
        sa.PrimaryKeyConstraint("year", "number", name=op.f("pk_period")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_sign_in_username")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sign_in_username"), "sign_in", ["username"], unique=False)
    op.create_table(
        "contract_balance",
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_contract_balance_contract")
        ),
        sa.PrimaryKeyConstraint(
            "book", "year", "fund", "period", "contract", name=op.f("pk_contract_balance")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_row",
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("rounded_from", sa.String(), nullable=True),
        sa.Column("likeness", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["batch"], ["import_batch.id"], name=op.f("fk_import_row_batch")),
        sa.PrimaryKeyConstraint("batch", "row", name=op.f("pk_import_row")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_import_row_key", "import_row", ["key", "occurrence"], unique=False)
    op.create_index("ix_import_row_likeness", "import_row", ["likeness"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("document_day", sa.Date(), nullable=True),
        sa.Column("narration", sa.Text(), nullable=False),
        sa.Column("payee", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_ref", sa.String(), nullable=False),
        sa.Column("contents_hash", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("authored_by", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=True),
        sa.Column("batch_row", sa.Integer(), nullable=True),
        sa.Column("reverses", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.String(), nullable=False),
        sa.Column("posted_by", sa.String(), nullable=True),
        sa.Column("posted_at", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("number_in_year", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("text_seal", sa.String(), nullable=True),
        sa.Column("previous_hash", sa.String(), nullable=True),
        sa.Column("hash", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(authored_by = 'batch') = (batch IS NOT NULL)",
            name=op.f("ck_journal_batch_names_its_file"),
        ),
        sa.CheckConstraint(
            "(status = 'posted' AND number IS NOT NULL AND number_in_year IS NOT NULL AND sequence IS NOT NULL AND hash IS NOT NULL AND previous_hash IS NOT NULL AND posted_by IS NOT NULL AND posted_at IS NOT NULL AND salt IS NOT NULL AND text_seal IS NOT NULL) OR (status <> 'posted' AND number IS NULL AND number_in_year IS NULL AND sequence IS NULL AND hash IS NULL AND previous_hash IS NULL AND posted_by IS NULL AND posted_at IS NULL AND salt IS NULL AND text_seal IS NULL)",
            name=op.f("ck_journal_posted_is_complete"),
        ),
        sa.CheckConstraint(
            "authored_by <> 'reversal' OR reverses IS NOT NULL",
            name=op.f("ck_journal_reversal_names_original"),
        ),
        sa.CheckConstraint(
            "authored_by IN ('person', 'batch', 'rule', 'reversal')",
            name=op.f("ck_journal_authored_by_known"),
        ),
        sa.CheckConstraint(
            "book IN ('actual', 'commitment', 'budget')", name=op.f("ck_journal_book_known")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'posted')", name=op.f("ck_journal_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["batch", "batch_row"],
            ["import_row.batch", "import_row.row"],
            name=op.f("fk_journal_batch_batch_row"),
        ),
        sa.ForeignKeyConstraint(["batch"], ["import_batch.id"], name=op.f("fk_journal_batch")),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_journal_fund")),
        sa.ForeignKeyConstraint(
            ["posted_by"], ["person.username"], name=op.f("fk_journal_posted_by")
        ),
        sa.ForeignKeyConstraint(["reverses"], ["journal.number"], name=op.f("fk_journal_reverses")),
        sa.ForeignKeyConstraint(
            ["year", "period"],
            ["period.year", "period.number"],
            name=op.f("fk_journal_year_period"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("id", "fund", name=op.f("uq_journal_id_fund")),
        sa.UniqueConstraint("number", name=op.f("uq_journal_number")),
        sa.UniqueConstraint("reverses", name=op.f("uq_journal_reverses")),
        sa.UniqueConstraint("sequence", name=op.f("uq_journal_sequence")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_journal_source_source_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_batch", "journal", ["batch", "batch_row"], unique=False)
    op.create_index(
        "ix_journal_fund_year_period", "journal", ["year", "period", "fund", "book"], unique=False
    )
    op.create_index(
        "ix_journal_waiting",
        "journal",
        ["status"],
        unique=False,
        sqlite_where=sa.text("status <> 'posted'"),
        postgresql_where=sa.text("status <> 'posted'"),
    )
    op.create_table(
        "posting",
        sa.Column(
            "journal_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("contract", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('be_healthy', 'stay_safe', 'enjoy_and_achieve', 'positive_contribution', 'economic_well_being')",
            name=op.f("ck_posting_outcome_known"),
        ),
        sa.CheckConstraint("pence <> 0", name=op.f("ck_posting_not_nil")),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_posting_account")),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_posting_contract")
        ),
        sa.ForeignKeyConstraint(
            ["journal_id", "fund"],
            ["journal.id", "journal.fund"],
            name=op.f("fk_posting_journal_id_fund"),
        ),
        sa.ForeignKeyConstraint(["partner"], ["partner.code"], name=op.f("fk_posting_partner")),
        sa.ForeignKeyConstraint(["service"], ["service.code"], name=op.f("fk_posting_service")),
        sa.PrimaryKeyConstraint("journal_id", "line", name=op.f("pk_posting")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_posting_account",
        "posting",
        ["account", "service", "outcome", "journal_id"],
        unique=False,
    )
    op.create_index(
        "ix_posting_contract",
        "posting",
        ["contract", "journal_id"],
        unique=False,
        sqlite_where=sa.text("contract IS NOT NULL"),
        postgresql_where=sa.text("contract IS NOT NULL"),
    )
    # ### end Alembic commands ###
    op.execute(
        f"INSERT INTO chain_head (id, sequence, moved_from, hash) VALUES (1, 0, 0, '{'0' * 64}')"
    )
