"""The tools of a request."""

from dataclasses import replace

from bot.core.models.tools import Function, Location, SearchContext, WebSearch
from tests.responses.request.questions import ask, build, user


def test_tools_are_listed_before_the_input_with_all_their_parameters() -> None:
    search = WebSearch(
        context=SearchContext.LOW,
        allowed_domains=("a.example",),
        location=Location(country="DE", city="Munich", timezone="Europe/Berlin"),
    )
    function = Function(name="f", description="Does f.", parameters={"type": "object"})

    body = build(replace(ask(user("hi")), tools=(search, function)))

    assert list(body).index("tools") < list(body).index("input")
    assert body["tools"] == [
        {
            "type": "web_search",
            "search_context_size": "low",
            "filters": {"allowed_domains": ["a.example"]},
            "user_location": {
                "type": "approximate",
                "country": "DE",
                "city": "Munich",
                "timezone": "Europe/Berlin",
            },
        },
        {
            "type": "function",
            "name": "f",
            "description": "Does f.",
            "parameters": {"type": "object"},
            "strict": False,
        },
    ]
    assert "tool_choice" not in body


def test_plain_search_carries_nothing_that_was_not_set() -> None:
    body = build(replace(ask(user("hi")), tools=(WebSearch(),)))

    assert body["tools"] == [{"type": "web_search", "search_context_size": "medium"}]
