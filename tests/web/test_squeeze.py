"""What is kept compressed is what Streamlit ships, whatever strangers ask for."""

from collections import Counter
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from streamlit import file_util

from trust_commissioning.server.squeeze import Squeeze

ROOT = Path(file_util.get_static_dir())
SHIPPED = max((ROOT / "static" / "js").glob("*.js"), key=lambda file: file.stat().st_size)
ADDRESS = f"/{SHIPPED.relative_to(ROOT).as_posix()}"


class _Behind:
    """Answers anything at all, as Streamlit does with its first page, and counts who asks."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked[scope["path"]] += 1
        answer: Response = PlainTextResponse("words " * 1000)
        await answer(scope, receive, send)


@pytest.fixture
def behind() -> _Behind:
    return _Behind()


@pytest.fixture
def client(behind: _Behind) -> TestClient:
    return TestClient(Squeeze(behind), headers={"Accept-Encoding": "gzip"})


def test_a_file_that_is_shipped_is_compressed_once(client, behind):
    first, again = client.get(ADDRESS), client.get(ADDRESS)

    assert first.headers["content-encoding"] == again.headers["content-encoding"] == "gzip"
    assert first.text == again.text == "words " * 1000
    assert behind.asked[ADDRESS] == 1


@pytest.mark.parametrize(
    "address",
    [
        "/static/made-up-1.js",
        "/static/js/" + "a" * 5000 + ".js",
        ADDRESS.replace("/js/", "//js//"),
        ADDRESS.replace("/js/", "/%2e/js/"),
    ],
)
def test_what_a_stranger_makes_up_is_passed_on_and_never_kept(behind, address):
    """Each would have stayed in the memory until the server ended, without signing in."""
    client = TestClient(Squeeze(behind), headers={"Accept-Encoding": "gzip"})
    for _ in range(2):
        assert "content-encoding" not in client.get(address).headers

    assert max(behind.asked.values()) == 2
