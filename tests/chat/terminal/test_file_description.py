"""Files described without Discord: asked as there, and charged as there."""

import time
from dataclasses import replace

import pytest

from bot.chat.settings import AnswerSettings
from bot.chat.terminal.file_description import Description, FileDescriber
from bot.core.answers.events import (
    Began,
    Completed,
    Ending,
    Failed,
    Failure,
    Incomplete,
    IncompleteReason,
    TextDelta,
    Usage,
)
from bot.core.conversation.turns import LeftOut, LeftOutReason, PreparedImages
from bot.core.models.tokens import Detail, ModelCard
from tests.chat.conftest import SETTINGS
from tests.fakes import USAGE, FakeModel, answer, picture, text_file

CAT = picture("cat")
BROKEN = Failed(failure=Failure.BROKEN_STREAM)


async def describe(
    model: FakeModel,
    prepared: PreparedImages = CAT,
    *,
    question: str = "what is it?",
    settings: AnswerSettings = SETTINGS,
) -> Description:
    describer = FileDescriber(model, settings, time.monotonic)
    return await describer.describe(
        "cat.png", prepared, question=question, on_text=lambda _text: None
    )


async def test_text_is_passed_on_in_pieces_and_charged_as_reported() -> None:
    model = FakeModel(answer("A cat ", "on a mat."))
    heard: list[str] = []
    describer = FileDescriber(model, SETTINGS, time.monotonic)

    described = await describer.describe(
        "cat.png", CAT, question="what is it?", on_text=heard.append
    )

    assert heard == ["A cat ", "on a mat."]
    assert (described.name, described.text) == ("cat.png", "A cat on a mat.")
    assert (described.charge.ending, described.charge.usage) == (Ending.COMPLETED, USAGE)
    assert described.charge.cost_microusd == 100 + 2 * 20
    assert described.reason == ""


async def test_picture_and_question_are_sent_without_tools() -> None:
    model = FakeModel()

    await describe(model)

    (request,) = model.requests
    assert request.turns[-1].text == "what is it?"
    assert request.image_bytes == {"hash-of-cat": b"cat"}
    assert (request.tools, request.needs_price) == ((), False)


async def test_file_without_a_question_is_asked_about_as_a_whole() -> None:
    model = FakeModel()

    await describe(model, text_file("a.log", "up\n"), question="")

    assert model.requests[0].turns[-1].text == "What is in this file?"


async def test_detail_that_the_operator_chose_goes_with_the_request() -> None:
    model = FakeModel()

    await describe(model, settings=replace(SETTINGS, detail=Detail.HIGH))

    assert model.requests[0].detail is Detail.HIGH


async def test_file_that_can_not_be_read_is_not_asked_about() -> None:
    model = FakeModel()
    left_out = (LeftOut(name="cat.png", reason=LeftOutReason.DAMAGED),)

    described = await describe(model, PreparedImages(left_out=left_out))

    assert not model.requests
    assert (described.ended, described.reason) == (None, LeftOutReason.DAMAGED.value)
    assert described.charge.usage.total_tokens == 0


async def test_question_beyond_the_models_window_is_not_asked() -> None:
    model = FakeModel(card=replace(FakeModel.card, context_tokens=500))

    described = await describe(model, question="many words " * 200)

    assert not model.requests
    assert described.reason == "context-too-long"
    assert described.charge.ending is Ending.FAILED


@pytest.mark.parametrize(
    ("script", "ending", "reason", "is_charged"),
    [
        ((BROKEN,), Ending.FAILED, "broken-stream", False),
        ((TextDelta(text="A"), BROKEN), Ending.CUT, "broken-stream", True),
        ((TextDelta(text="A"),), Ending.CUT, "broken-stream", True),
        ((Completed(usage=USAGE),), Ending.EMPTY, "empty", True),
        (
            (TextDelta(text="A"), Incomplete(usage=USAGE, reason=IncompleteReason.LIMIT)),
            Ending.INCOMPLETE,
            "limit",
            True,
        ),
    ],
    ids=["failed", "cut", "no end at all", "empty", "at its limit"],
)
async def test_each_ending_has_its_word_and_its_charge(
    script: tuple[TextDelta | Failed | Completed | Incomplete, ...],
    ending: Ending,
    reason: str,
    is_charged: bool,
) -> None:
    described = await describe(FakeModel(script))

    assert (described.charge.ending, described.reason) == (ending, reason)
    assert bool(described.charge.usage.total_tokens) == is_charged


async def test_endpoint_that_failed_first_is_charged_what_it_reported() -> None:
    failed = Failed(failure=Failure.SERVER_ERROR, usage=Usage(input_tokens=50, output_tokens=0))
    backup = ModelCard(name="backup-1", rate_card=FakeModel.card.rate_card)
    began = Began(card=backup, endpoint="backup", after=failed)

    described = await describe(FakeModel((began, *answer("A cat."))))

    assert described.charge.model == "backup-1"
    assert described.charge.usage.total_tokens == 50 + USAGE.total_tokens
    assert described.charge.cost_microusd == 50 + 140


async def test_notes_of_frames_and_reduction_are_handed_back() -> None:
    (image,) = CAT.images
    prepared = replace(CAT, images=(replace(image, note="frame 1 of 2"),), reduced=("cat.png",))

    described = await describe(FakeModel(), prepared)

    assert described.frames == ("frame 1 of 2",)
    assert described.is_reduced
