"""Two endpoints over real sockets, and a clock to be set."""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import aiohttp

from bot.core.answers.events import (
    Began,
    Failed,
    Failure,
    StreamEvent,
)
from bot.core.conversation.turns import ModelRequest, Role, Turn
from bot.core.endpoints.outages import Notice
from bot.core.secrets import Secret
from bot.responses.circuits import Circuits
from bot.responses.client import EndpointSettings, ResponsesModel
from bot.responses.route import Endpoint, RoutedModel, Routes
from tests.scripted_endpoint import Script, ScriptedEndpoint

KEY = "key-0123456789"


BALANCE = Script(status=429, code="insufficient_quota", error="You exceeded your current quota.")


DOWN = Script(status=500)


@dataclass(kw_only=True)
class TwoEndpoints:
    """Two endpoints: "main" has gpt-5.2-pro and small, "backup" has spare. A clock to be set."""

    main: ScriptedEndpoint
    backup: ScriptedEndpoint
    session: aiohttp.ClientSession
    now: float = 0.0
    notices: list[Notice] = field(default_factory=list)
    routes: Routes = field(init=False)

    def __post_init__(self) -> None:
        self.routes = self.open()

    def open(self, key: str = KEY, **changes: Any) -> Routes:
        main = self.endpoint("main", self.main, "gpt-5.2-pro", "small", key=key, **changes)
        backup = self.endpoint("backup", self.backup, "spare", key=KEY)
        self.routes = Routes([main, backup], Circuits(lambda: self.now, self.notices.append))
        return self.routes

    def endpoint(
        self, name: str, server: ScriptedEndpoint, *models: str, key: str, **changes: Any
    ) -> Endpoint:
        settings = [
            EndpointSettings(
                base_url=server.base_url, model=model, name=name, api_key=Secret(key), **changes
            )
            for model in models
        ]
        return Endpoint(
            name=name,
            models=tuple(
                ResponsesModel(each, self.session, random=lambda: 0.0, sleep=no_sleep)
                for each in settings
            ),
        )

    async def ask(self, name: str | None = None, **changes: Any) -> list[StreamEvent]:
        return await answer(self.routes.choose(name), **changes)

    def notices_of(self, kind: type[Notice]) -> list[Notice]:
        return [notice for notice in self.notices if isinstance(notice, kind)]


async def no_sleep(_seconds: float) -> None:
    """Retries are at once."""


async def answer(
    model: RoutedModel, *, limit: int = 1_000, needs_price: bool = False
) -> list[StreamEvent]:
    request = ModelRequest(
        instructions="Be brief.",
        turns=(Turn(role=Role.USER, text="Hi"),),
        max_output_tokens=limit,
        needs_price=needs_price,
    )
    async with model.stream(request) as stream:
        return [event async for event in stream]


def asked(events: list[StreamEvent]) -> list[str]:
    """The endpoints that were asked, in their order, whether once or more often."""
    began = (event.endpoint for event in events if isinstance(event, Began))
    return [endpoint for endpoint, _ in groupby(began)]


def failure_of(events: list[StreamEvent]) -> Failure:
    assert isinstance(events[-1], Failed)
    return events[-1].failure
