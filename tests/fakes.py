"""One fake for each port of the living room: small, honest, scripted."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from types import TracebackType

from bot.core.answers.events import (
    Completed,
    PictureDelta,
    PictureMade,
    PicturesCounted,
    StreamEvent,
    TextDelta,
    Usage,
)
from bot.core.chart import Chart
from bot.core.conversation.turns import (
    File,
    FileKind,
    Image,
    LeftOut,
    LeftOutReason,
    ModelRequest,
    PreparedImages,
)
from bot.core.errors import SurfaceError, SurfaceUnavailable
from bot.core.messages.incoming_message import Attachment
from bot.core.models.offers import Offer
from bot.core.models.tokens import ModelCard, RateCard, UnknownRule, dearest
from bot.core.moderation.delegates import Delegate
from bot.core.pictures.orders import PictureCard, PicturePrices, PictureRequest, ShownPicture
from bot.core.vision.views import WHOLE, Look, Region

Pause = float | asyncio.Event  # seconds, or until somebody sets it
Script = Sequence[StreamEvent | Pause]

USAGE = Usage(input_tokens=100, output_tokens=20)


def answer(*texts: str, usage: Usage | None = USAGE) -> Script:
    """The usual script: these deltas, then a good end."""
    return (*(TextDelta(text=text) for text in texts), Completed(usage=usage))


COUNTED = PicturesCounted(text_tokens=10, image_tokens=0, output_tokens=500)


def painted(name: str, *states: str, counted: PicturesCounted | None = COUNTED) -> Script:
    """The usual script of a picture: its states, the picture, what it took, a good end."""
    deltas = (
        PictureDelta(index=index, content=state.encode(), media_type="image/png")
        for index, state in enumerate(states)
    )
    made = PictureMade(content=name.encode(), media_type="image/png")
    reported = () if counted is None else (counted,)
    return (*deltas, made, *reported, Completed(usage=None))


class FakeModel:
    """Plays one script for each call, in order; the last one again and again.

    `requests` are what was asked; `closed` counts calls that were left, whole or not.
    """

    card = ModelCard(
        name="fake-1",
        image_rule=UnknownRule(assumed=100),
        rate_card=RateCard(input=1_000_000, output=2_000_000),
    )

    @property
    def prices(self) -> RateCard | None:
        return dearest(self.card)

    def __init__(self, *scripts: Script, card: ModelCard | None = None) -> None:
        self.card = card or FakeModel.card
        self.scripts = deque(scripts or (answer("Hello."),))
        self.requests: list[ModelRequest] = []
        self.closed = 0

    def stream(self, request: ModelRequest) -> AbstractAsyncContextManager["FakeStream"]:
        self.requests.append(request)
        script = self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
        return FakeStream(script, self)


class FakeModels:
    """Offers these models, all at one endpoint; the first is the default."""

    def __init__(self, *models: FakeModel) -> None:
        self.models = models
        self.offered = tuple(
            Offer(name=model.card.name, endpoint="main", card=model.card) for model in models
        )

    @property
    def default(self) -> FakeModel:
        return self.models[0]

    def choose(self, name: str | None) -> FakeModel:
        return next((model for model in self.models if model.card.name == name), self.default)


class FakeOperatorChannel:
    """Keeps what is posted. `failures` are raised, one for each call."""

    def __init__(self) -> None:
        self.posted: list[str] = []
        self.failures: deque[SurfaceError] = deque()

    async def post(self, text: str) -> None:
        if self.failures:
            raise self.failures.popleft()
        self.posted.append(text)


class FakeLogChannel:
    """Keeps what is posted to which channel. `failures` are raised, for each channel its own."""

    def __init__(self) -> None:
        self.posted: list[tuple[int, str]] = []
        self.failures: dict[int, SurfaceError] = {}

    async def post(self, channel_id: int, text: str) -> None:
        if channel_id in self.failures:
            raise self.failures[channel_id]
        self.posted.append((channel_id, text))


class FakeCommandPermissions:
    """What each server's settings say. A server in `failures` can't be read."""

    def __init__(self, said: Mapping[int, Sequence[Delegate]]) -> None:
        self.said = dict(said)
        self.failures: set[int] = set()
        self.read_servers: list[int] = []

    async def servers(self) -> Collection[int]:
        return list(self.said)

    async def read(self, guild_id: int) -> Collection[Delegate]:
        self.read_servers.append(guild_id)
        if guild_id in self.failures:
            raise SurfaceUnavailable
        return self.said[guild_id]


class FakePainter:
    """A painter that plays one script for each call; the last one again and again."""

    def __init__(self, *scripts: Script, card: PictureCard | None = None) -> None:
        self.card = card or PictureCard(
            name="fake-painter",
            assumed=1_000,
            prices=PicturePrices(text=1_000_000, image=1_000_000, output=1_000_000),
        )
        self.scripts = deque(scripts or (painted("one"),))
        self.requests: list[PictureRequest] = []
        self.closed = 0

    def stream(self, request: PictureRequest) -> AbstractAsyncContextManager["FakeStream"]:
        self.requests.append(request)
        script = self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
        return FakeStream(script, self)


class FakeStream:
    def __init__(self, script: Script, model: FakeModel | FakePainter) -> None:
        self._script = script
        self._model = model

    async def __aenter__(self) -> "FakeStream":
        return self

    async def __aexit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._model.closed += 1

    async def __aiter__(self) -> AsyncIterator[StreamEvent]:
        for step in self._script:
            await asyncio.sleep(0)
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, float):
                await asyncio.sleep(step)
            else:
                yield step

    def hurry(self) -> None:
        """Everything is read at once anyhow."""


class FakeImages:
    """Prepares what it was told to for an attachment's name; nothing for other names."""

    def __init__(self, **prepared: PreparedImages) -> None:
        self.prepared = prepared
        self.asked: list[tuple[str, ...]] = []
        self.askers: list[int] = []
        self.looks: list[tuple[Look, ...]] = []  # one tuple for each call
        self.revised: list[tuple[str, ...]] = []  # names of the images, for each call
        self.regions: list[Region] = []  # that were looked at again
        self.kept: dict[str, bytes] = {}

    async def prepare(
        self, attachments: Sequence[Attachment], looks: Sequence[Look] = (), *, asker_id: int = 0
    ) -> PreparedImages:
        self.askers.append(asker_id)
        self.looks.append(tuple(looks))
        self.asked.append(tuple(each.name for each in attachments))
        await asyncio.sleep(0)
        found = [self.prepared[each.name] for each in attachments if each.name in self.prepared]
        together = PreparedImages(
            images=tuple(image for each in found for image in each.images),
            files=tuple(file for each in found for file in each.files),
            image_bytes={h: b for each in found for h, b in each.image_bytes.items()},
            left_out=tuple(left for each in found for left in each.left_out),
            reduced=tuple(name for each in found for name in each.reduced),
        )
        self.kept.update(together.image_bytes)
        return together

    async def revise(self, images: Sequence[Image], looks: Sequence[Look]) -> PreparedImages:
        """Nothing more is ever kept."""
        self.revised.append(tuple(image.name for image in images))
        self.looks.append(tuple(looks))
        return PreparedImages(images=tuple(images))

    async def look_again(self, image: Image, look: Look, region: Region = WHOLE) -> PreparedImages:
        """A closer view is the picture's bytes and the region; what was not kept is gone."""
        self.regions.append(region)
        if image.hash not in self.kept:
            return PreparedImages(left_out=(LeftOut(name=image.name, reason=LeftOutReason.GONE),))
        seen = replace(image, hash=f"{image.hash}-closer")
        content = self.kept[image.hash] + b" closer"
        return PreparedImages(images=(seen,), image_bytes={seen.hash: content})

    async def examine(self, content: bytes, *, name: str, keeps: bool) -> PreparedImages:
        """Everything is a picture but what says that it is broken."""
        await asyncio.sleep(0)
        if content.startswith(b"broken"):
            return PreparedImages(left_out=(LeftOut(name=name, reason=LeftOutReason.DAMAGED),))
        image = Image(
            hash=f"hash-of-{content.decode()[:40]}",
            media_type="image/jpeg",
            width=64,
            height=64,
            name=name,
        )
        prepared = PreparedImages(images=(image,), image_bytes={image.hash: b"small"})
        if keeps:
            self.kept.update(prepared.image_bytes)
        return prepared

    async def load(self, hashes: Iterable[str]) -> Mapping[str, bytes]:
        return {each: self.kept[each] for each in hashes if each in self.kept}


def picture(name: str) -> PreparedImages:
    """A prepared picture whose bytes are its name."""
    image = Image(hash=f"hash-of-{name}", media_type="image/png", width=64, height=64, name=name)
    return PreparedImages(images=(image,), image_bytes={image.hash: name.encode()})


def text_file(name: str, text: str) -> PreparedImages:
    """A file that was read whole."""
    file = File(
        name=name,
        kind=FileKind.TEXT,
        hash=f"hash-of-{name}",
        text=text,
        lines=text.count("\n"),
        characters=len(text),
    )
    return PreparedImages(files=(file,))


@dataclass(kw_only=True)
class FakeMessage:
    content: str
    has_stop: bool
    revisions: list[str] = field(default_factory=list)
    pictures: tuple[ShownPicture, ...] = ()
    exhibitions: list[tuple[str, ...]] = field(default_factory=list)  # contents, at each change


class FakeSurface:
    """A channel that keeps what is written into it. `failures` are raised, one for each call.

    `latency` is what a call takes, in seconds. Overlapping calls are an error, as the port says.
    """

    channel_id = 70
    can_show_pictures = True

    def __init__(self, *, latency: float = 0.0) -> None:
        self.messages: dict[int, FakeMessage] = {}
        self.failures: deque[SurfaceError] = deque()
        self.typed = 0
        self.latency = latency
        self._is_busy = False

    @property
    def shown(self) -> str:
        """All pages as they stand now."""
        return "\n".join(message.content for message in self.messages.values())

    async def create(self, page: int, text: str, *, has_stop: bool) -> int:
        await self._call()
        message_id = 1_000 + page
        self.messages[message_id] = FakeMessage(content=text, has_stop=has_stop, revisions=[text])
        return message_id

    async def edit(self, message_id: int, text: str, *, has_stop: bool) -> None:
        await self._call()
        message = self.messages[message_id]
        message.content, message.has_stop = text, has_stop
        message.revisions.append(text)

    async def show_pictures(
        self, message_id: int, text: str, pictures: Sequence[ShownPicture], *, has_stop: bool
    ) -> None:
        await self.edit(message_id, text, has_stop=has_stop)
        message = self.messages[message_id]
        message.pictures = tuple(pictures)
        message.exhibitions.append(tuple(one.content.decode()[:40] for one in pictures))

    async def delete(self, message_id: int) -> None:
        await self._call()
        del self.messages[message_id]

    async def typing(self) -> None:
        self.typed += 1

    async def _call(self) -> None:
        assert not self._is_busy, "two requests of one answer were in flight"
        self._is_busy = True
        try:
            await asyncio.sleep(self.latency)
            if self.failures:
                raise self.failures.popleft()
        finally:
            self._is_busy = False


class FakeCharts:
    """Draws nothing; keeps what it was to draw, and fails as it is told to."""

    def __init__(self, *failures: Exception) -> None:
        self.drawn: list[Chart] = []
        self._failures = list(failures)

    async def draw(self, chart: Chart) -> bytes:
        if self._failures:
            raise self._failures.pop(0)
        self.drawn.append(chart)
        return b"\x89PNG"
