"""Control of the playground from another process: `/_control`, JSON in and out."""

import base64
import json
from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from bot.standins.playground.actors.people import Person
from bot.standins.playground.actors.places import Server
from bot.standins.playground.errors import DiscordError, Json, unknown_message, unknown_user
from bot.standins.playground.gateway.faults import EventFault
from bot.standins.playground.interactions.client_input import ClientRefused
from bot.standins.playground.interactions.lifecycle import Interaction
from bot.standins.playground.messages.forms import Upload
from bot.standins.playground.rest.faults import Fault, FaultKind
from bot.standins.playground.server import Discord
from bot.standins.playground.world.state import Message

_PREFIX = "/_control"


class Control:
    """Ids are strings, times are seconds since 1970."""

    def __init__(self, discord: Discord) -> None:
        self._discord = discord
        self._people: dict[int, Person] = {}

    def add_to(self, application: web.Application) -> None:
        routes = [
            ("GET", "", self.overview),
            ("POST", "/servers", self.open_server),
            ("POST", "/say", self.say),
            ("POST", "/slash", self.slash),
            ("POST", "/press", self.press),
            ("GET", "/messages", self.messages),
            ("GET", "/reply", self.reply),
            ("GET", "/counters", self.counters),
            ("POST", "/faults", self.plan_fault),
            ("DELETE", "/faults", self.clear_faults),
            ("POST", "/gateway", self.disturb_gateway),
            ("POST", "/settings", self.change_settings),
        ]
        for method, path, answer in routes:
            application.router.add_route(method, _PREFIX + path, _answer_errors(answer))

    async def overview(self, _: web.Request) -> Json:
        servers = [self._shown_server(server) for server in self._discord.servers]
        return {"bot_id": str(self._discord.bot.id), "servers": servers}

    async def open_server(self, request: web.Request) -> Json:
        """`name`, and names of `channels` and `members`."""
        body = await request.json()
        server = self.add_server(body["name"], body.get("channels", []), body.get("members", []))
        return self._shown_server(server)

    def add_server(self, name: str, channels: list[str], members: list[str]) -> Server:
        server = self._discord.add_server(name)
        for channel in channels:
            server.add_channel(channel)
        for member in members:
            person = server.add_member(member)
            self._people[person.id] = person
        return server

    def _shown_server(self, server: Server) -> Json:
        channels = [self._discord.world.channels[one] for one in server.guild.channel_ids]
        members = [one.user for one in server.guild.members.values()]
        return {
            "id": str(server.id),
            "name": server.guild.name,
            "channels": [{"id": str(one.id), "name": one.name} for one in channels],
            "members": [{"id": str(one.id), "name": one.name} for one in members],
        }

    async def say(self, request: web.Request) -> Json:
        """`author`, `channel` (none: in private), `content`, `images`, `reply_to`, `mention_bot`."""
        body = await request.json()
        person = self._person(body["author"])
        direct = person.direct_channel if "channel" not in body else None
        channel = direct or self._discord.world.channel(int(body["channel"]))
        text = body.get("content", "")
        if body.get("mention_bot"):
            text = f"{self._discord.bot.mention} {text}"
        images = [_read_image(image) for image in body.get("images", [])]
        target = self._message(body["reply_to"]) if body.get("reply_to") else None
        message = await person.say(channel, text, images=images, reply_to=target)
        return {"id": str(message.id), "channel": str(channel.id), "at": message.created_at}

    async def slash(self, request: web.Request) -> Json:
        """`author`, `path` as a list, `options` by name, `channel`."""
        body = await request.json()
        person = self._person(body["author"])
        where = self._discord.world.channel(int(body["channel"])) if "channel" in body else None
        options = body.get("options", {})
        return _shown_interaction(await person.slash(*body["path"], where=where, **options))

    async def press(self, request: web.Request) -> Json:
        """`author`, `message`, `custom_id`."""
        body = await request.json()
        message = self._message(body["message"])
        person = self._person(body["author"])
        return _shown_interaction(await person.press(message, body["custom_id"]))

    async def messages(self, request: web.Request) -> Json:
        """Those after the id `after`, in `channel` or everywhere, with everything they ever showed."""
        after = int(request.query.get("after", 0))
        channel_id = request.query.get("channel")
        shown = [
            _shown_message(message)
            for message in self._discord.all_messages
            if message.id > after and channel_id in {None, str(message.channel_id)}
        ]
        return {"messages": shown}

    async def reply(self, request: web.Request) -> Json:
        """The bot's reply to the message `to`, once it has not changed for `quiet` seconds."""
        query = request.query
        reply = await self._discord.settled_reply_to(
            self._message(query["to"]),
            timeout=float(query.get("timeout", 30.0)),
            quiet=float(query.get("quiet", 0.5)),
        )
        return _shown_message(reply)

    async def counters(self, _: web.Request) -> Json:
        dispatcher, gateway = self._discord.dispatcher, self._discord.gateway
        return {
            "at": self._discord.clock(),
            "count_429": dispatcher.count_429,
            "count_invalid": dispatcher.count_invalid,
            "requests": dict(dispatcher.counts),
            "overlaps": [asdict(overlap) for overlap in dispatcher.overlaps],
            "faults_met": dispatcher.faults.met,
            "unknown": dispatcher.unknown,
            "connected_shards": sorted(gateway.connected_shards),
            "identified": len(gateway.identified),
            "resumed": gateway.resumed,
            "files_served": self._discord.cdn.served,
            "pinged": [str(user_id) for user_id in self._discord.pinged],
        }

    async def plan_fault(self, request: web.Request) -> Json:
        """The fields of a `Fault`; `kind` is answer, limit, reset or hang."""
        body = await request.json()
        known = {field.name for field in fields(Fault)}
        if set(body) - known:
            raise ValueError(f"a fault has no {', '.join(sorted(set(body) - known))}")
        self._discord.faults.add(Fault(**body | {"kind": FaultKind(body["kind"])}))
        return {}

    async def clear_faults(self, _: web.Request) -> Json:
        self._discord.faults.clear()
        return {}

    async def disturb_gateway(self, request: web.Request) -> Json:
        """`action`: drop (`code`), reconnect, invalidate, silence, or an `EventFault` with `event`, `times`."""
        body = await request.json()
        gateway = self._discord.gateway
        actions = {
            "drop": lambda: gateway.drop(body.get("code")),
            "reconnect": gateway.ask_to_reconnect,
            "invalidate": gateway.invalidate,
            "silence": gateway.fall_silent,
        }
        action = body["action"]
        if action in actions:
            actions[action]()
        else:
            times = body.get("times", 1)
            gateway.faults.events.plan(EventFault(action), body["event"], times=times)
        return {}

    async def change_settings(self, request: web.Request) -> Json:
        """`latency` in seconds; `acknowledges` heartbeats or not."""
        body = await request.json()
        self._discord.dispatcher.latency = float(
            body.get("latency", self._discord.dispatcher.latency)
        )
        gateway_faults = self._discord.gateway.faults
        gateway_faults.acknowledges = bool(body.get("acknowledges", gateway_faults.acknowledges))
        return {}

    def _person(self, user_id: str) -> Person:
        person = self._people.get(int(user_id))
        if person is None:
            raise unknown_user()
        return person

    def _message(self, message_id: str) -> Message:
        for channel in self._discord.world.channels.values():
            if int(message_id) in channel.messages:
                return channel.messages[int(message_id)]
        raise unknown_message()


def _answer_errors(answer: Any) -> Any:
    """Answer a request that fails with 400 and the reason."""

    async def serve(request: web.Request) -> web.Response:
        try:
            return web.json_response(await answer(request))
        except (
            DiscordError,
            ClientRefused,
            ValueError,
            KeyError,
            TypeError,
            TimeoutError,
        ) as error:
            text = f"{type(error).__name__}: {error}"
            return web.Response(status=400, text=json.dumps({"error": text}))

    return serve


def _read_image(image: Json) -> Upload:
    return Upload(
        filename=image["name"],
        content=base64.b64decode(image["data"]),
        content_type=image.get("content_type"),
        description=image.get("description"),
    )


def _shown_message(message: Message) -> Json:
    reference = message.reference
    return {
        "id": str(message.id),
        "channel": str(message.channel_id),
        "author": str(message.author.id),
        "is_bot": message.author.is_bot,
        "reply_to": str(reference.message_id) if reference else None,
        "content": message.content,
        "components": message.components,
        "created_at": message.created_at,
        "deleted_at": message.deleted_at,
        "edit_count": message.edit_count,
        "first_text_at": message.first_text_at,
        "final_text_at": message.final_text_at,
        "revisions": [[revision.at, revision.content] for revision in message.revisions],
    }


def _shown_interaction(interaction: Interaction) -> Json:
    return {
        "failed": interaction.failed,
        "is_ephemeral": interaction.is_ephemeral,
        "responses": [_shown_message(message) for message in interaction.responses],
        "opened_at": interaction.opened_at,
        "acknowledged_at": interaction.acknowledged_at,
    }
