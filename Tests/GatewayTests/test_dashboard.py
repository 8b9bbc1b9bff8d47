"""The dashboard: what it says is what the sidecar has scored, in a real browser, also over a store of many rows."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import browser
import labelled
import large_store
import requests
from browser import Browser
from programs import WAIT_SECONDS, gateway, sidecar

PROMPT = "I sent the parcel back three weeks ago. How do I get my money?"


def test_what_was_scored_is_shown(binary: Path, gateway_binary: Path, tmp_path: Path, chromium: Browser) -> None:
    store = tmp_path / "plaudit.db"
    with labelled.judge() as url, sidecar(binary, tmp_path, labelled.configuration(url, str(store))) as started:
        with gateway(gateway_binary, tmp_path, started.socket, "--store", str(store)) as to:
            page = chromium.page()
            page.go(to.url + "/dashboard")
            assert "Nothing has been scored yet" in page.text()
            texts = labelled.completions()
            client = started.client()
            client.score("support", completions=texts, prompts=[PROMPT] * len(texts), deadline=WAIT_SECONDS)
            # One is refused, for it is no text.
            client.score("support", completions=[b"\xff"], prompts=[PROMPT], deadline=WAIT_SECONDS)
            end = time.monotonic() + WAIT_SECONDS
            while True:
                page.go(to.url + "/dashboard?window=1h")
                if page.has("dl.key") and str(len(texts) + 1) in page.text("dl.key .figure:first-child"):
                    break
                assert time.monotonic() < end, page.text()
            figures = page.text("dl.key")
            assert "refused" in figures and "2.3 % of all" in figures
            assert "length" in page.text() and "quality" in page.text()
            # The live part: every completion was asked about once, by one call.
            assert "calls" in page.text() and "played" in page.text()
            assert "error(invalid_utf8)" in page.text()
            assert page.evaluate("document.scripts.length") == 1 and page.evaluate("window.hacked === undefined")
            assert page.evaluate("document.querySelectorAll('svg[role=img]').length") >= 3
            page.screenshot("dashboard-light", whole=True)
            page.dark(True)
            page.screenshot("dashboard-dark", whole=True)
            page.loads(lambda: page.click("tbody th a"))
            assert page.text("h1").startswith("Rollout")
            assert page.foreign_requests(to.url) == [] and not page.events("Log.entryAdded")


def test_without_a_sidecar_the_store_is_shown(gateway_binary: Path, binary: Path, tmp_path: Path, chromium: Browser) -> None:
    store = large_store.make(binary, tmp_path, 30_000)
    with gateway(gateway_binary, tmp_path, tmp_path / "none", "--store", str(store)) as to:
        text = requests.get(to.url + "/dashboard?window=all", timeout=WAIT_SECONDS).text
        assert "No sidecar answers" in text
        with sqlite3.connect(store) as database:
            rows = database.execute("SELECT plan, count(*), avg(CASE WHEN status = 0 THEN reward END) FROM rollouts GROUP BY 1")
            for _, count, mean in rows:
                assert f"{count:,}" in text and f"{mean:.3f}" in text
            lowest = database.execute("SELECT id FROM rollouts WHERE status = 0 ORDER BY reward, id LIMIT 1").fetchone()
            latest = database.execute("SELECT max(id) FROM rollouts WHERE status >= 16").fetchone()
        for (key,) in (lowest, latest):
            assert f'href="/rollout/{key}"' in text
        page = chromium.page()
        page.go(to.url + "/dashboard?window=all&reward=answer")
        page.screenshot("dashboard-many", whole=True)
        page.resize(420, 900)
        assert page.evaluate("document.documentElement.scrollWidth <= 420"), "the page is wider than the window"
        page.screenshot("dashboard-narrow", whole=True)
        for wrong in ("window=never", "reward=none", "reward=%3Cscript%3E"):
            assert requests.get(f"{to.url}/dashboard?{wrong}", timeout=WAIT_SECONDS).status_code == 200
    assert browser.SCREENSHOTS.is_dir()
