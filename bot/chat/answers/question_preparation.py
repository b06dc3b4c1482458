"""The preparation of a question: its pictures, its context, and the request that is made of them."""

from dataclasses import dataclass, replace

from bot.chat.answers.admission import Admission
from bot.chat.answers.conversation import load_turns
from bot.chat.answers.picture_views import PictureViewer, PictureViews
from bot.chat.answers.text_plan import TextPlan
from bot.chat.collaborators import Collaborators
from bot.chat.settings import AnswerSettings
from bot.core.conversation import context
from bot.core.conversation.bounds import Bounds
from bot.core.conversation.context import Context
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.conversation.question import question_turn
from bot.core.conversation.turns import LeftOut, ModelRequest, PreparedImages, Turn
from bot.core.errors import Refusal
from bot.core.messages.incoming_message import IncomingMessage
from bot.core.models.tokens import Detail, ModelCard, Purse
from bot.core.quota.errors import QuotaExceeded


@dataclass(frozen=True, kw_only=True, slots=True)
class PreparedQuestion:
    """A question with everything that is sent for it."""

    turn: Turn  # as the history keeps it
    views: PictureViews
    context: Context
    request: ModelRequest

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return (*self.views.prepared.left_out, *self.context.left_out)


class QuestionPreparation:
    """The steps from a message to the request for the model that was planned."""

    def __init__(
        self,
        message: IncomingMessage,
        plan: TextPlan,
        admission: Admission,
        using: Collaborators,
        settings: AnswerSettings,
    ) -> None:
        self._message = message
        self._plan = plan
        self._admission = admission
        self._using = using
        self._settings = settings

    async def look(self) -> PictureViews:
        """Load the conversation, and prepare the pictures. Raises StoreError."""
        card, newest = self._plan.model.card, self._settings.newest_turns
        viewer = PictureViewer(self._using.images, card, self._bounds(), self._settings)
        history = await load_turns(self._plan.conversation, self._using, newest=newest)
        return await viewer.look(self._message, history)

    def unseen(self) -> PictureViews:
        """Nothing prepared: for an answer that is ended before its pictures are."""
        return PictureViews(prepared=PreparedImages(), history=(), bounds=self._bounds(), anew={})

    async def fit(self, views: PictureViews) -> PreparedQuestion:
        """Choose what is sent with the question.

        Raises QuestionTooLarge, and QuotaExceeded where only the quota is too small for it.
        """
        turn = question_turn(self._message, views.prepared, continues=self._find_continued(views))
        try:
            fitted = context.fit_context(
                views.history, turn, instructions=self._settings.instructions, bounds=views.bounds
            )
        except QuestionTooLarge as error:
            raise self._find_shortage(error) from error
        return PreparedQuestion(
            # The next question must find the files as they were cut for this one.
            turn=replace(turn, files=fitted.turns[-1].files),
            views=views,
            context=fitted,
            request=await self._request(fitted, views),
        )

    def _bounds(self) -> Bounds:
        plan, allowance = self._plan, self._admission.allowance
        bounds = bounds_of(
            plan.model.card,
            self._settings,
            allowance=plan.meter.tokens_left(allowance),
            purse=plan.meter.purse_left(allowance),
        )
        learnt = self._using.calibrations.of(plan.model.card)
        return replace(bounds, overhead=plan.tools.cost, calibration=learnt)

    def _find_continued(self, views: PictureViews) -> int | None:
        """The turn that the question replies to, where the model sees it."""
        continues = self._plan.conversation.continues
        return continues if any(turn.message_id == continues for turn in views.history) else None

    def _find_shortage(self, error: QuestionTooLarge) -> Refusal:
        """The quota, where the question would fit into a whole allowance, and did not into what is
        left of it; else its own size.
        """
        bound = self._admission.allowance.bound
        if bound is None or error.needed > self._settings.tokens_per_answer:
            return error
        return QuotaExceeded(bound, is_direct=self._message.place.is_direct)

    async def _request(self, fitted: Context, views: PictureViews) -> ModelRequest:
        needed = {each for turn in fitted.turns for each in turn.hashes}
        at_hand = {**views.anew, **views.prepared.image_bytes}
        kept = await self._using.images.load(needed - at_hand.keys())
        return ModelRequest(
            instructions=self._settings.instructions,
            turns=fitted.turns,
            max_output_tokens=fitted.max_output_tokens,
            image_bytes={**kept, **at_hand},
            tools=self._plan.tools.listed,
            detail=views.detail,
        )


def bounds_of(
    card: ModelCard,
    settings: AnswerSettings,
    *,
    allowance: int,
    detail: Detail | None = None,
    purse: Purse | None = None,
) -> Bounds:
    """`detail` is what goes with the pictures; None: as the operator has it."""
    detail = settings.detail if detail is None else detail
    ceilings = (settings.max_output_tokens, card.max_output_tokens, allowance)
    return Bounds(
        allowance=allowance,
        context_tokens=card.context_tokens,
        max_output_tokens=min(ceiling for ceiling in ceilings if ceiling is not None),
        smallest_output=settings.smallest_answer,
        max_images=settings.max_images,
        rule=card.rule_for(detail),
        detail=detail,
        takes_files=card.takes_files,
        purse=purse,
    )
