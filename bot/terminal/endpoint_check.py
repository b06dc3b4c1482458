"""Is the endpoint fit for a bot that sees? Asked with a word and a picture; only an answer proves it."""

import difflib
from base64 import b64decode
from collections.abc import AsyncIterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from bot.config.named_endpoints import ENDPOINTS, FIRST
from bot.core import wording
from bot.core.answers.events import Completed, Ended, Failed, Failure, Incomplete, Refused
from bot.core.conversation.turns import Image, ModelRequest, Role, Turn
from bot.core.models.tokens import ModelCard
from bot.responses.client import ResponsesModel
from bot.responses.endpoint import EndpointSettings, find_url, is_near
from bot.responses.profiles import COMPATIBLE
from bot.terminal.check_result import CheckResult

ENDPOINT_SUBJECT: Final = "endpoint"

_PROBE_TOKENS: Final = 64  # of output; enough for a word, and above every endpoint's minimum
_SIDE: Final = 64  # pixels; smaller pictures are refused by some models
_RED: Final = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAT0lEQVR42u3PQQkAAAgEsIty/dMYyQi+hcEKLNO+Fg"
    "EBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQGBywI6LQEAwyG+sAAAAABJRU5ErkJggg=="
)
_PICTURE: Final = Image(
    hash="probe", media_type="image/png", width=_SIDE, height=_SIDE, name="probe.png"
)
_NAMED_AT_MOST: Final = 3  # models
# After these a second question without a picture would tell nothing new.
_NOT_THE_PICTURES: Final = frozenset(
    {
        Failure.UNREACHABLE,
        Failure.TIMED_OUT,
        Failure.OVERLOADED,
        Failure.KEY_REJECTED,
        Failure.OUT_OF_BALANCE,
        Failure.MODEL_UNKNOWN,
        Failure.NOT_AN_ENDPOINT,
    }
)


async def examine(model: ResponsesModel) -> AsyncIterator[CheckResult]:
    """Give the results for one model at its endpoint. A few tokens are spent."""
    doubt = judge_effort(model.settings, model.card)
    if doubt is not None:
        yield doubt
    ended = await _ask(model, _PICTURE)
    if not isinstance(ended, Failed):
        yield _report_success(model, ended)
    elif ended.failure in _NOT_THE_PICTURES:
        yield _report_failure(model, ended, await _advise(model, ended))
    elif isinstance(await _ask(model), Failed):
        yield _report_failure(model, ended, wording.operator_advice(ended.failure))
    else:
        yield _report_failure(
            model,
            ended,
            f"{model.settings.model} answers, but not where a picture comes along: "
            "choose a model that sees, or give the server what it needs for pictures",
        )
    if model.concessions:
        yield _name_concessions(model)


def name_of(settings: EndpointSettings) -> str:
    """Name an endpoint among several; empty for the first, which has a section of its own."""
    return "" if settings.name == FIRST else settings.name


def section_of(settings: EndpointSettings) -> str:
    return "[endpoint]" if settings.name == FIRST else f"[{ENDPOINTS}.{settings.name}]"


def judge_address(settings: EndpointSettings) -> CheckResult | None:
    """Warn of a key that anybody on the way can read."""
    address = urlsplit(settings.base_url)
    if address.scheme != "http" or is_near(address.hostname or ""):
        return None
    carried = "key, questions and pictures travel" if settings.api_key else "pictures travel"
    return CheckResult(
        subject=ENDPOINT_SUBJECT,
        name=name_of(settings),
        is_good=True,
        is_risky=True,
        found=f"{settings.base_url} is not encrypted: {carried} in clear over the internet",
        advice=f"write https:// in `{section_of(settings)} base_url`",
    )


def judge_effort(settings: EndpointSettings, card: ModelCard) -> CheckResult | None:
    """Warn of an effort that the model is known to refuse: it would get another one, or none."""
    wanted = settings.reasoning_effort
    if wanted is None or card.efforts is None or wanted in card.efforts:
        return None
    accepted = _list([f"`{each}`" for each in card.efforts], "or") if card.efforts else "none"
    return CheckResult(
        subject=ENDPOINT_SUBJECT,
        name=name_of(settings),
        is_good=True,
        is_risky=True,
        found=f"{card.name} is not known to accept `reasoning_effort` {wanted}",
        advice=f"write one that it accepts ({accepted}) in {section_of(settings)}, or leave it out",
    )


def find_nearest(name: str, offered: Sequence[str]) -> str:
    """Say which of the offered models may be meant; empty where none are known."""
    if not offered:
        return ""
    by_name = {each.lower(): each for each in offered}
    near = difflib.get_close_matches(name.lower(), by_name, n=_NAMED_AT_MOST, cutoff=0.5)
    if near:
        return f"did you mean {_list([f'`{by_name[each]}`' for each in near], 'or')}?"
    more = len(offered) - _NAMED_AT_MOST
    named = [f"`{each}`" for each in offered[:_NAMED_AT_MOST]]
    return f"it offers {_list([*named, f'{more} more'] if more > 0 else named, 'and')}"


def _list(words: Sequence[str], last: str) -> str:
    *firsts, end = words
    return f"{', '.join(firsts)} {last} {end}" if firsts else end


async def _ask(model: ResponsesModel, *images: Image) -> Ended | None:
    request = ModelRequest(
        instructions="You are being tested.",
        turns=(Turn(role=Role.USER, text="Answer with one word: ready", images=images),),
        max_output_tokens=_PROBE_TOKENS,
        image_bytes={_PICTURE.hash: _RED},
    )
    ended: Ended | None = None
    async with model.stream(request) as stream:
        async for event in stream:
            if isinstance(event, Completed | Incomplete | Refused | Failed):
                ended = event
    return ended


def _report_success(model: ResponsesModel, ended: Ended | None) -> CheckResult:
    model_name, name = model.settings.model, name_of(model.settings)
    usage = ended.usage if ended is not None else None
    if usage is None:
        return CheckResult(
            subject=ENDPOINT_SUBJECT,
            name=name,
            is_good=True,
            found=f"{model_name} answers",
            advice="it does not report its usage: quotas will count estimates",
        )
    found = f"{model_name} answers ({usage.total_tokens} tokens)"
    return CheckResult(subject=ENDPOINT_SUBJECT, name=name, is_good=True, found=found)


def _report_failure(model: ResponsesModel, failed: Failed, advice: str) -> CheckResult:
    settings = model.settings
    which = f"{settings.model}: " if settings.models else ""  # else there is no doubt
    status = f"HTTP {failed.status}: " if failed.status else ""
    found = f"{which}{status}{failed.detail or failed.failure.value}"
    return CheckResult(
        subject=ENDPOINT_SUBJECT, name=name_of(settings), is_good=False, found=found, advice=advice
    )


async def _advise(model: ResponsesModel, failed: Failed) -> str:
    """Say more than the failure does, where settings or the endpoint's list of models help."""
    usual = wording.operator_advice(failed.failure)
    match failed.failure:
        case Failure.MODEL_UNKNOWN:
            return find_nearest(model.settings.model, await model.list_models()) or usual
        case Failure.KEY_REJECTED if _may_want_the_key_alone(model.settings):
            return f'{usual} If it is, try `authorization = "raw"` in {section_of(model.settings)}.'
        case Failure.NOT_AN_ENDPOINT:
            return await _advise_on_address(model, failed, usual)
        case _:
            return usual


async def _advise_on_address(model: ResponsesModel, failed: Failed, usual: str) -> str:
    if failed.detail.startswith("redirects to "):
        return f"write the address itself into `{section_of(model.settings)} base_url`"
    if await model.list_models():
        return "it lists models, but has no /responses: update the server, or use one that has it"
    return f"{usual} Asked was {find_url(model.settings.base_url)}"


def _may_want_the_key_alone(settings: EndpointSettings) -> bool:
    """GPTProto's pages show both ways; what is not known may want either."""
    is_open = settings.profile in ("gptproto", COMPATIBLE.profile)
    return is_open and settings.authorization == "bearer"


def _name_concessions(model: ResponsesModel) -> CheckResult:
    names = ", ".join(f"`{name}`" for name in model.concessions)
    return CheckResult(
        subject=ENDPOINT_SUBJECT,
        name=name_of(model.settings),
        is_good=True,
        found=f"it refuses {names}",
        advice="the bot does without; a `profile` or the keys of "
        f"{section_of(model.settings)} spare it the refusal",
    )
