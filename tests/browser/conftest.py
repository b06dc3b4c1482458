"""A real Chromium on the page of a real playground: `glimpse playground` as its own process."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect, sync_playwright

from tests.pictures import quadrants, write
from tests.scripted_endpoint import Script, ScriptedEndpoint

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds; for machines that are busy with others
WIDE = {"width": 1280, "height": 800}  # pixels
PHONE = {"width": 360, "height": 740}
FOOTER = re.compile(r"scripted · .*tokens")  # what a whole answer ends with

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser the tests are left out, unless one is required."""
    if CHROMIUM is not None or os.environ.get("GLIMPSE_BROWSER") == "required":
        return
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.skip(reason="no Chromium here"))


class Endpoint:
    """The scripted endpoint in a thread of its own: the browser's API does not share its loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._is_open = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.scripted = ScriptedEndpoint()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with self.scripted:
            self._is_open.set()
            await self._stop.wait()

    def __enter__(self) -> ScriptedEndpoint:
        self._thread.start()
        assert self._is_open.wait(10)
        return self.scripted

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[ScriptedEndpoint]:
    with Endpoint() as scripted:
        yield scripted


@contextmanager
def playing(*arguments: str, port: int = 0) -> Iterator[str]:
    """`glimpse playground` and the address of its page. It must end well when it is told to."""
    command = [sys.executable, "-m", "bot", "playground", "--port", str(port), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def address(endpoint: ScriptedEndpoint) -> Iterator[str]:
    """Of the page; the bot behind it asks the scripted endpoint."""
    with playing("--endpoint", endpoint.base_url, "--model", "scripted") as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@dataclass(kw_only=True)
class Screen:
    """The page as somebody uses it."""

    page: Page
    endpoint: ScriptedEndpoint
    problems: list[str] = field(default_factory=list)  # that the browser's console told of

    @property
    def words(self) -> Locator:
        return self.page.locator("#words")

    @property
    def messages(self) -> Locator:
        return self.page.locator("#messages article.message")

    @property
    def answers(self) -> Locator:
        return self.page.locator("#messages article[data-author=glimpse]")

    def answer_to(self, question: str) -> Locator:
        """The message that replies to one with these words."""
        reply = self.page.get_by_role("button", name=f": {question}")
        return self.answers.filter(has=reply)

    @property
    def backstage(self) -> Locator:
        return self.page.get_by_role("complementary", name="Behind the scenes")

    def play(self, *scripts: Script) -> None:
        self.endpoint.play(*scripts)

    def go(self, channel: str) -> None:
        self.page.locator("#channels").get_by_role("button", name=f"channel {channel}").click()
        expect(self.page.locator("#room-name")).to_have_text(channel)

    def open_channel(self, channel: str) -> None:
        """As `go`, on a phone too."""
        self.open_places()
        self.go(channel)

    def open_places(self) -> None:
        """On a phone; elsewhere servers, channels and people are always there."""
        menu = self.page.get_by_role("button", name="Servers and channels")
        if menu.is_visible():
            menu.click()

    def open_backstage(self) -> None:
        """It is open from the start where there is room for it."""
        if not self.backstage.is_visible():
            self.page.get_by_role("button", name="Behind the scenes").click()
        expect(self.backstage).to_be_visible()

    def become(self, name: str) -> None:
        self.page.locator("#you button").click()
        self.page.get_by_role("menuitemradio", name=name).click()
        expect(self.page.locator("#you")).to_contain_text(name)

    def say(self, text: str) -> None:
        self.words.fill(text)
        self.words.press("Escape")
        self.words.press("Enter")

    def drop(self, path: Path) -> None:
        """Drop a file of the page's own onto it, as from a folder."""
        transfer = self.page.evaluate_handle(
            """async (address) => {
                const bytes = await (await fetch(address)).blob();
                const transfer = new DataTransfer();
                transfer.items.add(new File([bytes], address.split("/").at(-1), { type: "image/png" }));
                return transfer;
            }""",
            f"/page/samples/{path.name}",
        )
        self.page.dispatch_event("#messages", "dragover", {"dataTransfer": transfer})
        expect(self.page.locator("#drop")).to_be_visible()
        self.page.dispatch_event("#messages", "drop", {"dataTransfer": transfer})

    def post(self, *files: FilePayload) -> None:
        """Attach files of any content, as with the button for it."""
        self.page.locator("#composer input[type=file]").set_input_files(list(files))

    def toggle(self, switch: Locator, *, on: bool = True) -> None:
        """Switch, and wait until the playground says so: the page shows what is, not what is wished."""
        switch.click()
        expect(switch).to_be_checked(checked=on)

    def end_all_faults(self) -> None:
        """A test that failed half-way must not disturb those after it."""
        for switch in self.backstage.locator("[role=switch]:checked").all():
            switch.click()
        usual = self.backstage.get_by_role("radio", name="As usual")
        if usual.count() and not usual.is_checked():
            usual.click()

    def shoot(self, name: str) -> None:
        """Keep what is seen for the documentation, where `make screenshots` asks for it."""
        folder = os.environ.get("GLIMPSE_SCREENSHOTS")
        if folder:
            self.page.wait_for_timeout(400)  # for what is still moving
            _save(self.page.screenshot(), Path(folder) / f"{name}.png")


def _save(screenshot: bytes, path: Path) -> None:
    """With few colours: the pictures live in the repository."""
    with Image.open(BytesIO(screenshot)) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def picture(name: str = "quarters.png", width: int = 120, height: int = 80) -> FilePayload:
    """A file to post; its size in pixels tells it from others in an answer without a script."""
    return {"name": name, "mimeType": "image/png", "buffer": write(quadrants(width, height), "PNG")}


OpenScreen = Callable[..., Screen]


@pytest.fixture
def open_screen(browser: Browser, address: str, endpoint: ScriptedEndpoint) -> Iterator[OpenScreen]:
    """Opens pages; `colours` is dark or light."""
    opened = []

    def open_one(
        viewport: dict[str, int] = WIDE, colours: str = "light", *, touches: bool = False
    ) -> Screen:
        context = browser.new_context(
            viewport=viewport,  # type: ignore[arg-type]
            color_scheme=colours,  # type: ignore[arg-type]
            locale="en-GB",
            has_touch=touches,
            reduced_motion="reduce",  # what is half faded in has half the contrast
        )
        opened.append(context)
        context.set_default_timeout(PATIENCE)
        screen = Screen(page=context.new_page(), endpoint=endpoint)
        screen.page.on("pageerror", lambda error: screen.problems.append(str(error)))
        screen.page.on(
            "console",
            lambda told: screen.problems.append(told.text) if told.type == "error" else None,
        )
        endpoint.forget()  # what a test before did not use
        screen.page.goto(address)
        expect(screen.page.locator("#room-name")).to_have_text("pictures")
        expect(screen.page.locator("#banner")).to_be_hidden()
        screens.append(screen)
        return screen

    screens: list[Screen] = []
    yield open_one
    if screens and screens[0].backstage.is_visible():
        screens[0].end_all_faults()
    for context in opened:
        context.close()
    assert [problem for screen in screens for problem in screen.problems] == []


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    return open_screen()
