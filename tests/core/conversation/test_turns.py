"""Turns: the bytes that they need, and the conversation that they belong to."""

from dataclasses import replace

import pytest

from bot.core.conversation.turns import Image, Role, Turn, conversation_key
from bot.core.messages.incoming_message import Place
from tests.core.conversation.samples import PAGE, pdf, text_file


def test_a_turn_names_all_whose_bytes_it_needs() -> None:
    cat = Image(hash="cat", media_type="image/png", width=9, height=9, name="cat.png")
    document = replace(pdf(PAGE), hash="document", is_document=True)
    turn = Turn(
        role=Role.USER,
        text="",
        images=(cat,),
        files=(text_file("x"), pdf("", pictures=1), document),
    )

    assert turn.hashes == {"cat", "0", "document"}


@pytest.mark.parametrize(
    ("place", "key"),
    [
        (Place(guild_id=7, channel_id=70, parent_id=60), "thread:70"),
        (Place(guild_id=0, channel_id=80), "direct:80"),
        (Place(guild_id=7, channel_id=60), "message:500"),
    ],
    ids=["thread", "direct-message", "reply-chain"],
)
def test_conversation_is_named_by_its_place(place: Place, key: str) -> None:
    assert conversation_key(place, root_id=500) == key


def test_file_is_cut_where_less_is_kept_than_was_read() -> None:
    assert not text_file("one\ntwo\n").is_cut
    assert text_file("one\ntwo\n", characters=9).is_cut
