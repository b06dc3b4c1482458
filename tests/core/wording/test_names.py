import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import wording


@given(st.text())
def test_a_file_name_of_any_sort_stays_within_its_code(name: str) -> None:
    shown = wording.file_name(name)

    assert shown.count("`") == 2
    assert shown[0] == shown[-1] == "`"
    assert len(shown) > 2
    assert len(shown.splitlines()) == 1
    assert "@everyone" not in shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("photo.heic", "`photo.heic`"),
        ("a`b``c.png", "`aˋbˋˋc.png`"),
        ("line\nbreak.png", "`line break.png`"),
        ("@everyone.png", "`@\u200beveryone.png`"),
        ("evil\u202egnp.exe", "`evil gnp.exe`"),
        ("\u200b\n", "`unnamed`"),
        ("x" * 60 + "-final.jpeg", "`" + "x" * 29 + "…final.jpeg`"),
    ],
)
def test_a_file_name_is_shown_harmless(name: str, shown: str) -> None:
    assert wording.file_name(name) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gpt-5.2-pro", "gpt-5.2-pro"),
        ("llama_3_8b", r"llama\_3\_8b"),
        ("**loud** `code`", r"\*\*loud\*\* \`code\`"),
        ("<@123>", "\\<@\u200b123\\>"),
        ("https://x.example", r"https\://x.example"),
    ],
)
def test_words_of_others_are_shown_without_their_markdown(text: str, shown: str) -> None:
    assert wording.plain_text(text) == shown
