"""Tools of the scripted endpoint: searches of its own, calls of the client's functions, citations."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

Event = Callable[..., bytes]  # kind, then members


def search_events(event: Event, index: int, query: str) -> Iterator[bytes]:
    """One finished web search, in the order of api.openai.com."""
    name, item_id = "response.web_search_call", f"ws_{index}"
    item = {"id": item_id, "type": "web_search_call", "status": "in_progress"}
    place = {"item_id": item_id, "output_index": index}
    yield event("response.output_item.added", output_index=index, item=item)
    for state in ("in_progress", "searching", "completed"):
        yield event(f"{name}.{state}", **place)
    action = {"type": "search", "query": query, "sources": list[Any]()}
    done = {**item, "status": "completed", "action": action}
    yield event("response.output_item.done", output_index=index, item=done)


def call_events(event: Event, index: int, call: str) -> Iterator[bytes]:
    """One call, written as `name {"argument": 1}`."""
    item = call_item(index, call)
    place = {"item_id": item["id"], "output_index": index}
    started = {**item, "arguments": "", "status": "in_progress"}
    yield event("response.output_item.added", output_index=index, item=started)
    name = "response.function_call_arguments"
    yield event(f"{name}.delta", **place, delta=item["arguments"])
    yield event(f"{name}.done", **place, arguments=item["arguments"])
    yield event("response.output_item.done", output_index=index, item=item)


def call_item(index: int, call: str) -> dict[str, Any]:
    name, _, arguments = call.partition(" ")
    return {
        "id": f"fc_{index}",
        "type": "function_call",
        "status": "completed",
        "call_id": f"call_{index}",
        "name": name,
        "arguments": arguments or "{}",
    }


def cite(text: str, url: str) -> tuple[str, dict[str, Any]]:
    """Return the text with a link to `url` at its end, and the annotation of that link."""
    link = f"([{urlsplit(url).hostname}]({url}))"
    cited = f"{text} {link}"
    return cited, {
        "type": "url_citation",
        "start_index": len(cited) - len(link),
        "end_index": len(cited),
        "title": "A page",
        "url": url,
    }


def outputs_in(body: dict[str, Any]) -> list[str]:
    """What the client's functions gave."""
    return [item["output"] for item in body["input"] if item["type"] == "function_call_output"]
