"""The profile of an endpoint, by its name or by its address."""

import pytest

from bot.core.secrets import Secret
from bot.responses.endpoint import EndpointSettings, make_headers
from bot.responses.profiles import COMPATIBLE, PROFILES, Profile, find_profile
from bot.responses.request.payload import choose_parameters
from tests.responses.request.questions import ask, user


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://api.openai.com/v1", "openai"),
        ("https://gptproto.com/v1", "gptproto"),
        ("https://api.gptproto.com/v1", "gptproto"),
        ("https://x.openai.azure.com/openai/v1", "azure"),
        ("https://x.services.ai.azure.com/openai/v1", "azure"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("built-in", "built-in"),
        ("https://notopenrouter.ai/api/v1", "compatible"),
        ("https://api.openai.com.example.org/v1", "compatible"),
        ("http://localhost:11434/v1", "compatible"),
        ("", "compatible"),
        ("http://[", "compatible"),
    ],
)
def test_profile_without_a_name_is_that_of_the_host(base_url: str, name: str) -> None:
    assert find_profile(None, base_url).profile == name


def test_profile_that_is_named_comes_before_the_address() -> None:
    assert find_profile("vllm", "https://api.openai.com/v1") is PROFILES["vllm"]


def test_profiles_are_those_that_the_documentation_names() -> None:
    assert list(PROFILES) == [
        "openai",
        "gptproto",
        "azure",
        "openrouter",
        "litellm",
        "vllm",
        "llama.cpp",
        "ollama",
        "lm-studio",
        "built-in",
    ]


def test_endpoint_that_is_not_known_is_sent_what_all_accept() -> None:
    settings = EndpointSettings(base_url="http://h", model="m")

    parameters = choose_parameters(ask(user("Hi")), settings, limit=64)

    assert settings.profile == COMPATIBLE.profile
    assert parameters == {
        "store": False,
        "stream": True,
        "instructions": "Be brief.",
        "max_output_tokens": 64,
    }


@pytest.mark.parametrize("profile", PROFILES.values(), ids=list(PROFILES))
def test_every_profile_streams_stores_nothing_and_keeps_within_the_limit(profile: Profile) -> None:
    assert {"store", "stream", "max_output_tokens"} <= profile.optional_fields


@pytest.mark.parametrize("name", ["gptproto", "vllm", "llama.cpp", "ollama", "lm-studio"])
def test_detail_is_always_sent_where_pictures_are_refused_without(name: str) -> None:
    assert "detail" in PROFILES[name].optional_fields


@pytest.mark.parametrize("name", ["compatible", "vllm", "llama.cpp", "ollama", "lm-studio"])
def test_local_server_is_offered_no_files_and_no_tools(name: str) -> None:
    profile = PROFILES.get(name, COMPATIBLE)

    assert not profile.takes_files
    assert not profile.takes_functions
    assert not profile.has_web_search
    assert not profile.has_image_tool
    assert not profile.has_images_api


def test_headers_of_azure_and_openrouter_are_their_own() -> None:
    azure, router = PROFILES["azure"], PROFILES["openrouter"]
    key = Secret("k-1")

    of_azure = make_headers(
        EndpointSettings(
            base_url="http://h", model="m", api_key=key, authorization=azure.authorization
        )
    )
    of_router = make_headers(
        EndpointSettings(base_url="http://h", model="m", headers=router.headers)
    )

    assert of_azure["api-key"] == "k-1"
    assert "Authorization" not in of_azure
    assert of_router["X-Title"] == "Glimpse"
