"""What the operator offers beyond answers, held against what the endpoints are known to have."""

from collections.abc import Iterator, Sequence

from bot.config.values import Config
from bot.responses.endpoint import EndpointSettings
from bot.responses.pictures.settings import PaintingSettings
from bot.terminal.check_result import CheckResult
from bot.terminal.endpoint_check import section_of


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
