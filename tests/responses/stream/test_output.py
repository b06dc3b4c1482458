"""Messages and their parts, and comments that are not shown."""

from bot.responses.stream.output import MOST_PIECES, items_of, read_item, read_output
from tests.responses.stream.frames import delta, end, frame, message, read, text_of


def test_blank_line_separates_messages_but_not_their_parts() -> None:
    events = read(delta("A"), delta("B", part=1), delta("C", index=2, item="m2"), end())

    assert text_of(events) == "AB\n\nC"


def test_commentary_is_not_shown() -> None:
    comment = message(phase="commentary", id="c1")
    events = read(
        frame("response.output_item.added", output_index=0, item=comment),
        delta("Let me look.", item="c1"),
        frame("response.output_text.done", output_index=0, item_id="c1", text="Let me look."),
        frame(
            "response.output_item.done",
            output_index=0,
            item=message("Let me look.", phase="commentary"),
        ),
        delta("A cat.", index=1),
        end(),
    )

    assert text_of(events) == "A cat."


def test_only_so_many_items_and_parts_are_looked_at() -> None:
    """Hundreds of thousands in one event stopped the bot for seconds."""
    parts = ["a"] * (MOST_PIECES + 1)
    output = [message(*parts)] * (MOST_PIECES + 1)

    assert len(items_of(output)) == MOST_PIECES
    assert len(read_item(output[0])) == MOST_PIECES
    assert len(read_output(output)) == MOST_PIECES
