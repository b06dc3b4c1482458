"""Answers to interactions: the first one, and what follows over the interaction's own webhook."""

from bot.standins.playground import errors
from bot.standins.playground.interactions.lifecycle import Interaction, Interactions
from bot.standins.playground.messages import edits
from bot.standins.playground.render import objects
from bot.standins.playground.rest.routes import NO_CONTENT, RestRequest, RestResponse, RestRoute
from bot.standins.playground.world.state import World

_WEBHOOK = "/webhooks/{application_id}/{token}"
_MESSAGE = _WEBHOOK + "/messages/{message_id}"


class InteractionResponses:
    def __init__(self, world: World, interactions: Interactions) -> None:
        self._world = world
        self._interactions = interactions

    def routes(self) -> list[RestRoute]:
        """None needs the bot's token, and none counts towards the bot's global limit."""
        callback = "/interactions/{interaction_id}/{token}/callback"
        parts = [
            ("POST", callback, self.answer, "other"),
            ("POST", _WEBHOOK, self.follow_up, "webhook"),
            ("GET", _MESSAGE, self.get, "webhook"),
            ("PATCH", _MESSAGE, self.edit, "webhook"),
            ("DELETE", _MESSAGE, self.delete, "webhook"),
        ]
        return [
            RestRoute(
                method=method,
                path=path,
                handler=handler,
                bucket=bucket,
                needs_token=False,
                counts_globally=False,
            )
            for method, path, handler, bucket in parts
        ]

    def answer(self, request: RestRequest) -> RestResponse:
        interaction_id, token = request.match["interaction_id"], request.match["token"]
        body = self._interactions.answer(interaction_id, token, request.body, request.uploads)
        wants_body = request.query.get("with_response", "") in {"1", "true"}
        return RestResponse(200, body) if wants_body else NO_CONTENT

    def follow_up(self, request: RestRequest) -> RestResponse:
        message = self._interactions.follow_up(
            self._interaction(request), request.body, request.uploads
        )
        return RestResponse(200, objects.message(self._world, message))

    def get(self, request: RestRequest) -> RestResponse:
        message = self._interactions.message(
            self._interaction(request), request.match["message_id"]
        )
        return RestResponse(200, objects.message(self._world, message))

    def edit(self, request: RestRequest) -> RestResponse:
        message = self._interactions.message(
            self._interaction(request), request.match["message_id"]
        )
        self._interactions.edit(message, request.body, request.uploads)
        return RestResponse(200, objects.message(self._world, message))

    def delete(self, request: RestRequest) -> RestResponse:
        message = self._interactions.message(
            self._interaction(request), request.match["message_id"]
        )
        edits.erase(self._world, message)
        return NO_CONTENT

    def _interaction(self, request: RestRequest) -> Interaction:
        if request.id("application_id") != self._world.bot.id:
            raise errors.unknown_webhook()
        return self._interactions.by_token(request.match["token"])
