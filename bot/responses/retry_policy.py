"""Whether an endpoint is asked again, and after how long."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

from bot.core.answers.events import Failed
from bot.responses.endpoint import EndpointSettings
from bot.responses.stream.errors import is_worth_retrying

_FIRST_WAIT: Final = 0.5  # seconds
_LONGEST_BACKOFF: Final = 8.0  # seconds
_LONGEST_NAMED: Final = 1e9  # seconds or milliseconds; what is beyond is as good as this


def can_ask_again(
    failed: Failed, *, elapsed: float, advice: bool | None, settings: EndpointSettings
) -> bool:
    """Decide after a failure before the first text; `core/endings/text_endings.py` has the rule for each.

    `advice` is the endpoint's own. A failure after a long time is final: the endpoint may have
    done, and billed, the work.
    """
    if advice is False or elapsed > settings.retry_within:
        return False
    if failed.retry_after is not None and failed.retry_after > settings.longest_wait:
        return False
    return is_worth_retrying(failed, advice=advice)


def find_retry_wait(failed: Failed, *, attempt: int, chance: float) -> float:
    """Seconds until the next attempt; `attempt` counts from 1, `chance` lies in [0, 1)."""
    if failed.retry_after is not None:
        return failed.retry_after * (1 + chance / 10)
    backoff = min(_LONGEST_BACKOFF, _FIRST_WAIT * 2.0 ** (attempt - 1))
    return backoff * (1 - chance / 4)


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the endpoint asks to wait; its own clock tells what a date means."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    text = headers.get("Retry-After")
    seconds = _number(text)
    if seconds is not None or text is None:
        return seconds
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, wait.total_seconds())


def read_advice(headers: Mapping[str, str]) -> bool | None:
    return {"true": True, "false": False}.get(headers.get("x-should-retry", "").lower())


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return min(number, _LONGEST_NAMED) if number >= 0 else None
