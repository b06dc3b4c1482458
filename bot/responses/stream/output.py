"""The texts in an answer's `output`: messages, their parts, and what is not to be shown of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, Final

BETWEEN_MESSAGES: Final = "\n\n"
MOST_PIECES: Final = 1_000  # items in an answer's `output`, parts of an item, and texts in all


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A text in the answer's `output`."""

    item_id: str | int | None
    text: str
    is_refusal: bool
    annotations: Any = None  # as the endpoint wrote them


def read_output(output: Any) -> list[Piece]:
    """Give the visible texts of an answer's `output`: a list of items, or a plain string."""
    if isinstance(output, str):
        return [Piece(item_id=None, text=output, is_refusal=False)] if output else []
    pieces = (piece for item in items_of(output) for piece in read_item(item))
    return list(islice(pieces, MOST_PIECES))


def items_of(output: Any) -> Sequence[Any]:
    """Give the items of an answer's `output`, as many as are looked at."""
    return output[:MOST_PIECES] if isinstance(output, list) else ()


def read_item(item: Any) -> list[Piece]:
    """Give the visible texts of one output item; none where it is no message, or a comment."""
    if not isinstance(item, dict) or item.get("type", "message") != "message" or is_comment(item):
        return []
    content, item_id = item.get("content"), item.get("id")
    name = item_id if isinstance(item_id, str | int) else None
    parts = content[:MOST_PIECES] if isinstance(content, list) else [content]
    pieces = (_to_piece(part, name) for part in parts)
    return [piece for piece in pieces if piece.text]


def _to_piece(part: Any, item_id: str | int | None) -> Piece:
    text, is_refusal = read_part(part)
    annotations = part.get("annotations") if isinstance(part, dict) else None
    return Piece(item_id=item_id, text=text, is_refusal=is_refusal, annotations=annotations)


def read_part(part: Any) -> tuple[str, bool]:
    """Return a content part's visible text, and whether it is a refusal."""
    if isinstance(part, str):
        return part, False
    if not isinstance(part, dict):
        return "", False
    is_refusal = part.get("type") == "refusal"
    if not is_refusal and part.get("type", "text") not in ("output_text", "text"):
        return "", False
    text = part.get("refusal") if is_refusal else part.get("text")
    return (text if isinstance(text, str) else ""), is_refusal


def is_comment(item: Any) -> bool:
    """Whether a message is about the work, not the answer."""
    return isinstance(item, dict) and item.get("phase") == "commentary"


def join_pieces(pieces: list[Piece]) -> str:
    """Join texts: parts of one message as they are, messages with a blank line."""
    texts = [piece.text for piece in pieces[:1]]
    for piece, following in pairwise(pieces):
        if following.item_id != piece.item_id:
            texts.append(BETWEEN_MESSAGES)
        texts.append(following.text)
    return "".join(texts)
