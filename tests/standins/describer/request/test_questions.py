"""Topics of questions, by their words."""

import pytest

from bot.standins.describer.request.questions import QuestionTopic, find_topic


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Describe this picture.", QuestionTopic.DESCRIBE),
        ("ada: what is this?", QuestionTopic.DESCRIBE),
        ("whats in it", QuestionTopic.DESCRIBE),
        ("What's in the picture?", QuestionTopic.DESCRIBE),
        ("", QuestionTopic.DESCRIBE),
        ("What does it say?", QuestionTopic.TEXT),
        ("ada: can you read that for me", QuestionTopic.TEXT),
        ("Which colours are in it?", QuestionTopic.COLOURS),
        ("How big is it?", QuestionTopic.SIZE),
        ("Is there a QR code?", QuestionTopic.CODES),
        ("What date was it taken?", QuestionTopic.CAMERA),
        ("which camera", QuestionTopic.CAMERA),
        ("Where was this taken?", QuestionTopic.PLACE),
        ("Write an alt text for it", QuestionTopic.ALT_TEXT),
        ("What kind of picture is it?", QuestionTopic.KIND),
        ("Is it a screenshot?", QuestionTopic.KIND),
        ("what's wrong here, how do I fix it", QuestionTopic.ERROR),
        ("is it too dark?", QuestionTopic.LIGHT),
        ("Thanks!", QuestionTopic.THANKS),
        ("hello there", QuestionTopic.GREETING),
        ("How many people are in it?", QuestionTopic.OTHER),
        ("[in reply to bo: what does it say?]\nwhich colours?", QuestionTopic.COLOURS),
        (
            "which colours?\n[what does it say.exe could not be sent: unreadable]",
            QuestionTopic.COLOURS,
        ),
    ],
)
def test_topic_is_found_by_its_words(question: str, topic: QuestionTopic) -> None:
    assert find_topic(question) is topic
