"""The server: its models, its pace, and its refusals."""

import aiohttp

from bot.standins.describer.api.server import MODEL_NAME, Describer, DescriberSettings
from tests.standins.describer import scenes
from tests.standins.describer.client import ask, assistant, body, stream, text_of, user


async def test_every_answer_names_the_describer_and_a_real_model(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    picture = user("Describe this.", scenes.png(scenes.icon()))
    questions = (body(picture), body(picture, assistant("…"), user("How big?")), body(user("Hi")))

    texts = [text_of(await ask(session, describer, question)) for question in questions]

    assert all("built-in describer" in text for text in texts)
    assert all('base_url = "http://localhost:11434/v1"' in text for text in texts)


async def test_refusals_of_the_http_server_are_objects_too(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{describer.base_url}/nothing") as answer:
        missing = (answer.status, await answer.json())
    async with session.post(f"{describer.base_url}/responses", data=b"model=x") as answer:
        form = (answer.status, await answer.json())

    assert missing[0] == 404
    assert missing[1]["error"]["type"] == "invalid_request_error"
    assert form[0] == 400
    assert form[1]["error"]["code"] == "unsupported_content_type"


async def test_models_name_the_describer(
    describer: Describer, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{describer.base_url}/models") as answer:
        listed = await answer.json()
    async with session.get(f"{describer.base_url}/models/gpt-5") as answer:
        unknown = (answer.status, (await answer.json())["error"]["code"])

    assert [model["id"] for model in listed["data"]] == [MODEL_NAME]
    assert unknown == (404, "model_not_found")


async def test_words_come_at_the_pace_of_a_reader(session: aiohttp.ClientSession) -> None:
    settings = DescriberSettings(words_per_second=400)
    async with Describer(settings) as describer:
        events = await stream(session, describer, body(user("Hello"), stream=True))

    deltas = [each["delta"] for each in events if each["type"] == "response.output_text.delta"]
    assert len(deltas) > 1
    assert all(len(delta.split()) <= 24 for delta in deltas)
