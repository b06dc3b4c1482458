"""From checked values to the rooms' own settings."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bot.chat.settings import AnswerSettings, CatchUpSettings
from bot.config.key import Values
from bot.config.kinds.caps import ceiling_of
from bot.config.known_models import make_overrides
from bot.config.named_endpoints import ENDPOINTS, FIRST, TIMEOUTS, endpoint_names
from bot.config.picture_settings import painting_settings, picture_settings
from bot.config.values import Config, LoggingSettings, ProcessSettings
from bot.core.models.tokens import Detail
from bot.core.models.tools import Location, SearchContext, WebSearch
from bot.core.quota.rules import OperatorRules, default_limits
from bot.core.secrets import Secret
from bot.gateway.settings import DiscordSettings
from bot.images.settings import FileSettings, ImageSettings
from bot.responses.endpoint import EndpointSettings
from bot.responses.models import ModelOverrides
from bot.responses.profiles import find_profile

_NO_SECRET = Secret("")
_AFTER_THE_LIMIT = 60.0  # seconds: the answer's own limit ends it first, and in good order


def assemble_config(values: Values, models: Values) -> Config:
    """Hand each room what it asked for; what is missing and was not needed is empty."""
    overrides = {name: make_overrides(said) for name, said in models.items()}
    endpoints = (
        _endpoint(FIRST, "endpoint", values, overrides),
        *(
            _endpoint(name, f"{ENDPOINTS}.{name}", values, overrides)
            for name in endpoint_names(values)
        ),
    )
    return Config(
        discord=_discord(values["discord"]),
        endpoint=endpoints[0],
        further_endpoints=endpoints[1:],
        database_url=values["database"]["url"],
        images=ImageSettings(**values["images"]),
        files=FileSettings(
            **values["files"], keeps_documents=any(each.takes_files for each in endpoints)
        ),
        answers=_answers(values),
        catch_up=CatchUpSettings(
            **values["catch_up"],
            owner=values["process"]["name"],
            answer_within=values["answers"]["answer_after_restart"],
        ),
        pictures=picture_settings(values["pictures"]),
        painting=painting_settings(values["pictures"], endpoints),
        process=ProcessSettings(**values["process"]),
        operator_rules=_operator_rules(values["quota"]),
        logging=LoggingSettings(**values["logging"]),
    )


def _discord(section: Mapping[str, Any]) -> DiscordSettings:
    return DiscordSettings(**{**section, "token": section["token"] or _NO_SECRET})


def _endpoint(
    name: str, place: str, values: Values, overrides: Mapping[str, ModelOverrides]
) -> EndpointSettings:
    return endpoint_settings(
        values[place],
        values[f"{place}.{TIMEOUTS}"],
        name=name,
        overrides=overrides,
        longest_answer=values["answers"]["time_limit"] + _AFTER_THE_LIMIT,
    )


def endpoint_settings(
    section: Mapping[str, Any], timeouts: Mapping[str, Any], **others: object
) -> EndpointSettings:
    """One endpoint, by the values of `ENDPOINT_KEYS` and `TIMEOUT_KEYS`; `others` have no keys.

    What is set by hand comes before what its profile says.
    """
    base_url = section["base_url"] or ""
    profile = find_profile(section["profile"], base_url)
    traits = {trait.name: getattr(profile, trait.name) for trait in fields(profile)}
    given = {
        **section,
        **{f"{name}_timeout": seconds for name, seconds in timeouts.items()},
        "profile": profile.profile,
        "base_url": base_url,
        "model": section["model"] or "",
        "detail": None if section["detail"] is Detail.AUTO else section["detail"],
        **others,
    }
    by_hand = {name: value for name, value in given.items() if value is not None}
    return EndpointSettings(**(traits | by_hand))


def _answers(values: Values) -> AnswerSettings:
    quota = values["quota"]
    return AnswerSettings(
        tokens_per_day=quota["tokens_per_day"],
        tokens_per_answer=quota["tokens_per_answer"],
        smallest_answer=quota["smallest_answer"],
        zone=quota["time_zone"],
        automatic_channels=values["triggers"]["automatic_channels"],
        newest_turns=values["history"]["newest_turns"],
        max_images=values["history"]["max_images"],
        time_limit=values["answers"]["time_limit"],
        instructions=values["answers"]["instructions"],
        owner=values["process"]["name"],
        max_output_tokens=values["endpoint"]["max_output_tokens"],
        detail=values["endpoint"]["detail"],
        grace_period=values["answers"]["grace_period"],
        answer_after_restart=values["answers"]["answer_after_restart"],
        web_search=_web_search(values["web_search"]),
        search_price=values["web_search"]["price"] or 0,
        has_functions=values["tools"]["functions"],
    )


def _operator_rules(section: Mapping[str, Any]) -> OperatorRules:
    return OperatorRules(
        default=default_limits(section["tokens_per_day"]),
        caps=section["caps"],
        server_ceiling=ceiling_of(
            section["server_ceiling"], tokens_per_day=section["tokens_per_day"]
        ),
        blocked_users=section["blocked_users"],
        blocked_servers=section["blocked_servers"],
    )


def _web_search(section: Mapping[str, Any]) -> WebSearch | None:
    if not section["offered"]:
        return None
    zone = section["time_zone"]
    location = Location(
        country=section["country"] or "",
        region=section["region"] or "",
        city=section["city"] or "",
        timezone="" if zone is None else zone.key,
    )
    return WebSearch(
        context=SearchContext(section["context"]),
        allowed_domains=section["allowed_domains"],
        location=None if location == Location() else location,
    )
