"""The scripted endpoint is as strict as the strictest gateways: what they refuse, it refuses."""

import json
from typing import Any

import pytest

from tests.scripted_endpoint import Invalid, Script, check_request, count_input


def body(*parts: dict[str, Any], role: str = "user", **members: Any) -> dict[str, Any]:
    item = {"type": "message", "role": role, "content": list(parts)}
    return {"model": "m", "input": [item], **members}


TEXT = {"type": "input_text", "text": "Hi"}
OUTPUT = {"type": "output_text", "text": "Hi"}


def picture(url: Any) -> dict[str, Any]:
    return {"type": "input_image", "image_url": url}


@pytest.mark.parametrize(
    ("request_body", "param"),
    [
        pytest.param(body(TEXT, temperature=1), "temperature", id="unknown parameter"),
        pytest.param(body(TEXT, max_output_tokens=15), "max_output_tokens", id="limit under 16"),
        pytest.param({"model": "m", "input": []}, "input", id="empty input"),
        pytest.param({"model": "m", "input": "Hi"}, "input", id="input as a string"),
        pytest.param(body(), "input[0].content", id="no parts"),
        pytest.param(body(OUTPUT), "input[0].content[0]", id="output_text by the user"),
        pytest.param(
            body(TEXT, role="assistant"), "input[0].content[0]", id="input_text by the model"
        ),
        pytest.param(body({**TEXT, "text": " "}), "input[0].content[0].text", id="empty text"),
        pytest.param(body(TEXT | {"x": 1}), "input[0].content[0]", id="unknown field"),
        pytest.param(
            body(picture("https://h/p.png")),
            "input[0].content[0].image_url",
            id="a URL of a picture",
        ),
        pytest.param(
            body(picture({"url": "data:"})),
            "input[0].content[0].image_url",
            id="chat's form of a picture",
        ),
        pytest.param(
            body(picture("data:image/webp;base64,AAAA")), "input[0].content[0].image_url", id="webp"
        ),
        pytest.param(
            body(picture("data:image/png;base64,AAAA")),
            "input[0].content[0].image_url",
            id="no PNG",
        ),
    ],
)
def test_request_that_a_strict_gateway_refuses_is_refused(
    request_body: dict[str, Any], param: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        check_request(request_body)

    assert refusal.value.param == param


def test_what_is_accepted_on_top_must_be_named() -> None:
    system = {"type": "message", "role": "system", "content": [TEXT]}
    extended = body(TEXT, reasoning={"effort": "low"})
    extended["input"].insert(0, system)

    with pytest.raises(Invalid, match="'reasoning'"):
        check_request(extended, accepts=frozenset({"system"}))
    with pytest.raises(Invalid, match="role"):
        check_request(extended, accepts=frozenset({"reasoning"}))
    assert check_request(extended, accepts=frozenset({"system", "reasoning"})) == []


def test_two_items_of_one_role_in_a_row_are_refused() -> None:
    two = body(TEXT)
    two["input"] *= 2

    with pytest.raises(Invalid, match="alternate"):
        check_request(json.loads(json.dumps(two)))


def test_tokens_of_the_input_are_counted_the_same_each_time() -> None:
    assert count_input(body(TEXT, instructions="four")) == 2


def test_script_is_read_from_a_line() -> None:
    script = Script.parse('pace=0.5 text="Hello there" status=429 usage=no thinking=A|B')

    assert script == Script(
        pace=0.5, text="Hello there", status=429, usage=False, thinking=("A", "B")
    )
