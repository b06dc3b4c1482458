"""The functions that a model may ask for: read-only, about this conversation and nothing else."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import msgspec

from bot.core.conversation.turns import Image, Turn
from bot.core.models.tokens import estimate_text
from bot.core.models.tools import Function, FunctionCall
from bot.core.numbers import read_number

MOST_FOUND: Final = 5  # turns that a search of the thread gives
_LONGEST_TURN: Final = 600  # characters of each
_WORD: Final = re.compile(r"\w{2,}")

_Fraction = Annotated[float, msgspec.Meta(ge=0, le=1)]


class LookAgain(msgspec.Struct, tag="look_again", tag_field="function"):
    """Look at a part of a picture of this thread again, more closely."""

    picture: Annotated[str, msgspec.Meta(max_length=300)]
    left: _Fraction = 0.0
    top: _Fraction = 0.0
    right: _Fraction = 1.0
    bottom: _Fraction = 1.0


class SearchThread(msgspec.Struct, tag="search_thread", tag_field="function"):
    """Find earlier messages of this thread."""

    words: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class WhoIsAsking(msgspec.Struct, tag="who_is_asking", tag_field="function"):
    """The asker's name and roles."""


class TellTime(msgspec.Struct, tag="tell_time", tag_field="function"):
    """The present time."""

    zone: Annotated[str, msgspec.Meta(max_length=64)] = ""


ParsedCall = LookAgain | SearchThread | WhoIsAsking | TellTime


class InvalidCall(Exception):
    """The model's call can't be carried out; the message is for the model."""


def _object(required: tuple[str, ...] = (), **properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _fraction(of: str) -> dict[str, object]:
    return {"type": "number", "minimum": 0, "maximum": 1, "description": of}


# The order and every word stay the same: they are the beginning of each request, and cached there.
FUNCTIONS: Final = (
    Function(
        name="look_again",
        description=(
            "See a picture of this conversation again, at higher detail: all of it, or only the part"
            " between left and right, top and bottom. For small text and details that you could not"
            " make out, or that are asked about later."
        ),
        parameters=_object(
            ("picture",),
            picture={
                "type": "string",
                "description": "Its file name, or its number: 1 is the newest picture.",
            },
            left=_fraction("Left edge, as a fraction of the width. Default 0."),
            top=_fraction("Upper edge, as a fraction of the height. Default 0."),
            right=_fraction("Right edge. Default 1."),
            bottom=_fraction("Lower edge. Default 1."),
        ),
    ),
    Function(
        name="search_thread",
        description=(
            "Find earlier messages of this conversation by their words, also those that are no"
            " longer in view."
        ),
        parameters=_object(
            ("words",), words={"type": "string", "description": "Words to look for."}
        ),
    ),
    Function(
        name="who_is_asking",
        description="The display name and the server roles of the person who asks.",
        parameters=_object(),
    ),
    Function(
        name="tell_time",
        description="The present date and time.",
        parameters=_object(
            zone={
                "type": "string",
                "description": "IANA time zone, such as Europe/Berlin. Default: the server's.",
            }
        ),
    ),
)
# What the list costs in every request that carries it, in tokens.
COST_OF_FUNCTIONS: Final = sum(
    estimate_text(each.name + each.description + str(each.parameters)) for each in FUNCTIONS
)

_KINDS: Final[dict[str, type[ParsedCall]]] = {
    "look_again": LookAgain,
    "search_thread": SearchThread,
    "who_is_asking": WhoIsAsking,
    "tell_time": TellTime,
}


def parse_call(call: FunctionCall) -> ParsedCall:
    """Check a call. Raises InvalidCall, with what the model should do instead."""
    kind = _KINDS.get(call.name)
    if kind is None:
        raise InvalidCall(f"There is no function {call.name!r}. There are: {', '.join(_KINDS)}.")
    try:
        arguments = msgspec.json.decode(call.arguments or "{}", type=dict[str, object])
        asked: ParsedCall = msgspec.convert({**arguments, "function": call.name}, kind)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise InvalidCall(f"The arguments of {call.name} are wrong: {error}.") from error
    if isinstance(asked, LookAgain) and not (asked.left < asked.right and asked.top < asked.bottom):
        raise InvalidCall("The part is empty: left must be below right, and top below bottom.")
    return asked


def find_picture(wanted: str, pictures: Sequence[Image]) -> Image:
    """Find a picture by name or number, the newest first. Raises InvalidCall, which lists them."""
    newest_first = [*reversed(pictures)]
    if not newest_first:
        raise InvalidCall("There is no picture in this conversation.")
    name = wanted.strip()
    number = read_number(name) or 0
    if 1 <= number <= len(newest_first):
        return newest_first[number - 1]
    for picture in newest_first:
        if picture.name.casefold() == name.casefold():
            return picture
    known = "; ".join(f"{at}: {each.name}" for at, each in enumerate(newest_first[:20], start=1))
    raise InvalidCall(f"There is no picture {wanted!r} here. There are, newest first: {known}.")


def find_turns(words: str, turns: Iterable[Turn]) -> list[Turn]:
    """Find the turns with the most of these words, the newer first among equals."""
    wanted = set(_WORD.findall(words.casefold()))
    if not wanted:
        return []
    scored = [
        (len(wanted & set(_WORD.findall(turn.text.casefold()))), at, turn)
        for at, turn in enumerate(turns)
    ]
    best = sorted((each for each in scored if each[0]), key=lambda each: each[:2], reverse=True)
    return [turn for _, _, turn in best[:MOST_FOUND]]


def quote_turns(turns: Sequence[Turn]) -> str:
    """Write the turns that a search found, for the model."""
    if not turns:
        return "Nothing was found."
    return "\n\n".join(map(_quote, turns))


def _quote(turn: Turn) -> str:
    """Further lines are indented, so that nobody can write what reads like another's message."""
    name = " ".join(turn.author_name.split()) or turn.role.value
    lines = turn.text[:_LONGEST_TURN].splitlines()
    return f"{name}: " + "\n    ".join(lines)
