"""`/guides`: the users' guides, with their pictures, for whoever is signed in."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from trust_commissioning import guides
from trust_commissioning.server.pages import page


class Guides:
    """The guide for everybody at the address itself, each role's beneath it."""

    def __init__(self, *, trust: str) -> None:
        self.trust = trust

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/guides", self.show, methods=["GET"]),
            Mount("/guides/pictures", StaticFiles(directory=guides.PICTURES)),
            Route("/guides/{name}", self.show, methods=["GET"]),
        ]

    def show(self, request: Request) -> Response:
        name = request.path_params.get("name", guides.INDEX)
        found = guides.guide(name)
        if found is None:
            title = "There is no such guide"
            body = f"<h1>{title}</h1>\n{_ways_on(name)}"
            return HTMLResponse(page(title, body, trust=self.trust), status_code=404)
        body = f'{_ways_on(name)}\n<div class="guide">{found.body}</div>'
        return HTMLResponse(page(found.title, body, trust=self.trust))


def _ways_on(name: str) -> str:
    ways = [("/", "Back to the pages")]
    if name != guides.INDEX:
        ways.append((guides.address(guides.INDEX), "All guides"))
    links = " · ".join(f'<a href="{to}">{escape(words)}</a>' for to, words in ways)
    return f"<p>{links}</p>"
