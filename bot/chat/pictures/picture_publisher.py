"""Pictures from a model's stream to the message: each is decoded in the worker before it is posted."""

import logging
from dataclasses import replace

from bot.chat.pictures.picture_reply import Key, PictureReply
from bot.chat.ports import Images
from bot.core import wording
from bot.core.answers.events import PictureDelta, PictureMade
from bot.core.conversation.turns import Image, PreparedImages
from bot.core.pictures.orders import LARGEST_FILE, LARGEST_MESSAGE, PictureOrder, ShownPicture

log = logging.getLogger(__name__)

_SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


class PicturePublisher:
    """The pictures of one order; `model` is named in their alt texts."""

    def __init__(
        self, reply: PictureReply, images: Images, order: PictureOrder, *, model: str
    ) -> None:
        self.is_unreadable = False  # something came that is no picture
        self.has_shrunk = False
        self._reply = reply
        self._images = images
        self._order = order
        self._model = model
        self._largest = min(LARGEST_FILE, LARGEST_MESSAGE // order.count)  # bytes of one file
        self._made: dict[Key, Image] = {}

    @property
    def images(self) -> tuple[Image, ...]:
        """The whole pictures, prepared as conversations show them again."""
        return tuple(self._made[key] for key in sorted(self._made))

    async def show_state(self, key: Key, state: PictureDelta) -> bool:
        """Show a picture in the making; False: it can't be decoded, and the next one may."""
        name = _name(key, state.media_type)
        prepared = await self._images.examine(state.content, name=name, keeps=False)
        if not prepared.images:
            return False
        alt = wording.picture_alt(model=self._model, prompt=self._order.prompt, is_whole=False)
        self._reply.put(key, self._fitted(key, self._shown(key, state, alt), prepared))
        return True

    async def show_whole(self, key: Key, made: PictureMade) -> bool:
        """Show a finished picture; False: it can't be decoded."""
        name = _name(key, made.media_type)
        prepared = await self._images.examine(made.content, name=name, keeps=True)
        if not prepared.images:
            reasons = [left.reason.value for left in prepared.left_out]
            log.warning("a made picture can't be read", extra={"reason": ", ".join(reasons)})
            self.is_unreadable = True
            self._reply.drop(key)
            return False
        alt = wording.picture_alt(
            model=self._model, prompt=self._order.prompt, revised=made.revised_prompt
        )
        shown = self._fitted(key, self._shown(key, made, alt), prepared)
        self.has_shrunk |= shown.content is not made.content
        self._made[key] = prepared.images[0]
        self._reply.put(key, shown)
        return True

    def _shown(self, key: Key, picture: PictureDelta | PictureMade, alt: str) -> ShownPicture:
        return ShownPicture(content=picture.content, name=_name(key, picture.media_type), alt=alt)

    def _fitted(self, key: Key, shown: ShownPicture, prepared: PreparedImages) -> ShownPicture:
        """As it came, or as it was prepared where the file is too large for a message."""
        if len(shown.content) <= self._largest:
            return shown
        image = prepared.images[0]
        content, name = prepared.image_bytes[image.hash], _name(key, image.media_type)
        return replace(shown, content=content, name=name)


def _name(key: Key, media_type: str) -> str:
    call, further = key
    number = f"{call + 1}-{further + 1}" if further else f"{call + 1}"
    return f"picture-{number}.{_SUFFIXES.get(media_type, 'png')}"
