"""A shard's session: its events are numbered and kept, so that it can be resumed."""

import json
from collections import deque
from dataclasses import dataclass, field

from bot.standins.playground.errors import Json
from bot.standins.playground.gateway.sockets import Socket
from bot.standins.playground.world.intents import Intent
from bot.standins.playground.world.state import Event


@dataclass(kw_only=True, slots=True, eq=False)
class Session:
    id: str
    intents: int
    shard_id: int
    shard_count: int
    socket: Socket | None
    kept: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=10_000))
    last: int = 0  # the number of the newest event

    def wants(self, event: Event) -> bool:
        """Whether the event's intent is switched on and its server belongs to this shard."""
        if event.intent and not self.intents & event.intent:
            return False
        return self.covers(event.guild_id)

    def covers(self, guild_id: int | None) -> bool:
        """Direct messages belong to shard 0."""
        shard = 0 if guild_id is None else (guild_id >> 22) % self.shard_count
        return shard == self.shard_id

    @property
    def sees_content(self) -> bool:
        return bool(self.intents & Intent.MESSAGE_CONTENT)

    def tell(self, name: str, data: Json) -> None:
        self.tell_text(name, json.dumps(data))

    def tell_text(self, name: str, data: str) -> None:
        """`data` is JSON already: one event goes to several sessions."""
        self.last += 1
        text = f'{{"op":0,"t":"{name}","s":{self.last},"d":{data}}}'
        self.kept.append((self.last, text))
        if self.socket is not None:
            self.socket.send_text(text)

    def can_replay_from(self, seen: int) -> bool:
        """Whether everything after event number `seen` is still kept."""
        oldest = self.kept[0][0] if self.kept else self.last + 1
        return oldest - 1 <= seen <= self.last

    def replay(self, seen: int) -> None:
        if self.socket is None:
            return
        for number, text in self.kept:
            if number > seen:
                self.socket.send_text(text)
