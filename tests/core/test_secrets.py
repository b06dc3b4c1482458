"""Secrets show themselves to `reveal` alone."""

from bot.core.secrets import Secret


def test_secret_shows_itself_to_reveal_alone() -> None:
    secret = Secret("sk-1234567890")

    assert secret.reveal() == "sk-1234567890"
    assert f"{secret} {secret!r} {secret!s}" == "Secret(…) Secret(…) Secret(…)"


def test_secret_that_is_empty_is_false_and_says_so() -> None:
    assert not Secret("")
    assert repr(Secret("")) == "Secret(empty)"


def test_secrets_are_compared_by_their_value() -> None:
    assert Secret("a") == Secret("a")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"
