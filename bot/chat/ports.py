"""The doors of the living room: what the use cases need from the outside world.

Each has two implementations, the real one and the fake in `tests/fakes.py`.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.answers.events import StreamEvent
from bot.core.chart import Chart
from bot.core.conversation.turns import Image, ModelRequest, PreparedImages
from bot.core.messages.incoming_message import Attachment, IncomingMessage, Place
from bot.core.models.offers import Offer
from bot.core.models.tokens import ModelCard, RateCard
from bot.core.moderation.delegates import Delegate
from bot.core.pictures.orders import PictureCard, PictureRequest, ShownPicture
from bot.core.vision.views import WHOLE, Look, Region


class Clock(Protocol):
    def __call__(self) -> datetime:
        """The present instant, UTC, with its offset."""
        ...


class AnswerStream(Protocol):
    """One running call. Iterating yields events until the first `Ended` event, which is the last.

    Never raises for what an endpoint does: every failure is a `Failed` event. A stream that ends
    without saying how yields `Failed(BROKEN_STREAM)`.
    """

    def __aiter__(self) -> AsyncIterator[StreamEvent]: ...

    def hurry(self) -> None:
        """Hand over at once what has arrived: the text is about to be shown.

        Reading may otherwise be put off until more has come, to spare wake-ups.
        """
        ...


class Model(Protocol):
    """A model behind one endpoint or several."""

    @property
    def card(self) -> ModelCard:
        """Of the model that is asked first. Another one may answer: see `Began`."""
        ...

    @property
    def prices(self) -> RateCard | None:
        """The most that its tokens may cost, whoever answers; None: not known."""
        ...

    def stream(self, request: ModelRequest) -> AbstractAsyncContextManager[AnswerStream]:
        """Ask; leaving the context ends the call and closes its connection at once."""
        ...


class Models(Protocol):
    """The models that the operator allows."""

    @property
    def default(self) -> Model: ...

    @property
    def offered(self) -> tuple[Offer, ...]: ...

    def choose(self, name: str | None) -> Model:
        """The model of that name; the default for None, and for one that is not offered."""
        ...


class OperatorChannel(Protocol):
    """Where the operator reads what should not wait for a look at the log."""

    async def post(self, text: str) -> None:
        """Raises SurfaceError."""
        ...


class Charts(Protocol):
    async def draw(self, chart: Chart) -> bytes:
        """The chart as PNG. Raises ChartsMissing, ChartFailed."""
        ...


class LogChannel(Protocol):
    """Where moderators read of changes: a channel that they have chosen."""

    async def post(self, channel_id: int, text: str) -> None:
        """Mentions in it call nobody. Raises SurfaceError."""
        ...


class CommandPermissions(Protocol):
    """What servers' settings say of our commands."""

    async def servers(self) -> Collection[int]:
        """The servers that the bot is in, once it is connected."""
        ...

    async def read(self, guild_id: int) -> Collection[Delegate]:
        """Ask Discord for all that is said there of the commands of moderators. Raises SurfaceError."""
        ...


class Painter(Protocol):
    """A model that makes pictures."""

    @property
    def card(self) -> PictureCard: ...

    def stream(self, request: PictureRequest) -> AbstractAsyncContextManager[AnswerStream]:
        """Ask for one picture; leaving the context ends the call and closes its connection."""
        ...


class Images(Protocol):
    async def prepare(
        self, attachments: Sequence[Attachment], looks: Sequence[Look] = (), *, asker_id: int = 0
    ) -> PreparedImages:
        """Download, check, prepare or read; what can't be is named in `left_out`. Never raises.

        What waits is bounded for each `asker_id`.
        `looks` has one for each attachment; without it they are looked at as usual.
        """
        ...

    async def revise(self, images: Sequence[Image], looks: Sequence[Look]) -> PreparedImages:
        """Pictures of earlier turns at other looks, in their order; the bytes of those that changed.

        One that shows enough for its look, or of which nothing more is kept, stays as it is.
        """
        ...

    async def look_again(self, image: Image, look: Look, region: Region = WHOLE) -> PreparedImages:
        """One picture of an earlier turn, or a part of it; `left_out` says that it is gone."""
        ...

    async def examine(self, content: bytes, *, name: str, keeps: bool) -> PreparedImages:
        """Decode a picture that a model has made, and prepare it as if it had been posted.

        What is damaged or too large is named in `left_out`. With `keeps`, `load` finds it later.
        """
        ...

    async def load(self, hashes: Iterable[str]) -> Mapping[str, bytes]:
        """Bytes of images and documents of earlier; those that are no longer kept are absent."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class MissedPage:
    """A piece of a channel's history, newest first.

    `messages` are those that could be read, `answered` the ids of messages that the bot has replied
    to. `earlier` is where to go on: before that message; None: there is nothing more.
    """

    messages: tuple[IncomingMessage, ...] = ()
    answered: frozenset[int] = frozenset()
    earlier: int | None = None


class EarlierQuestion(Protocol):
    """A question that a dead process has left, as far as Discord is concerned.

    `message_ids` are the messages that are this question, `reply_ids` those of its reply as far as
    they were noted, `owed` the texts that they are to have. `command` is Discord's description of
    a slash command, as JSON; None: it was a message.
    """

    @property
    def message_id(self) -> int: ...

    @property
    def place(self) -> Place: ...

    @property
    def user_id(self) -> int: ...

    @property
    def message_ids(self) -> tuple[int, ...]: ...

    @property
    def reply_ids(self) -> tuple[int, ...]: ...

    @property
    def owed(self) -> tuple[str, ...]: ...

    @property
    def command(self) -> str | None: ...


class ReplySurface(Protocol):
    """Where one answer appears. Errors are `SurfaceError`s.

    Calls for one message must not overlap: of two edits in flight the older may win.
    `has_stop` shows the Stop button under the message.
    """

    @property
    def channel_id(self) -> int: ...

    async def create(self, page: int, text: str, *, has_stop: bool) -> int:
        """Post page number `page` (0 replies to the question) and return its message id.

        Sent twice, it appears once.
        """
        ...

    async def edit(self, message_id: int, text: str, *, has_stop: bool) -> None: ...

    @property
    def can_show_pictures(self) -> bool:
        """Whether files may be attached there."""
        ...

    async def show_pictures(
        self, message_id: int, text: str, pictures: Sequence[ShownPicture], *, has_stop: bool
    ) -> None:
        """Edit the message so that it has this text and exactly these pictures.

        `edit` leaves the pictures of a message as they are.
        """
        ...

    async def delete(self, message_id: int) -> None: ...

    async def typing(self) -> None:
        """Show "is typing" for about ten seconds."""
        ...
