"""Base URLs as people write them, and how the key is sent."""

import pytest

from bot.core.secrets import Secret
from bot.responses.endpoint import EndpointSettings, find_url, make_headers


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1/responses"),
        ("https://api.openai.com/v1/", "https://api.openai.com/v1/responses"),
        ("https://api.openai.com", "https://api.openai.com/v1/responses"),
        (" gptproto.com ", "https://gptproto.com/v1/responses"),
        ("https://gptproto.com/v1/responses", "https://gptproto.com/v1/responses"),
        ("https://gptproto.com/v1/responses/", "https://gptproto.com/v1/responses"),
        ("https://openrouter.ai/api", "https://openrouter.ai/api/v1/responses"),
        ("https://x.openai.azure.com/openai/v1/", "https://x.openai.azure.com/openai/v1/responses"),
        ("https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/responses"),
        ("https://x.openai.azure.com", "https://x.openai.azure.com/openai/v1/responses"),
        ("x.openai.azure.com/openai", "https://x.openai.azure.com/openai/v1/responses"),
        (
            "https://x.openai.azure.com/openai/responses?api-version=2025-03-01-preview",
            "https://x.openai.azure.com/openai/responses?api-version=2025-03-01-preview",
        ),
        ("openrouter.ai", "https://openrouter.ai/api/v1/responses"),
        ("http://host:4000/responses", "http://host:4000/responses"),
        ("https://host/v1/responses?api-version=1", "https://host/v1/responses?api-version=1"),
        ("https://host/v1/?api-version=1", "https://host/v1/responses?api-version=1"),
        ("https://host/v1?api-version=preview", "https://host/v1/responses?api-version=preview"),
        ("localhost", "http://localhost/v1/responses"),
        ("ollama:11434", "http://ollama:11434/v1/responses"),
        ("192.168.1.20:8000/v1", "http://192.168.1.20:8000/v1/responses"),
        ("8.8.8.8:8000", "https://8.8.8.8:8000/v1/responses"),
        ("localhost:11434", "http://localhost:11434/v1/responses"),
        ("127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1/responses"),
        ("http://[::1]:1234", "http://[::1]:1234/v1/responses"),
    ],
)
def test_url_is_found_from_any_spelling_of_the_base_url(written: str, url: str) -> None:
    assert str(find_url(written)) == url


def test_url_of_another_resource_lies_beside_it() -> None:
    assert str(find_url("https://host/v1/responses?a=1", "models")) == "https://host/v1/models?a=1"


@pytest.mark.parametrize("written", ["", "ftp://host/v1", "https://", "http://host:port"])
def test_url_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        find_url(written)


@pytest.mark.parametrize(
    ("authorization", "header"),
    [
        ("bearer", ("Authorization", "Bearer k-1")),
        ("raw", ("Authorization", "k-1")),
        ("api-key", ("api-key", "k-1")),
        ("x-api-key", ("x-api-key", "k-1")),
    ],
)
def test_key_is_sent_as_configured(authorization: str, header: tuple[str, str]) -> None:
    settings = EndpointSettings(
        base_url="http://h", model="m", api_key=Secret(" k-1\n"), authorization=authorization
    )

    assert header in make_headers(settings).items()


def test_headers_of_the_configuration_replace_none_that_a_request_needs() -> None:
    settings = EndpointSettings(
        base_url="http://h",
        model="m",
        headers=(("X-Title", "Glimpse"), ("Content-Type", "text/plain")),
    )

    headers = make_headers(settings)

    assert headers["X-Title"] == "Glimpse"
    assert headers["Content-Type"] == "application/json"


def test_no_key_sends_no_authorization() -> None:
    headers = make_headers(EndpointSettings(base_url="http://h", model="m"))

    assert not {"Authorization", "api-key"} & set(headers)


def test_settings_do_not_show_the_key() -> None:
    settings = EndpointSettings(base_url="http://h", model="m", api_key=Secret("k-secret"))

    assert "k-secret" not in repr(settings)
