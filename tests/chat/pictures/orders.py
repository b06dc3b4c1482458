"""Orders of pictures, and what comes of them."""

from typing import Any

from bot.core.answers.events import Failed, Failure, PictureDelta, PictureMade
from bot.core.messages.incoming_message import Attachment
from bot.core.pictures.orders import PictureOrder
from tests.chat.conftest import MakeRoom, Room
from tests.fakes import FakePainter, FakeSurface

CAT_ORDER = PictureOrder(prompt="a cat")
STATE = PictureDelta(index=0, content=b"state", media_type="image/png")
MADE = PictureMade(content=b"whole", media_type="image/png")
BROKEN = Failed(failure=Failure.BROKEN_STREAM, detail="cut")
PNG = Attachment(id=1, name="cat.png", url="https://cdn/cat.png", size=9, content_type="image/png")


async def opened(make_room: MakeRoom, *scripts: Any, **changes: Any) -> Room:
    """A room in which pictures are switched on."""
    room = make_room(painter=FakePainter(*scripts), **changes)
    await room.switch_pictures()
    return room


def painter_of(room: Room) -> FakePainter:
    painter = room.using.painter
    assert isinstance(painter, FakePainter)
    return painter


def shown(surface: FakeSurface) -> list[str]:
    (only,) = surface.messages.values()
    return [one.content.decode() for one in only.pictures]


async def ended(room: Room) -> list[tuple[Any, ...]]:
    """Ending, tokens, cost and whether estimated, of every ledger entry."""
    columns = ("ending", "tokens", "cost_microusd", "is_estimated")
    return [tuple(row[each] for each in columns) for row in await room.ledger_rows()]
