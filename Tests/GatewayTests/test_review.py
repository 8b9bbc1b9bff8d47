"""The review pages, as people meet them: in a real browser, by the keyboard alone, without script, and as attackers."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import browser
import labelled
import pytest
import requests
from browser import Browser, Page
from programs import WAIT_SECONDS, Gateway, gateway, sidecar

SESSION_COUNT = 16
PROMPT = "I sent the parcel back three weeks ago. How do I get my money?"


@dataclass
class Review:
    to: Gateway
    store: Path
    socket: Path

    def rows(self, sql: str, *arguments: Any) -> list[Any]:
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=WAIT_SECONDS) as database:
            return database.execute(sql, arguments).fetchall()

    def draw(self, seed: int) -> int:
        """Draws a session by the form; its number."""
        form = {"about": json.dumps(["support", "quality"]), "count": SESSION_COUNT, "seed": seed}
        reply = requests.post(self.to.url + "/review", data=form, allow_redirects=False, timeout=WAIT_SECONDS)
        assert reply.status_code == 303, reply.text
        return int(reply.headers["Location"].rsplit("/", 1)[1])


@pytest.fixture(scope="module")
def review(
    binary: Path, gateway_binary: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Review]:
    """Rollouts that a judge has scored, in the store of a sidecar that goes on running, and a gateway before both."""
    folder = tmp_path_factory.mktemp("review")
    store = folder / "plaudit.db"
    with labelled.judge() as url, sidecar(binary, folder, labelled.configuration(url, str(store))) as started:
        texts = labelled.completions()
        scored = started.client().score("support", completions=texts, prompts=[PROMPT] * len(texts), deadline=WAIT_SECONDS)
        assert list(scored.status) == ["scored"] * len(texts)
        with gateway(gateway_binary, folder, started.socket, "--store", str(store)) as to:
            made = Review(to, store, Path(started.socket))
            wait(lambda: made.rows("SELECT count(*) FROM rollouts")[0][0] == len(texts))
            yield made


def wait(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.02)


def truth(completion: str) -> list[int]:
    """What a careful person finds, by criterion. Not what the judge finds."""
    return [int("14 days" in completion or "refund</a>" in completion), int("Thanks" in completion), int("million" in completion)]


def answer_by_keys(page: Page, choices: list[int]) -> None:
    for choice in choices:
        page.press("1" if choice else "2")


def shown_kappas(page: Page) -> dict[str, str]:
    """Kappa over all questions, by the two whom it stands between."""
    rows = page.evaluate(
        "[...document.querySelector('table').tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.innerText))"
    )
    return {row[0]: row[3] for row in rows}


def expected(first: list[int], second: list[int]) -> str:
    value = labelled.kappa(first, second)
    assert value is not None
    return f"{value:.2f}".replace("-", "\u2212")


def test_two_people_label_a_session_by_keys_and_read_their_kappa(review: Review, chromium: Browser) -> None:
    page = chromium.page()
    page.go(review.to.url + "/")
    assert page.text("h1") == "Review"
    page.screenshot("review-sessions-before")
    # The form begins behind the navigation: Tab goes there, Enter draws.
    while page.evaluate("document.activeElement.name") != "count":
        page.press("Tab")
    page.type(str(SESSION_COUNT))
    page.loads(lambda: page.press("Enter"))
    session = int(page.evaluate("location.pathname").rsplit("/", 1)[1])
    assert "Nobody has answered yet" in page.text()
    page.screenshot("review-session-new")
    page.type("ann")
    page.loads(lambda: page.press("Enter"))

    said: dict[str, list[list[int]]] = {"ann": [], "bob": []}
    found: list[list[int]] = []
    for position in range(SESSION_COUNT):
        assert page.text("h1") == f"Item {position + 1} of {SESSION_COUNT}"
        completion = page.evaluate("document.querySelector('.completion').textContent")
        source = page.evaluate("document.documentElement.outerHTML")
        assert "judge\u2019s own reason" not in source and "judge's own reason" not in source, "the judge is not hidden"
        assert "stratum" not in source and "suspected" not in source
        choices = truth(completion)
        if position == 5:
            # A slip, noticed after the answer: taken back, and the item is there again with what was chosen.
            answer_by_keys(page, [1 - choice for choice in choices])
            page.loads(lambda: page.press("Enter"))
            page.loads(lambda: page.press("u"))
            assert page.text("h1") == f"Item {position + 1} of {SESSION_COUNT}"
            chosen = page.evaluate("[...document.querySelectorAll('input:checked')].map((one) => one.value)")
            assert chosen == [f"{1 - choice:.1f}" for choice in choices]
            # The mark is on the first row; each key moves it on.
            for choice in choices:
                page.press("1" if choice else "2")
                page.press("j")
        else:
            if position == 3:
                page.press("t")
                page.type("a note 123")
                page.press("Escape")
            answer_by_keys(page, choices)
        if position == 2:
            page.screenshot("review-question-light")
            page.dark(True)
            page.screenshot("review-question-dark")
            page.dark(False)
        page.loads(lambda: page.press("Enter"))
        assert "The judge's own reason" in page.text() and "answered" in page.text("h1")
        found.append([int(labelled.judged(completion, one["name"])) for one in labelled.CRITERIA])
        said["ann"].append(choices)
        if position == 2:
            page.screenshot("review-answer-light")
            page.dark(True)
            page.screenshot("review-answer-dark")
            page.dark(False)
            page.resize(420, 900)
            page.screenshot("review-answer-narrow", whole=True)
            page.resize(1280, 900)
        page.loads(lambda: page.press("Enter"))
    assert "you have answered all" in page.text()

    # Another person, who finds everything polite and cannot tell once.
    page.go(f"{review.to.url}/review/{session}")
    page.evaluate("document.querySelector('#as').select()")
    page.type("bob")
    page.loads(lambda: page.press("Enter"))
    for position in range(SESSION_COUNT):
        choices = [truth(page.evaluate("document.querySelector('.completion').textContent"))[0], 1, found[position][2]]
        said["bob"].append(choices)
        answer_by_keys(page, choices[:2])
        page.press("3" if position == 7 else "1" if choices[2] else "2")
        page.loads(lambda: page.press("Enter"))
        page.loads(lambda: page.press("Enter"))

    flat = {name: [value for row in rows for value in row] for name, rows in said.items()}
    judge = [value for row in found for value in row]
    untold = 7 * 3 + 2
    without = {name: [v for i, v in enumerate(values) if i != untold] for name, values in (*flat.items(), ("judge", judge))}
    assert shown_kappas(page) == {
        "ann and bob": expected(without["ann"], without["bob"]),
        "ann and judge": expected(flat["ann"], judge),
        "bob and judge": expected(without["bob"], without["judge"]),
    }
    page.screenshot("review-session-light", whole=True)
    page.dark(True)
    page.screenshot("review-session-dark", whole=True)

    labels = review.rows("SELECT labels.labeler, count(*) FROM labels JOIN review_answers ON review_answers.id = labels.answer "
                         "WHERE session = ? GROUP BY 1 ORDER BY 1", session)  # fmt: skip
    assert labels == [("ann", 3 * SESSION_COUNT), ("bob", 3 * SESSION_COUNT - 1)]
    assert review.rows("SELECT note FROM review_answers WHERE note IS NOT NULL") == [("a note 123",)]
    weights = review.rows("SELECT sum(weight) FROM review_items WHERE session = ?", session)
    assert weights[0][0] == pytest.approx(len(labelled.completions()))
    assert page.foreign_requests(review.to.url) == []
    assert not page.events("Runtime.exceptionThrown") and not page.events("Log.entryAdded")


def hostile_item(review: Review, session: int) -> int:
    rows = review.rows(
        "SELECT position FROM review_items JOIN rollouts ON rollouts.id = rollout WHERE session = ? AND completion = ?",
        session, labelled.HOSTILE,
    )  # fmt: skip
    return int(rows[0][0]) + 1 if rows else 0


def session_with_the_hostile_item(review: Review) -> tuple[int, int]:
    for seed in range(50):
        session = review.draw(seed)
        if item := hostile_item(review, session):
            return session, item
    raise AssertionError("no seed draws it")


def test_hostile_texts_stay_texts(review: Review, chromium: Browser) -> None:
    session, item = session_with_the_hostile_item(review)
    key = review.rows("SELECT id FROM rollouts WHERE completion = ?", labelled.HOSTILE)[0][0]
    page = chromium.page()
    address = f"{review.to.url}/review/{session}/item/{item}?as=mal"

    def nothing_ran() -> None:
        assert page.evaluate("window.hacked === undefined && document.scripts.length === 1")
        assert page.evaluate("document.querySelectorAll('iframe, main img, main style, main a[href^=javascript]').length") == 0
        assert not page.events("Page.javascriptDialogOpening")
        assert page.foreign_requests(review.to.url) == []
        assert not page.events("Log.entryAdded")

    page.go(address)
    # What would turn the text round is shown instead.
    shown = labelled.HOSTILE.replace("\u202e", "\u27e8U+202E\u27e9")
    assert page.evaluate("document.querySelector('.completion').textContent") == shown
    nothing_ran()
    page.screenshot("review-hostile")
    answer_by_keys(page, [0, 0, 0])
    page.press("t")
    page.type("<script>window.hacked = 7</script>")
    page.press("Escape")
    page.loads(lambda: page.press("Enter"))
    assert labelled.REASON in page.text() and "<script>window.hacked = 7" in page.text()
    nothing_ran()
    page.go(f"{review.to.url}/rollout/{key}")
    assert labelled.REASON in page.text()
    nothing_ran()
    page.screenshot("rollout-hostile")
    # Should markup slip through after all, the browser runs none of it.
    page.evaluate("document.querySelector('main').innerHTML += \"<img src=x onerror='window.hacked = 8'>\"")
    page.evaluate("document.querySelector('main').appendChild(Object.assign(document.createElement('script'), {text: 'hacked = 9'}))")
    wait(lambda: len(page.events("Log.entryAdded")) >= 1)
    assert page.evaluate("window.hacked === undefined")
    # Names of reviewers are texts as well.
    name = "<b onclick=alert(1)>&amp;"
    page.go(f"{review.to.url}/review/{session}/next?as={quote(name)}")
    assert name in page.text(".progress")


def test_without_script_forms_do_the_same(review: Review, chromium: Browser) -> None:
    session = review.draw(seed=11)
    page = chromium.page()
    page.without_script()
    page.go(f"{review.to.url}/review/{session}/next?as=cleo")
    for index, choice in enumerate(("1.0", "0.0", "cannot_tell")):
        page.click(f"input[name=choice-{index}][value='{choice}']")
    page.loads(lambda: page.click("#answer button"))
    assert "The judge's own reason" in page.text() and "1 of" in page.text(".progress")
    page.loads(lambda: page.click("#undo button"))
    assert page.text("h1") == f"Item 1 of {SESSION_COUNT}"
    # Nothing is sent as long as a question is open: the browser says which.
    page.go(f"{review.to.url}/review/{session}/next?as=cleo")
    page.click("#answer button")
    page.call("Runtime.evaluate", expression="0")
    assert page.text("h1") == f"Item 1 of {SESSION_COUNT}"
    assert review.rows("SELECT count(*) FROM review_answers WHERE labeler = 'cleo'") == [(0,)]


def test_a_screen_reader_is_told_what_can_be_done(review: Review, chromium: Browser) -> None:
    session = review.draw(seed=12)
    page = chromium.page()
    page.go(f"{review.to.url}/review/{session}/next?as=dora")
    spoken = page.spoken()
    for criterion in labelled.CRITERIA:
        assert ("group", criterion["name"]) in spoken
    radios = [name for role, name in spoken if role == "radio"]
    assert radios == ["Met", "Not met", "Cannot tell"] * 3
    names = {role: name for role, name in spoken}
    assert {"main", "navigation", "heading", "button", "textbox"} <= set(names)
    assert page.evaluate("document.documentElement.lang") == "en"
    # Everything that can be done has a name, and a place in the order of Tab.
    assert all(name for role, name in spoken if role in ("button", "link", "textbox", "radio"))
    page.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_a_form_on_another_site_does_nothing(review: Review) -> None:
    session = review.draw(seed=13)
    form = {"as": "eve", "choice-0": "1.0", "choice-1": "1.0", "choice-2": "1.0"}
    address = f"{review.to.url}/review/{session}/item/1"

    def send(headers: dict[str, str]) -> int:
        return requests.post(address, data=form, headers=headers, allow_redirects=False, timeout=WAIT_SECONDS).status_code

    assert send({"Origin": "https://evil.example"}) == 403
    assert send({"Origin": "null"}) == 403
    assert send({"Origin": review.to.url.replace("127.0.0.1", "localhost")}) == 403
    assert send({"Sec-Fetch-Site": "cross-site"}) == 403
    assert send({"Sec-Fetch-Site": "same-site", "Origin": review.to.url}) == 403
    assert review.rows("SELECT count(*) FROM review_answers WHERE labeler = 'eve'") == [(0,)]
    assert send({"Sec-Fetch-Site": "same-origin", "Origin": review.to.url}) == 303
    # A name that somebody else has pointed at this machine.
    reply = requests.get(review.to.url + "/review", headers={"Host": "evil.example:80"}, timeout=WAIT_SECONDS)
    assert reply.status_code == 421 and "support" not in reply.text


def test_wrong_requests_are_answered_and_change_nothing(review: Review) -> None:
    session = review.draw(seed=14)

    def status(path: str, **form: str) -> int:
        reply = requests.request("POST" if form else "GET", review.to.url + path, data=form or None,
                                 allow_redirects=False, timeout=WAIT_SECONDS)  # fmt: skip
        assert "<h1>" in reply.text or reply.status_code == 303
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
        return reply.status_code

    good = {"as": "fay", "choice-0": "1.0", "choice-1": "0.0", "choice-2": "cannot_tell"}
    item = f"/review/{session}/item/1"
    for path in ("/review/999999", "/review/x", "/review/-1", f"/review/{session}/item/999?as=fay", "/rollout/999999"):
        assert status(path) == 404
    assert status(f"/review/{session}/next") == 400 and status(f"/review/{session}/next?as=%FF") == 400
    assert status(item, **{**good, "choice-1": "0.5"}) == 422
    assert status(item, **{**good, "choice-1": "nan"}) == 422
    assert status(item, **{key: value for key, value in good.items() if key != "choice-2"}) == 422
    assert status(item, **{**good, "as": "judge"}) == 400
    assert status(item, **{**good, "as": "a\u202eb"}) == 400
    assert status(item, **{**good, "note": "x" * 5_000}) == 422
    assert status(f"/review/{session}/item/999", **good) == 404
    about = json.dumps(["support", "quality"])
    assert status("/review", about="[]") == 400 and status("/review", about=about, count="3") == 422
    assert status("/review", about=json.dumps(["support", "nothing"])) == 404
    assert status("/review", about=about, threshold="nan") == 422
    assert review.rows("SELECT count(*) FROM review_answers WHERE labeler = 'fay'") == [(0,)]
    assert status(item, **good) == 303 and status(item, **good) == 303
    assert review.rows("SELECT count(*) FROM review_answers WHERE labeler = 'fay'") == [(1,)]


def test_a_token_opens_the_pages_to_a_browser(
    review: Review, chromium: Browser, gateway_binary: Path, tmp_path: Path
) -> None:
    token = "correct-horse-battery"
    options = ("--store", str(review.store))
    with gateway(gateway_binary, tmp_path, review.socket, *options, token=token) as to:
        page = chromium.page(isolated=True)
        page.go(to.url + "/review")
        assert page.text("h1") == "Sign in"
        page.screenshot("login")
        page.type("wrong-horse-battery")
        page.loads(lambda: page.press("Enter"))
        assert "That is not the token" in page.text()
        page.evaluate("document.querySelector('#field-token').focus()")
        page.type(token)
        page.loads(lambda: page.press("Enter"))
        assert page.text("h1") == "Review"
        assert page.evaluate("document.cookie") == ""

        def ask(path: str, **options: Any) -> requests.Response:
            return requests.get(to.url + path, allow_redirects=False, timeout=WAIT_SECONDS, **options)

        linked = ask(f"/review?token={token}")
        assert linked.status_code == 303 and linked.headers["Location"] == "/review"
        cookie = linked.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and token not in cookie
        kept = {"Cookie": cookie.split(";")[0]}
        assert ask("/review", headers=kept).status_code == 200
        assert ask("/review", headers={"Cookie": kept["Cookie"][:-1] + "x"}).status_code == 303
        assert ask("/review", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        assert ask("/review?token=wrong-horse-battery").headers["Location"].startswith("/login")
        # The cookie is for pages alone, and the door leads to our own pages alone.
        assert ask("/metrics", headers=kept).status_code == 401
        form = {"token": token, "next": "//evil.example/"}
        reply = requests.post(to.url + "/login", data=form, allow_redirects=False, timeout=WAIT_SECONDS)
        assert reply.headers["Location"] == "/review"
        reply = requests.post(to.url + "/review", data={"about": "[]"}, allow_redirects=False, timeout=WAIT_SECONDS)
        assert reply.status_code == 401
        assert token not in to.log.read_text()


def test_a_store_that_is_not_there_is_told_and_found_later(gateway_binary: Path, review: Review, tmp_path: Path) -> None:
    store = tmp_path / "later.db"
    with gateway(gateway_binary, tmp_path, review.socket, "--store", str(store)) as to:
        reply = requests.get(to.url + "/review", timeout=WAIT_SECONDS)
        assert reply.status_code == 503 and "later.db" in reply.text
        assert not store.exists()
        with sqlite3.connect(review.store) as source, sqlite3.connect(store) as target:
            source.backup(target)
        assert requests.get(to.url + "/review", timeout=WAIT_SECONDS).status_code == 200
