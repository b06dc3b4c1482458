"""The views of a question's pictures: decided in core, prepared in the images room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.chat.ports import Images
from bot.chat.settings import AnswerSettings
from bot.core.conversation.bounds import Bounds
from bot.core.conversation.context import picture_room
from bot.core.conversation.question import question_turn
from bot.core.conversation.turns import Image, PreparedImages, Turn
from bot.core.messages.incoming_message import Attachment, IncomingMessage
from bot.core.messages.triggers import pictures_of
from bot.core.models.tokens import Detail, ModelCard, billed_size
from bot.core.vision.picture_intent import Use, find_use
from bot.core.vision.views import Look, Plan, Size, plan_looks


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureViews:
    """Everything that the model gets to see. `bounds` bill it as it is sent."""

    prepared: PreparedImages  # the question's own pictures
    history: tuple[Turn, ...]  # with its pictures as this question wants them
    bounds: Bounds
    anew: Mapping[str, bytes]  # of the history's pictures that were prepared anew, by hash

    @property
    def detail(self) -> Detail | None:
        """The detail that is sent with the pictures; None leaves it to the endpoint."""
        return None if self.bounds.detail is Detail.AUTO else self.bounds.detail


class PictureViewer:
    """The looks at one question's pictures, for the model that is to answer it."""

    def __init__(
        self, images: Images, card: ModelCard, bounds: Bounds, settings: AnswerSettings
    ) -> None:
        self._images = images
        self._card = card
        self._bounds = bounds
        self._settings = settings

    async def look(self, message: IncomingMessage, history: Sequence[Turn]) -> PictureViews:
        """Prepare the question's pictures; without any, look anew at those that it goes on about."""
        posted = pictures_of(message)
        subject = () if posted else self._find_subject(message, history)
        plan = (
            self._plan_posted(message, posted, history)
            if posted
            else self._plan_again(message, subject)
        )
        prepared = await self._images.prepare(
            posted, self._for_all(posted, plan), asker_id=message.author.id
        )
        rule = self._card.rule_for(plan.detail)
        views = PictureViews(
            prepared=prepared,
            history=tuple(history),
            bounds=replace(self._bounds, rule=rule, detail=plan.detail),
            anew={},
        )
        looks = {} if posted else dict(zip(subject, plan.looks, strict=True))
        return await self._look_back(views, looks)

    def _find_subject(self, message: IncomingMessage, history: Sequence[Turn]) -> tuple[Image, ...]:
        """The pictures that a question without any goes on about: the latest that were shown.

        None for a glance: what is in view already shows enough, and stays in the prompt cache.
        """
        if find_use(message.text) is Use.GLANCE:
            return ()
        return next((turn.images for turn in reversed(history) if turn.images), ())

    def _plan_posted(
        self, message: IncomingMessage, posted: Sequence[Attachment], history: Sequence[Turn]
    ) -> Plan:
        pictures = [each for each in posted if each.claims_to_be_picture]
        sizes = [_size(each) for each in pictures]
        # Pages of PDFs, which nobody knows of yet, need a closer look than pictures may.
        is_alone = len(pictures) == len(posted) and not any(
            turn.images or turn.files for turn in history
        )
        return self._plan(message, pictures, sizes, is_alone=is_alone)

    def _plan_again(self, message: IncomingMessage, subject: Sequence[Image]) -> Plan:
        """Only the room of pictures knows how much more of them there is to see."""
        return self._plan(message, subject, [None] * len(subject), is_alone=False)

    async def _look_back(self, views: PictureViews, chosen: Mapping[Image, Look]) -> PictureViews:
        """Take the history's pictures at these looks; others only lose what is not billed."""
        usual = Look(rule=views.bounds.rule)
        too_large = (
            image
            for turn in views.history
            for image in turn.images
            if billed_size(image.width, image.height, usual.rule) != (image.width, image.height)
        )
        looks = {**chosen, **{image: usual for image in too_large if image not in chosen}}
        if not looks:
            return views
        revised = await self._images.revise(tuple(looks), tuple(looks.values()))
        instead = dict(zip(looks, revised.images, strict=True))
        history = tuple(
            replace(turn, images=tuple(instead.get(image, image) for image in turn.images))
            for turn in views.history
        )
        return replace(views, history=history, anew=revised.image_bytes)

    def _plan(
        self,
        message: IncomingMessage,
        pictures: Sequence[Attachment] | Sequence[Image],
        sizes: Sequence[Size | None],
        *,
        is_alone: bool,
    ) -> Plan:
        room = picture_room(
            question_turn(message, PreparedImages(), continues=None),
            [picture.name for picture in pictures],
            instructions=self._settings.instructions,
            bounds=self._bounds,
        )
        return plan_looks(
            sizes,
            self._card,
            use=find_use(message.text),
            room=room,
            chosen=self._settings.detail,
            is_alone=is_alone,
        )

    def _for_all(self, posted: Sequence[Attachment], plan: Plan) -> tuple[Look, ...]:
        """One look for each attachment; what claims to be no picture gets any."""
        looks = iter(plan.looks)
        any_look = Look(rule=self._card.image_rule)
        return tuple(next(looks) if each.claims_to_be_picture else any_look for each in posted)


def _size(attachment: Attachment) -> Size | None:
    if not attachment.width or not attachment.height:
        return None
    return attachment.width, attachment.height
