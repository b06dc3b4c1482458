import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.conversation.turns import Exchange, File, FileKind, ModelRequest, Role, Turn
from bot.core.models.tools import FunctionCall
from bot.responses.request.redaction import LONGEST_ECHO, texts_of, without_echoes

SECRET = "my doctor says that the results are in"


def texts(*written: str) -> tuple[str, ...]:
    turns = tuple(Turn(role=Role.USER, text=text) for text in written)
    return texts_of(ModelRequest(instructions="You see.", turns=turns, max_output_tokens=16))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # The way pydantic complains, and with it vLLM.
        (
            f"2 validation errors: input_value='{SECRET}', input_type=str",
            "2 validation errors: input_value='(…)', input_type=str",
        ),
        (f"prompt '{SECRET[:24]}...' was flagged", "prompt '(…)...' was flagged"),
        ("Unknown parameter: 'store'.", "Unknown parameter: 'store'."),
        ("bad url data:image/png;base64,iVBORw0KGgo= here", "bad url (picture) here"),
    ],
)
def test_echo_of_a_question_is_taken_out_of_the_words(words: str, expected: str) -> None:
    assert without_echoes(words, texts(SECRET)) == expected


def test_white_space_does_not_hide_an_echo() -> None:
    echo = SECRET.replace(" that ", "\\n that\n")

    assert "doctor" not in without_echoes(f"bad: {echo}", texts(SECRET))


def test_what_functions_found_is_not_left_either() -> None:
    call = FunctionCall(id="c1", name="search_thread", arguments='{"words": "what my doctor says"}')
    request = ModelRequest(
        instructions="You see.",
        turns=(),
        max_output_tokens=16,
        exchanges=(Exchange(call=call, output=SECRET),),
    )

    left = without_echoes(f"bad: {SECRET} {call.arguments}", texts_of(request))

    assert left == "bad: (…) (…)"


def test_what_a_server_repeats_of_a_file_is_taken_out() -> None:
    file = File(name="a.log", kind=FileKind.TEXT, hash="00", text="first line", tail=SECRET)
    turn = Turn(role=Role.USER, text="", files=(file,))
    held = texts_of(ModelRequest(instructions="", turns=(turn,), max_output_tokens=16))

    assert without_echoes(f"can't read '{SECRET}'", held) == "can't read '(…)'"


@given(st.text(min_size=LONGEST_ECHO, max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_no_longer_piece_of_a_question_is_left(text: str, before: str, after: str) -> None:
    held = texts(text)

    left = without_echoes(f"{before}{text}{after}", held)

    for known in held:
        for at in range(len(known) - LONGEST_ECHO + 1):
            assert known[at : at + LONGEST_ECHO] not in left
