"""Texts of all sorts, and the pages that they are laid out in."""

import re

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.core.display.draft import Draft, Page

FAMILY = "👩‍👩‍👧‍👦"
FLAG = "🇩🇪"
words = st.sampled_from(
    [
        "glimpse",
        "two words.",
        "Ende!",
        "ja",
        "naïve",
        "日本語。",
        FAMILY,
        FLAG * 3,
        "👍🏽",
        "é" * 5,
        "x" * 90,
    ]
)
things = st.sampled_from(
    [
        "<@123456789012345678>",
        "<:wave:123456789012345678>",
        "<t:1700000000:R>",
        "https://example.org/a_path/with_many_parts?and=some&query=too",
        "[the text of a link](https://example.org/page_(one))",
        "<https://example.org/quiet>",
        "||a hidden stretch of words||",
        "**bold words**",
        "`code in a line`",
    ]
)
footers = st.sampled_from(
    ["", "-# model · 12 tokens", "-# " + "f" * 390, "-# one\n-# `photo.heic` is damaged"]
)
thorough = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))


def lay_out(text: str, footer: str = "") -> tuple[Page, ...]:
    draft = Draft()
    draft.add(text)
    draft.finish(footer)
    return draft.pages()


def seen_of(text: str) -> str:
    return re.sub(r"[\s\u200b\u2060\ufeff]+", "", text)
