"""Strangers' text, made harmless."""

from bot.standins.describer.markdown import code, escape, fence, shorten


def test_running_text_can_neither_format_nor_call_nor_link() -> None:
    text = escape("**free** `x` <@1> @everyone [a](https://example.org)\n# title")

    assert "**" not in text
    assert "@everyone" not in text
    assert "<@" not in text
    assert "https://" not in text
    assert "\n" not in text


def test_block_can_not_be_closed_by_what_it_quotes() -> None:
    assert fence("a ``` b").count("```") == 2
    assert code("a `b` c") == "`a 'b' c`"


def test_turns_of_direction_and_control_characters_are_dropped() -> None:
    assert escape("a\u202eb\x07c") == "abc"


def test_long_text_is_cut_after_a_word() -> None:
    assert shorten("one two three", 9) == "one two…"
    assert shorten("one", 9) == "one"
