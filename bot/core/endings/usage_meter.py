"""Counts what one answer uses, call by call, so that it can be charged however it ends."""

from dataclasses import replace

from bot.core.answers.events import Began, Ending, Usage
from bot.core.endings.charges import (
    CallUsage,
    add_extra,
    charge_calls,
    count_call,
    limit_call,
    limit_calls,
)
from bot.core.models.calibration import Estimate
from bot.core.models.output_bound import with_margin
from bot.core.models.tokens import ModelCard, Purse, estimate_text
from bot.core.quota.allowance import Allowance, Charge


class UsageMeter:
    """Counts tokens and money over all calls of one answer.

    A call is counted by the endpoint's report, or by an estimate of what was sent and written. No
    report counts for more output than was allowed and the margin for counting, and all calls
    together for no more than was reserved and that margin.
    """

    def __init__(self, card: ModelCard) -> None:
        self.card = card  # of the model that answers
        self.endpoint = ""  # that is asked; empty: none yet
        self.text = ""  # what the model has written since the last `give_up`
        self.claimed = 0  # tokens that endpoints have reported, however many of them are charged
        self._sent = 0  # estimated input tokens of the present call; 0: none was sent
        self._most_output: int | None = None  # tokens allowed to the present call
        self._unseen = 0  # tokens of the present call that are thinking, or a function's arguments
        self._sample: Estimate | None = None  # of the input, uncalibrated; None: nothing to learn
        self._reported: Usage | None = None
        self._first: Usage | None = None  # of the first round, which the sample is for
        self._earlier: tuple[CallUsage, ...] = ()
        self._counted = 0  # characters of the text that earlier calls account for
        self._extra = 0  # micro-dollars besides tokens

    @property
    def tokens_used(self) -> int:
        """Tokens of the calls before the present one."""
        return sum(call.usage.total_tokens for call in self._earlier)

    def tokens_left(self, allowance: Allowance) -> int:
        """Tokens of the allowance that earlier calls have left."""
        return max(0, allowance.tokens - self.tokens_used)

    def purse_left(self, allowance: Allowance) -> Purse | None:
        """The money that earlier calls have left; None: only the tokens are limited."""
        if allowance.purse is None:
            return None
        used = sum(call.cost for call in self._earlier) + self._extra
        return replace(allowance.purse, microusd=max(0, allowance.purse.microusd - used))

    def send(self, input_tokens: int, *, most_output: int | None = None) -> None:
        """A request of about so many tokens is sent: from here on it costs.

        `most_output` are the tokens that it allows.
        """
        self._sent, self._most_output = input_tokens, most_output

    def expect(self, sample: Estimate | None) -> None:
        """The first request's input, as estimated before calibration; None: not to be compared."""
        self._sample = sample

    def begin(self, began: Began) -> None:
        """Another model or endpoint is asked; what the one before reported stays used."""
        failed = began.after
        self._unseen = 0
        if failed is not None and failed.usage is not None:
            self.claimed += failed.usage.total_tokens
            self._add(failed.usage, is_estimated=False)
        if (began.card.name, began.card.endpoint) != (self.card.name, self.card.endpoint):
            self._sample = None  # it was made for another model
        self.card, self.endpoint = began.card, began.endpoint

    def write(self, text: str) -> None:
        self.text += text

    def think(self, tokens: int) -> None:
        """Output has come that nobody sees."""
        self._unseen += tokens

    def report(self, usage: Usage | None) -> None:
        """The endpoint's report of the present call; None: it made none."""
        self._reported = usage
        self.claimed += 0 if usage is None else usage.total_tokens

    def add_cost(self, microusd: int) -> None:
        """Something is billed besides tokens, such as a search of the web."""
        self._extra += microusd

    def end_round(self) -> None:
        """The model asked for functions and is to be asked again."""
        self._first = self._first or self._reported
        self._close_call()
        self._counted = len(self.text)

    def give_up(self) -> None:
        """The present request is given up for a larger one; it will have cost its input."""
        self._close_call()
        self._sample = self._first = None
        self.text, self._counted = "", 0

    @property
    def sample(self) -> tuple[Estimate, int] | None:
        """The estimate of the first request's input, and the reported tokens; None: incomparable."""
        first = self._first or self._reported
        if self._sample is None or first is None:
            return None
        return self._sample, first.input_tokens

    def known_to_a_crash(self, *, pages: int) -> int:
        """Tokens of all calls, except what the newest page in Discord can tell by itself."""
        written = self._estimate.output_tokens if pages > 1 else 0
        return self.tokens_used + self._sent + written

    def charge(self, ending: Ending, *, reserved: int | None = None) -> Charge:
        """The charge of everything so far, were it to end like this now.

        `reserved` are the tokens that were; None: there is no bound.
        """
        last = count_call(ending, self.card, self._reported, self._estimate)
        calls = [*self._earlier, limit_call(last, output=self._output_bound)]
        if reserved is not None:
            calls = limit_calls(calls, total=with_margin(reserved))
        charge = charge_calls(ending, *calls)
        return add_extra(charge, self._extra)

    @property
    def _estimate(self) -> Usage:
        written = self.text[self._counted :]
        return Usage(input_tokens=self._sent, output_tokens=estimate_text(written) + self._unseen)

    @property
    def _output_bound(self) -> int | None:
        return None if self._most_output is None else with_margin(self._most_output)

    def _close_call(self) -> None:
        is_estimated = self._reported is None
        self._add(self._reported or self._estimate, is_estimated=is_estimated)
        self._reported = None
        self._sent = self._unseen = 0

    def _add(self, usage: Usage, *, is_estimated: bool) -> None:
        call = CallUsage(card=self.card, usage=usage, is_estimated=is_estimated)
        self._earlier = (*self._earlier, limit_call(call, output=self._output_bound))
