"""Kinds of Discord's ids."""

from pathlib import Path

import pytest

from tests.config.configurations import problem_of, read


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[quota]\nblocked_users = ['me']", 'blocked_users holds "me", which is no user id'),
        ("[quota]\nblocked_users = ['me']", "choose Copy User ID."),
        ("[quota]\nblocked_servers = [-1]", "holds -1, which is no server id"),
        ("[quota]\nblocked_servers = 5", "blocked_servers is 5, but must be a list of server ids"),
        ("[triggers]\nautomatic_channels = 5", "is 5, but must be a list of channel ids"),
        ("[triggers]\nautomatic_channels = ['general']", 'holds "general", which is no channel id'),
        ("[triggers]\nautomatic_channels = [true]", "holds true, which is no channel id"),
        ("[triggers]\nautomatic_channels = [0]", "holds 0, which is no channel id"),
        ("[triggers]\nautomatic_channels = ['99999999999999999999']", "which is no channel id"),
    ],
)  # fmt: skip
def test_wrong_id_is_told_with_what_is_allowed(file: Path, toml: str, complaint: str) -> None:
    assert complaint in problem_of(file, toml)


@pytest.mark.parametrize("written", ["123456789012345678", "'123456789012345678'"])
def test_operator_channel_is_an_id_with_or_without_quotes(file: Path, written: str) -> None:
    config = read(file, f"[discord]\noperator_channel = {written}\n")

    assert config.discord.operator_channel == 123456789012345678


@pytest.mark.parametrize("written", ["'#operators'", "0", "true", "[1]", "1.5"])
def test_operator_channel_that_is_no_id_is_told(file: Path, written: str) -> None:
    problem = problem_of(file, f"[discord]\noperator_channel = {written}\n")

    assert problem.startswith("config.toml: [discord] operator_channel is ")
    assert problem.endswith(", but must be a channel's id: a number, or digits in quotes.")
