"""Questions with their pictures, files and conversation, as the model gets them."""

from dataclasses import replace

from bot.core.answers.events import Usage
from bot.core.conversation.turns import PreparedImages
from bot.core.messages.incoming_message import Attachment, RepliedTo
from bot.core.models.tokens import Detail, ModelCard, TileRule
from tests.chat.conftest import BOT, MakeRoom, message
from tests.chat.questions import BAD, BOB, CAT, DAMAGED, DIRECT_MESSAGES, LOG, PHOTO
from tests.fakes import FakeImages, FakeModel, answer, picture, text_file


async def test_pictures_are_sent_and_left_out_ones_are_named(make_room: MakeRoom) -> None:
    room = make_room(images=FakeImages(cat=picture("cat"), bad=DAMAGED))

    surface = await room.ask(message("look", attachments=(CAT, BAD)))

    request = room.model.requests[0]
    assert [image.name for image in request.turns[-1].images] == ["cat"]
    assert request.image_bytes == {"hash-of-cat": b"cat"}
    assert "`bad.heic` is damaged" in surface.shown


async def test_file_is_cut_to_its_room_and_kept_so(
    make_room: MakeRoom,
) -> None:
    text = "".join(f"event number {number}\n" for number in range(900))
    room = make_room(images=FakeImages(log=text_file("a.log", text)))

    surface = await room.ask(message("why?", place=DIRECT_MESSAGES, attachments=(LOG,)))
    await room.ask(message("and then?", place=DIRECT_MESSAGES))

    first, second = room.model.requests
    (file,) = first.turns[-1].files
    assert file.text.startswith("event number 0\n")
    assert file.tail.endswith("event number 899\n")
    assert second.turns[0] == first.turns[-1]
    head, tail = file.text.count("\n"), file.tail.count("\n")
    assert f"-# `a.log` was read in part: the first {head} and last {tail} of 900 lines\n" in (
        surface.shown
    )


async def test_file_without_a_word_asks_what_is_in_it(make_room: MakeRoom) -> None:
    room = make_room(images=FakeImages(log=text_file("a.log", "up\n"), cat=picture("cat")))

    await room.ask(message(attachments=(LOG,)))
    await room.ask(message(attachments=(LOG, CAT)))

    asked = [request.turns[-1].text for request in room.model.requests]
    assert asked == ["What is in this file?", "What is in these files and pictures?"]


async def test_pasted_text_in_a_file_is_answered_as_a_message(
    make_room: MakeRoom,
) -> None:
    pasted = Attachment(id=4, name="message.txt", url="https://cdn/message.txt", size=9)
    room = make_room(images=FakeImages(**{"message.txt": text_file("message.txt", "long\n")}))
    replied_to = RepliedTo(message_id=5, attachments=(pasted,))

    await room.ask(message(attachments=(pasted,)))
    await room.ask(message(replied_to=replied_to))

    asked = [request.turns[-1].text for request in room.model.requests]
    assert asked == [
        "This file is my message, which was too long for Discord: please answer it.",
        "What is in this file?",
    ]


async def test_question_of_unreadable_files_alone_is_free_and_says_why(
    make_room: MakeRoom,
) -> None:
    room = make_room(images=FakeImages(bad=DAMAGED))

    surface = await room.ask(message(attachments=(BAD,)))

    assert surface.shown == "Not looked at: `bad.heic` is damaged."
    assert room.model.requests == []
    assert (await room.standing()).spent == 0
    await room.assert_accounts_agree()


async def test_picture_in_the_replied_to_message_joins_the_question(
    make_room: MakeRoom,
) -> None:
    room = make_room(images=FakeImages(cat=picture("cat")))
    replied_to = RepliedTo(
        message_id=5, author_id=BOB.id, author_name="Bob", text="my cat", attachments=(CAT,)
    )

    await room.ask(message("what breed?", replied_to=replied_to))

    turn = room.model.requests[0].turns[-1]
    assert turn.images[0].name == "cat"
    assert "[in reply to Bob: my cat]" in turn.text


async def test_earlier_picture_is_sent_again_from_its_hash(make_room: MakeRoom) -> None:
    room = make_room(FakeModel(answer("A cat."), answer("Grey.")), FakeImages(cat=picture("cat")))
    await room.ask(message("what?", place=DIRECT_MESSAGES, attachments=(CAT,)))

    await room.ask(message("which colour?", place=DIRECT_MESSAGES))

    assert room.model.requests[1].turns[0].images[0].name == "cat"
    assert room.model.requests[1].image_bytes == {"hash-of-cat": b"cat"}


async def test_earlier_picture_that_is_gone_is_asked_about_without_it(
    make_room: MakeRoom,
) -> None:
    room = make_room(FakeModel(answer("A cat."), answer("Grey.")), FakeImages(cat=picture("cat")))
    await room.ask(message("what?", place=DIRECT_MESSAGES, attachments=(CAT,)))
    room.images.kept.clear()

    surface = await room.ask(message("which colour?", place=DIRECT_MESSAGES))

    assert surface.shown.startswith("Grey.")
    assert not room.model.requests[1].image_bytes


async def test_question_beyond_the_models_window_does_not_blame_the_quota(
    make_room: MakeRoom,
) -> None:
    small = FakeModel(card=replace(FakeModel.card, context_tokens=500))
    room = make_room(small)

    surface = await room.ask(message("many words " * 200))

    assert "too long for one answer" in surface.shown
    assert not room.model.requests


async def test_question_beyond_the_rest_of_the_quota_is_told_so(
    make_room: MakeRoom,
) -> None:
    spends = Usage(input_tokens=1_924, output_tokens=20)
    room = make_room(FakeModel(answer("x", usage=spends)))
    for _ in range(5):
        await room.ask(message("a lot"))

    within_an_answer = await room.ask(message("word " * 400))
    beyond_any = await room.ask(message("word " * 8_000))

    assert "Only 280 of your 10,000 tokens for today are left" in within_an_answer.shown
    assert "too long for one answer" in beyond_any.shown
    assert len(room.model.requests) == 5
    assert (await room.standing()).reserved == 0


async def test_detail_goes_with_the_request(make_room: MakeRoom) -> None:
    tiles = ModelCard(name="tiles-1", image_rule=TileRule(base=85, per_tile=170))
    model = FakeModel(card=tiles)
    room = make_room(model, images=FakeImages(cat=picture("cat")))

    await room.ask(message("is there a dog?", attachments=(PHOTO,)))
    await room.ask(message("what is it?", attachments=(PHOTO,)))

    assert [request.detail for request in model.requests] == [Detail.LOW, None]


async def test_follow_up_sends_the_picture_prepared_anew(make_room: MakeRoom) -> None:
    cat = picture("cat")

    class Closer(FakeImages):
        async def revise(self, images: object, looks: object) -> PreparedImages:
            closer = replace(cat.images[0], hash="closer")
            return PreparedImages(images=(closer,), image_bytes={"closer": b"closer"})

    room = make_room(FakeModel(answer("A cat.")), images=Closer(cat=cat))
    first = await room.ask(message("what is it?", attachments=(PHOTO,)))

    reply = RepliedTo(message_id=max(first.messages), author_id=BOT)
    await room.ask(message("what does it say?", replied_to=reply))

    assert room.model.requests[1].image_bytes == {"closer": b"closer"}


async def test_longest_output_of_the_model_bounds_the_answer(make_room: MakeRoom) -> None:
    model = FakeModel()
    model.card = replace(FakeModel.card, max_output_tokens=300)
    room = make_room(model)

    await room.ask(message("hello"))

    assert model.requests[0].max_output_tokens == 300
