"""The bot itself: who it is, where its gateway is, and its commands."""

from bot.standins.playground import errors
from bot.standins.playground.errors import Json
from bot.standins.playground.gateway.connections import CONTENT_FLAG, Gateway
from bot.standins.playground.interactions.commands import Commands
from bot.standins.playground.render import objects
from bot.standins.playground.rest.routes import NO_CONTENT, RestRequest, RestResponse, RestRoute
from bot.standins.playground.world.intents import Intent
from bot.standins.playground.world.state import World

_GLOBAL = "/applications/{application_id}/commands"
_OWN = "/applications/{application_id}/guilds/{guild_id}/commands"


class Application:
    def __init__(self, world: World, gateway: Gateway, commands: Commands) -> None:
        self._world = world
        self._gateway = gateway
        self._commands = commands
        self.recommended_shards = 1

    def routes(self) -> list[RestRoute]:
        every = [
            RestRoute(method="GET", path="/users/@me", handler=self.me),
            RestRoute(method="GET", path="/oauth2/applications/@me", handler=self.application),
            RestRoute(method="GET", path="/applications/@me", handler=self.application),
            RestRoute(method="GET", path="/gateway", handler=self.gateway, needs_token=False),
            RestRoute(method="GET", path="/gateway/bot", handler=self.gateway_for_bot),
            RestRoute(method="GET", path=_OWN + "/permissions", handler=self.permitted),
        ]
        for path in (_GLOBAL, _OWN):
            every += [
                RestRoute(method="GET", path=path, handler=self.commands),
                RestRoute(method="PUT", path=path, handler=self.overwrite_commands),
                RestRoute(method="POST", path=path, handler=self.add_command),
                RestRoute(method="GET", path=path + "/{command_id}", handler=self.command),
                RestRoute(method="PATCH", path=path + "/{command_id}", handler=self.edit_command),
                RestRoute(
                    method="DELETE", path=path + "/{command_id}", handler=self.remove_command
                ),
            ]
        return every

    def me(self, _: RestRequest) -> RestResponse:
        own: Json = {"verified": True, "email": None, "mfa_enabled": True, "locale": "en-US"}
        return RestResponse(200, objects.user(self._world.bot) | own)

    def application(self, _: RestRequest) -> RestResponse:
        content = bool(self._world.privileged & Intent.MESSAGE_CONTENT)
        bot = self._world.bot
        body: Json = {
            "id": str(bot.id),
            "name": bot.name,
            "description": "",
            "icon": None,
            "bot_public": True,
            "bot_require_code_grant": False,
            "owner": objects.user(bot) | {"bot": False},
            "verify_key": "0" * 64,
            "flags": CONTENT_FLAG if content else 0,
            "flags_new": str(CONTENT_FLAG if content else 0),
            "type": None,
            "team": None,
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": ["bot", "applications.commands"],
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "bot": objects.user(bot),
            "approximate_guild_count": len(self._world.guilds),
        }
        return RestResponse(200, body)

    def gateway(self, _: RestRequest) -> RestResponse:
        return RestResponse(200, {"url": self._gateway_url})

    def gateway_for_bot(self, _: RestRequest) -> RestResponse:
        limit = {
            "total": 1000,
            "remaining": 1000 - len(self._gateway.identified),
            "reset_after": 86_400_000,
            "max_concurrency": self._gateway.max_concurrency,
        }
        body: Json = {
            "url": self._gateway_url,
            "shards": self.recommended_shards,
            "session_start_limit": limit,
        }
        return RestResponse(200, body)

    @property
    def _gateway_url(self) -> str:
        return f"{self._world.base_url.replace('http', 'ws', 1)}/gateway"

    def commands(self, request: RestRequest) -> RestResponse:
        return RestResponse(200, self._commands.all(self._scope(request)))

    def permitted(self, request: RestRequest) -> RestResponse:
        guild_id = self._scope(request)
        return RestResponse(200, [] if guild_id is None else self._commands.permitted(guild_id))

    def overwrite_commands(self, request: RestRequest) -> RestResponse:
        return RestResponse(200, self._commands.overwrite(request.body, self._scope(request)))

    def add_command(self, request: RestRequest) -> RestResponse:
        before = self._commands.created
        command = self._commands.upsert(request.body, self._scope(request))
        return RestResponse(201 if self._commands.created > before else 200, command)

    def command(self, request: RestRequest) -> RestResponse:
        return RestResponse(
            200, self._commands.get(request.match["command_id"], self._scope(request))
        )

    def edit_command(self, request: RestRequest) -> RestResponse:
        command_id = request.match["command_id"]
        return RestResponse(
            200, self._commands.edit(command_id, request.body, self._scope(request))
        )

    def remove_command(self, request: RestRequest) -> RestResponse:
        self._commands.remove(request.match["command_id"], self._scope(request))
        return NO_CONTENT

    def _scope(self, request: RestRequest) -> int | None:
        """The server whose commands are meant; None: global ones."""
        if request.id("application_id") != self._world.bot.id:
            raise errors.DiscordError(403, 20012, "You are not authorized to perform this action")
        return self._world.guild(request.id("guild_id")).id if "guild_id" in request.match else None
