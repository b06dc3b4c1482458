"""Answers to interactions: the first one, and what follows over the interaction's own webhook."""

from bot.standins.playground import errors
from bot.standins.playground.interactions.lifecycle import Interaction, Interactions
from bot.standins.playground.messages import edits
from bot.standins.playground.render import objects
from bot.standins.playground.rest.routes import NOTHING, Call, Reply, Route
from bot.standins.playground.world.state import World

_WEBHOOK = "/webhooks/{application_id}/{token}"
_MESSAGE = _WEBHOOK + "/messages/{message_id}"


class Answers:
    def __init__(self, world: World, interactions: Interactions) -> None:
        self._world = world
        self._interactions = interactions

    def routes(self) -> list[Route]:
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
            Route(
                method=method,
                path=path,
                handler=handler,
                bucket=bucket,
                needs_token=False,
                counts_globally=False,
            )
            for method, path, handler, bucket in parts
        ]

    def answer(self, call: Call) -> Reply:
        interaction_id, token = call.match["interaction_id"], call.match["token"]
        body = self._interactions.answer(interaction_id, token, call.body, call.uploads)
        wants_body = call.query.get("with_response", "") in {"1", "true"}
        return Reply(200, body) if wants_body else NOTHING

    def follow_up(self, call: Call) -> Reply:
        message = self._interactions.follow_up(self._interaction(call), call.body, call.uploads)
        return Reply(200, objects.message(self._world, message))

    def get(self, call: Call) -> Reply:
        message = self._interactions.message(self._interaction(call), call.match["message_id"])
        return Reply(200, objects.message(self._world, message))

    def edit(self, call: Call) -> Reply:
        message = self._interactions.message(self._interaction(call), call.match["message_id"])
        self._interactions.edit(message, call.body, call.uploads)
        return Reply(200, objects.message(self._world, message))

    def delete(self, call: Call) -> Reply:
        message = self._interactions.message(self._interaction(call), call.match["message_id"])
        edits.erase(self._world, message)
        return NOTHING

    def _interaction(self, call: Call) -> Interaction:
        if call.id("application_id") != self._world.bot.id:
            raise errors.unknown_webhook()
        return self._interactions.by_token(call.match["token"])
