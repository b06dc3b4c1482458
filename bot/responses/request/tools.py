"""The tools of a request, in the Responses API's words."""

from typing import Any

from bot.core.models.tools import Function, Tool, WebSearch


def describe_tools(tools: tuple[Tool, ...]) -> list[dict[str, Any]]:
    """The list as it is sent; the same tools give the same bytes, for the prompt cache."""
    return [_describe(tool) for tool in tools]


def _describe(tool: Tool) -> dict[str, Any]:
    match tool:
        case WebSearch():
            return _describe_search(tool)
        case Function():
            return {
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
                "strict": False,  # arguments may be left out, which strict schemas forbid
            }


def _describe_search(search: WebSearch) -> dict[str, Any]:
    described: dict[str, Any] = {"type": "web_search", "search_context_size": search.context}
    if search.allowed_domains:
        described["filters"] = {"allowed_domains": list(search.allowed_domains)}
    if search.location is not None:
        place = search.location
        known = {
            "country": place.country,
            "region": place.region,
            "city": place.city,
            "timezone": place.timezone,
        }
        words = {name: word for name, word in known.items() if word}
        if words:
            described["user_location"] = {"type": "approximate", **words}
    return described
