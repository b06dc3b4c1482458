"""What people post, and where."""

from dataclasses import replace

from bot.core.conversation.turns import LeftOut, LeftOutReason, PreparedImages
from bot.core.messages.incoming_message import Attachment, Author, Place
from tests.fakes import FakeSurface

CAT = Attachment(id=1, name="cat", url="https://cdn/cat.png", size=9, content_type="image/png")
PHOTO = replace(CAT, content_type="image/jpeg", width=4000, height=3000)
BAD = Attachment(id=2, name="bad", url="https://cdn/bad.heic", size=9, content_type="image/heic")
DAMAGED = PreparedImages(left_out=(LeftOut(name="bad.heic", reason=LeftOutReason.DAMAGED),))
LOG = Attachment(id=3, name="log", url="https://cdn/a.log", size=9, content_type="text/plain")
BOB = Author(id=11, name="Bob")
THREAD = Place(guild_id=7, channel_id=71, parent_id=70)
DIRECT_MESSAGES = Place(guild_id=0, channel_id=72)


class OtherSurface(FakeSurface):
    """Messages of another answer have other ids."""

    def __init__(self, base: int) -> None:
        super().__init__()
        self._base = base

    async def create(self, page: int, text: str, *, has_stop: bool) -> int:
        await super().create(page, text, has_stop=has_stop)
        self.messages[self._base + page] = self.messages.pop(1_000 + page)
        return self._base + page
