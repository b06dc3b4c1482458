"""The panel "Behind the scenes": requests, limits and tokens, and the switches for faults."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

from bot.standins.playground.endpoint_view import Behaviour, EndpointView, RecordedExchange
from bot.standins.playground.errors import Json
from bot.standins.playground.rest.faults import Fault, FaultKind
from bot.standins.playground.stage import Stage
from bot.standins.playground.world.state import Channel

_LOOKED_BACK = 10.0  # seconds of edits shown
_LOGGED = 30  # requests
_EXCERPT = 4_000  # characters of a text of a request
_FOREVER = 1_000_000_000  # times
_SLOW = 1.5  # seconds for each request to a slow Discord
_POSTS = r"/channels/\d+/messages"


def _storm() -> Fault:
    return Fault(
        kind=FaultKind.LIMIT,
        method="POST|PATCH",
        path=_POSTS,
        times=_FOREVER,
        every=2,
        retry_after=1.5,
    )


def _failures() -> Fault:
    body = {"message": "502: Bad Gateway", "code": 0}
    return Fault(
        kind=FaultKind.ANSWER,
        method="POST|PATCH",
        path=_POSTS,
        times=_FOREVER,
        every=2,
        status=502,
        body=body,
    )


_DISCORD_FAULTS = {"storm": _storm, "failures": _failures}


@dataclass(kw_only=True, slots=True)
class About:
    """Facts about this run; shown as they are."""

    model: str = ""
    endpoint: str = ""
    folder: str = ""


class Backstage:
    def __init__(self, stage: Stage, view: EndpointView, about: About) -> None:
        self._stage = stage
        self._view = view
        self._about = about
        self._faults: dict[str, Fault] = {}

    # What is seen

    def show(self, channel: Channel) -> Json:
        discord = self._stage.discord
        view = self._view
        usages = [one.usage for one in view.exchanges if one.usage]
        return {
            "about": {
                "model": self._about.model,
                "endpoint": self._about.endpoint,
                "folder": self._about.folder,
            },
            "pace": self._show_pace(channel),
            "calls": self._show_calls(),
            "counts": {
                "limited": discord.dispatcher.count_429,
                "resumed": discord.gateway.resumed,
                "identified": len(discord.gateway.identified),
                "faults": discord.dispatcher.faults.met,
            },
            "switches": {
                "discord": sorted(self._faults),
                "is_slow": discord.dispatcher.latency > 0,
                "endpoint": view.behaviour.value,
            },
            "exchanges": [_show_exchange(one, view) for one in reversed(view.exchanges)],
            "tokens": {
                "input": sum(usage.get("input_tokens", 0) for usage in usages),
                "output": sum(usage.get("output_tokens", 0) for usage in usages),
                "cost": sum(view.prices.cost(usage) for usage in usages) if view.prices else None,
            },
        }

    def _show_pace(self, channel: Channel) -> Json:
        """Edits and posts of this channel in the last seconds, and what is left of its buckets."""
        discord = self._stage.discord
        now = discord.clock()
        prefix = f"/channels/{channel.id}/messages"
        recent = [
            one
            for one in list(discord.dispatcher.log)[-400:]
            if now - one.at <= _LOOKED_BACK
            and one.method in {"POST", "PATCH"}
            and one.path.startswith(prefix)
        ]
        return {
            "edits": _in_seconds(now, [one.at for one in recent if one.method == "PATCH"]),
            "posts": _in_seconds(now, [one.at for one in recent if one.method == "POST"]),
            "edit_bucket": self._bucket("edit_message", channel),
            "post_bucket": self._bucket("create_message", channel),
        }

    def _bucket(self, name: str, channel: Channel) -> Json:
        state = self._stage.discord.dispatcher.bucket_state(name, channel.id)
        return {
            "limit": state.limit,
            "remaining": state.remaining,
            "resets_in": round(state.reset_after, 1),
        }

    def _show_calls(self) -> list[Json]:
        newest = list(self._stage.discord.dispatcher.log)[-_LOGGED:]
        return [
            {"at": one.at, "method": one.method, "path": one.path[:120], "status": one.status}
            for one in reversed(newest)
        ]

    def picture(self, number: int, place: int) -> tuple[str, bytes]:
        """A picture of a request, with its type. Raises LookupError where there is none."""
        for exchange in self._view.exchanges:
            if exchange.number == number:
                kind, _, encoded = _pictures(exchange.request)[place].partition(";base64,")
                try:
                    return kind.removeprefix("data:"), base64.b64decode(encoded, validate=True)
                except binascii.Error as error:
                    raise LookupError("not a picture") from error
        raise LookupError("no such request")

    # Switches

    def switch_discord(self, name: str, *, is_on: bool) -> None:
        """Raises KeyError for a switch that does not exist."""
        dispatcher = self._stage.discord.dispatcher
        if name == "slow":
            dispatcher.latency = _SLOW if is_on else 0.0
            return
        make = _DISCORD_FAULTS[name]
        present = self._faults.pop(name, None)
        if present is not None:
            dispatcher.faults.planned.remove(present)
        if is_on:
            self._faults[name] = dispatcher.faults.add(make())

    def disturb_gateway(self, action: str) -> None:
        """Raises KeyError for an action that does not exist."""
        gateway = self._stage.discord.gateway
        actions = {
            "drop": gateway.drop,
            "reconnect": gateway.ask_to_reconnect,
            "invalidate": gateway.invalidate,
        }
        actions[action]()

    def switch_endpoint(self, name: str) -> None:
        """Raises ValueError for a behaviour that does not exist."""
        self._view.behaviour = Behaviour(name)


def _in_seconds(now: float, times: list[float]) -> list[int]:
    """Counts of each of the last seconds, oldest first."""
    counts = [0] * int(_LOOKED_BACK)
    for at in times:
        counts[-1 - min(int(now - at), len(counts) - 1)] += 1
    return counts


def _show_exchange(exchange: RecordedExchange, view: EndpointView) -> Json:
    request = exchange.request
    usage = exchange.usage
    return {
        "number": exchange.number,
        "at": exchange.at,
        "model": request.get("model", ""),
        "size": exchange.size,
        "most_output": request.get("max_output_tokens"),
        "instructions": str(request.get("instructions", ""))[:_EXCERPT],
        "turns": _Turns(exchange.number).show(request.get("input")),
        "behaviour": exchange.behaviour.value,
        "status": exchange.status,
        "first_text_after": exchange.first_text_after,
        "seconds": exchange.seconds,
        "pieces": exchange.pieces,
        "ending": exchange.ending,
        "input_tokens": usage.get("input_tokens") if usage else None,
        "output_tokens": usage.get("output_tokens") if usage else None,
        "cached_tokens": (usage.get("input_tokens_details") or {}).get("cached_tokens")
        if usage
        else None,
        "cost": view.prices.cost(usage) if usage and view.prices else None,
    }


@dataclass(slots=True)
class _Turns:
    """Numbers the pictures of a request in the order in which they stand in it."""

    number: int
    pictures: int = field(default=0)

    def show(self, items: Any) -> list[Json]:
        if not isinstance(items, list):
            return []
        return [
            {"role": item.get("role", ""), "parts": [self._part(part) for part in _parts(item)]}
            for item in items
            if isinstance(item, dict)
        ]

    def _part(self, part: Json) -> Json:
        if part.get("type") == "input_file":
            return {"text": f"[{part.get('filename', 'a file')}, as it is]"}
        if part.get("type") != "input_image":
            return {"text": str(part.get("text", ""))[:_EXCERPT]}
        url = f"/_page/requests/{self.number}/{self.pictures}"
        self.pictures += 1
        return {"picture": url, "size": len(str(part.get("image_url", ""))) * 3 // 4}


def _parts(item: Json) -> list[Json]:
    content = item.get("content")
    if isinstance(content, str):
        return [{"type": "input_text", "text": content}]
    return [part for part in content or [] if isinstance(part, dict)]


def _pictures(request: Json) -> list[str]:
    items = request.get("input")
    return [
        str(part.get("image_url", ""))
        for item in (items if isinstance(items, list) else [])
        for part in _parts(item)
        if part.get("type") == "input_image"
    ]
