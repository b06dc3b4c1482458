"""Answers in a conversation: follow-ups, several pictures, none at all."""

from collections.abc import Sequence

import aiohttp
import pytest

from bot.standins.describer.api.server import Describer
from tests.standins.describer import scenes
from tests.standins.describer.client import ask, assistant, body, text_of, user

ICON = scenes.png(scenes.icon())


WINDOW = scenes.png(scenes.error_window(is_dark=True))


async def converse(
    session: aiohttp.ClientSession, describer: Describer, pictures: Sequence[bytes], question: str
) -> str:
    first = user("Describe this.", *pictures)
    return text_of(
        await ask(session, describer, body(first, assistant("A description."), user(question)))
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How big is it?", "900 × 420 pixels, wider than high, a PNG file"),
        ("Which colours?", "By area it is about 95% dark grey. Small areas are"),
        ("When was it taken?", "names neither camera nor date"),
        ("Where was it taken?", "never show"),
        ("How many people are in it?", "I can't tell that"),
        ("Thanks!", "You're welcome."),
        ("What does it say?", "is an extra that is not installed"),
        ("alt text please", "```text\nPicture, nearly all dark grey"),
    ],
)
async def test_follow_up_is_answered_from_the_earlier_picture(
    describer: Describer, session: aiohttp.ClientSession, question: str, expected: str
) -> None:
    text = await converse(session, describer, [WINDOW], question)

    assert expected in text


@pytest.mark.parametrize("words", ["ada: ", "What does it say?\n"])
async def test_picture_that_was_not_sent_is_said_to_be_missing(
    describer: Describer, session: aiohttp.ClientSession, words: str
) -> None:
    question = f"{words}[the picture a].png could not be sent: damaged]"

    text = text_of(await ask(session, describer, body(user(question))))

    assert "the picture did not reach me" in text


async def test_follow_up_is_about_the_latest_pictures(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    items = (user("Describe.", WINDOW), assistant("…"), user("And this?", ICON), assistant("…"))

    text = text_of(await ask(session, describer, body(*items, user("How large is it?"))))

    assert "32 × 32 pixels" in text
    assert "900" not in text


async def test_several_pictures_are_told_apart(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    question = body(user("How big are they, what size?", WINDOW, ICON))

    text = text_of(await ask(session, describer, question))

    assert text.index("Picture 1 of 2") < text.index("900 × 420") < text.index("Picture 2 of 2")
    assert text.index("Picture 2 of 2") < text.index("32 × 32")


async def test_question_that_has_no_answer_is_said_to_have_none(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    text = text_of(await ask(session, describer, body(user("Who won the match?", ICON))))

    assert "32 × 32 pixels" in text
    assert "To your question itself I have no answer" in text


async def test_question_without_any_picture_is_not_answered(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    text = text_of(await ask(session, describer, body(user("What is the capital of France?"))))

    assert "I can't tell" in text
    assert "Paris" not in text


async def test_notes_before_a_picture_are_no_question(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    item = user("Describe this picture.", ICON)
    item["content"].insert(1, {"type": "input_text", "text": "frame 1 of 3; alt text: what size?"})

    text = text_of(await ask(session, describer, body(item)))

    assert text.startswith("This picture is 32 × 32 pixels")


async def test_picture_is_measured_once_in_a_conversation(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    await ask(session, describer, body(user("Describe.", ICON)))
    await describer.worker.aclose()

    await ask(session, describer, body(user("Describe.", ICON), assistant("…"), user("Colours?")))

    assert describer.worker.worker_pid is None  # nobody had to look again
