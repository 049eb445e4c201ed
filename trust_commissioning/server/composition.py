"""Everything under one address: dashboards, books, interface and sign-in, behind one gate."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import tomllib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import streamlit
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import file_util
from streamlit.proto.BackMsg_pb2 import BackMsg

from ledger.problems import Refused
from trust_commissioning.api import interface
from trust_commissioning.organisation import Organisation
from trust_commissioning.server import pages
from trust_commissioning.server.books import Books
from trust_commissioning.server.directory import Directory
from trust_commissioning.server.dress import Dress
from trust_commissioning.server.gate import Gate
from trust_commissioning.server.guide_pages import Guides
from trust_commissioning.server.organisation import OrganisationDoors
from trust_commissioning.server.publisher import Publisher
from trust_commissioning.server.sessions import Sessions, signing_key
from trust_commissioning.server.sign_in import Doors
from trust_commissioning.server.squeeze import Squeeze
from trust_commissioning.settings import Settings
from trust_commissioning.store import reading
from trust_commissioning.under_way import WORKS

log = logging.getLogger(__name__)

DASHBOARDS = Path(__file__).parents[2] / "dashboards"
LARGEST_UPLOAD_MEGABYTES = 64
_STOPS_WITHIN = 2.0
"""Seconds that people's long work is given to stop by itself; what is not recorded by then is not."""

# Streamlit's settings, each with what happens without it.
CONFIG: Mapping[str, Any] = {
    # Who it is reaches `st.user`; the gate strips what a browser sends under these names.
    "server.trustedUserHeaders": {"x-trust-user": "username", "x-trust-sid": "sid"},
    "runner.postScriptGC": False,  # a full collection after each run: 274 instead of 92 ms
    "server.fileWatcherType": "none",  # watches every module for changes
    "browser.gatherUsageStats": False,  # calls out
    "client.showErrorDetails": "none",  # shows traces to people
    "logger.enableRich": False,  # draws traces in colours and boxes
    "client.showErrorLinks": False,  # offers to search the web for an error
    "client.toolbarMode": "minimal",
    "client.allowedOrigins": [],  # pages of Streamlit's maker may send messages to ours
    "server.headless": True,
    "server.maxUploadSize": LARGEST_UPLOAD_MEGABYTES,
    "server.disconnectedSessionTTL": 60,
}


class Web:
    """The whole web process as one ASGI application, with what tests want to hold."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        *,
        trust: str,
        organisation: Organisation | None = None,
    ) -> None:
        self.trust = trust
        self.engine = engine
        self.sessions = Sessions(engine, signing_key(settings.data_dir))
        self.books = Books(settings.books_dir)
        self.publisher = Publisher(settings, engine)
        self._settings = settings
        self._elsewhere = (
            OrganisationDoors(self.sessions, organisation, trust=trust) if organisation else None
        )

    def routes(self) -> list[BaseRoute]:
        """Ours; Streamlit takes the rest."""
        return [
            Route("/healthz", self._healthz, methods=["GET"]),
            *Doors(self.sessions, trust=self.trust, elsewhere=self._elsewhere).routes(),
            *Directory(self.engine, trust=self.trust).routes(),
            *Guides(trust=self.trust).routes(),
            Route("/assets/fonts/source-sans.woff2", _font, methods=["GET"]),
            Mount("/assets", StaticFiles(directory=DASHBOARDS / "assets")),
            Route("/books", _to_books, methods=["GET"]),
            Mount("/books", self.books),
            Mount("/api", interface(self.engine)),
        ]

    def middleware(self) -> list[Middleware]:
        """First is outermost."""
        return [
            Middleware(Gate, sessions=self.sessions, is_a_persons=is_a_persons),
            Middleware(Squeeze),
            Middleware(Dress, trust=self.trust, addresses=addresses()),
        ]

    def app(self) -> streamlit.App:
        """With the dashboards. There can be one in a process."""
        # The pages read the settings by themselves, and must find the same trust as the server,
        # which may have been told of it by an option.
        os.environ["TRUST_DATA_DIR"] = str(self._settings.data_dir)
        if self._settings.database_url:
            os.environ["TRUST_DATABASE_URL"] = self._settings.database_url
        made = streamlit.App(
            DASHBOARDS / "app.py",
            lifespan=self._lifespan,
            routes=self.routes(),
            middleware=self.middleware(),
            on_script_error=sorry,
            exception_handlers={Exception: fault},
        )
        for key, value in {**CONFIG, **theme()}.items():
            streamlit.config.set_option(key, value)
        return made

    def without_dashboards(self) -> Starlette:
        """The same doors and gate with a plain page where the dashboards would be."""

        async def behind(request: Request) -> Response:
            return JSONResponse(dict(request.headers))

        @contextlib.asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            async with self.books.running():
                yield

        made = Starlette(
            routes=[*self.routes(), Route("/{path:path}", behind)],
            middleware=self.middleware()[:1],
            exception_handlers={Exception: fault},
            lifespan=lifespan,
        )
        made.state.sessions = self.sessions
        return made

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: object) -> AsyncIterator[dict[str, Any]]:
        with WORKS.kept(_STOPS_WITHIN):
            async with self.publisher.running(), self.books.running():
                yield {}

    def _healthz(self, _request: Request) -> Response:
        """Whether the record answers, for whatever watches over this process."""
        with reading(self.engine) as session:
            session.connection().exec_driver_sql("SELECT 1")
        return JSONResponse({"status": "ok"})


def addresses() -> frozenset[str]:
    """Where the dashboards' pages are; the front door is the empty one."""
    names = (file.stem for file in (DASHBOARDS / "app_pages").glob("*.py"))
    return frozenset({"", *(f"/{name.replace('_', '-')}" for name in names)})


def theme() -> dict[str, Any]:
    """How the dashboards look, from ``dashboards/theme.toml``, as Streamlit's own settings."""
    with (DASHBOARDS / "theme.toml").open("rb") as file:
        found = tomllib.load(file)["theme"]
    flat: dict[str, Any] = {}
    for key, value in found.items():
        if isinstance(value, dict):
            flat |= {f"theme.{key}.{name}": held for name, held in value.items()}
        else:
            flat[f"theme.{key}"] = value
    return flat


def is_a_persons(message: bytes) -> bool:
    """Whether a dashboard's message is the person's doing, not a timer's on the page."""
    asked = BackMsg()
    try:
        asked.ParseFromString(message)
    except ValueError:
        return False
    kind = asked.WhichOneof("type")
    return kind != "app_heartbeat" and not (
        kind == "rerun_script" and asked.rerun_script.is_auto_rerun
    )


def sorry(error: Exception) -> bool:
    """What a person sees when a page fails: their problems, or a reference to our mistake."""
    if isinstance(error, Refused):
        for problem in error.problems:
            streamlit.error(str(problem))
        return True
    reference = new_reference()
    log.error("Reference %s: %s, whose trace is beside this", reference, type(error).__name__)
    streamlit.error(
        "Something went wrong, and nothing you entered has been changed by it. If it happens "
        f"again, tell the trust's administrator this reference: **{reference}**."
    )
    return True


async def fault(_request: Request, error: Exception) -> Response:
    """The same for a page that is not a dashboard. The trace goes to the log alone."""
    reference = new_reference()
    log.error("Reference %s: %s", reference, type(error).__name__)
    return HTMLResponse(pages.fault(reference), status_code=500)


def new_reference() -> str:
    """Short enough to read out on the telephone."""
    return secrets.token_hex(4).upper()


async def _to_books(_request: Request) -> Response:
    return RedirectResponse("/books/", status_code=307)


def _font(_request: Request) -> Response:
    """Source Sans as Streamlit bundles it, so that every page has the same type."""
    found = next(
        Path(file_util.get_static_dir(), "static", "media").glob("SourceSansVF-Upright*.woff2")
    )
    return FileResponse(found, media_type="font/woff2")
