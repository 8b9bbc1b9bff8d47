"""A real Chromium without a window, driven over its DevTools protocol through a pair of pipes."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from programs import REPOSITORY, WAIT_SECONDS

SCREENSHOTS = REPOSITORY / ".build" / "screenshots"
"""Where tests keep what they have seen."""

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")

KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Tab": ("Tab", 9, ""),
    "Escape": ("Escape", 27, ""),
    " ": ("Space", 32, " "),
}


def program() -> str | None:
    return os.environ.get("PLAUDIT_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """One process of Chromium with a profile of its own."""

    def __init__(self, path: str, folder: Path) -> None:
        self.log = (folder / "chromium.log").open("wb")
        # Chromium reads commands on descriptor 3 and writes to 4; ours must not be in their way.
        reads, self.output = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in os.pipe())
        self.input, writes = (fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in os.pipe())
        command = [
            path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--hide-scrollbars",
            "--force-color-profile=srgb", "--remote-debugging-pipe", f"--user-data-dir={folder / 'profile'}", "about:blank",
        ]  # fmt: skip

        def connect() -> None:
            os.dup2(reads, 3)
            os.dup2(writes, 4)

        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, preexec_fn=connect, pass_fds=(3, 4)
        )
        os.close(reads)
        os.close(writes)
        self.buffer = b""
        self.number = 0
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, parameters, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def read(self) -> dict[str, Any]:
        end = time.monotonic() + WAIT_SECONDS
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.input], [], [], max(0.0, end - time.monotonic()))
            data = os.read(self.input, 1 << 20) if ready else b""
            assert data, f"Chromium is silent; see {self.log.name}"
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        answer: dict[str, Any] = json.loads(message)
        return answer

    def page(self, width: int = 1280, height: int = 900, isolated: bool = False) -> Page:
        """A new page; `isolated` shares no cookies with others."""
        context = self.call("Target.createBrowserContext")["browserContextId"] if isolated else None
        options = {"browserContextId": context} if context else {}
        target = self.call("Target.createTarget", url="about:blank", **options)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return Page(self, session, width, height)

    def close(self) -> None:
        with contextlib.suppress(AssertionError, BrokenPipeError):
            self.call("Browser.close")
        try:
            self.process.wait(WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.output)
        os.close(self.input)
        self.log.close()


class Page:
    def __init__(self, browser: Browser, session: str, width: int, height: int) -> None:
        self.browser = browser
        self.session = session
        for domain in ("Page", "Runtime", "Network", "Log", "DOM", "Accessibility"):
            self.call(f"{domain}.enable")
        self.resize(width, height)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **parameters)

    def resize(self, width: int, height: int) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dark(self, is_dark: bool) -> None:
        value = "dark" if is_dark else "light"
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    def without_script(self) -> None:
        self.call("Emulation.setScriptExecutionDisabled", value=True)

    def events(self, name: str) -> list[dict[str, Any]]:
        mine = [event for event in self.browser.events if event.get("sessionId") == self.session]
        return [event["params"] for event in mine if event["method"] == name]

    def wait(self, what: str, is_true: Callable[[], Any]) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not is_true():
            assert time.monotonic() < end, f"waited for {what} at {self.evaluate('location.href')}"
            time.sleep(0.01)

    def loads(self, act: Callable[[], Any]) -> None:
        """Does something that leads to another page, and waits until that is there."""
        before = len(self.events("Page.loadEventFired"))
        act()

        def is_loaded() -> bool:
            self.call("Runtime.evaluate", expression="0")
            return len(self.events("Page.loadEventFired")) > before

        end = time.monotonic() + WAIT_SECONDS
        while not is_loaded():
            assert time.monotonic() < end, "no page was loaded"
            time.sleep(0.01)

    def go(self, url: str) -> None:
        self.loads(lambda: self.call("Page.navigate", url=url))

    def evaluate(self, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def text(self, selector: str = "main") -> str:
        found: str | None = self.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? null")
        assert found is not None, f"no {selector} at {self.evaluate('location.href')}: {self.evaluate('document.body.innerText')}"
        return found

    def has(self, selector: str) -> bool:
        return bool(self.evaluate(f"document.querySelector({json.dumps(selector)}) !== null"))

    def press(self, key: str) -> None:
        letter = "Digit" if key.isdigit() else "Key"
        code, number, text = KEYS.get(key) or (f"{letter}{key.upper()}", ord(key.upper()), key)
        common = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        assert node, f"no {selector}"
        self.call("DOM.scrollIntoViewIfNeeded", nodeId=node)
        corners = self.call("DOM.getBoxModel", nodeId=node)["model"]["content"]
        x, y = sum(corners[::2]) / 4, sum(corners[1::2]) / 4
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def spoken(self) -> list[tuple[str, str]]:
        """Role and name of everything that a screen reader is told."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in nodes
            if not node.get("ignored") and "role" in node
        ]

    def screenshot(self, name: str, whole: bool = False) -> Path:
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        path.write_bytes(base64.b64decode(data))
        return path

    def foreign_requests(self, origin: str) -> list[str]:
        """What was fetched from anywhere else."""
        urls = [event["request"]["url"] for event in self.events("Network.requestWillBeSent")]
        return [url for url in urls if not url.startswith((origin + "/", "about:"))]


@contextlib.contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    path = program()
    assert path, "no Chromium"
    browser = Browser(path, folder)
    try:
        yield browser
    finally:
        browser.close()
