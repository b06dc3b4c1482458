"""Errors about quotas: limits that leave no room, and blocks.

The tree of all errors is drawn in `core/errors.py`.
"""

from bot.core.errors import Refusal
from bot.core.quota.limits import Block
from bot.core.quota.standings import Standing


class QuotaExceeded(Refusal):
    """A limit or a cap leaves no room for a useful answer.

    `has_price`: what the model costs is known; without it nothing fits under a limit in dollars.
    `is_direct`: in direct messages, which nobody moderates.
    """

    def __init__(
        self, standing: Standing, *, has_price: bool = True, is_direct: bool = False
    ) -> None:
        super().__init__()
        self.standing = standing
        self.has_price = has_price
        self.is_direct = is_direct


class Blocked(Refusal):
    """Nobody, or not this user, is answered there at present: blocked, or paused.

    `is_operators`: by the configuration, which no moderator can change.
    """

    def __init__(self, block: Block, *, is_operators: bool = False) -> None:
        super().__init__()
        self.block = block
        self.is_operators = is_operators
