"""Keeps the published books up with the record while the process serves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator

from anyio import to_thread
from sqlalchemy import Engine

from trust_commissioning.publishing import Head, Manifest
from trust_commissioning.publishing.record import head_of
from trust_commissioning.settings import Settings
from trust_commissioning.store import reading

log = logging.getLogger(__name__)

LOOKS_EVERY = 10.0
"""Seconds between two looks at whether something was posted since the last publication."""


class Publisher:
    """Publishes in a child process, so that no page waits for it."""

    def __init__(self, settings: Settings, engine: Engine, *, every: float = LOOKS_EVERY) -> None:
        self._settings, self._engine, self._every = settings, engine, every
        self._withheld: Head | None = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look again and again, for as long as this is open."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self._look()
            except OSError as failed:
                log.warning("The books could not be published: %s", failed)

    async def _look(self) -> None:
        head, published = await to_thread.run_sync(self._heads)
        if head in (published, self._withheld) or head.sequence == 0:
            return
        code = await self._publish()
        if code == 3:
            self._withheld = head
            log.error("The published books are withheld; trust books publish says why.")
        elif code != 0:
            log.warning("Publishing the books ended with %s; it is tried again.", code)

    def _heads(self) -> tuple[Head, Head | None]:
        manifest = Manifest.read(self._settings.books_dir)
        with reading(self._engine) as session:
            return head_of(session), manifest.head if manifest else None

    async def _publish(self) -> int:
        environment = {**os.environ, "TRUST_DATA_DIR": str(self._settings.data_dir)}
        if self._settings.database_url:
            environment["TRUST_DATABASE_URL"] = self._settings.database_url
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "trust_commissioning.publishing", env=environment
        )
        try:
            return await child.wait()
        except asyncio.CancelledError:
            child.terminate()
            await child.wait()
            raise
