"""Topics of questions, by their words."""

import pytest

from bot.standins.describer.request.questions import Topic, find_topic


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Describe this picture.", Topic.DESCRIBE),
        ("ada: what is this?", Topic.DESCRIBE),
        ("whats in it", Topic.DESCRIBE),
        ("What's in the picture?", Topic.DESCRIBE),
        ("", Topic.DESCRIBE),
        ("What does it say?", Topic.TEXT),
        ("ada: can you read that for me", Topic.TEXT),
        ("Which colours are in it?", Topic.COLOURS),
        ("How big is it?", Topic.SIZE),
        ("Is there a QR code?", Topic.CODES),
        ("What date was it taken?", Topic.CAMERA),
        ("which camera", Topic.CAMERA),
        ("Where was this taken?", Topic.PLACE),
        ("Write an alt text for it", Topic.ALT_TEXT),
        ("What kind of picture is it?", Topic.KIND),
        ("Is it a screenshot?", Topic.KIND),
        ("what's wrong here, how do I fix it", Topic.ERROR),
        ("is it too dark?", Topic.LIGHT),
        ("Thanks!", Topic.THANKS),
        ("hello there", Topic.GREETING),
        ("How many people are in it?", Topic.OTHER),
        ("[in reply to bo: what does it say?]\nwhich colours?", Topic.COLOURS),
        ("which colours?\n[what does it say.exe could not be sent: unreadable]", Topic.COLOURS),
    ],
)
def test_topic_is_found_by_its_words(question: str, topic: Topic) -> None:
    assert find_topic(question) is topic
