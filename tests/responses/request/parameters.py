"""Parameters as a request sends them."""

from typing import Any

SENT: dict[str, Any] = {
    "store": False,
    "stream": True,
    "instructions": "Be brief.",
    "reasoning": {"effort": "none", "summary": "detailed"},
    "tools": [
        {"type": "function", "name": "now", "strict": True},
        {"type": "web_search", "search_context_size": "low", "filters": {"allowed_domains": []}},
    ],
    "prompt_cache_key": "abc",
    "max_output_tokens": 20_000,
    "detail": "original",
    "input_file": True,
}
