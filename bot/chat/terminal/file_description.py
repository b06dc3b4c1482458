"""Pictures and files described without Discord: the same run as an answer there."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.answers.admission import AnswerBudget, Reservation, admit_freely
from bot.chat.answers.conversation import Conversation
from bot.chat.answers.question_preparation import bounds_of
from bot.chat.answers.rounds import Rounds, Terms
from bot.chat.answers.run import run_answer
from bot.chat.answers.stream_consumer import StreamConsumer
from bot.chat.answers.text_plan import budget_of
from bot.chat.ports import Model
from bot.chat.settings import AnswerSettings
from bot.core.answers.events import Completed, Ended, Ending, Failed, Failure, Incomplete, ending_of
from bot.core.conversation.context import Context, fit_context, picture_room
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.conversation.question import DESCRIBE, default_question
from bot.core.conversation.turns import File, LeftOut, ModelRequest, PreparedImages, Role, Turn
from bot.core.endings.usage_meter import UsageMeter
from bot.core.models.tokens import Detail, ModelCard
from bot.core.quota.allowance import Charge
from bot.core.vision.picture_intent import find_use
from bot.core.vision.views import Plan, Size, plan_looks

OnText = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """The description of one file. `ended` None: nothing was asked, because of `left_out`."""

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
    """The look at one picture that is asked about alone."""
    room = picture_room(
        Turn(role=Role.USER, text=question or DESCRIBE),
        ("",),
        instructions=settings.instructions,
        bounds=bounds_of(card, settings, allowance=settings.tokens_per_answer),
    )
    return plan_looks((size,), card, use=find_use(question), room=room, chosen=settings.detail)


def fit_alone(turn: Turn, card: ModelCard, settings: AnswerSettings, detail: Detail) -> Context:
    """One question without a conversation, cut to what an answer may use.

    Raises QuestionTooLarge.
    """
    bounds = bounds_of(card, settings, allowance=settings.tokens_per_answer, detail=detail)
    return fit_context((), turn, instructions=settings.instructions, bounds=bounds)


class FileDescriber:
    """Asks about one file at a time; several may run side by side. `clock` is monotonic."""

    def __init__(self, model: Model, settings: AnswerSettings, clock: Callable[[], float]) -> None:
        self._model = model
        self._settings = settings
        self._clock = clock

    def plan_look(self, question: str) -> Plan:
        """The look at a file that is prepared for that question."""
        return plan_look(self._model.card, self._settings, question)

    async def describe(
        self, name: str, prepared: PreparedImages, *, question: str, on_text: OnText
    ) -> Description:
        """Ask `question` about a file prepared by `plan_look`; `on_text` gets the text as it comes."""
        failed = Charge(ending=Ending.FAILED, model=self._model.card.name)
        if not prepared.images and not prepared.files:
            return Description(name=name, charge=failed, left_out=prepared.left_out)
        answer = self._answer(prepared, question, on_text)
        try:
            finished = await run_answer(answer, _NO_CONVERSATION, admit_freely)
        except QuestionTooLarge:
            too_long = Failed(failure=Failure.CONTEXT_TOO_LONG)
            return Description(name=name, charge=failed, ended=too_long)
        outcome = finished.outcome
        return Description(
            name=name,
            text=outcome.text,
            ended=outcome.ended,
            charge=finished.settlement.charge,
            left_out=(*prepared.left_out, *outcome.context.left_out),
            is_reduced=bool(prepared.reduced),
            frames=tuple(image.note for image in prepared.images if image.note),
            files=outcome.context.turns[-1].files,
        )

    def _answer(self, prepared: PreparedImages, question: str, on_text: OnText) -> "FileAnswer":
        return FileAnswer(
            prepared,
            question,
            on_text,
            model=self._model,
            settings=self._settings,
            clock=self._clock,
        )


_NO_CONVERSATION = Conversation(key="")


@dataclass(frozen=True, kw_only=True, slots=True)
class FilePlan:
    """Everything that is decided about a description before it is asked for."""

    budget: AnswerBudget
    meter: UsageMeter
    look: Plan


@dataclass(frozen=True, kw_only=True, slots=True)
class FileOutcome:
    """Everything that came of a description besides its charge."""

    ending: Ending
    ended: Ended
    context: Context
    text: str


class FileAnswer:
    """An answer about one prepared file; see `AnswerKind` in `bot/chat/answers/run.py`."""

    def __init__(
        self,
        prepared: PreparedImages,
        question: str,
        on_text: OnText,
        *,
        model: Model,
        settings: AnswerSettings,
        clock: Callable[[], float],
    ) -> None:
        self._prepared = prepared
        self._question = question
        self._display = _Display(on_text)
        self._model = model
        self._settings = settings
        self._clock = clock

    async def plan(self, _conversation: Conversation) -> FilePlan:
        card = self._model.card
        return FilePlan(
            budget=budget_of(self._model, self._settings),
            meter=UsageMeter(card),
            look=plan_look(card, self._settings, self._question),
        )

    async def produce(self, plan: FilePlan, reservation: Reservation) -> FileOutcome:
        context = self._fit(plan.look.detail)
        consumer = StreamConsumer(self._display, plan.meter, self._clock)
        terms = Terms(
            model=self._model,
            admission=reservation.admission,
            smallest_output=self._settings.smallest_answer,
        )
        request = self._request(context, plan.look.detail)
        await Rounds(terms, plan.meter, consumer).ask(request, input_tokens=context.input_estimate)
        consumer.stop()
        ended, text = consumer.result.ended, plan.meter.text
        return FileOutcome(
            ending=ending_of(ended, has_text=bool(text.strip())),
            ended=ended,
            context=context,
            text=text,
        )

    def _fit(self, detail: Detail) -> Context:
        prepared = self._prepared
        turn = Turn(
            role=Role.USER,
            text=self._question or default_question(prepared),
            images=prepared.images,
            files=prepared.files,
        )
        return fit_alone(turn, self._model.card, self._settings, detail)

    def _request(self, context: Context, detail: Detail) -> ModelRequest:
        return ModelRequest(
            instructions=self._settings.instructions,
            turns=context.turns,
            max_output_tokens=context.max_output_tokens,
            image_bytes=self._prepared.image_bytes,
            detail=None if detail is Detail.AUTO else detail,
        )


class _Display:
    """Hands on the text; the terminal has a progress line of its own."""

    def __init__(self, on_text: OnText) -> None:
        self.add = on_text

    def wait(self, _activity: str = "") -> None:
        """Nothing is shown of it."""
