"""`glimpse check`: whether everything is there that a bot needs, a line for each, and what to do."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from bot.config.loader import load_config
from bot.config.sections import BUILT_IN
from bot.config.values import Config
from bot.core.errors import (
    ConfigurationError,
    DatabaseDamaged,
    DatabaseUnavailable,
    StoreError,
    SurfaceForbidden,
    SurfaceUnavailable,
)
from bot.gateway.portal import BotAccount, ask_portal
from bot.gateway.settings import DiscordSettings
from bot.resources import is_built_in, open_resources
from bot.responses.endpoint import EndpointSettings
from bot.responses.pictures.settings import PaintingSettings
from bot.terminal.check_result import CheckResult
from bot.terminal.endpoint_check import (
    ENDPOINT_SUBJECT,
    examine,
    judge_address,
    name_of,
    section_of,
)

INVITE_PERMISSIONS = 309_237_763_072  # view, send, embed, attach, history, threads
_UNREACHABLE = "see `[database] url`, and whether the server runs or the folder can be written"


async def check(path: Path | None, environ: Mapping[str, str], output: TextIO) -> int:
    """Print a table; returns 0 where all is well, 1 otherwise."""
    is_all_good = True
    # A pipe or a file gets a line for each, whole, to be searched.
    columns = shutil.get_terminal_size().columns if output.isatty() else None
    async for result in _results(path, environ):
        is_all_good = is_all_good and result.is_good
        output.write(result.written(columns))
        output.flush()
    return 0 if is_all_good else 1


async def _results(path: Path | None, environ: Mapping[str, str]) -> AsyncIterator[CheckResult]:
    try:
        config = load_config(path, environ)
    except ConfigurationError as error:
        for problem in error.problems:
            yield CheckResult(subject="configuration", is_good=False, found=problem)
        return
    where = str(path) if path is not None else "no file; from the environment and defaults"
    yield CheckResult(subject="configuration", is_good=True, found=where)
    yield await _check_database(config)
    async for result in _check_discord(config.discord):
        yield result
    async for result in _check_endpoints(config):
        yield result
    for result in judge_offers(config):
        yield result


async def _check_database(config: Config) -> CheckResult:
    from bot.store.integrity import check_quickly
    from bot.store.schema.migrations import current_revision
    from bot.store.schema.revisions import HEAD

    url = config.database_url.reveal()
    try:
        await check_quickly(url)
        revision = await current_revision(url)
        _check_folder(url)
    except StoreError as error:
        return CheckResult(
            subject="database",
            is_good=False,
            found=str(error),
            advice="" if isinstance(error, DatabaseDamaged) else _UNREACHABLE,
        )
    if revision in (None, HEAD):
        state = "empty; made at the first start" if revision is None else f"revision {revision}"
        return CheckResult(subject="database", is_good=True, found=state)
    return CheckResult(
        subject="database",
        is_good=True,
        found=f"revision {revision}, {HEAD} is newer",
        advice="brought up to date at the next start, or by `glimpse database upgrade`",
    )


def _check_folder(url: str) -> None:
    """SQLite makes its file, but not the folder; and it keeps its journal beside the file."""
    from bot.store.engine.engines import parse_url, sqlite_file

    file = sqlite_file(parse_url(url))
    if file is not None and not os.access(file.parent, os.W_OK | os.X_OK):
        raise DatabaseUnavailable(f"the folder `{file.parent}` is missing or can't be written")


async def _check_discord(settings: DiscordSettings) -> AsyncIterator[CheckResult]:
    try:
        account = await _ask(settings)
    except SurfaceForbidden as error:
        yield CheckResult(
            subject="Discord token",
            is_good=False,
            found=str(error),
            advice="copy the token anew from the Bot page of Discord's developer portal",
        )
        return
    except SurfaceUnavailable as error:
        yield CheckResult(
            subject="Discord token",
            is_good=False,
            found=f"Discord can't be asked ({error})",
            advice="check the network, and `[discord] api_url` if it is set",
        )
        return
    yield CheckResult(
        subject="Discord token",
        is_good=True,
        found=f"it is {account.name}'s",
        advice=f"invite it: {_invite(account)}",
    )
    yield _judge_intent(settings, account)


async def _ask(settings: DiscordSettings) -> BotAccount:
    if not settings.token:
        raise SurfaceForbidden("there is none: set DISCORD_TOKEN or `[discord] token`")
    return await ask_portal(settings)


def _invite(account: BotAccount) -> str:
    return (
        f"https://discord.com/oauth2/authorize?client_id={account.application_id}"
        f"&scope=bot+applications.commands&permissions={INVITE_PERMISSIONS}"
    )


def _judge_intent(settings: DiscordSettings, account: BotAccount) -> CheckResult:
    wanted, granted = settings.message_content_intent, account.may_read_content
    if wanted and not granted:
        return CheckResult(
            subject="intents",
            is_good=False,
            found="Message Content Intent is wanted, but off in the portal",
            advice="turn it on (portal → Bot), or set `[discord] message_content_intent = false`",
        )
    found = "Message Content Intent is on" if wanted else "without Message Content Intent"
    advice = "" if wanted else "only mentions, replies with a ping and direct messages are seen"
    return CheckResult(subject="intents", is_good=True, found=found, advice=advice)


async def _check_endpoints(config: Config) -> AsyncIterator[CheckResult]:
    """Every model of every endpoint, each by itself: nothing falls over to another."""
    complete = [each for each in config.endpoints if _is_complete(each)]
    for settings in config.endpoints:
        if settings not in complete:
            yield CheckResult(
                subject=ENDPOINT_SUBJECT,
                name=name_of(settings),
                is_good=False,
                found=f"`{section_of(settings)} base_url` or `model` is missing",
                advice="see config.example.toml for the usual ones; or, without a model,"
                f' `base_url = "{BUILT_IN}"`',
            )
    if not complete:
        return
    there = replace(config, endpoint=complete[0], further_endpoints=tuple(complete[1:]))
    async with open_resources(there) as resources:
        for endpoint in resources.models.endpoints:
            warning = judge_address(endpoint.models[0].settings)
            if warning is not None:
                yield warning
            for model in endpoint.models:
                async for result in examine(model):
                    yield result


def _is_complete(settings: EndpointSettings) -> bool:
    return bool(settings.base_url) and (bool(settings.model) or is_built_in(settings))


def judge_offers(config: Config) -> Iterator[CheckResult]:
    """Warn of what is offered and would come to nothing."""
    if config.answers.web_search is not None:
        yield from _judge_search(config.endpoints)
    if config.painting is not None:
        yield from _judge_painting(config.painting)


def _judge_search(endpoints: Sequence[EndpointSettings]) -> Iterator[CheckResult]:
    if any(endpoint.has_web_search for endpoint in endpoints):
        return
    yield _warn(
        "web search",
        "is offered, but no endpoint is known to search the web",
        f"set `has_web_search = true` in {section_of(endpoints[0])} if it does, "
        "or `[web_search] offered = false`",
    )


def _judge_painting(painting: PaintingSettings) -> Iterator[CheckResult]:
    endpoint, is_tool = painting.endpoint, painting.card.caller is not None
    if endpoint.has_image_tool if is_tool else endpoint.has_images_api:
        return
    way, key = (
        ("the tool `image_generation`", "has_image_tool")
        if is_tool
        else ("the Images API", "has_images_api")
    )
    yield _warn(
        "pictures",
        f"are to be made through {way}, which {endpoint.name} is not known to have",
        f"set `{key} = true` in {section_of(endpoint)} if it has, "
        "or choose another way in [pictures]",
    )


def _warn(subject: str, found: str, advice: str) -> CheckResult:
    return CheckResult(subject=subject, is_good=True, is_risky=True, found=found, advice=advice)
