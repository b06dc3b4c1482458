"""Answers to single questions about a picture."""

import pytest

from bot.standins.describer.answers.replies import alt_text, answer_topic
from bot.standins.describer.request.questions import QuestionTopic
from bot.standins.describer.worker.measurements import measure_picture
from tests.standins.describer import scenes
from tests.standins.describer.sample_findings import Found, needs_reader, with_lines


@needs_reader
@pytest.mark.parametrize("name", ["window", "chart", "photo", "page", "sign"])
def test_alt_text_is_one_short_sentence_without_markup(found: Found, name: str) -> None:
    text = alt_text(found[name])

    assert len(text) < 450
    assert text.endswith(".")
    assert "\n" not in text
    assert "```" not in text


@needs_reader
def test_single_questions_are_answered_from_the_findings(found: Found) -> None:
    window = found["window"]

    assert "900 × 420 pixels" in answer_topic(QuestionTopic.SIZE, window)
    assert "about 95% dark grey" in answer_topic(QuestionTopic.COLOURS, window)
    assert "neither a QR code nor a bar code" in answer_topic(QuestionTopic.CODES, window)
    assert "names neither camera nor date" in answer_topic(QuestionTopic.CAMERA, window)
    assert "0x80070057" in answer_topic(QuestionTopic.ERROR, window)
    assert "I can't tell" in answer_topic(QuestionTopic.ERROR, window)
    assert "screenshot" in answer_topic(QuestionTopic.KIND, window)
    assert "It is dark." in answer_topic(QuestionTopic.LIGHT, window)
    assert "Restart the computer" in answer_topic(QuestionTopic.TEXT, window)
    assert "I found no text" in answer_topic(QuestionTopic.TEXT, found["drawing"])


@pytest.mark.parametrize(
    ("level", "words"),
    [(20, "It is dark."), (75, "rather dark"), (128, "neither"), (190, "bright"), (240, "very")],
)
def test_light_is_named_by_the_average(level: int, words: str) -> None:
    grey = scenes.png(scenes.blank((level, level, level)))

    assert words in answer_topic(QuestionTopic.LIGHT, with_lines(measure_picture(grey)))
