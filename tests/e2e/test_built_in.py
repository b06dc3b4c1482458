"""`base_url = "built-in"`: the bot and the terminal with the describer that comes along.

None of it needs the extra `offline`: without it the describer measures, and says that it can't read.
"""

import re
from pathlib import Path

import pytest

import bot.standins.playground
from bot.standins.describer.worker.text_reader import is_reader_installed
from tests.e2e.conftest import Town
from tests.pictures import quadrants, write

pytestmark = pytest.mark.proof

PNG = ("quarters.png", write(quadrants(), "PNG"), "image/png")
SAMPLES = Path(bot.standins.playground.__file__).parent / "page" / "samples"
ERROR = ("error.png", (SAMPLES / "error.png").read_bytes(), "image/png")
MEASURED = "120 × 80 pixels"
NAMED = "From the built-in describer"
SAID = "answers come from the built-in describer; a real model is named by"


@pytest.fixture
def town(town: Town) -> Town:
    """The describer in place of the scripted endpoint, and no key."""
    town.config["endpoint"] = {"base_url": "built-in"}
    town.environment = {"GLIMPSE_API_KEY": ""}
    return town


async def test_posted_picture_is_described_by_the_built_in_describer(
    town: Town,
) -> None:
    async with town.running():
        question = await town.ask(town.general, "what is in this picture?", images=[PNG])

        answer = await town.answered(question)
        follow_up = await town.ask(
            town.general, "how large is it?", reply_to=town.later(question)[-1]
        )
        size = await town.answered(follow_up)

    assert MEASURED in answer
    assert NAMED in answer
    assert MEASURED in size
    assert town.endpoint.requests == []
    assert SAID in town.log
    assert "chat.answers.answer_footer: answered" in town.log
    assert "ending=completed" in town.log


@pytest.mark.skipif(is_reader_installed(), reason="left out: the extra `offline` is installed")
async def test_describer_without_its_reader_says_what_is_not_installed(town: Town) -> None:
    async with town.running():
        question = await town.ask(town.general, "what does it say?", images=[PNG])
        answer = await town.answered(question)

    assert "pip install '.[offline]'" in answer


@pytest.mark.skipif(
    not is_reader_installed(), reason="left out: the extra `offline` is not installed"
)
async def test_describer_with_its_reader_reads_a_screenshot_to_a_member(town: Town) -> None:
    async with town.running():
        question = await town.ask(town.general, "what does the error say?", images=[ERROR])
        answer = await town.answered(question)

    assert "KeyError" in answer


async def test_describe_with_the_built_in_describer_measures_a_file(town: Town) -> None:
    file = town.folder / "quarters.png"
    file.write_bytes(PNG[1])

    done = await town.command("describe", str(file))

    assert done.code == 0, done.err
    assert MEASURED in done.out
    assert NAMED in done.out
    assert re.search(r"\(built-in-describer: [\d,]+ tokens, free\)", done.out)
    assert done.err == ""


async def test_check_with_the_built_in_describer_passes(town: Town) -> None:
    done = await town.command("check")

    assert done.code == 0, done.out
    assert "FAIL" not in done.out
    assert "ok    endpoint       built-in-describer answers (" in done.out


async def test_start_without_an_endpoint_names_the_built_in_one(town: Town) -> None:
    del town.config["endpoint"]

    done = await town.command("run")

    assert done.code == 2
    assert "`base_url` of [endpoint] is missing" in done.err
    assert '`base_url = "built-in"` lets the describer that comes along answer' in done.err
    assert "Traceback" not in done.err


async def test_check_without_an_endpoint_names_the_built_in_one(town: Town) -> None:
    del town.config["endpoint"]

    done = await town.command("check")

    assert done.code == 1
    assert '`base_url = "built-in"`' in done.out
