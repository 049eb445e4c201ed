"""The books' child process: watched, replaced, never waited for."""

import asyncio
import os
import signal
import time

import httpx
import pytest

from tests.web.conftest import post_a_journal, publish
from trust_commissioning.server.books import Books

pytestmark = pytest.mark.slow


async def until(true, seconds=90.0):
    """Wait for something to become so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never became so"
        await asyncio.sleep(0.05)


@pytest.fixture
def published(trust, engine):
    post_a_journal(engine)
    publish(trust)
    return trust


def minding(trust, **more):
    return Books(trust.books_dir, every=0.1, **more)


def test_books_that_hang_are_ended_and_opened_again(published):
    async def story():
        async with minding(published, patience=0.5).running() as books:
            await until(lambda: books.child is not None)
            hung = books.child
            os.kill(hung.process.pid, signal.SIGSTOP)
            await until(lambda: books.child not in (None, hung))
            return hung, await books.child.answers(5)

    hung, answers = asyncio.run(story())

    assert hung.process.returncode == -signal.SIGKILL
    assert answers


def test_visitors_keep_the_old_books_until_the_new_ones_have_loaded(published, engine):
    async def story():
        async with minding(published).running() as books:
            await until(lambda: books.child is not None)
            old = books.child
            post_a_journal(engine, ref="2")
            publish(published)
            gaps = 0

            def replaced():
                nonlocal gaps
                gaps += books.child is None
                return books.child is not old

            await until(replaced)
            return gaps

    assert asyncio.run(story()) == 0


def test_publishing_the_same_again_opens_nothing_anew(published):
    async def story():
        async with minding(published).running() as books:
            await until(lambda: books.child is not None)
            before = books.child
            publish(published)
            await asyncio.sleep(1)
            return books.child is before

    assert asyncio.run(story())


def test_books_that_cannot_be_opened_are_tried_once_for_each_publication(published):
    (main,) = published.books_dir.glob("2003-04/actual.beancount")
    main.unlink()

    async def story():
        async with minding(published).running() as books:
            await until(lambda: books._failed is not None)
            await asyncio.sleep(0.5)
            return books.child, books._starting

    assert asyncio.run(story()) == (None, None)


def test_a_child_is_reached_by_a_socket_nobody_else_can_open(published):
    async def story():
        async with minding(published).running() as books:
            await until(lambda: books.child is not None)
            return books.child.place.stat().st_mode & 0o077, books.child.place

    others, place = asyncio.run(story())

    assert others == 0
    assert not place.exists()


def test_where_there_are_no_such_sockets_a_secret_keeps_others_out(published):
    async def story():
        async with minding(published, unix_socket=False).running() as books:
            await until(lambda: books.child is not None)
            address = books.child.client.base_url
            async with httpx.AsyncClient() as stranger:
                refused = await stranger.get(f"{address}/-/alive")
            return refused.status_code, await books.child.answers(5)

    assert asyncio.run(story()) == (404, True)
