"""One open page: changes are sent to it, and it sends the actions of its person."""

import asyncio
import contextlib
import json
from dataclasses import dataclass

from aiohttp import WSMsgType, web

from bot.standins.playground.errors import Json
from bot.standins.playground.site import views
from bot.standins.playground.site.actions import ActionRefused, ActionRequest, Actions
from bot.standins.playground.site.backstage import Backstage
from bot.standins.playground.stage import Stage
from bot.standins.playground.world import access
from bot.standins.playground.world.state import Channel, User

_GATHERED = 0.04  # seconds in which changes are told together
_AT_LEAST_EVERY = 0.5  # seconds; bucket and typing change by time alone
_LARGEST_FRAME = 1 << 20  # bytes


@dataclass(kw_only=True, slots=True)
class _Place:
    """Who looks where."""

    user: User
    channel: Channel


class Visit:
    def __init__(self, stage: Stage, backstage: Backstage, actions: Actions) -> None:
        self._stage = stage
        self._backstage = backstage
        self._actions = actions
        self._frames = web.WebSocketResponse(max_msg_size=_LARGEST_FRAME, heartbeat=30.0)
        self._changed = asyncio.Event()
        self._sent: dict[str, str] = {}  # the last of each kind
        self._shown: dict[str, str] = {}  # messages of the channel, by id
        first = stage.identities[0].user
        self._place = _Place(user=first, channel=stage.discord.world.direct_channel(first))

    async def run(self, request: web.Request) -> web.WebSocketResponse:
        await self._frames.prepare(request)
        world = self._stage.discord.world
        world.watchers.add(self._changed)
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(self._keep_sending())
                async for frame in self._frames:
                    if frame.type is WSMsgType.TEXT:
                        tasks.create_task(self._handle(frame.data))
                sending.cancel()
        except* ConnectionError:
            pass  # the page was closed
        finally:
            world.watchers.discard(self._changed)
        return self._frames

    async def close(self) -> None:
        await self._frames.close(code=1001)

    # Sending

    async def _keep_sending(self) -> None:
        while True:
            self._changed.clear()
            await self._send()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), _AT_LEAST_EVERY)
            await asyncio.sleep(_GATHERED)

    async def _send(self) -> None:
        stage, place = self._stage, self._place
        await self._send_if_new("world", views.show_world(stage, place.user))
        await self._send_messages(place)
        commands = views.show_commands(stage, place.user, place.channel)
        await self._send_if_new("commands", {"commands": commands})
        typing = views.is_typing(stage, place.channel)
        await self._send_if_new("typing", {"is_typing": typing})
        await self._send_if_new("backstage", self._backstage.show(place.channel))

    async def _send_if_new(self, kind: str, data: Json) -> None:
        text = json.dumps({"kind": kind, **data})
        if self._sent.get(kind) != text:
            self._sent[kind] = text
            await self._frames.send_str(text)

    async def _send_messages(self, place: _Place) -> None:
        """Only those that are new or changed, and the ids of those that are gone."""
        listed = views.show_messages(self._stage, place.user, place.channel)
        messages = {one["id"]: json.dumps(one) for one in listed}
        put = [one for one in listed if self._shown.get(one["id"]) != messages[one["id"]]]
        gone = [one for one in self._shown if one not in messages]
        self._shown = messages
        if put or gone:
            where = str(place.channel.id)
            await self._frames.send_json(
                {"kind": "messages", "channel": where, "put": put, "gone": gone}
            )

    # Handling

    async def _handle(self, text: str) -> None:
        try:
            asked = json.loads(text)
            name, reference = str(asked["do"]), asked.get("ref")
        except (ValueError, TypeError, KeyError):
            return
        try:
            result = await self._do(name, asked)
        except ActionRefused as refusal:
            answer: Json = {"kind": "failed", "ref": reference, "error": str(refusal)}
        else:
            answer = {"kind": "done", "ref": reference, "result": result}
        await self._frames.send_json(answer)

    async def _do(self, name: str, asked: Json) -> Json:
        if name == "look":
            return self._look(asked)
        place = self._place
        request = ActionRequest(user=place.user, channel=place.channel, body=asked)
        return await self._actions.do(name, request)

    def _look(self, asked: Json) -> Json:
        """Be somebody (`as`), somewhere (`at`); where that can't be seen, where one begins."""
        try:
            user = self._stage.user(str(asked["as"])) if asked.get("as") else self._place.user
        except KeyError as error:
            raise ActionRefused("There is nobody like that here.") from error
        channel = self._find_channel(user, asked.get("at"))
        self._place = _Place(user=user, channel=channel)
        self._shown = {}
        self._sent.pop("typing", None)
        self._changed.set()
        return {"as": str(user.id), "at": str(channel.id)}

    def _find_channel(self, user: User, wanted: object) -> Channel:
        world = self._stage.discord.world
        channel = world.channels.get(int(str(wanted))) if str(wanted).isdecimal() else None
        if channel is None or self._stage.is_unseen(channel):
            return self._beginning(user)
        return channel if access.can_see(world, user, channel) else self._beginning(user)

    def _beginning(self, user: User) -> Channel:
        world = self._stage.discord.world
        first = self._stage.automatic[:1]
        return world.channels[first[0]] if first else world.direct_channel(user)
