import asyncio
import base64
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.standins.playground.control import Control
from bot.standins.playground.server import Discord
from tests.standins.playground.clients import PNG

Json = dict[str, Any]


class Driver:
    """A process of its own, driven over HTTP."""

    def __init__(self, session: aiohttp.ClientSession, urls: Json) -> None:
        self._session = session
        self.urls = urls

    async def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        async with self._session.request(
            method, self.urls["control_url"] + path, json=body
        ) as answer:
            found: Json = await answer.json(content_type=None)
            return {"status": answer.status, **found}

    async def post_as_bot(self, channel_id: str, content: str) -> int:
        headers = {"Authorization": f"Bot {self.urls['token']}"}
        url = f"{self.urls['api_url']}/channels/{channel_id}/messages"
        async with self._session.post(url, json={"content": content}, headers=headers) as answer:
            return answer.status


@pytest.fixture
async def driver() -> AsyncIterator[Driver]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.standins.playground",
        "--members",
        "2",
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 10.0)
    async with aiohttp.ClientSession() as session:
        yield Driver(session, json.loads(line))
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10.0) == 0


async def test_another_process_can_speak_disturb_and_look(driver: Driver) -> None:
    server = (await driver.ask("GET", ""))["servers"][0]
    channel = server["channels"][0]["id"]
    author = server["members"][-1]["id"]
    image = {"name": "a.png", "data": base64.b64encode(PNG).decode()}

    said = await driver.ask(
        "POST",
        "/say",
        {
            "author": author,
            "channel": channel,
            "content": "hi",
            "images": [image],
            "mention_bot": True,
        },
    )
    await driver.ask("POST", "/faults", {"kind": "answer", "status": 503})
    refused = await driver.post_as_bot(channel, "first try")
    posted = await driver.post_as_bot(channel, "second try")
    shown = await driver.ask("GET", f"/messages?after={said['id']}")
    counters = await driver.ask("GET", "/counters")

    assert (refused, posted) == (503, 200)
    assert [one["content"] for one in shown["messages"]] == ["second try"]
    assert shown["messages"][0]["first_text_at"] >= said["at"]
    assert counters["faults_met"] == 1


async def test_the_gateway_and_the_commands_can_be_driven() -> None:
    discord = Discord()
    control = Control(discord)
    discord.extensions.append(control.add_to)
    discord.interactions.deadline = 0.1
    discord.commands.overwrite([{"name": "quota", "description": "Yours"}])
    async with discord, aiohttp.ClientSession() as session:
        driver = Driver(session, {"control_url": f"{discord.base_url}/_control"})
        server = await driver.ask(
            "POST", "/servers", {"name": "Port", "channels": ["one"], "members": ["ann"]}
        )
        author = server["members"][-1]["id"]

        unanswered = await driver.ask("POST", "/slash", {"author": author, "path": ["quota"]})
        direct = await driver.ask("POST", "/say", {"author": author, "content": "psst"})
        silent = await driver.ask("GET", f"/reply?to={direct['id']}&timeout=0.1")
        await driver.ask("POST", "/settings", {"latency": 0.05, "acknowledges": False})
        await driver.ask("POST", "/gateway", {"action": "lose", "event": "MESSAGE_CREATE"})
        dropped = await driver.ask("POST", "/gateway", {"action": "drop", "code": 4000})
        await driver.ask("POST", "/faults", {"kind": "limit"})
        await driver.ask("DELETE", "/faults")

    assert (unanswered["failed"], silent["status"], dropped["status"]) == (True, 400, 200)
    assert (discord.dispatcher.latency, discord.gateway.faults.acknowledges) == (0.05, False)
    assert discord.faults.planned == []


async def test_request_that_fails_is_answered_with_the_reason() -> None:
    discord = Discord()
    discord.extensions.append(Control(discord).add_to)
    async with discord, aiohttp.ClientSession() as session:
        driver = Driver(session, {"control_url": f"{discord.base_url}/_control"})

        answer = await driver.ask("POST", "/say", {"author": "1", "content": "hi"})
        fault = await driver.ask("POST", "/faults", {"kind": "answer", "colour": "red"})

    assert (answer["status"], fault["status"]) == (400, 400)
    assert "Unknown User" in answer["error"]
    assert "colour" in fault["error"]
