"""The page as `make playground` opens it: with the built-in describer behind the bot."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.standins.describer.worker.text_reader import is_reader_installed
from tests.browser.conftest import OpenScreen, picture, playing

needs_reader = pytest.mark.skipif(
    not is_reader_installed(), reason="left out: the extra `offline` is not installed"
)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with playing() as address:
        yield address


@needs_reader
def test_loading_of_the_reader_is_told_before_the_description(
    open_screen: OpenScreen,
) -> None:
    screen = open_screen(colours="dark")
    screen.drop(Path("error.png"))

    screen.say("What does the error say?")

    answer = screen.answer_to("What does the error say?")
    expect(answer).to_contain_text(re.compile(r"Loading the text reader · 0:\d\d"))
    screen.shoot("loading")
    expect(answer).to_contain_text("KeyError")
    expect(answer).to_contain_text("From the built-in describer")
    expect(answer).not_to_contain_text("Loading")


def test_picture_is_measured_and_a_real_model_is_suggested(open_screen: OpenScreen) -> None:
    screen = open_screen()
    screen.post(picture("quarters.png", 240, 160))

    screen.say("How large is it?")

    answer = screen.answer_to("How large is it?")
    expect(answer).to_contain_text("240 × 160 pixels")
    expect(answer).to_contain_text("One line in the configuration asks a real model instead")
    expect(screen.backstage).to_contain_text("the built-in describer, offline")


def test_picture_that_fails_is_not_asked_for_again(open_screen: OpenScreen) -> None:
    screen = open_screen()
    screen.post({"name": "empty.png", "mimeType": "image/png", "buffer": b""})
    expect(screen.page.locator(".file-card.ready")).to_have_count(1)

    screen.say("Look at this.")

    answer = screen.answer_to("Look at this.")
    expect(answer).to_contain_text("the picture did not reach me")
    expect(answer).to_contain_text("Not looked at: empty.png is damaged")
