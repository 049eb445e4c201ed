"""The one web process: dashboards, books and interface under one address."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from ledger.problems import Refused
from trust_commissioning.settings import Settings
from trust_commissioning.store import engine_for

if TYPE_CHECKING:
    import uvicorn

DEFAULT_PORT = 8400
_PORTS_TRIED = 100
# A dashboard's message is at most as large as a file somebody uploads by it.
_LARGEST_MESSAGE = 50 * 2**20


def serve(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int | None = None,
    *,
    behind_proxy: bool = False,
    say: Callable[[str], object] | None = None,
) -> None:
    """Serve until interrupted or terminated.

    Without a `port`, 8400 or the next that is free. `say` is told the address once it answers
    (without it, the address is written to standard output). `behind_proxy`: believe the proxy
    before us, on this machine, about the visitor's address and HTTPS.

    Raises:
        Refused: if the record is not fit to serve, or the port cannot be had.
    """
    from trust_commissioning.server.preflight import agreed_sign_in, trust_name

    engine = engine_for(settings.url)
    trust = trust_name(engine)
    organisation = agreed_sign_in(settings, engine)
    with closing(bound(host, port)) as door:
        logging.basicConfig(
            level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=False
        )
        for noisy in ("httpx", "httpcore"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        from trust_commissioning.server.composition import Web

        address = url_of(door)
        server = _server(
            Web(settings, engine, trust=trust, organisation=organisation).app(),
            behind_proxy=behind_proxy,
            started=lambda: _say(say, trust, address),
        )
        _run(server, door)


def _server(app: object, *, behind_proxy: bool, started: Callable[[], object]) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started()

    return Server(
        uvicorn.Config(
            app,  # type: ignore[arg-type]
            ws="websockets-sansio",
            ws_max_size=_LARGEST_MESSAGE,
            access_log=False,
            server_header=False,
            proxy_headers=behind_proxy,
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
    )


def _run(server: uvicorn.Server, door: socket.socket) -> None:
    """uvicorn raises the signal that stopped it again afterwards; being stopped is no failure."""
    before = {
        number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        server.run(sockets=[door])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(say: Callable[[str], object] | None, trust: str, address: str) -> None:
    if say is not None:
        say(address)
    else:
        sys.stdout.write(f"{trust} is at {address} (Ctrl+C stops it)\n")
        sys.stdout.flush()


def bound(host: str, port: int | None) -> socket.socket:
    """A socket listening on the port asked for, else to the first free one from 8400.

    Raises:
        Refused: ``port_taken`` or ``address_unfit``.
    """
    wanted = [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED)
    try:
        family, kind, protocol, *_ = socket.getaddrinfo(
            host, wanted[0], type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
    except OSError as error:
        raise Refused.because("address_unfit", f"“{host}” is no address here.", "host") from error
    for tried in wanted:
        door = socket.socket(family, kind, protocol)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Small answers leave at once: with Nagle's delay each kept-alive answer takes 40 ms more.
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            door.bind((host, tried))
            # Only a listening socket keeps others from the port.
            door.listen(2048)
        except (OSError, OverflowError):
            door.close()
            continue
        return door
    if port is not None:
        message = f"Port {port} of {host} is taken or not allowed; choose another with --port."
    else:
        message = f"No port from {DEFAULT_PORT} to {wanted[-1]} of {host} is free."
    raise Refused.because("port_taken", message, "port")


def url_of(door: socket.socket) -> str:
    """Where a browser on this machine finds it."""
    host, port = door.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared only
    return f"http://{f'[{shown}]' if ':' in shown and '[' not in shown else shown}:{port}/"


__all__ = ["DEFAULT_PORT", "bound", "serve", "url_of"]
