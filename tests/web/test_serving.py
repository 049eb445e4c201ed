"""The real web process: one address for the books, the dashboards and the way in."""

import os
import re
import shutil
import signal
import socket
import time
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select, text

from ledger.problems import Refused
from tests.support.trusts import CLERK, past_the_authorizer
from tests.web.conftest import PASSWORD, make_trust, post_a_journal, publish, serving
from trust_commissioning.server import bound
from trust_commissioning.server.books import Published
from trust_commissioning.server.preflight import trust_name
from trust_commissioning.store import engine_for, migrate, reading
from trust_commissioning.store.tables import SignInRow

pytestmark = pytest.mark.slow

FIRST = "/books/2003-04-actual-wealdshire-childrens-trust"


def wait_for(client, path, wanted, seconds=90.0, **more):
    """Ask until the answer holds what is wanted."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer = client.get(path, follow_redirects=True, **more)
        if wanted(answer):
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{path} never became what was wanted: {answer.status_code}")


def is_open(answer):
    return answer.status_code == 200 and "ledger-data" in answer.text


@pytest.fixture
def auditor(served):
    with served.visitor("a.auditor") as client:
        wait_for(client, "/books/", is_open)
        yield client


def query(client, words):
    answer = client.get(f"{FIRST}/api/query", params={"query_string": words})
    return answer.json()["data"]


def test_the_books_are_shown_with_a_way_back_and_out(auditor):
    page = auditor.get("/books/", follow_redirects=True)

    assert page.url.path == f"{FIRST}/income_statement/"
    assert '<html lang="en-GB">' in page.text
    assert '<a href="/">Back to the ledger</a><a href="/sign-out">Sign out</a>' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-frame-options"] == "DENY"
    assert "content-security-policy" in page.headers
    assert "server" not in page.headers


def test_the_books_show_the_figures_of_the_ledger(auditor):
    found = query(auditor, "SELECT account, sum(position) GROUP BY account ORDER BY account")

    assert ["Expenses:ThirdParty:FosterCare", {"GBP": 100.00}] in found["rows"]


def test_our_own_page_inside_fava_holds_beancounts_figures_against_ours(auditor):
    page = auditor.get(f"{FIRST}/extension/BooksBesideRecord/").text

    assert "All figures agree to the penny." in page
    assert '<td class="num">100.00</td><td class="num">100.00</td><td class="num">nil' in page


@pytest.mark.parametrize("command", [".output", ".OUTPUT", "output", ".set", ".format", ".parse"])
def test_the_hole_that_empties_files_is_closed(served, auditor, tmp_path, command):
    (book,) = served.settings.books_dir.glob("2003-04/actual.beancount")
    other = tmp_path / "other"
    other.write_text("kept")
    before = book.read_bytes()

    for path in (book, other):
        auditor.get(f"{FIRST}/api/query", params={"query_string": f"{command} {path}"})

    assert book.read_bytes() == before
    assert other.read_text() == "kept"


def test_a_query_cannot_open_other_files(auditor, tmp_path):
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")

    said = query(auditor, f"CREATE TABLE t USING 'csv:{tmp_path / 'secret.csv'}'")

    assert said["contents"] == "That command is shut in the published books."


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD"])
def test_the_books_take_only_get(auditor, method):
    answer = auditor.request(method, f"{FIRST}/api/source", headers={"Sec-Fetch-Site": "none"})

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("page", ["editor/", "import/", "api/source", "api/imports"])
def test_the_editor_and_the_import_are_not_there(auditor, page):
    assert auditor.get(f"{FIRST}/{page}").status_code == 404


def test_the_way_to_the_books_cannot_be_used_to_reach_the_child_itself(auditor):
    for path in ("/-/alive", "/books/../-/alive", "/books/%2e%2e/-/alive"):
        assert auditor.get(path).status_code != 204


@pytest.mark.parametrize("referer", ["http://[", "https://evil.example/books/?time=2003"])
def test_a_link_that_goes_back_never_goes_to_another_site(auditor, referer):
    answer = auditor.get(
        "/books/jump?time=2004", headers={"Referer": referer}, follow_redirects=False
    )

    assert "evil" not in answer.headers.get("location", "")
    assert answer.status_code < 500


def test_a_new_publication_is_shown_without_a_restart(tmp_path):
    made = make_trust(tmp_path / "data")
    engine = engine_for(made.url)
    with serving(made) as served, served.visitor("a.auditor") as client:
        assert "No books have been published yet" in client.get("/books/").text
        post_a_journal(engine)
        publish(made)
        wait_for(client, "/books/", is_open)
        post_a_journal(engine, ref="2", amount="0.05")
        publish(made)

        def shows_both(answer):
            return answer.status_code == 200 and "100.05" in answer.text

        wait_for(
            client,
            f"{FIRST}/api/query",
            shows_both,
            params={"query_string": "SELECT sum(position) WHERE account ~ 'Foster'"},
        )
    engine.dispose()


def test_books_that_no_longer_answer_are_ended_and_opened_again(tmp_path):
    made = make_trust(tmp_path / "data")
    engine = engine_for(made.url)
    post_a_journal(engine)
    publish(made)
    with serving(made) as served, served.visitor("a.auditor") as client:
        wait_for(client, "/books/", is_open)
        (child,) = children_of(served.process.pid)
        os.kill(child, signal.SIGKILL)
        wait_for(client, "/books/", is_open)
        (another,) = children_of(served.process.pid)

        assert another != child
        assert client.get("/healthz").status_code == 200
    assert not Path(f"/proc/{another}").exists()
    engine.dispose()


def children_of(pid):
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if re.search(rf"^PPid:\t{pid}$", lines, re.MULTILINE):
            found.append(int(status.parent.name))
    return found


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_server_stops_cleanly_and_takes_the_books_with_it(served, tmp_path, stop):
    shutil.copytree(served.settings.data_dir, tmp_path / "data")
    made = served.settings.__class__(tmp_path / "data", "", "", "")
    with serving(made) as running:
        with running.visitor("a.auditor") as client:
            wait_for(client, "/books/", is_open)
        children = children_of(running.process.pid)
        running.process.send_signal(stop)

        assert running.process.wait(15) == 0
    assert children
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]


def test_nobody_is_left_behind_when_the_server_is_killed_outright(served, tmp_path):
    shutil.copytree(served.settings.data_dir, tmp_path / "data")
    made = served.settings.__class__(tmp_path / "data", "", "", "")
    with serving(made) as running:
        with running.visitor("a.auditor") as client:
            wait_for(client, "/books/", is_open)
        (child,) = children_of(running.process.pid)
        words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        place = Path(words[words.index("--socket") + 1]).parent
        assert place.is_dir()
        running.process.kill()
        until = time.monotonic() + 10
        while place.exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.2)

    assert not place.exists()
    assert not is_alive(child)


def is_alive(pid):
    """Whether a process still runs; one that has ended may wait to be noticed."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_dashboards_page_is_dressed(served):
    with served.visitor(CLERK) as client:
        page = client.get("/")
        again = client.get("/journals", headers={"If-None-Match": page.headers.get("etag", "x")})

    assert '<html lang="en-GB">' in page.text
    assert "<title>Wealdshire Children&#x27;s Trust</title>" in page.text
    assert "/assets/session.js" in page.text
    assert "agent" not in page.text
    assert "'sha256-" in page.headers["content-security-policy"]
    assert again.text == page.text


@pytest.mark.parametrize("address", ["/no-such-page", "/board/of-no-kind", "/index.html"])
def test_an_address_where_nothing_is_says_so_instead_of_showing_another_page(served, address):
    with served.visitor(CLERK) as client:
        there = client.get("/board")
        nothing = client.get(address)

    assert (there.status_code, nothing.status_code) == (200, 404)
    assert "There is no such page" in nothing.text
    assert '<div id="root">' not in nothing.text


def test_streamlits_scripts_are_sent_squeezed(served):
    with served.visitor(CLERK) as client:
        page = client.get("/").text
        found = re.search(r'src="(/static/js/index[^"]+)"', page)
        assert found
        script = found[1]
        squeezed = client.get(script, headers={"Accept-Encoding": "gzip"})
        again = client.get(script, headers={"Accept-Encoding": "gzip"})
        plain = client.get(script, headers={"Accept-Encoding": "identity"})

    assert squeezed.headers["content-encoding"] == "gzip"
    assert int(squeezed.headers["content-length"]) < len(plain.content) / 2
    assert squeezed.text == again.text == plain.text
    assert "immutable" in squeezed.headers["cache-control"]


def test_a_port_that_is_taken_is_refused_and_without_one_the_next_free_is_found():
    with bound("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with pytest.raises(Refused, match="is taken"):
            bound("127.0.0.1", port)
    with bound("127.0.0.1", None) as first, bound("127.0.0.1", None) as second:
        assert 8400 <= first.getsockname()[1] < second.getsockname()[1]
        assert first.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_that_is_not_here_is_refused():
    with pytest.raises(Refused, match="no address here"):
        bound("no such host", 0)


def refusal(url):
    with pytest.raises(Refused) as refused:
        trust_name(engine_for(url))
    engine_for(url).dispose()
    return refused.value.codes


def test_a_folder_without_a_trust_is_not_served(tmp_path):
    url = f"sqlite:///{tmp_path / 'trust.sqlite3'}"
    assert refusal(url) == ("trust_not_founded",)

    migrate(url)
    assert refusal(url) == ("trust_not_founded",)


def test_a_record_that_has_lost_a_guard_is_not_served(trust):
    engine = engine_for(trust.url)
    with engine.begin() as connection:
        past_the_authorizer(connection)
        name = connection.execute(
            text(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard_%' ORDER BY name"
            )
        ).scalar()
        connection.execute(text(f"DROP TRIGGER {name}"))

    assert refusal(trust.url) == ("guard_missing",)


def test_a_record_of_another_release_is_not_served(trust):
    engine = engine_for(trust.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000_before'"))

    assert refusal(trust.url) == ("database_of_another_release",)


def test_a_record_fit_to_serve_says_its_trusts_name(trust):
    assert trust_name(engine_for(trust.url)) == "Wealdshire Children's Trust"


def test_what_is_published_is_told_by_its_manifest(served):
    found = Published.in_folder(served.settings.books_dir)

    assert found.books[0].endswith("2003-04/actual.beancount")
    assert Published.in_folder(served.settings.books_dir / "absent").books == ()


def test_a_person_signs_in_sees_the_dashboards_and_signs_out(served, page):
    problems = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(served.address)
    page.get_by_label("User name").fill(CLERK)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()

    page.get_by_text("Hana Clerk").first.wait_for()
    assert page.locator("html").get_attribute("lang") == "en-GB"
    assert page.title().endswith("Wealdshire Children's Trust")
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_text("You have been signed out").wait_for()
    page.goto(served.address)

    assert "/sign-in?next=" in page.url
    assert not problems


def until_nothing_is_under_way(engine, seconds=2.0):
    """Until no request of the page has been noted for so long: one that was let in before its
    session is aged would note itself after."""
    seen, since = None, time.monotonic()
    while time.monotonic() - since < seconds:
        with reading(engine) as session:
            now = session.execute(select(func.max(SignInRow.seen_at))).scalar_one()
        if now != seen:
            seen, since = now, time.monotonic()
        time.sleep(0.2)


def test_a_person_is_warned_before_the_end_and_may_stay(served, page):
    engine = engine_for(served.settings.url)
    page.goto(served.address)
    page.get_by_label("User name").fill(CLERK)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Hana Clerk").first.wait_for()

    from tests.web.conftest import age_sign_ins

    age_sign_ins(engine, 28.5)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("dialog").get_by_role("button", name="Stay signed in").click()
    page.get_by_role("dialog").wait_for(state="detached")
    until_nothing_is_under_way(engine)
    age_sign_ins(engine, 31)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("heading", name="Sign in").wait_for()

    assert "ended" in page.url


def test_the_sign_in_page_fits_a_narrow_screen(served, page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{served.address}sign-in")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="There is a problem").wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_books_break_no_rule_of_the_content_policy(served, page):
    broken = []
    page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
    page.goto(f"{served.address}books/")
    page.get_by_label("User name").fill("a.auditor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Trial Balance").wait_for(timeout=90_000)
    page.get_by_role("link", name="Query").click()
    page.get_by_role("textbox").last.wait_for()

    assert page.get_by_role("link", name="Editor").count() == 0
    # Whoever comes first is told, with a 503, that the books are being opened.
    assert not [said for said in broken if "status of 503" not in said]


def test_whatever_watches_the_process_can_ask_whether_it_is_well(served):
    assert httpx.get(f"{served.address}healthz").json() == {"status": "ok"}
