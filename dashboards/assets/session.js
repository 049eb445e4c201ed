/* Before a sign-in ends: a warning; when it has ended: the sign-in page. Also mends what Streamlit
   leaves open for people who use a keyboard or a screen reader. */
(function () {
  "use strict";
  var WARN_AT = 120, LOOK_EVERY = 20000, dialog = null, csrf = "";

  function leave(extra) {
    var here = location.pathname + location.search;
    location.replace("/sign-in?next=" + encodeURIComponent(here) + (extra || ""));
  }

  function ask(method) {
    return fetch("/sign-in/session", { method: method, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.status === 401) { leave("&ended"); return null; }
        return answer.ok ? answer.json() : null;
      })
      .then(function (found) { if (found) { csrf = found.csrf; show(found); } })
      .catch(function () { /* no network: the next look will tell */ });
  }

  function signOut() {
    fetch("/sign-out", {
      method: "POST", credentials: "same-origin", redirect: "manual",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: "csrf=" + encodeURIComponent(csrf)
    }).then(function (answer) {
      /* Where there is another sign-in to end, its address comes with the answer. */
      location.replace(answer.headers.get("X-Way-Out") || "/sign-in?ended");
    });
  }

  function words(seconds) {
    return seconds > 75 ? "about 2 minutes" : seconds > 30 ? "about 1 minute" : "less than a minute";
  }

  function make(tag, text, parent) {
    var made = document.createElement(tag);
    made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function open(found) {
    var last = found.ends_at_latest_in <= found.ends_in;
    dialog = document.createElement("dialog");
    dialog.id = "trust-ending";
    dialog.setAttribute("aria-labelledby", "trust-ending-title");
    make("h2", "You will be signed out soon", dialog).id = "trust-ending-title";
    dialog.said = make("p", "", dialog);
    dialog.said.setAttribute("aria-live", "polite");
    if (!last) {
      make("button", "Stay signed in", dialog).addEventListener("click", function () {
        close();
        ask("POST");
      });
    }
    var out = make("button", "Sign out now", dialog);
    out.className = "second";
    out.addEventListener("click", signOut);
    dialog.addEventListener("cancel", function (event) {
      event.preventDefault();
      if (!last) { close(); ask("POST"); }
    });
    document.body.appendChild(dialog);
    dialog.showModal();
  }

  function close() {
    if (dialog) { dialog.close(); dialog.remove(); dialog = null; }
  }

  function show(found) {
    if (found.ends_in > WARN_AT) { close(); return; }
    if (!dialog) { open(found); }
    dialog.said.textContent = found.ends_at_latest_in <= found.ends_in
      ? "Signing in lasts 10 hours. You will be signed out in " + words(found.ends_in) +
        "; finish what you are entering, then sign in again."
      : "You have done nothing here for a while. To keep the figures safe you will be signed out in " +
        words(found.ends_in) + ".";
  }

  setInterval(function () { ask("GET"); }, LOOK_EVERY);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) { ask("GET"); }
  });
  ask("GET");

  /* Streamlit reruns and clears at a bare r or c, which speech users say by accident
     (WCAG 2.1.4). */
  document.addEventListener("keydown", function (event) {
    var bare = !event.ctrlKey && !event.metaKey && !event.altKey;
    var typing = event.target.closest && event.target.closest("input, textarea, [contenteditable]");
    if (bare && !typing && (event.key === "r" || event.key === "c") && document.getElementById("root")) {
      event.stopImmediatePropagation();
    }
  }, true);

  /* Streamlit's menu of pages in sections puts headings between the items of a list. */
  function mend() {
    document.querySelectorAll('[data-testid="stSidebarNavItems"]').forEach(function (list) {
      var strange = Array.prototype.some.call(list.children, function (child) {
        return child.tagName !== "LI";
      });
      if (strange && list.getAttribute("role") !== "presentation") {
        list.setAttribute("role", "presentation");
        list.querySelectorAll(":scope li").forEach(function (item) {
          item.setAttribute("role", "presentation");
        });
      }
    });
  }
  if (document.getElementById("root")) {
    var waiting = false;
    new MutationObserver(function () {
      if (waiting) { return; }
      waiting = true;
      setTimeout(function () { waiting = false; mend(); }, 100);
    }).observe(document.documentElement, { childList: true, subtree: true });
  }
})();
