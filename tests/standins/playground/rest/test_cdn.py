"""Links to files."""

import aiohttp
import discord
import pytest

from bot.standins.playground.actors.people import Person
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Channel
from tests.standins.playground.clients import PNG, Client
from tests.standins.playground.wire import Wire


async def test_a_link_to_a_file_ends_with_its_lifetime(
    playground: Discord, client: Client, alice: Person, channel: Channel
) -> None:
    await alice.say(channel, images=[("a.png", PNG)])
    attachment = (await client.message_from(alice.id)).attachments[0]

    playground.skip(playground.world.link_lifetime + 1)

    with pytest.raises(discord.NotFound):
        await attachment.read()
    fresh = await client.channel(channel).fetch_message(client.messages[0].id)
    assert await fresh.attachments[0].read() == PNG


async def test_link_with_a_changed_signature_opens_nothing(
    playground: Discord, alice: Person, channel: Channel, client: Client
) -> None:
    await alice.say(channel, images=[("a.png", PNG)])
    url = (await client.message_from(alice.id)).attachments[0].url

    async with (
        aiohttp.ClientSession() as session,
        session.get(url.replace("hm=", "hm=0")) as answer,
    ):
        assert answer.status == 404


async def test_links_are_refreshed_and_the_proxy_serves_pictures_unscaled(
    wire: Wire, alice: Person, channel: Channel
) -> None:
    message = await alice.say(channel, images=[("a.png", PNG)])
    _, shown = await wire.ask("GET", f"/channels/{channel.id}/messages/{message.id}")
    attachment = shown["attachments"][0]
    wire.playground.skip(wire.playground.world.link_lifetime + 1)

    stale, _ = await wire.ask("GET", attachment["url"])
    _, fresh = await wire.ask(
        "POST", "/attachments/refresh-urls", {"attachment_urls": [attachment["url"]]}
    )
    url = fresh["refreshed_urls"][0]["refreshed"]
    proxied = url.replace("/attachments", "/proxied/attachments")

    assert stale == 404
    async with wire.session.get(url) as answer:
        assert await answer.read() == PNG
    async with wire.session.get(proxied) as answer:
        assert await answer.read() == PNG
    assert (await wire.ask("GET", f"{proxied}&width=100"))[0] == 415
