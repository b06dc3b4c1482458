"""Rules over several keys: what is missing, and what contradicts itself."""

from pathlib import Path

import pytest

from bot.config import load_config
from bot.config.sections import BUILT_IN
from tests.config.configurations import KEY, problem_of, problems_of, read

ENDPOINT = '[endpoint]\nbase_url = "https://api.openai.com/v1"\nmodel = "gpt-5.2"\n'


def test_missing_key_is_named_with_the_ways_to_give_it(file: Path) -> None:
    assert problems_of(file, "", {}, "discord", "endpoint") == [
        "`token` of [discord] is missing: set DISCORD_TOKEN in the environment, or write it into config.toml.",
        "`base_url` of [endpoint] is missing: write it into config.toml. Without a model: "
        '`base_url = "built-in"` lets the describer that comes along answer; it reads and measures '
        "pictures, offline.",
        "`model` of [endpoint] is missing: write it into config.toml.",
    ]


def test_missing_value_without_a_file_asks_for_a_file() -> None:
    assert problems_of(None, "", {}, "discord") == [
        "`token` of [discord] is missing: set DISCORD_TOKEN in the environment, "
        "or write it into a configuration file (--config)."
    ]


def test_endpoint_without_discord_needs_no_token(file: Path) -> None:
    file.write_text(ENDPOINT)

    config = load_config(file, {"GLIMPSE_API_KEY": KEY}, needs={"endpoint"})

    assert not config.discord.token
    assert config.endpoint.model == "gpt-5.2"


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:11434/v1",
        "http://127.0.0.1:8080",
        "http://[::1]:8080",
        "http://192.168.1.20:8000/v1",
        "http://ollama:11434/v1",  # another container
        "http://host.docker.internal:11434/v1",
    ],
)
def test_endpoint_nearby_needs_no_key(file: Path, address: str) -> None:
    file.write_text(f"[endpoint]\nbase_url = '{address}'\nmodel = 'gemma3'\n")

    assert not load_config(file, {}, needs={"endpoint"}).endpoint.api_key


def test_built_in_describer_needs_neither_model_nor_key(file: Path) -> None:
    file.write_text("[endpoint]\nbase_url = 'built-in'\n")

    assert load_config(file, {}, needs={"endpoint"}).endpoint.base_url == "built-in"


def test_endpoint_on_the_internet_needs_a_key(file: Path) -> None:
    assert problems_of(file, ENDPOINT, {}, "endpoint") == [
        "`api_key` of [endpoint] is missing: set GLIMPSE_API_KEY in the environment, "
        "or write it into config.toml."
    ]


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("[quota]\nsmallest_answer = 30_000", "smallest_answer is 30000, more than tokens_per_answer (20000)"),
        ("[quota]\ntokens_per_day = 400", "smallest_answer is 500, more than tokens_per_day (400)"),
        ("[quota]\nserver_ceiling = 400", "smallest_answer is 500, more than server_ceiling (400)"),
        (
            "[discord]\nmessage_content_intent = false\n[triggers]\nautomatic_channels = [1]",
            "automatic_channels needs [discord] message_content_intent = true",
        ),
    ],
)  # fmt: skip
def test_settings_that_contradict_each_other_are_told(
    file: Path, toml: str, complaint: str
) -> None:
    [problem] = problems_of(file, toml)

    assert complaint in problem


@pytest.mark.parametrize(
    ("toml", "endpoint", "complaint"),
    [
        ('through = "tool"', f'[endpoint]\nbase_url = "{BUILT_IN}"\n', "makes none"),
        ('through = "tool"\nendpoint = "studio"', ENDPOINT, "no section [endpoints.studio]"),
        ('through = "images-api"\nmodel = "default"', ENDPOINT, "only known to the tool"),
        ('through = "tool"\ntext_price = 1', ENDPOINT, "go together"),
    ],
)
def test_settings_of_pictures_that_contradict_each_other_are_told(
    file: Path, toml: str, endpoint: str, complaint: str
) -> None:
    assert complaint in problem_of(file, f"{endpoint}[pictures]\n{toml}")


def test_pictures_that_are_off_contradict_nothing(file: Path) -> None:
    assert read(file, f"{ENDPOINT}[pictures]\ntext_price = 1\n").painting is None
