"""The one optional parameter that a refusal complains of, in the words of every known endpoint."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.answers.events import Failed, Failure
from bot.responses.request.complaints import find_concession
from bot.responses.request.concessions import Concession, apply
from bot.responses.stream.errors import ErrorWords, fail, redactor, words_of_body
from tests.responses.request.parameters import SENT

NO_VALUE = "Unsupported value: 'none' is not supported with the 'gpt-5.2-pro' model. "


def complain(message: str, param: str | None = None, code: str | None = None) -> bytes:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return json.dumps({"error": error}).encode()


def find(body: bytes, status: int | None = 400, **options: Any) -> Concession | None:
    words = words_of_body(body)
    failed = fail(words, status=status, redact=redactor(""))
    return find_concession(failed, words, **{"sent": SENT, **options})


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        pytest.param(
            complain("Unknown parameter: 'store'.", "store", "unknown_parameter"),
            "store",
            id="OpenAI, named in param",
        ),
        pytest.param(complain("Unsupported parameter: 'store'"), "store", id="named in words"),
        pytest.param(
            complain("Unknown parameter: 'reasoning.summary'.", "reasoning.summary"),
            "reasoning.summary",
            id="a member",
        ),
        pytest.param(
            complain(
                "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
                "reasoning.effort",
                "unsupported_parameter",
            ),
            "reasoning.effort",
            id="a member that the model does not know",
        ),
        pytest.param(
            complain(
                "Your organization must be verified to generate reasoning summaries.",
                "reasoning.summary",
                "unsupported_value",
            ),
            "reasoning.summary",
            id="OpenAI, an organization that is not verified",
        ),
        pytest.param(
            complain("Your organization must be verified to stream this model.", "stream"),
            "stream",
            id="OpenAI, no streams",
        ),
        pytest.param(
            complain("Invalid value", "input[2].content[1].detail", "invalid_value"),
            "detail",
            id="detail of a picture",
        ),
        pytest.param(
            complain("Unknown parameter", "tools[1].search_context_size"),
            "tools.search_context_size",
            id="a tool's member",
        ),
        pytest.param(
            complain("Unknown parameter", "tools[1].filters.allowed_domains[0]"),
            "tools.filters.allowed_domains",
            id="a member's member",
        ),
        pytest.param(
            complain(
                "Invalid value: 'web_search'. Supported values are: 'function'.", "tools[1].type"
            ),
            "tools[web_search]",
            id="a kind of tool",
        ),
        pytest.param(complain("Not supported", "tools[0]"), "tools[function]", id="a whole tool"),
        pytest.param(
            complain("Invalid schema", "tools[0].parameters.properties"),
            "tools[function]",
            id="what a tool can't do without",
        ),
        pytest.param(
            complain("'store' is not supported by this server at this moment"),
            "store",
            id="llama.cpp's words",
        ),
        pytest.param(
            complain("registry.ollama.ai/library/gemma3:latest does not support tools"),
            "tools",
            id="Ollama, a model without tools",
        ),
        pytest.param(
            complain('"auto" tool choice requires --enable-auto-tool-choice to be set'),
            "tools",
            id="vLLM, without its flag for tools",
        ),
        pytest.param(
            complain("Unrecognized request argument supplied: prompt_cache_key"),
            "prompt_cache_key",
            id="an argument",
        ),
        pytest.param(
            complain("Argument not supported on this model: reasoningEffort"),
            "reasoning.effort",
            id="xAI's spelling",
        ),
        pytest.param(
            complain(
                "litellm.UnsupportedParamsError: openai does not support parameters: "
                "['prompt_cache_key'], for model=x. To drop these, set `litellm.drop_params=True`"
            ),
            "prompt_cache_key",
            id="LiteLLM's list",
        ),
        pytest.param(
            complain(
                "litellm.UnsupportedParamsError: x doesn't support reasoning_effort='none'. "
                "To drop unsupported params set `litellm.drop_params = True`."
            ),
            "reasoning.effort",
            id="LiteLLM's name for the effort",
        ),
        pytest.param(
            complain(
                "1 validation error for ResponsesRequest\nprompt_cache_key\n"
                "  Extra inputs are not permitted [type=extra_forbidden, input_value='abc']"
            ),
            "prompt_cache_key",
            id="a validator's lines",
        ),
        pytest.param(
            complain(
                "2 validation errors:\n  {'type': 'extra_forbidden', 'loc': 'body.reasoning.summary',"
                " 'msg': 'Extra inputs are not permitted', 'input': 'detailed'}\n"
            ),
            "reasoning.summary",
            id="vLLM's lines",
        ),
        pytest.param(
            b'{"detail":[{"loc":["body","store"],"msg":"Extra inputs are not permitted"}]}',
            "store",
            id="FastAPI's list",
        ),
        pytest.param(
            complain("'input_file' is not supported by llamacpp at this moment"),
            "input_file",
            id="llama.cpp, files",
        ),
        pytest.param(
            complain("file inputs are not currently supported"), "input_file", id="Ollama, files"
        ),
        pytest.param(
            complain(
                "Invalid value: 'input_file'. Supported values are: 'input_text'.",
                "input[0].content[1].type",
            ),
            "input_file",
            id="files, by their place",
        ),
        pytest.param(
            complain("Invalid request: 'instructions' is no field here", "instructions"),
            "instructions",
            id="instructions",
        ),
    ],
)
def test_refused_parameter_is_found_and_only_that(body: bytes, parameter: str) -> None:
    assert find(body) == Concession(parameter=parameter)


@pytest.mark.parametrize(
    ("body", "parameter", "value"),
    [
        pytest.param(
            complain(
                NO_VALUE + "Supported values are: 'medium', 'high', and 'xhigh'.",
                "reasoning.effort",
                "unsupported_value",
            ),
            "reasoning.effort",
            "medium",
            id="effort",
        ),
        pytest.param(
            complain(NO_VALUE + "Supported values are: 'high'."),
            "reasoning.effort",
            "high",
            id="effort, without param",
        ),
        pytest.param(
            complain(
                "1 validation error:\n  {'type': 'literal_error', 'loc': 'body.reasoning.effort', "
                "'msg': \"Input should be 'low', 'medium' or 'high'\", 'input': 'none'}"
            ),
            "reasoning.effort",
            "low",
            id="effort, vLLM's lines",
        ),
        pytest.param(
            complain('invalid reasoning value: "none" (must be "high", "medium", or "low")'),
            "reasoning.effort",
            "low",
            id="effort, Ollama's words",
        ),
        pytest.param(
            complain(
                "Unsupported value: 'detailed'. Supported values are: 'auto' and 'concise'.",
                "reasoning.summary",
            ),
            "reasoning.summary",
            "auto",
            id="summary",
        ),
        pytest.param(
            complain(
                "Invalid value: 'original'. Supported values are: 'low', 'high', and 'auto'.",
                "input[0].content[0].detail",
                "invalid_value",
            ),
            "detail",
            "high",
            id="detail of a picture",
        ),
        pytest.param(
            complain(
                "Invalid 'max_output_tokens': integer above maximum value. "
                "Expected a value <= 8192, but got 20000 instead.",
                "max_output_tokens",
                "integer_above_max_value",
            ),
            "max_output_tokens",
            8192,
            id="limit",
        ),
    ],
)
def test_refused_value_gives_way_to_the_nearest_that_is_known(
    body: bytes, parameter: str, value: object
) -> None:
    assert find(body) == Concession(parameter=parameter, value=value)  # type: ignore[arg-type]


def test_of_two_values_equally_near_the_lesser_is_taken() -> None:
    body = complain("Unsupported value: 'medium'. Supported values are: 'high', 'low'.")

    found = find(body, sent={"reasoning": {"effort": "medium"}})

    assert found == Concession(parameter="reasoning.effort", value="low")


def test_value_that_is_refused_in_its_turn_is_left_out() -> None:
    body = complain(
        "Unsupported value: 'medium'. Supported values are: 'high'.", "reasoning.effort"
    )
    sent = {"reasoning": {"effort": "medium"}}

    found = find(body, sent=sent, known={"reasoning.effort": "medium"})

    assert found == Concession(parameter="reasoning.effort")


def test_value_that_another_request_has_learnt_meanwhile_is_taken_over() -> None:
    body = complain(NO_VALUE + "Supported values are: 'medium', 'high'.", "reasoning.effort")

    found = find(body, known={"reasoning.effort": "high"})

    assert found == Concession(parameter="reasoning.effort", value="high")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(400, complain("Invalid value", "model"), id="a required parameter"),
        pytest.param(400, complain("Unsupported", "input[0].content[0]"), id="a part"),
        pytest.param(400, complain("Unknown parameter", "temperature"), id="nothing we sent"),
        pytest.param(400, complain("'stream' is wanted", "stream_options"), id="param decides"),
        pytest.param(400, complain("Something is wrong"), id="no name"),
        pytest.param(400, b"<html>Bad Request</html>", id="a web page"),
        pytest.param(401, complain("Unknown parameter", "store"), id="another status"),
        pytest.param(500, complain("The 'store' is down"), id="a failure of the server"),
        pytest.param(
            400,
            complain("Invalid 'max_output_tokens'", "max_output_tokens", "integer_below_min_value"),
            id="the limit, for its value",
        ),
        pytest.param(
            400, complain("maximum context length: lower 'max_output_tokens'"), id="too long"
        ),
        pytest.param(
            400,
            complain("Expected a value <= 20000, but got 20000", "max_output_tokens"),
            id="the limit, which is kept already",
        ),
        pytest.param(
            400, complain("Invalid image", "input[0].content[0].image_url"), id="a picture"
        ),
        pytest.param(
            400, complain("Invalid prompt: safety reasons", "store", "invalid_prompt"), id="blocked"
        ),
    ],
)
def test_refusal_of_something_else_concedes_nothing(status: int, body: bytes) -> None:
    assert find(body, status) is None


def test_limit_goes_only_where_it_is_not_known_at_all() -> None:
    message = "Unsupported parameter: 'max_output_tokens' is not supported with this model."

    assert find(complain(message)) == Concession(parameter="max_output_tokens")


def test_refusal_inside_a_stream_is_read_from_its_detail() -> None:
    failed = Failed(failure=Failure.PARAMETER_UNSUPPORTED, detail="Unknown parameter: 'store'.")

    assert find_concession(failed, ErrorWords(), sent=SENT) == Concession(parameter="store")


@given(st.text(max_size=60), st.text(max_size=20))
def test_words_of_any_form_never_raise(message: str, param: str) -> None:
    words = ErrorWords(message=message, param=param)
    failed = fail(words, status=400, redact=redactor(""))

    found = find_concession(failed, words, sent=SENT)

    assert found is None or apply(SENT, {found.parameter: found.value}) != SENT
