"""Ids and the instants at which they were made."""

from datetime import UTC, datetime

from bot.core.messages.snowflakes import snowflake_at


def test_snowflake_begins_with_its_instant() -> None:
    """The example in Discord's documentation."""
    made = datetime(2016, 4, 30, 11, 18, 25, 796_000, tzinfo=UTC)

    assert snowflake_at(made) == 175928847299117063 >> 22 << 22


def test_there_was_no_snowflake_before_discord() -> None:
    assert snowflake_at(datetime(2010, 1, 1, tzinfo=UTC)) == 0
