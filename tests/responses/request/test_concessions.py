"""Parameters without what an endpoint refuses."""

from bot.responses.request.concessions import apply
from tests.responses.request.parameters import SENT


def test_conceded_parameter_is_left_out_or_replaced() -> None:
    left = apply(
        SENT,
        {
            "store": None,
            "reasoning.effort": "medium",
            "reasoning.summary": None,
            "tools[web_search]": None,
            "tools.strict": None,
            "max_output_tokens": 8192,
            "temperature": None,
            "text.verbosity": None,
        },
    )

    assert left == {
        "stream": True,
        "instructions": "Be brief.",
        "reasoning": {"effort": "medium"},
        "tools": [{"type": "function", "name": "now"}],
        "prompt_cache_key": "abc",
        "max_output_tokens": 8192,
        "detail": "original",
        "input_file": True,
    }


def test_parameter_without_members_left_is_left_out_whole() -> None:
    tools = [{"type": "web_search"}]

    left = apply(
        {"reasoning": {"effort": "low"}, "tools": tools, "max_output_tokens": 100},
        {"reasoning.effort": None, "tools[web_search]": None, "max_output_tokens": 8192},
    )

    assert left == {"max_output_tokens": 100}
