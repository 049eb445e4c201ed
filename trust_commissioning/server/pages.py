"""The few pages that are plain HTML: signing in and out, refusals, waiting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ledger.problems import Problem
from trust_commissioning.passwords import SHORTEST

_PAGE = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}{of}</title>
{head}<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/plain.css">
</head>
<body>
<a class="skip" href="#main">Skip to main content</a>
<header><div class="wide">{banner}</div></header>
<main id="main" class="wide" tabindex="-1">
{body}
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class OtherWay:
    """The sign-in of an organisation as the page offers it; `alone` without the form beneath."""

    name: str
    to: str
    makes_accounts: bool
    alone: bool


def page(title: str, body: str, *, trust: str = "", head: str = "") -> str:
    """A whole page. `body` and `head` are HTML, the rest is text."""
    return _PAGE.format(
        title=escape(title),
        of=f" – {escape(trust)}" if trust else "",
        banner=escape(trust) or "The trust’s ledger",
        body=body,
        head=head,
    )


def sign_in(
    *,
    trust: str,
    form_token: str,
    next_path: str,
    problems: Sequence[Problem] = (),
    username: str = "",
    ended: bool = False,
    other: OtherWay | None = None,
    choose: bool = False,
) -> str:
    """The sign-in form, with what was wrong at the top and beside each box (WCAG 3.3.1)."""
    notice = (
        '<div class="notice" role="status"><p>You have been signed out, because you did nothing '
        "for 30 minutes, signed out, or reached 10 hours.</p></div>"
        if ended
        else ""
    )
    local = f"""<form method="post" action="/sign-in" novalidate>
<input type="hidden" name="form_token" value="{escape(form_token)}">
<input type="hidden" name="next" value="{escape(next_path)}">
{_box("username", "User name", username, problems, kind="text", fills="username")}
{_box("password", "Password", "", problems, kind="password", fills="current-password")}
<button type="submit">Sign in</button>
</form>
<p>If you have forgotten your password, ask the trust’s administrator for a new one.</p>"""
    if choose:
        return _choose(trust, form_token, next_path, problems, username)
    if other is not None and other.alone:
        local = '<p><a href="/sign-in?local">Sign in with the account for emergencies</a></p>'
    elif other is not None:
        local = f"<h2>With a user name and a password of this trust</h2>\n{local}"
    body = f"{_summary(problems)}{notice}\n<h1>Sign in</h1>\n{_other(other)}{local}"
    return page(f"{'Error: ' if problems else ''}Sign in", body, trust=trust)


def _choose(
    trust: str, form_token: str, next_path: str, problems: Sequence[Problem], username: str
) -> str:
    """Somebody with a word for one sign-in puts a password of their own in its place."""
    body = f"""{_summary(problems)}
<h1>Choose your password</h1>
<p>The word you were given is good for one sign-in. Choose a password only you know: at least
{SHORTEST} characters, such as three or four words that have nothing to do with you or your
work. No figures or signs are asked for.</p>
<form method="post" action="/sign-in" novalidate>
<input type="hidden" name="form_token" value="{escape(form_token)}">
<input type="hidden" name="next" value="{escape(next_path)}">
<input type="hidden" name="username" value="{escape(username)}">
{_box("password", "The word you were given", "", problems, kind="password", fills="current-password")}
{_box("new", "Your new password", "", problems, kind="password", fills="new-password")}
{_box("again", "Your new password once more", "", problems, kind="password", fills="new-password")}
<button type="submit">Keep it and sign in</button>
</form>"""
    title = f"{'Error: ' if problems else ''}Choose your password"
    return page(title, body, trust=trust)


def _other(other: OtherWay | None) -> str:
    if other is None:
        return ""
    says = (
        f"Whoever {other.name} names in a group that has a part in this trust comes in, and gets "
        "an account the first time."
        if other.makes_accounts
        else "You need an account here under the same user name; the trust’s administrator makes it."
    )
    return (
        f'<p><a class="button" id="organisation" href="{escape(other.to)}">Sign in with '
        f"{escape(other.name)}</a></p>\n<p>{escape(says)}</p>\n"
    )


def not_let_in(problem: Problem, *, trust: str, organisation: str) -> str:
    """Why somebody who came back from their organisation is not signed in."""
    body = (
        f"<h1>You are not signed in</h1>\n<p>{escape(problem.message)}</p>\n"
        f'<p><a href="/sign-in">Begin again</a></p>\n'
        f"<p>You may still be signed in at {escape(organisation)} itself.</p>"
    )
    return page("Error: You are not signed in", body, trust=trust)


def out_there_too(there: str, *, trust: str, organisation: str) -> str:
    """Signed out here; the browser goes on to sign out where it came from."""
    body = (
        f"<h1>You have been signed out here</h1>\n"
        f'<p role="status">You are being signed out at {escape(organisation)} too.</p>\n'
        f'<p><a href="{escape(there)}">Sign out at {escape(organisation)}</a></p>'
    )
    head = f'<meta http-equiv="refresh" content="0; url={escape(there)}">\n'
    return page("You have been signed out", body, trust=trust, head=head)


def sign_out(*, trust: str, name: str, csrf: str) -> str:
    """Signing out is a button, because a link that did it could be followed by accident."""
    body = f"""<h1>Sign out</h1>
<p>You are signed in as {escape(name)}.</p>
<form method="post" action="/sign-out">
<input type="hidden" name="csrf" value="{escape(csrf)}">
<button type="submit">Sign out</button>
<button type="submit" class="second" name="everywhere" value="yes">Sign out everywhere</button>
</form>
<p><a href="/">Back to the ledger</a></p>"""
    return page("Sign out", body, trust=trust)


def refusal(message: str, *, title: str = "You cannot open this page") -> str:
    body = f'<h1>{escape(title)}</h1>\n<p>{escape(message)}</p>\n<p><a href="/">Back to the ledger</a></p>'
    return page(title, body)


def fault(reference: str) -> str:
    """Our mistake: what a person needs to report it, and nothing about how it happened."""
    body = (
        "<h1>Something went wrong</h1>\n<p>Nothing you entered has been changed by this. Try again "
        "in a moment.</p>\n<p>If it happens again, tell the trust’s administrator this reference: "
        f'<strong>{escape(reference)}</strong>.</p>\n<p><a href="/">Back to the ledger</a></p>'
    )
    return page("Something went wrong", body)


def books_unpublished() -> str:
    body = """<h1>No books have been published yet</h1>
<p>The published books are a copy of the ledger as Beancount text, checked to the penny by
Beancount’s own arithmetic. They are shown here, read-only, once somebody has published them.</p>
<p>To publish them, a finance officer runs:</p>
<pre><code>trust books publish</code></pre>
<p>This page shows them within a few seconds of that; there is nothing to restart.</p>
<p><a href="/">Back to the ledger</a></p>"""
    return page("No books have been published yet", body)


def books_opening() -> str:
    body = """<h1>The books are being opened</h1>
<p role="status">This takes a few seconds for each financial year. The page tries again by
itself.</p>
<p><a href="/">Back to the ledger</a></p>"""
    return page(
        "The books are being opened", body, head='<meta http-equiv="refresh" content="3">\n'
    )


def books_stuck() -> str:
    body = """<h1>The books did not answer</h1>
<p>A question that was too heavy is the usual reason. They are being opened again: wait a few
seconds, then go back and ask something narrower.</p>
<p><a href="/books/">Open the books</a></p>
<p><a href="/">Back to the ledger</a></p>"""
    return page("The books did not answer", body)


def _summary(problems: Sequence[Problem]) -> str:
    if not problems:
        return ""
    items = "".join(
        f'<li><a href="#{escape(p.where or "username")}">{escape(p.message)}</a></li>'
        for p in problems
    )
    return (
        '<div class="errors" role="alert" tabindex="-1" autofocus><h2>There is a problem</h2>'
        f"<ul>{items}</ul></div>"
    )


def _box(
    name: str, label: str, value: str, problems: Sequence[Problem], *, kind: str, fills: str
) -> str:
    own = [p for p in problems if (p.where or "username") == name]
    said = "".join(
        f'<p class="error" id="{name}-error"><span class="hidden">Error: </span>'
        f"{escape(p.message)}</p>"
        for p in own[:1]
    )
    state = f' aria-invalid="true" aria-describedby="{name}-error"' if own else ""
    return (
        f'<div class="box{" wrong" if own else ""}"><label for="{name}">{label}</label>{said}'
        f'<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}" '
        f'autocomplete="{fills}" autocapitalize="none" spellcheck="false"{state}></div>'
    )
