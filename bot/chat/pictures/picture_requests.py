"""Requests for pictures: the messages that are some, and the places where they are granted."""

import logging

from bot.chat.collaborators import Collaborators
from bot.chat.settings import AnswerSettings, PictureSettings
from bot.core.errors import StoreError
from bot.core.messages.incoming_message import IncomingMessage, Place
from bot.core.moderation.preferences import Topic, is_on
from bot.core.pictures.errors import OrderFault, OrderRefused, PicturesOff
from bot.core.pictures.order_phrases import asks_for_picture
from bot.core.pictures.orders import PictureOrder
from bot.store.moderation import preferences

log = logging.getLogger(__name__)


class PictureRequests:
    """Pictures are made where the operator has a model for it and a moderator has switched it on."""

    def __init__(
        self, using: Collaborators, answers: AnswerSettings, settings: PictureSettings
    ) -> None:
        self.using = using
        self.answers = answers
        self.settings = settings

    async def find_order(self, message: IncomingMessage) -> PictureOrder | None:
        """The order that a message is, by its first words; None: it is a question like any other."""
        if self.using.painter is None or not asks_for_picture(message.text):
            return None
        order = PictureOrder(
            prompt=message.text,
            size=self.settings.menu.sizes[0],
            quality=self.settings.menu.qualities[0],
        )
        try:
            return order if await self._is_on(message.place) else None
        except StoreError:
            log.exception("a preference could not be read", extra={"message_id": message.id})
            return None

    async def check(self, order: PictureOrder, message: IncomingMessage) -> None:
        """Raises PicturesOff, OrderRefused and StoreError where the order can't be taken."""
        if self.using.painter is None or not await self._is_on(message.place):
            raise PicturesOff(is_direct=message.place.is_direct)
        self.settings.menu.check(order)
        if any(not each.claims_to_be_picture for each in message.attachments):
            raise OrderRefused(OrderFault.NO_PICTURE)

    async def _is_on(self, place: Place) -> bool:
        if place.is_direct:
            return self.settings.in_direct_messages
        async with self.using.database.reading() as connection:
            return is_on(await preferences.find(connection, place), Topic.PICTURES)
