"""The environment's `TRUST_*` settings, read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the trust is kept, with a safe default for each.

    `database_url` empty means SQLite in `data_dir`. `database_owner_url` is for init, migrate and
    restore on PostgreSQL, where the everyday role owns no table; empty means the same role.
    `sign_in_file` says how an organisation's own sign-in is used; None means that it is not.
    """

    data_dir: Path
    database_url: str
    database_owner_url: str
    person: str
    sign_in_file: Path | None = None
    organisation_secret: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'trust.sqlite3'}"

    @property
    def owner_url(self) -> str:
        return self.database_owner_url or self.url

    @property
    def books_dir(self) -> Path:
        return self.data_dir / "books"


def load(environment: Mapping[str, str] | None = None, data: Path | None = None) -> Settings:
    """Read the settings; `data` (the `--data` option) comes before `TRUST_DATA_DIR`."""
    env = os.environ if environment is None else environment
    folder = data or Path(env.get("TRUST_DATA_DIR") or "trust-data")
    return Settings(
        data_dir=folder.resolve(),
        database_url=env.get("TRUST_DATABASE_URL", ""),
        database_owner_url=env.get("TRUST_DATABASE_OWNER_URL", ""),
        person=env.get("TRUST_PERSON", ""),
        sign_in_file=Path(named).resolve() if (named := env.get("TRUST_SIGN_IN_FILE")) else None,
        organisation_secret=env.get("TRUST_ORGANISATION_SECRET", ""),
    )
