"""A line may be forecast by what its placements promise and how they come and go."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KNOWN = "method IN ('higher', 'profile', 'committed', 'placements', 'person')"


def upgrade() -> None:
    with op.batch_alter_table("forecast", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.drop_constraint(op.f("ck_forecast_method_known"), type_="check")
        batch.create_check_constraint(op.f("ck_forecast_method_known"), _KNOWN)
