"""What moderators promise beyond the operator's ceiling: it is done, and remarked on."""

from bot.core import wording
from bot.core.quota.limit_changes import is_beyond
from bot.core.quota.limits import Limit, Unit


def ceiling_remarks(ceiling: Limit | None, unit: Unit, amount: int | None) -> list[str]:
    """`amount` None: unlimited."""
    if ceiling is None or not is_beyond(amount, unit, ceiling):
        return []
    return [wording.ceiling_binds(ceiling)]
