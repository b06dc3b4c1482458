"""What is sent with a question: never more than fits, and the same prefix for as long as it can be."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.conversation.bounds import Bounds
from bot.core.conversation.context import (
    FILE_OVERHEAD,
    IMAGE_OVERHEAD,
    MESSAGE_OVERHEAD,
    Context,
    fit_context,
    follow_replies,
    picture_room,
)
from bot.core.conversation.errors import QuestionTooLarge
from bot.core.conversation.files import format_file
from bot.core.conversation.history_notes import without_files, without_images
from bot.core.conversation.turns import LeftOut, LeftOutReason, Role, Turn
from bot.core.models.calibration import Calibration, Track
from bot.core.models.tokens import Detail, PatchRule, TileRule, UnknownRule, estimate_text
from tests.core.conversation.samples import files, images, log, picture, question, scan

PICTURE_TOKENS = 1_000
INSTRUCTIONS = "You are Glimpse. You look at pictures and answer questions."


def answer(text: str = "A cat, asleep.", *, message_id: int = 0, parent: int | None = None) -> Turn:
    return Turn(role=Role.ASSISTANT, text=text, message_id=message_id, parent_id=parent)


def bounds(
    allowance: int = 8_000,
    *,
    context_tokens: int = 128_000,
    max_output_tokens: int = 1_000,
    smallest_output: int = 200,
    max_images: int = 4,
) -> Bounds:
    return Bounds(
        allowance=allowance,
        context_tokens=context_tokens,
        max_output_tokens=max_output_tokens,
        smallest_output=smallest_output,
        max_images=max_images,
        rule=UnknownRule(assumed=PICTURE_TOKENS),
    )


def ask(history: Sequence[Turn], asked: Turn, limits: Bounds) -> Context:
    return fit_context(history, asked, instructions=INSTRUCTIONS, bounds=limits)


def as_sent_later(turn: Turn) -> tuple[Turn, ...]:
    """Whole, and with notes for what it shows."""
    pictures, files = without_images(turn), without_files(turn)
    return turn, pictures, files, without_files(pictures), without_images(files)


def talk(exchanges: int, make_question: Callable[[int], Turn], words: int = 100) -> list[Turn]:
    pairs = (
        (make_question(number), answer(f"answer {number} " * words)) for number in range(exchanges)
    )
    return [turn for pair in pairs for turn in pair]


def prefix_changes(history: Sequence[Turn], limits: Bounds) -> int:
    """Count at how many questions of a conversation the beginning of what is sent was another."""
    sent = [
        ask(history[:place], history[place], limits).turns for place in range(0, len(history), 2)
    ]
    return sum(later[: len(earlier)] != earlier for earlier, later in itertools.pairwise(sent))


turns = st.builds(
    Turn,
    role=st.sampled_from(Role),
    text=st.one_of(st.text(max_size=50), st.integers(0, 3_000).map("word ".__mul__)),
    images=st.lists(images, max_size=3).map(tuple),
    files=st.lists(files, max_size=2).map(tuple),
    author_name=st.text(max_size=10),
)
all_bounds = st.builds(
    Bounds,
    allowance=st.integers(1, 40_000),
    context_tokens=st.integers(1, 40_000),
    max_output_tokens=st.integers(1, 20_000),
    smallest_output=st.integers(1, 2_000),
    max_images=st.integers(0, 12),
    rule=st.sampled_from(
        [UnknownRule(), TileRule(base=85, per_tile=170), PatchRule(budget=1536, multiplier=1.2)]
    ),
    detail=st.sampled_from(Detail),
    takes_files=st.booleans(),
)


@settings(deadline=None, max_examples=120)
@given(st.lists(turns, max_size=9), turns, all_bounds)
def test_input_and_output_of_any_question_stay_within_the_bounds(
    history: list[Turn], asked: Turn, limits: Bounds
) -> None:
    try:
        context = ask(history, asked, limits)
    except QuestionTooLarge:
        return

    total = context.input_estimate + context.max_output_tokens
    assert total <= min(limits.allowance, limits.context_tokens)
    assert min(limits.smallest_output, limits.max_output_tokens) <= context.max_output_tokens
    assert context.max_output_tokens <= limits.max_output_tokens


@given(turns, all_bounds)
def test_question_is_refused_when_its_words_leave_too_little(asked: Turn, limits: Bounds) -> None:
    words = (
        estimate_text(INSTRUCTIONS) + estimate_text(asked.text) + estimate_text(asked.author_name)
    )
    needed = words + 2 * MESSAGE_OVERHEAD + limits.smallest_output
    allowed = min(limits.allowance, limits.context_tokens)

    try:
        ask([], asked, limits)
        error = None
    except QuestionTooLarge as raised:
        error = raised.needed, raised.allowed

    assert error == ((needed, allowed) if needed > allowed else None)


@settings(deadline=None, max_examples=120)
@given(st.lists(turns, max_size=9), turns, all_bounds)
def test_what_is_sent_is_an_unbroken_end_of_the_conversation(
    history: list[Turn], asked: Turn, limits: Bounds
) -> None:
    try:
        context = ask(history, asked, limits)
    except QuestionTooLarge:
        return

    earlier = context.turns[:-1]
    end = history[len(history) - len(earlier) :]
    assert all(sent in as_sent_later(turn) for sent, turn in zip(earlier, end, strict=True))
    assert not earlier or earlier[0].role is Role.USER
    assert sum(len(turn.images) for turn in context.turns) <= limits.max_images + len(
        [image for turn in earlier if turn.role is Role.ASSISTANT for image in turn.images]
    )


@settings(deadline=None, max_examples=100)
@given(turns, all_bounds)
def test_every_picture_is_sent_or_named_as_left_out(asked: Turn, limits: Bounds) -> None:
    try:
        context = ask([], asked, limits)
    except QuestionTooLarge:
        return

    sent = context.turns[-1].images
    assert asked.images[: len(sent)] == sent
    kept = context.turns[-1].files
    named = [left.name for left in context.left_out]
    assert named[len(asked.files) - len(kept) :] == [
        image.name for image in asked.images[len(sent) :]
    ]


def test_question_alone_leaves_all_the_output() -> None:
    asked = question("What is this?", picture())

    context = ask([], asked, bounds())

    words = (
        estimate_text(INSTRUCTIONS) + estimate_text("What is this?") + estimate_text("photo.png")
    )
    assert context.turns == (asked,)
    assert context.input_estimate == words + 2 * MESSAGE_OVERHEAD + IMAGE_OVERHEAD + PICTURE_TOKENS
    assert context.max_output_tokens == 1_000


def test_question_beyond_the_allowance_is_refused_with_figures() -> None:
    with pytest.raises(QuestionTooLarge) as refused:
        ask([], question("word " * 2_000), bounds(1_000))

    assert refused.value.needed > 1_000
    assert refused.value.allowed == 1_000


def test_a_question_too_long_for_the_models_window_is_refused() -> None:
    with pytest.raises(QuestionTooLarge):
        ask([], question("word " * 2_000), bounds(100_000, context_tokens=1_000))


def test_pictures_that_do_not_fit_are_dropped_from_the_end() -> None:
    asked = question("Compare.", picture("a.png"), picture("b.png"), picture("c.png"))

    context = ask([], asked, bounds(2_600))

    assert [image.name for image in context.turns[-1].images] == ["a.png", "b.png"]
    assert context.left_out == (LeftOut(name="c.png", reason=LeftOutReason.NO_ROOM),)


def test_pictures_beyond_the_maximum_are_left_out() -> None:
    asked = question("Compare.", *(picture(f"{number}.png") for number in range(5)))

    context = ask([], asked, bounds(max_images=4))

    assert context.left_out == (LeftOut(name="4.png", reason=LeftOutReason.TOO_MANY),)


def test_small_file_is_sent_whole_and_counted_as_text() -> None:
    asked = question(files=(log(20),))

    context = ask([], asked, bounds())

    alone = ask([], question(), bounds()).input_estimate
    assert context.turns == (asked,)
    assert context.input_estimate == alone + FILE_OVERHEAD + estimate_text(format_file(log(20)))


def test_large_file_leaves_room_for_the_next_question() -> None:
    limits = bounds(8_000, max_output_tokens=3_000)

    asked = ask([], question(files=(log(9_000),)), limits).turns[-1]
    again = ask([asked, answer()], question("And why?"), limits)

    assert asked.files[0].is_cut
    assert again.turns[0] == asked
    assert again.max_output_tokens == 3_000


def test_a_file_leaves_half_of_its_room_to_pictures() -> None:
    asked = question("Compare.", picture(), picture(), files=(log(9_000),))

    context = ask([], asked, bounds(8_000, max_output_tokens=3_000))

    assert len(context.turns[-1].images) == 2
    assert context.turns[-1].files[0].is_cut


def test_pictures_of_pages_count_as_pictures() -> None:
    asked = question("Compare.", picture(), picture(), files=(scan(5),))

    sent = ask([], asked, bounds(90_000, max_images=4)).turns[-1]

    assert (len(sent.images), len(sent.files[0].images)) == (2, 2)


def test_a_document_is_paid_for_by_its_pages() -> None:
    text_alone = replace(scan(3), images=())
    limits = replace(bounds(50_000), takes_files=True)

    document = ask([], question(files=(text_alone,)), limits)

    assert document.turns[-1].files[0].is_document
    assert document.input_estimate > 3 * PICTURE_TOKENS


def test_old_files_become_notes_before_the_words_about_them_go() -> None:
    history = talk(
        4, lambda number: question(f"question {number}", files=(log(300, f"{number}"),)), words=5
    )

    turns = ask(history, question("And now?"), bounds(9_000, max_output_tokens=2_000)).turns

    assert turns[0].text == "question 0\n[file 0, read earlier: see the answer that follows]"
    assert len(turns[-3].files) == 1


def test_a_conversation_of_files_keeps_its_prefix_for_several_questions() -> None:
    history = talk(
        40, lambda number: question(f"question {number}", files=(log(60, f"{number}"),)), words=3
    )

    assert 1 <= prefix_changes(history, bounds(12_000)) <= 40 // 4


def test_last_exchange_gives_up_files_before_words() -> None:
    history = [question("What is this?", files=(log(900),)), answer()]

    turns = ask(history, question("Sure?"), bounds(3_000)).turns

    assert [turn.role for turn in turns] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert turns[0].files == ()


def test_a_short_history_is_sent_whole_and_in_order() -> None:
    history = talk(3, lambda number: question(f"question {number}"), words=3)

    assert ask(history, question(), bounds()).turns == (*history, question())


def test_history_never_begins_with_an_answer() -> None:
    history = [answer("lost its question"), question("one"), answer("two")]

    assert ask(history, question(), bounds()).turns == (*history[1:], question())


def test_history_leaves_the_answer_its_share() -> None:
    history = talk(200, lambda number: question(f"question {number}"))

    context = ask(history, question(), bounds(8_000, max_output_tokens=6_000))

    assert context.max_output_tokens >= 4_000
    assert len(context.turns) > 1


def test_a_long_conversation_keeps_its_prefix_for_several_questions() -> None:
    history = talk(60, lambda number: question(f"question {number}"), words=60)

    assert 1 <= prefix_changes(history, bounds()) <= 60 // 5


def test_a_conversation_of_pictures_keeps_its_prefix_for_several_questions() -> None:
    history = talk(
        40, lambda number: question(f"question {number}", picture(f"{number}.png")), words=3
    )

    assert 1 <= prefix_changes(history, bounds(50_000, max_images=8)) <= 40 // 4


def test_old_pictures_become_notes_that_point_to_their_answer() -> None:
    history = talk(
        4, lambda number: question(f"question {number}", picture(f"{number}.png")), words=3
    )

    turns = ask(history, question("And this?", picture()), bounds(50_000, max_images=4)).turns

    assert turns[0].text == "question 0\n[picture 0.png, seen earlier: see the answer that follows]"
    assert [len(turn.images) for turn in turns if turn.role is Role.USER] == [0, 0, 0, 1, 1]


def test_last_exchange_gives_up_pictures_before_words() -> None:
    history = [question("What is this?", picture(), picture("b.png")), answer()]

    turns = ask(history, question("Sure?"), bounds(3_000)).turns

    assert [turn.role for turn in turns] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert turns[0].images == ()


TREE = (
    question("first", message_id=1),
    answer("to the first", message_id=2, parent=1),
    question("one branch", message_id=3, parent=2),
    question("other branch", message_id=4, parent=2),
    answer("to the one", message_id=5, parent=3),
    answer("to the other", message_id=6, parent=4),
)


@pytest.mark.parametrize(
    ("from_message", "ids"),
    [
        pytest.param(5, [1, 2, 3, 5], id="one-branch"),
        pytest.param(6, [1, 2, 4, 6], id="other-branch"),
        pytest.param(2, [1, 2], id="reply-to-the-first-answer"),
        pytest.param(3, [1, 2, 3], id="reply-to-a-question"),
        pytest.param(99, [], id="message-unknown"),
        pytest.param(None, [], id="no-reply"),
    ],
)
def test_a_reply_chain_holds_its_ancestors_only(from_message: int | None, ids: list[int]) -> None:
    assert [turn.message_id for turn in follow_replies(TREE, from_message=from_message)] == ids


def test_a_reply_chain_that_bites_its_tail_ends() -> None:
    ring = (question("a", message_id=1, parent=2), answer("b", message_id=2, parent=1))

    assert [turn.message_id for turn in follow_replies(ring, from_message=2)] == [1, 2]


WORDY = Calibration(text=Track(samples=20, ratio=2.0))
PATCHES = PatchRule(budget=1536, multiplier=1.2)


def test_calibrated_estimate_leaves_the_answer_less() -> None:
    limits = bounds(1_000, max_output_tokens=1_000)

    plain = ask([], question("word " * 100), limits)
    wordy = ask([], question("word " * 100), replace(limits, calibration=WORDY))

    assert wordy.input_estimate == pytest.approx(2 * plain.input_estimate, abs=2)
    assert wordy.max_output_tokens == 1_000 - wordy.input_estimate


def test_estimate_to_compare_is_the_same_whatever_was_learnt() -> None:
    asked = question("What is this?", picture())
    limits = replace(bounds(), overhead=500)

    plain = ask([], asked, limits)
    wordy = ask([], asked, replace(limits, calibration=WORDY))

    assert plain.estimate == wordy.estimate
    assert plain.estimate.images == PICTURE_TOKENS
    assert plain.estimate.text + plain.estimate.images == plain.input_estimate


def test_pictures_leave_a_quarter_of_everything_to_the_answer() -> None:
    limits = replace(bounds(4_000, max_output_tokens=4_000), rule=PATCHES)

    room = picture_room(question("Compare."), ["a.png"], instructions=INSTRUCTIONS, bounds=limits)

    assert 2_900 < room < 3_000


def test_pictures_have_no_room_where_the_words_take_all() -> None:
    limits = replace(bounds(400), rule=PATCHES)

    asked = question("word " * 500)

    assert picture_room(asked, ["a.png"], instructions=INSTRUCTIONS, bounds=limits) == 0


def test_picture_room_shrinks_where_pictures_are_billed_higher() -> None:
    dear = Calibration(images=Track(samples=20, ratio=2.0))
    limits = replace(bounds(), rule=PATCHES)
    asked = question()

    plain = picture_room(asked, ["a.png"], instructions=INSTRUCTIONS, bounds=limits)
    halved = picture_room(
        asked, ["a.png"], instructions=INSTRUCTIONS, bounds=replace(limits, calibration=dear)
    )

    assert halved == plain // 2


@settings(deadline=None, max_examples=80)
@given(turns, all_bounds, st.floats(0.3, 6.0), st.floats(0.3, 6.0))
def test_calibrated_input_and_output_stay_within_the_bounds(
    asked: Turn, limits: Bounds, text_ratio: float, image_ratio: float
) -> None:
    learnt = Calibration(
        text=Track(samples=20, ratio=text_ratio), images=Track(samples=20, ratio=image_ratio)
    )
    try:
        context = ask([], asked, replace(limits, calibration=learnt))
    except QuestionTooLarge:
        return

    assert context.input_estimate + context.max_output_tokens <= limits.total
    assert context.input_estimate >= learnt.scale(context.estimate, limits.rule) - 1
