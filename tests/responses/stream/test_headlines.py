"""Headlines of reasoning summaries."""

from bot.core.answers.events import Thinking
from tests.responses.stream.frames import delta, end, frame, read, text_of


def test_reasoning_is_never_shown_but_its_headlines_are_told() -> None:
    summary = "response.reasoning_summary_text.delta"
    events = read(
        frame("response.output_item.added", item={"type": "reasoning", "id": "r1"}),
        frame(summary, delta="**Looking "),
        frame(summary, delta="closely**\n\nSecret thoughts"),
        frame("response.reasoning_text.delta", delta="more secrets"),
        frame("response.content_part.done", part={"type": "reasoning_text", "text": "secrets"}),
        delta("A cat."),
        end(),
    )

    assert text_of(events) == "A cat."
    assert [e.headline for e in events if isinstance(e, Thinking)] == [
        "",
        "",
        "Looking closely",
        "",
    ]
