"""Profiles of known endpoints: how each wants to be asked, and what it offers.

A table: nothing else decides by an endpoint's name. Every trait can be set by hand in `[endpoint]`
and then wins. An endpoint that is not known is asked for nothing that any of them refuses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import urlsplit

BUILT_IN: Final = "built-in"
OptionalField = Literal["store", "stream", "max_output_tokens", "detail", "prompt_cache_key"]


class SystemText(StrEnum):
    """Where the system text goes."""

    INSTRUCTIONS = "instructions"  # the parameter of that name
    SYSTEM = "system"  # an item of that role, before all others
    DEVELOPER = "developer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """The way an endpoint is asked, and what it offers. Times are in seconds."""

    profile: str = "compatible"
    authorization: str = (
        "bearer"  # or "raw": the key alone; or the name of the header that holds it
    )
    system_text: SystemText = SystemText.INSTRUCTIONS
    # `detail` names that pictures carry it even where it is "auto".
    optional_fields: frozenset[OptionalField] = frozenset({"store", "stream", "max_output_tokens"})
    headers: tuple[tuple[str, str], ...] = ()  # on top of those that every request needs
    takes_files: bool = False  # `input_file`
    takes_functions: bool = False
    has_web_search: bool = False  # the tool of that name, served by the endpoint
    has_image_tool: bool = False  # `image_generation`
    has_images_api: bool = False  # `/images/generations` and `/images/edits`
    first_byte_timeout: float = 120.0  # until the answer's headers
    thinking_timeout: float = 600.0  # without a byte, before the first text
    idle_timeout: float = 300.0  # without a byte, after it


COMPATIBLE: Final = Profile()
_PLAIN: Final = COMPATIBLE.optional_fields
# Local servers send headers only once they have read the prompt, which takes minutes without a GPU;
# their functions need flags or models made for them, so those are for the operator to switch on.
_LOCAL_FIRST_BYTE: Final = 600.0

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {
        each.profile: each
        for each in (
            Profile(
                profile="openai",
                optional_fields=_PLAIN | {"prompt_cache_key"},
                takes_files=True,
                takes_functions=True,
                has_web_search=True,
                has_image_tool=True,
                has_images_api=True,
            ),
            # Its pages name `detail` as required, the roles, and not `instructions`; they show
            # whole documents as answers, whose headers come when the model has ended.
            Profile(
                profile="gptproto",
                system_text=SystemText.SYSTEM,
                optional_fields=_PLAIN | {"detail"},
                takes_files=True,
                takes_functions=True,
                has_web_search=True,
                first_byte_timeout=600.0,
            ),
            Profile(
                profile="azure",
                authorization="api-key",
                optional_fields=_PLAIN | {"prompt_cache_key"},
                takes_files=True,
                takes_functions=True,
                has_web_search=True,
            ),
            Profile(
                profile="openrouter",
                headers=(("X-Title", "Glimpse"),),
                takes_functions=True,
            ),
            # What lies behind it decides the rest. It answers a raw key with an internal error.
            Profile(
                profile="litellm",
                takes_functions=True,
                has_images_api=True,
                first_byte_timeout=300.0,
            ),
            # Refuses pictures without `detail`.
            Profile(
                profile="vllm",
                optional_fields=_PLAIN | {"detail"},
                first_byte_timeout=_LOCAL_FIRST_BYTE,
            ),
            Profile(
                profile="llama.cpp",
                optional_fields=_PLAIN | {"detail"},
                first_byte_timeout=_LOCAL_FIRST_BYTE,
            ),
            Profile(
                profile="ollama",
                optional_fields=_PLAIN | {"detail"},
                first_byte_timeout=_LOCAL_FIRST_BYTE,
            ),
            Profile(
                profile="lm-studio",
                optional_fields=_PLAIN | {"detail"},
                first_byte_timeout=_LOCAL_FIRST_BYTE,
            ),
            Profile(profile=BUILT_IN),
        )
    }
)
_HOSTS: Final = (
    ("api.openai.com", "openai"),
    (".openai.azure.com", "azure"),
    (".cognitiveservices.azure.com", "azure"),
    (".services.ai.azure.com", "azure"),
    ("openrouter.ai", "openrouter"),
    ("gptproto.com", "gptproto"),
    (".gptproto.com", "gptproto"),
)


def find_profile(name: str | None, base_url: str) -> Profile:
    """Return the profile of that name; without a name, the one that the address tells of."""
    if name is None:
        name = BUILT_IN if base_url == BUILT_IN else _name_by_host(base_url)
    return PROFILES.get(name, COMPATIBLE)


def _name_by_host(base_url: str) -> str:
    try:
        host = urlsplit(base_url).hostname or ""
    except ValueError:
        return ""
    return next(
        (name for end, name in _HOSTS if host == end or (end[0] == "." and host.endswith(end))), ""
    )
