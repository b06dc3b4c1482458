"""Any text can be stored, on both engines, and is found again by the words it was stored with."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from bot.store.database import Database
from bot.store.engine.storable_text import clean
from bot.store.schema.tables import conversations, preferences
from tests.store.conversations.conversation import append, load
from tests.store.samples import MODERATOR, NOW, SHOP, file, image, turn

ODD_TEXTS = st.text(
    st.sampled_from("\0\ud800\udfffaé🐈\ufffd\x7f\n") | st.characters(), min_size=1, max_size=30
)
ANY_EXAMPLES = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("a\0b\0", "a�b�"),
        ("a\ud83d", "a�"),
        ("\ud83d\ude00", "��"),  # a pair that was taken apart is no character
        ("é🐈\n", "é🐈\n"),
        ("", ""),
    ],
)
def test_clean_replaces_what_an_engine_refuses(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(text=st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")))
def test_clean_leaves_other_text_alone(text: str) -> None:
    assert clean(text) == text


async def test_turn_with_a_nul_is_not_lost(database: Database) -> None:
    """PostgreSQL said `invalid byte sequence for encoding "UTF8": 0x00`, and the turn was gone."""
    said = replace(
        turn(1, "an\0swer", images=(image("c\0t"),)),
        author_name="A\ud800da",
        files=(file("a\0b", text="\0", hash="0" * 64),),
    )

    await append(database, said)

    (loaded,) = await load(database)
    assert (loaded.text, loaded.author_name) == ("an�swer", "A�da")
    assert (loaded.images[0].name, loaded.files[0].text) == ("c�t", "�")


@given(value=ODD_TEXTS)
@ANY_EXAMPLES
async def test_any_value_is_found_again(database: Database, value: str) -> None:
    async with database.transaction() as tx:
        await tx.execute(preferences.delete())
        await tx.execute(insert(preferences), _preference(value))

    async with database.reading() as connection:
        looked_for = select(preferences.c.value).where(preferences.c.value == value)
        assert (await connection.execute(looked_for)).scalar_one() == clean(value)


@given(values=st.lists(ODD_TEXTS, min_size=2, max_size=4, unique_by=clean))
@ANY_EXAMPLES
async def test_any_values_of_many_rows_are_stored(database: Database, values: list[str]) -> None:
    async with database.transaction() as tx:
        await tx.execute(conversations.delete())
        await tx.execute(insert(conversations), [_conversation(each) for each in values])

    async with database.reading() as connection:
        found = (await connection.execute(select(conversations.c.key))).scalars().all()
    assert set(found) == set(map(clean, values))


def _preference(value: str) -> dict[str, object]:
    return {
        "guild_id": SHOP,
        "scope": "server",
        "scope_id": SHOP,
        "topic": "model",
        "value": value,
        "set_by": MODERATOR,
        "set_at": NOW,
    }


def _conversation(key: str) -> dict[str, object]:
    return {
        "key": key,
        "guild_id": SHOP,
        "channel_id": 1,
        "created_at": NOW,
        "last_at": NOW,
        "next_position": 0,
    }
