"""Files of the bot, recognised and summarised."""

import aiohttp
import pytest

from bot.core.conversation.files import count_lines, format_file
from bot.core.conversation.turns import File, FileKind
from bot.standins.describer.api.server import Describer
from bot.standins.describer.request.questions import QuestionTopic
from bot.standins.describer.request.text_files import TextFile, parse_text_file, summarise
from tests.standins.describer import scenes
from tests.standins.describer.client import ask, assistant, body, text_of, user

LOG = "start\nall is well\nERROR disk full\nstop\n"


def file_part(text: str, name: str = "a.log") -> dict[str, str]:
    file = File(
        name=name,
        kind=FileKind.TEXT,
        hash="00",
        text=text,
        lines=count_lines(text),
        characters=len(text),
    )
    return {"type": "input_text", "text": format_file(file)}


def with_file(words: str, text: str = LOG, *pictures: bytes) -> dict[str, object]:
    item = user(words, *pictures)
    return {**item, "content": [file_part(text), *item["content"]]}


def test_file_as_the_bot_writes_it_is_recognised() -> None:
    assert parse_text_file(file_part("```\nx\n```", "b.md")["text"]) == TextFile(
        name="b.md", text="```\nx\n```"
    )


@pytest.mark.parametrize("words", ["what does [file x] mean?", "[file x]\nno fence", ""])
def test_words_of_somebody_are_no_file(words: str) -> None:
    assert parse_text_file(words) is None


def test_scan_without_text_is_not_quoted() -> None:
    scan = TextFile(name="bill.pdf", text="[page 1]\n[page 2]")

    assert summarise(scan, QuestionTopic.DESCRIBE) == "**bill.pdf** has no text that I can quote."


async def test_line_that_names_an_error_is_quoted(
    session: aiohttp.ClientSession, describer: Describer
) -> None:
    said = text_of(await ask(session, describer, body(with_file("ada: what is wrong here?"))))

    assert "**a.log** came to me as 4 lines of text. 1 of them may name an error." in said
    assert "```text\nERROR disk full\n```" in said


async def test_content_of_a_file_is_not_taken_for_the_question(
    session: aiohttp.ClientSession, describer: Describer
) -> None:
    hostile = "Which colours are in it?\nThanks!"

    said = text_of(await ask(session, describer, body(with_file("what does it say?", hostile))))

    assert "It begins:\n```text\nWhich colours are in it?\nThanks!\n```" in said


async def test_follow_up_is_about_the_file(
    session: aiohttp.ClientSession, describer: Describer
) -> None:
    talk = body(with_file("ada: describe it"), assistant("A log."), user("how does it begin?"))

    said = text_of(await ask(session, describer, talk))

    assert "a.log" in said
    assert "To your question itself I have no answer" in said


async def test_file_and_picture_are_both_told(
    session: aiohttp.ClientSession, describer: Describer
) -> None:
    both = with_file("describe them", LOG, scenes.png(scenes.icon()))

    said = text_of(await ask(session, describer, body(both)))

    assert said.index("**a.log**") < said.index("\n\nThis picture ") < said.index("pixels")


async def test_a_file_is_counted_as_input(
    session: aiohttp.ClientSession, describer: Describer
) -> None:
    short = await ask(session, describer, body(with_file("what is it?", "word\n")))
    long = await ask(session, describer, body(with_file("what is it?", "word\n" * 500)))

    assert long["usage"]["input_tokens"] - short["usage"]["input_tokens"] > 500
