"""Pictures and files described without Discord: the same preparation, context, call and endings."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.chat.answers.answer_bounds import bounds_of
from bot.chat.ports import Model
from bot.chat.settings import AnswerSettings
from bot.core.answers.events import (
    NOTHING_USED,
    Began,
    Completed,
    Ended,
    Ending,
    Failed,
    Failure,
    Incomplete,
    Refused,
    TextDelta,
    ending_of,
)
from bot.core.conversation.bounds import Bounds
from bot.core.conversation.context import Context, fit, picture_room
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.conversation.question import DESCRIBE, default_question
from bot.core.conversation.turns import File, LeftOut, ModelRequest, PreparedImages, Role, Turn
from bot.core.endings.charges import Attempt, charge_for
from bot.core.models.tokens import Detail, ModelCard
from bot.core.quota.allowance import Charge
from bot.core.vision.picture_intent import find_use
from bot.core.vision.views import Plan, Size, plan_looks

OnText = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """What came of one file. `ended` None: nothing was asked, because of `left_out`."""

    name: str
    text: str = ""
    ended: Ended | None = None
    charge: Charge
    left_out: tuple[LeftOut, ...] = ()
    is_reduced: bool = False  # looked at smaller, to save tokens
    frames: tuple[str, ...] = ()  # what was told to the model of the frames it sees
    files: tuple[File, ...] = ()  # as they were sent

    @property
    def reason(self) -> str:
        """Why it is not complete, as a word for scripts; empty where it is."""
        match self.ended:
            case Incomplete(reason=reason):
                return reason.value
            case Failed(failure=failure):
                return failure.value
            case Completed() if self.charge.ending is Ending.EMPTY:
                return Ending.EMPTY.value
            case None if self.left_out:
                return self.left_out[0].reason.value
            case _:
                return ""


def plan_look(
    card: ModelCard, settings: AnswerSettings, question: str, size: Size | None = None
) -> Plan:
    """How one picture is looked at that is asked about alone."""
    room = picture_room(
        Turn(role=Role.USER, text=question or DESCRIBE),
        ("",),
        instructions=settings.instructions,
        bounds=bounds_of(card, settings, allowance=settings.tokens_per_answer),
    )
    return plan_looks((size,), card, use=find_use(question), room=room, chosen=settings.detail)


class Describing:
    """Asks about one file at a time; several may run side by side."""

    def __init__(self, model: Model, settings: AnswerSettings) -> None:
        self._model = model
        self._settings = settings

    def plan(self, question: str) -> Plan:
        """How a file is to be prepared for that question."""
        return plan_look(self._model.card, self._settings, question)

    async def describe(
        self, name: str, prepared: PreparedImages, *, question: str, on_text: OnText
    ) -> Description:
        """Ask `question` about a file prepared by `plan`; `on_text` gets the text as it comes."""
        if not prepared.images and not prepared.files:
            nothing = Charge(ending=Ending.FAILED, model=self._model.card.name)
            return Description(name=name, charge=nothing, left_out=prepared.left_out)
        try:
            bounds = bounds_of(
                self._model.card,
                self._settings,
                allowance=self._settings.tokens_per_answer,
                detail=self.plan(question).detail,
            )
            context = self._fit(question, prepared, bounds)
        except QuestionTooLarge:
            return self._too_large(name)
        return await self._ask(name, context, bounds.detail, prepared, on_text)

    def _fit(self, question: str, prepared: PreparedImages, bounds: Bounds) -> Context:
        turn = Turn(
            role=Role.USER,
            text=question or default_question(prepared),
            images=prepared.images,
            files=prepared.files,
        )
        return fit((), turn, instructions=self._settings.instructions, bounds=bounds)

    def _too_large(self, name: str) -> Description:
        card = self._model.card
        return Description(
            name=name,
            ended=Failed(failure=Failure.CONTEXT_TOO_LONG),
            charge=Charge(ending=Ending.FAILED, model=card.name),
        )

    async def _ask(
        self,
        name: str,
        context: Context,
        detail: Detail,
        prepared: PreparedImages,
        on_text: OnText,
    ) -> Description:
        request = ModelRequest(
            instructions=self._settings.instructions,
            turns=context.turns,
            max_output_tokens=context.max_output_tokens,
            image_bytes=prepared.image_bytes,
            detail=None if detail is Detail.AUTO else detail,
        )
        text: list[str] = []
        ended: Ended = Failed(failure=Failure.BROKEN_STREAM)
        spent = _Spent(card=self._model.card)
        async with self._model.stream(request) as stream:
            async for event in stream:
                match event:
                    case Began():
                        spent = spent.begin(event)
                    case TextDelta(text=delta):
                        text.append(delta)
                        on_text(delta)
                    case Completed() | Incomplete() | Refused() | Failed():
                        ended = event
                    case _:
                        continue
        written = "".join(text)
        described = Description(
            name=name,
            text=written,
            ended=ended,
            charge=Charge(ending=ending_of(ended, has_text=bool(written.strip())), model=""),
            left_out=(*prepared.left_out, *context.left_out),
            is_reduced=bool(prepared.reduced),
            frames=tuple(image.note for image in prepared.images if image.note),
            files=context.turns[-1].files,
        )
        return replace(described, charge=spent.charge(described, context.input_estimate))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spent:
    """Whose answer it is, and what endpoints reported that failed before."""

    card: ModelCard
    earlier: tuple[Attempt, ...] = ()

    def begin(self, began: Began) -> "_Spent":
        usage = began.after.usage if began.after is not None else None
        failed = Attempt(card=self.card, usage=usage or NOTHING_USED, is_estimated=False)
        return _Spent(card=began.card, earlier=(*self.earlier, failed))

    def charge(self, described: Description, input_estimate: int) -> Charge:
        return charge_for(
            ending=described.charge.ending,
            card=self.card,
            reported=described.ended.usage if described.ended is not None else None,
            earlier=self.earlier,
            input_estimate=input_estimate,
            text=described.text,
        )
