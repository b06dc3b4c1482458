"""How closely a picture is looked at, through the whole bot to what the endpoint is sent."""

import base64
import json
from typing import Any

import pytest

from tests.documents import text_pdf
from tests.e2e.conftest import FOOTER, Town, pictures_in
from tests.pictures import animation, photo, quadrants, read, write
from tests.scripted_endpoint import Recorded

pytestmark = pytest.mark.proof

PHOTO = ("photo.jpg", write(photo(1600, 1200), "JPEG"), "image/jpeg")
SMALL = ("small.png", write(quadrants(400, 300), "PNG"), "image/png")
PATCH_MODEL = {"image_rule": "patches", "image_budget": 1536, "image_multiplier": 1.2}


def describe(town: Town, **known: object) -> None:
    town.set('models."scripted"', **known)


def sizes_in(request: Recorded) -> list[tuple[int, int]]:
    return [read(base64.b64decode(url.partition(",")[2])).size for url in pictures_in(request)]


async def ask(town: Town, text: str, *images: tuple[str, bytes, str]) -> Recorded:
    asked = await town.ask(town.open_channel(), text, images=images)
    await town.reply_saying(asked, FOOTER)
    (request,) = town.requests_about(text)
    return request


async def test_glance_carries_a_smaller_picture_than_a_transcription(town: Town) -> None:
    describe(town, **PATCH_MODEL)

    async with town.running():
        glance = await ask(town, "what colour is this?", PHOTO)
        reading = await ask(town, "please transcribe this", PHOTO)

    assert sizes_in(glance) == [(554, 416)]
    assert sizes_in(reading) == [(1408, 1056)]
    assert b'"detail":"high"' in reading.raw
    assert b'"detail"' not in glance.raw


async def test_small_lettering_is_enlarged_and_an_ordinary_question_is_not(town: Town) -> None:
    describe(town, **PATCH_MODEL)

    async with town.running():
        reading = await ask(town, "what does it say?", SMALL)
        usual = await ask(town, "describe this flag", SMALL)

    assert sizes_in(reading) == [(800, 600)]
    assert sizes_in(usual) == [(400, 300)]


async def test_tile_model_is_asked_for_low_detail_at_a_glance(town: Town) -> None:
    describe(town, image_rule="tiles", image_base=85, image_per_tile=170)

    async with town.running():
        glance = await ask(town, "is there a dog?", PHOTO)

    assert sizes_in(glance) == [(512, 384)]
    assert b'"detail":"low"' in glance.raw


async def test_detail_set_by_the_operator_wins_over_the_question(town: Town) -> None:
    describe(town, **PATCH_MODEL)
    town.set("endpoint", detail="low")

    async with town.running():
        reading = await ask(town, "please transcribe this", PHOTO)

    assert sizes_in(reading) == [(554, 416)]
    assert b'"detail":"low"' in reading.raw


async def test_small_quota_shows_all_pictures_smaller_and_says_so(town: Town) -> None:
    describe(town, **PATCH_MODEL)
    town.set("quota", tokens_per_day=2_500)
    three = [(f"{number}.jpg", PHOTO[1], PHOTO[2]) for number in range(3)]

    async with town.running():
        asked = await town.ask(town.open_channel(), "compare these three", images=three)
        reply = await town.reply_saying(asked, FOOTER)

    (request,) = town.requests_about("compare these three")
    assert len(sizes_in(request)) == 3
    assert all(300 < width < 1_000 for width, _ in sizes_in(request))
    assert "Looked at smaller to save quota: `0.jpg`, `1.jpg`, `2.jpg`" in reply.content


async def test_follow_up_about_lettering_sees_the_picture_in_full(
    town: Town,
) -> None:
    describe(town, **PATCH_MODEL)

    async with town.running():
        asked = await town.ask(town.open_channel(), "what colour is this?", images=[PHOTO])
        answer = await town.reply_saying(asked, FOOTER)
        channel = town.discord.world.channels[asked.channel_id]
        follow_up = await town.ask(channel, "and what does it say?", reply_to=answer)
        await town.reply_saying(follow_up, FOOTER)

    (request,) = town.requests_about("and what does it say?")
    assert sizes_in(request) == [(1408, 1056)]


async def test_model_without_streams_is_asked_for_a_whole_answer(town: Town) -> None:
    describe(town, streams=False)

    async with town.running():
        asked = await town.ask(town.open_channel(), "hello [[text='All at once.']]")
        reply = await town.reply_saying(asked, FOOTER)

    (request,) = town.requests_about("hello")
    assert b'"stream"' not in request.raw
    assert reply.content.startswith("All at once.\n-# scripted · ")


async def test_price_in_the_configuration_gives_answers_a_cost(town: Town) -> None:
    describe(town, input_price=1.5, output_price=6)
    (town.folder / "quarters.png").write_bytes(write(quadrants(), "PNG"))

    done = await town.command("describe", "--json", str(town.folder / "quarters.png"))

    (record,) = [json.loads(line) for line in done.out.splitlines()]
    usage = record["usage"]
    expected = usage["input_tokens"] * 1.5 + usage["output_tokens"] * 6
    assert record["cost_usd"] == pytest.approx(expected / 1_000_000, abs=1e-6)


# -- glimpse cost -------------------------------------------------------------------------------


def put(town: Town, name: str, content: bytes) -> str:
    file = town.folder / name
    file.write_bytes(content)
    return str(file)


def models_of(line: str) -> dict[str, dict[str, Any]]:
    return {f"{each['model']}@{each['endpoint']}": each for each in json.loads(line)["models"]}


async def test_cost_is_printed_model_by_model_within_eighty_columns(town: Town) -> None:
    image = put(town, "photo.jpg", PHOTO[1])

    done = await town.command("cost", image)

    assert done.code == 0, done.err
    heading, columns, first, *_ = done.out.splitlines()
    assert heading == f"{image}: 1600×1200"
    assert columns.split() == [
        *["model", "at", "sent", "as", "detail", "image", "text", "input", "$", "answer", "$"]
    ]
    assert first.split()[:2] == ["scripted", "127.0.0.1"]
    assert first.split()[-2:] == ["unknown", "unknown"]
    assert max(len(line) for line in done.out.splitlines()[1:]) < 80
    assert "answer $ is 300 tokens of output" in done.out


async def test_cost_for_scripts_follows_from_the_documented_arithmetic(town: Town) -> None:
    image = put(town, "square.png", write(quadrants(1024, 1024), "PNG"))

    done = await town.command("cost", "--json", image, "--model", "gpt-5.2-pro")

    assert done.code == 0, done.err
    models = models_of(done.out)
    assert models.keys() == {"gpt-5.2-pro@gptproto.com", "gpt-5.2-pro@api.openai.com"}
    ours = models["gpt-5.2-pro@gptproto.com"]
    assert (ours["sent_width"], ours["sent_height"], ours["image_tokens"]) == (1024, 1024, 1229)
    tokens = ours["image_tokens"] + ours["text_tokens"]
    assert ours["input_usd"] == pytest.approx(tokens * 14.7e-6, abs=1e-6)
    assert ours["typical_answer_usd"] == pytest.approx(300 * 117.6e-6)


async def test_cost_of_a_glance_is_less_than_of_a_transcription(town: Town) -> None:
    image = put(town, "photo.jpg", PHOTO[1])
    asked = ("cost", "--json", image, "--model", "gpt-5.2", "--ask")

    glance = models_of((await town.command(*asked, "what colour is this?")).out)
    reading = models_of((await town.command(*asked, "what does it say?")).out)

    costs = [each["gpt-5.2@api.openai.com"]["input_usd"] for each in (glance, reading)]
    assert costs[0] * 2 < costs[1]


async def test_cost_names_each_unreadable_file_and_exits_with_1(
    town: Town,
) -> None:
    damaged = put(town, "cut.png", write(quadrants(), "PNG")[:-40])
    moving = put(town, "moving.gif", animation("GIF", 9))
    letter = put(town, "letter.pdf", text_pdf("Dear Sir"))

    done = await town.command("cost", damaged, str(town.folder / "nowhere.png"), letter, moving)

    assert done.code == 1
    assert done.out.startswith(
        "cut.png is damaged\n\nnowhere.png was not found\n\n"
        "letter.pdf is not a picture: only pictures are priced\n\n"
    )
    assert f"{moving}: 60×40, 3 frames\n" in done.out


async def test_cost_without_any_configuration_compares_known_models(town: Town) -> None:
    town.config.clear()
    image = put(town, "photo.jpg", PHOTO[1])

    done = await town.command("cost", "--json", image)

    assert done.code == 0, done.err
    assert models_of(done.out)["gpt-4o@api.openai.com"]["image_tokens"] == 765
