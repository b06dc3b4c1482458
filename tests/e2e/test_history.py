"""What the model is told of the conversation so far."""

import pytest

from tests.e2e.conftest import FOOTER, Town, shared_town, texts_in
from tests.pictures import quadrants, write
from tests.scripted_endpoint import Recorded, Script

pytestmark = pytest.mark.asyncio(loop_scope="module")
town = shared_town

PNG = ("quarters.png", write(quadrants(), "PNG"), "image/png")


def words_of(request: Recorded) -> str:
    return "\n".join(text for _, text in texts_in(request))


async def test_second_question_in_a_thread_comes_with_the_first_exchange(town: Town) -> None:
    thread = await town.alice.create_thread(town.open_channel(), "rivers")
    await town.answered(await town.ask(thread, "the longest river? [[text='The Nile.']]"))

    await town.answered(await town.ask(thread, "and the second longest?"))

    (request,) = town.requests_about("the second longest")
    roles, texts = zip(*texts_in(request), strict=True)
    assert roles == ("user", "assistant", "user")
    assert "the longest river?" in texts[0]
    assert texts[1] == "The Nile."


async def test_earlier_picture_is_sent_again_after_its_file_is_gone(town: Town) -> None:
    room = town.open_channel()
    asked = await town.ask(room, "what is this flag?", images=[PNG])
    answer = await town.reply_saying(asked, FOOTER)
    asked.attachments[0].is_deleted = True

    second = await town.ask(room, "which colour is at the top?", reply_to=answer)

    assert await town.answered(second) == "I see 1 picture(s): png 120x80."


async def test_reply_branches_off_where_it_is_attached(town: Town) -> None:
    room = town.open_channel()
    root = await town.ask(room, "name a tree [[text=Oak.]]")
    oak = await town.reply_saying(root, FOOTER)
    one = await town.alice.say(room, "how tall is it? [[text='Forty metres.']]", reply_to=oak)
    await town.answered(one)

    other = await town.alice.say(room, "how old is it?", reply_to=oak)

    await town.answered(other)
    (request,) = town.requests_about("how old is it?")
    assert "name a tree" in words_of(request)
    assert "Oak." in words_of(request)
    assert "tall" not in words_of(request)
    assert "Forty metres" not in words_of(request)


async def test_new_question_in_a_channel_comes_without_earlier_ones(town: Town) -> None:
    room = town.open_channel()
    await town.answered(await town.ask(room, "a matter of my own"))

    await town.answered(await town.ask(room, "quite another matter"))

    (request,) = town.requests_about("another matter")
    assert len(request.json["input"]) == 1


async def test_reply_to_a_further_page_continues_the_same_answer(town: Town) -> None:
    room = town.open_channel()
    town.endpoint.play(Script(text=" ".join(f"word{n}" for n in range(400)), delta=100))
    long = await town.ask(room, "many words, please")
    first_page, further_page = await town.answer_to(long)

    again = await town.alice.say(room, "and then?", reply_to=further_page)

    await town.answered(again)
    (request,) = town.requests_about("and then?")
    roles, texts = zip(*texts_in(request), strict=True)
    assert roles == ("user", "assistant", "user")
    assert texts[1].startswith("word0 ")
    assert texts[1].endswith(" word399")
    assert first_page.reference is not None


async def test_reply_to_an_unfinished_answer_waits_and_continues_it(
    town: Town,
) -> None:
    room = town.open_channel()
    bob = town.server.add_member("bob")
    asked = await town.ask(room, "tell me slowly [[text='A tale of one and two.' pace=0.15]]")
    unfinished = await town.started(asked)

    again = await bob.say(room, "and three?", reply_to=unfinished)

    await town.answered(again)
    (request,) = town.requests_about("and three?")
    assert texts_in(request)[1] == ("assistant", "A tale of one and two.")


async def test_concurrent_questions_in_a_thread_are_answered_in_turn(
    town: Town,
) -> None:
    thread = await town.alice.create_thread(town.open_channel(), "at once")
    bob = town.server.add_member("bob")

    first = await town.ask(thread, "first of two [[text='My first answer.' pace=0.1]]")
    second = await town.ask(thread, "second of two", by=bob)

    await town.answered(second)
    assert await town.answered(first) == "My first answer."
    (request,) = town.requests_about("second of two")
    assert texts_in(request)[1] == ("assistant", "My first answer.")


async def test_people_in_a_thread_are_told_apart_by_their_names(town: Town) -> None:
    thread = await town.alice.create_thread(town.open_channel(), "who is who")
    bob = town.server.add_member("bob")
    await town.answered(await town.ask(thread, "I like tea"))

    await town.answered(await town.ask(thread, "I like coffee", by=bob))

    (request,) = town.requests_about("I like coffee")
    first, _, second = texts_in(request)
    assert "Alice" in first[1]
    assert "Bob" in second[1]


async def test_names_and_ids_of_mentions_are_readable_for_the_model(town: Town) -> None:
    bob = town.server.add_member("bob")

    await town.answered(await town.ask(town.open_channel(), f"do you know {bob.mention}?"))

    (request,) = town.requests_about("do you know @Bob?")
    assert town.mention not in request.raw.decode()
