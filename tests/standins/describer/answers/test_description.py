"""Pictures with known content: what a description must say of them, and what it must not."""

from bot.standins.describer.answers.classification import PictureKind, classify
from bot.standins.describer.answers.description import describe, introduce
from bot.standins.describer.answers.replies import alt_text, answer_topic
from bot.standins.describer.findings import Finding, Unread
from bot.standins.describer.request.questions import QuestionTopic
from bot.standins.describer.worker.measurements import measure_picture
from tests.pictures import animation
from tests.standins.describer import scenes
from tests.standins.describer.sample_findings import (
    Found,
    Measured,
    needs_reader,
    whole,
    with_lines,
)


@needs_reader
def test_screenshot_with_an_error_names_the_error_first(found: Found) -> None:
    text = whole(found["window"])

    assert "screenshot with an error message" in text
    assert "What matters most is probably `Error 0x80070057: the parameter is incorrect.`" in text
    assert (
        text.index("Update failed") < text.index("Restart the computer") < text.index("Try again")
    )
    assert "a little blue and red" in text
    assert "probably a photo" not in text
    assert "chart" not in text


def test_themes_are_told_apart_by_their_colours(measured: Measured) -> None:
    assert "nearly all dark grey" in introduce(measured["window"])
    assert "mostly white" in introduce(measured["light window"])
    assert "flat colours" in introduce(measured["light window"])


def test_terminal_is_quoted_as_a_block_in_its_order(measured: Measured) -> None:
    lines = ("$ python main.py", *scenes.TRACEBACK)

    text = describe(with_lines(measured["terminal"], *lines))

    assert "```text\n$ python main.py\nTraceback (most recent call last):" in text
    assert "probably `ZeroDivisionError: division by zero`" in text


def test_chat_that_calls_everyone_calls_nobody_in_the_answer(measured: Measured) -> None:
    lines = ("ada", "Hello @everyone, please read this", "bo", "**free** ``` nitro [here](http)")

    text = describe(with_lines(measured["chat"], *lines))

    assert "Hello" in text
    assert "@everyone" not in text
    assert text.count("```") == 2


@needs_reader
def test_bar_chart_is_recognised_by_its_axis_without_invented_values(found: Found) -> None:
    text = describe(found["chart"])

    assert "probably a chart" in text
    assert "from 50 to 200" in text
    assert "“Messages per day”" in text
    assert all(f"“{day}”" in text for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
    assert not any(value in text for value in ("80", "120", "95"))  # the bars' heights
    assert "I can't read" in text
    assert "screenshot" not in text


def test_pie_chart_is_known_by_its_shares(measured: Measured) -> None:
    lines = ("Votes by party", "Apples 45%", "Pears 30%", "Plums 25%")

    finding = with_lines(measured["pie"], *lines, left=500)

    assert "chart of shares" in describe(finding)
    assert "“Pears 30%”" in describe(finding)
    assert "red, orange and blue" in introduce(finding.measures)


@needs_reader
def test_photo_is_measured_without_a_word_on_its_content(found: Found) -> None:
    text = whole(found["photo"]).lower()

    assert "probably a photo" in text
    assert "640 × 480 pixels, wider than high" in text
    assert "blue" in text
    assert "green" in text
    assert "i can't tell" in text
    assert not any(word in text for word in ("sky", "hill", "meadow", "landscape"))


@needs_reader
def test_sign_in_a_photo_is_read_from_the_top(found: Found) -> None:
    text = whole(found["sign"])

    assert "probably a photo" in text
    assert "In big letters it says:\n> CITY CENTRE\n> Harbour 3 km\n> EXIT 12" in text
    assert "error" not in text


@needs_reader
def test_drawing_has_its_colours_named_and_no_text_invented(found: Found) -> None:
    text = whole(found["drawing"])

    assert "probably a drawing" in text
    assert "light blue with green" in text
    assert "I found no text in it." in text
    assert "house" not in text
    assert "It reads" not in text


@needs_reader
def test_document_is_quoted_line_by_line(found: Found) -> None:
    text = whole(found["page"])

    assert "page of text" in text
    assert "2. The rent is 840 euros a month, due on the third day.\n3. The deposit" in text
    assert "screenshot" not in text
    assert "chart" not in text


def test_blank_picture_is_called_blank(measured: Measured) -> None:
    finding = with_lines(measured["blank"])

    assert "blank" in whole(finding)
    assert "all white" in whole(finding)
    assert alt_text(finding) == "Blank picture, all white."


def test_icon_is_too_small_to_be_sure_of(measured: Measured) -> None:
    text = whole(with_lines(measured["icon"]))

    assert "32 × 32 pixels, square" in text
    assert "photo" not in text
    assert "red" in text


def test_camera_and_date_are_told_and_the_position_never(measured: Measured) -> None:
    finding = with_lines(measured["camera"])

    text = whole(finding)

    assert "FUJIFILM X-T5" in text
    assert "17 August 2025 at 19:42" in text
    assert "says where" in text
    assert not any(part in text for part in ("52", "13.4", "31", "°"))
    assert "52" not in answer_topic(QuestionTopic.PLACE, finding)


def test_picture_whose_text_could_not_be_read_is_described_without(measured: Measured) -> None:
    measures = measured["light window"]

    text = describe(Finding(measures=measures, words=Unread.FAILED))

    assert "could not be read" in text
    assert "no text" not in text
    assert classify(Finding(measures=measures, words=Unread.FAILED)).kind is PictureKind.UNKNOWN


def test_long_text_is_cut_and_the_rest_counted(measured: Measured) -> None:
    lines = [f"line {number} of a log that goes on and on and on" for number in range(200)]

    text = describe(with_lines(measured["terminal"], *lines))

    assert len(text) < 6_000
    assert text.endswith(" more lines.")
    assert "line 0 of" in text
    assert "line 199 of" not in text


def test_animation_is_said_to_be_one() -> None:
    assert "an animation of 5 frames" in whole(with_lines(measure_picture(animation("GIF", 5))))
