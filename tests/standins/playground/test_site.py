"""What stands behind the page: who may reach it, and what a person sees and does over its socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from bot.standins.playground.endpoint_view import EndpointView
from bot.standins.playground.server import Discord
from bot.standins.playground.site.backstage import About, Backstage
from bot.standins.playground.site.pages import Pages
from bot.standins.playground.stage import Stage

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360f8cf500f00038101804fb0d7250000000049454e44ae426082"
)


class Tab:
    """One open page, as its scripts see it."""

    def __init__(self, session: aiohttp.ClientSession, frames: aiohttp.ClientWebSocketResponse):
        self.session = session
        self._frames = frames
        self.told: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self._count = 0

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            heard: dict[str, Any] = await self._frames.receive_json()
        self.told[heard["kind"]] = heard
        if heard["kind"] == "messages":
            self.messages |= {one["id"]: one for one in heard["put"]}
            for gone in heard["gone"]:
                del self.messages[gone]
        return heard

    async def do(self, name: str, /, **body: object) -> dict[str, Any]:
        """Returns what came of it: `done` or `failed`."""
        self._count += 1
        await self._frames.send_json({"do": name, "ref": self._count, **body})
        while (heard := await self.hear()).get("ref") != self._count:
            pass
        return heard

    async def until(self, words: str) -> dict[str, Any]:
        """The message that says `words`."""
        while True:
            for message in self.messages.values():
                if words in message["content"]:
                    found: dict[str, Any] = message
                    return found
            await self.hear()

    async def upload(self, name: str, content: bytes, kind: str) -> str:
        headers = {"Content-Type": kind}
        address = f"/_page/uploads?name={name}"
        async with self.session.post(address, data=content, headers=headers) as response:
            told = await response.json()
        return str(told["id"])

    def part(self, title: str) -> str:
        return str(next(p["id"] for p in self.told["world"]["identities"] if p["title"] == title))

    def channel(self, name: str) -> str:
        channels = [one for s in self.told["world"]["servers"] for one in s["channels"]]
        return str(next(one["id"] for one in channels if one["name"] == name))

    async def look(self, title: str, channel: str) -> None:
        self.messages.clear()
        await self.do("look", **{"as": self.part(title), "at": self.channel(channel)})


@asynccontextmanager
async def open_tab(address: str) -> AsyncIterator[Tab]:
    async with (
        aiohttp.ClientSession(address) as session,
        session.ws_connect("/_page/socket") as frames,
    ):
        tab = Tab(session, frames)
        while "backstage" not in tab.told:
            await tab.hear()
        yield tab


@asynccontextmanager
async def open_stage() -> AsyncIterator[Discord]:
    """A Discord with the page and its people, and an endpoint that is not there."""
    made = Discord()
    stage = Stage.set_up(made)
    view = EndpointView("http://127.0.0.1:9/v1/responses", on_change=made.world.touch)
    made.extensions.append(Pages(stage, Backstage(stage, view, About())).add_to)
    async with made:
        yield made


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with open_stage() as made:
        yield made


@pytest.fixture
async def tab(discord: Discord) -> AsyncIterator[Tab]:
    async with open_tab(discord.base_url) as opened:
        yield opened


# Who may reach it


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Host": "playground.example"}),  # a name that an attacker points at this machine
        ("/_page/socket", {"Origin": "https://example.org"}),
        ("/_page/uploads", {"Origin": "https://example.org"}),
        ("/_page/uploads", {"Origin": "null"}),  # a sandboxed frame
    ],
)
async def test_another_site_in_the_same_browser_is_kept_out(
    discord: Discord, path: str, headers: dict[str, str]
) -> None:
    method = "POST" if "uploads" in path else "GET"
    async with (
        aiohttp.ClientSession(discord.base_url) as session,
        session.request(method, path, headers=headers) as response,
    ):
        assert response.status == 403


async def test_page_may_run_only_its_own_scripts(tab: Tab) -> None:
    async with tab.session.get("/") as response:
        policy = response.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["../server.py", "%2e%2e/server.py", "nothing.js", "js", ""])
async def test_only_the_files_of_the_page_are_served(tab: Tab, path: str) -> None:
    async with tab.session.get(f"/page/{path}") as response:
        assert response.status == 404


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/pdf"])
async def test_posted_file_that_could_hold_a_script_is_only_for_saving(tab: Tab, kind: str) -> None:
    upload = await tab.upload("thing", b"<svg onload='alert(1)'/>", kind)
    await tab.look("member", "general")
    await tab.do("say", text="look", files=[{"id": upload}])
    message = await tab.until("look")

    async with tab.session.get(message["attachments"][0]["url"]) as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.content_type == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_file_larger_than_discord_takes_is_refused_with_a_sentence(tab: Tab) -> None:
    content = BytesIO(bytes(10 * 1024 * 1024 + 1))

    async with tab.session.post("/_page/uploads?name=big.png", data=content) as response:
        assert response.status == 413
        assert "up to 10 MiB" in (await response.json())["error"]


# What is seen and done


async def test_picture_comes_with_its_alt_text_and_as_it_was(tab: Tab) -> None:
    upload = await tab.upload("dot.png", PNG, "image/png")
    await tab.look("member", "general")
    await tab.do("say", text="a dot", files=[{"id": upload, "alt": "A dot", "is_spoiler": True}])

    attachment = (await tab.until("a dot"))["attachments"][0]
    assert (attachment["alt"], attachment["is_spoiler"]) == ("A dot", True)
    async with tab.session.get(attachment["url"]) as response:
        assert await response.read() == PNG


async def test_reply_says_of_a_picture_above_it_and_not_of_another_file(tab: Tab) -> None:
    dot = await tab.upload("dot.png", PNG, "image/png")
    log = await tab.upload("run.log", b"ERROR", "text/plain")
    await tab.do("say", text="a dot", files=[{"id": dot}])
    await tab.do("say", text="a log", files=[{"id": log}])

    await tab.do("say", text="of the dot", reply_to=(await tab.until("a dot"))["id"])
    await tab.do("say", text="of the log", reply_to=(await tab.until("a log"))["id"])

    assert (await tab.until("of the dot"))["reply"]["has_image"] is True
    assert (await tab.until("of the log"))["reply"]["has_image"] is False


async def test_change_by_one_is_told_to_all_who_look_there(discord: Discord, tab: Tab) -> None:
    async with open_tab(discord.base_url) as other:
        await tab.look("member", "general")
        await other.look("moderator", "general")

        await tab.do("say", text="first")
        seen = await other.until("first")
        await tab.do("edit", message=seen["id"], text="second")

        assert (await other.until("second"))["is_edited"]
        assert (await other.do("delete", message=seen["id"]))["kind"] == "done"
        while seen["id"] in tab.messages:
            await tab.hear()


async def test_member_may_not_delete_what_another_wrote(discord: Discord, tab: Tab) -> None:
    await tab.look("moderator", "general")
    await tab.do("say", text="stays")
    message = await tab.until("stays")
    await tab.look("member", "general")
    await tab.until("stays")

    answer = await tab.do("delete", message=message["id"])

    assert answer["error"] == "Discord refuses: Missing Permissions · 50013"


async def test_newcomer_cannot_look_into_a_channel_of_the_crew(tab: Tab) -> None:
    crew = tab.channel("crew")

    answer = await tab.do("look", **{"as": tab.part("newcomer without roles"), "at": crew})

    assert answer["result"]["at"] == tab.channel("pictures")


async def test_nobody_can_be_who_is_not_on_the_stage(discord: Discord, tab: Tab) -> None:
    answer = await tab.do("look", **{"as": str(discord.bot.id)})

    assert answer["error"] == "There is nobody like that here."


async def test_text_that_is_too_long_is_refused_in_discords_words(tab: Tab) -> None:
    await tab.look("member", "general")

    answer = await tab.do("say", text="x" * 2001)

    assert "Must be 2000 or fewer in length." in answer["error"]


async def test_reaction_is_taken_back_by_giving_it_again(tab: Tab) -> None:
    await tab.look("member", "general")
    await tab.do("say", text="well done")
    message = await tab.until("well done")

    await tab.do("react", message=message["id"], emoji="🎉")
    while not tab.messages[message["id"]]["reactions"]:
        await tab.hear()
    await tab.do("react", message=message["id"], emoji="🎉")

    while tab.messages[message["id"]]["reactions"]:
        await tab.hear()


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "nothing"},
        {"do": "edit", "message": "abc", "text": ""},
        {"do": "slash", "path": ["quota", "me"]},  # no bot has registered it
        {"do": "endpoint", "behaviour": "wild"},
        {"do": "switch", "name": "wild", "is_on": True},
        {"do": "submit", "modal": "1", "values": {}},
    ],
    ids=lambda asked: str(asked["do"]),
)
async def test_what_cannot_be_done_is_answered_with_a_sentence(
    tab: Tab, asked: dict[str, Any]
) -> None:
    body = {key: value for key, value in asked.items() if key != "do"}

    answer = await tab.do(asked["do"], **body)

    assert answer["kind"] == "failed"
    assert answer["error"]


async def test_switches_say_what_they_are_at(discord: Discord, tab: Tab) -> None:
    await tab.do("switch", name="storm", is_on=True)
    await tab.do("endpoint", behaviour="cut")
    while tab.told["backstage"]["switches"]["endpoint"] != "cut":
        await tab.hear()

    assert tab.told["backstage"]["switches"]["discord"] == ["storm"]
    assert len(discord.faults.planned) == 1
    await tab.do("switch", name="storm", is_on=False)
    assert discord.faults.planned == []
