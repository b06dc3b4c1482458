"""The bounds of one answer, and the room that they leave."""

from dataclasses import dataclass, replace

from bot.core.models.calibration import UNCALIBRATED, Calibration
from bot.core.models.tokens import Detail, ImageRule, Purse, UnknownRule

_NOTHING_KNOWN = UnknownRule()


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Limits for one answer and its request, by the quota, the model and the settings."""

    allowance: int  # tokens, input and output together
    context_tokens: int  # the model's window, input and output together
    max_output_tokens: int  # the configured ceiling
    smallest_output: int  # tokens; an answer with less room is of no use
    max_images: int
    rule: ImageRule = _NOTHING_KNOWN
    detail: Detail = Detail.AUTO
    overhead: int = 0  # tokens of what every request carries besides turns: the list of tools
    calibration: Calibration = UNCALIBRATED
    takes_files: bool = False  # the endpoint reads PDFs by itself
    purse: Purse | None = None  # what it may cost besides; None: as much as its tokens do

    @property
    def total(self) -> int:
        return min(self.allowance, self.context_tokens)

    @property
    def output_share(self) -> int:
        """Tokens that history leaves to the answer: the ceiling, but at most half of everything."""
        half = self.total // 2
        if self.purse is not None:
            half = min(half, replace(self.purse, microusd=self.purse.microusd // 2).output_room(0))
        return max(self.smallest_output, min(self.max_output_tokens, half))

    def input_room(self, output: int) -> int:
        """Tokens that may be sent where so many are left to the answer; perhaps below nothing."""
        room = self.total - output
        return room if self.purse is None else min(room, self.purse.input_room(output))

    def output_room(self, input_tokens: int) -> int:
        """Tokens that are left to the answer where so many are sent; perhaps below nothing."""
        room = min(self.max_output_tokens, self.total - input_tokens)
        return room if self.purse is None else min(room, self.purse.output_room(input_tokens))
