"""Further endpoints in the configuration: their order, their keys, and names that are no good."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.config import Config, load_config
from bot.core.errors import ConfigurationError
from bot.core.secrets import Secret

MAIN = '[endpoint]\nbase_url = "https://api.openai.com/v1"\nmodel = "gpt-5.2"\n'
KEY, SPARE = "sk-a1b2c3d4e5f6", "sk-f6e5d4c3b2a1"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(file: Path, toml: str, environ: Mapping[str, str] | None = None) -> Config:
    file.write_text(MAIN + toml, encoding="utf-8")
    return load_config(file, {"GLIMPSE_API_KEY": KEY, **(environ or {})}, needs={"endpoint"})


def problems_of(file: Path, toml: str, environ: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigurationError) as raised:
        read(file, toml, environ)
    return [problem.replace(str(file), "config.toml") for problem in raised.value.problems]


def further(name: str, **keys: str) -> str:
    settings = {"base_url": "'http://localhost:8080/v1'", "model": "'llama'", **keys}
    lines = (f"{key} = {value}\n" for key, value in settings.items())
    return f"[endpoints.{name}]\n{''.join(lines)}"


def test_without_further_endpoints_there_is_the_one(file: Path) -> None:
    config = read(file, "")

    assert config.endpoints == (config.endpoint,)
    assert (config.endpoint.name, config.endpoint.models) == ("main", ())


def test_endpoints_are_kept_in_the_order_written(file: Path) -> None:
    config = read(file, further("zoo") + further("ant") + further("B-2"))

    assert [endpoint.name for endpoint in config.endpoints] == ["main", "zoo", "ant", "B-2"]


def test_further_endpoint_has_values_of_its_own(file: Path) -> None:
    toml = further("home", authorization="'raw'", max_output_tokens="800", models="['a', 'b']")

    config = read(file, toml + "[endpoints.home.timeouts]\nidle = 7\n")

    (home,) = config.further_endpoints
    assert (home.base_url, home.model) == ("http://localhost:8080/v1", "llama")
    assert (home.authorization, home.max_output_tokens) == ("raw", 800)
    assert (home.models, home.idle_timeout) == (("a", "b"), 7.0)
    assert config.endpoint.authorization != "raw"
    assert config.endpoint.idle_timeout == 300


def test_key_of_a_further_endpoint_has_its_own_variable(file: Path) -> None:
    config = read(file, further("my-spare_2"), {"GLIMPSE_API_KEY_MY_SPARE_2": SPARE})

    assert [each.api_key for each in config.endpoints] == [Secret(KEY), Secret(SPARE)]


def test_key_of_a_further_endpoint_may_stand_in_a_file(file: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{SPARE}\n")

    config = read(file, further("spare"), {"GLIMPSE_API_KEY_SPARE_FILE": str(tmp_path / "key")})

    assert config.further_endpoints[0].api_key == Secret(SPARE)


def test_every_endpoints_key_is_a_secret(file: Path) -> None:
    config = read(file, further("spare"), {"GLIMPSE_API_KEY_SPARE": SPARE})

    assert {secret.reveal() for secret in config.secrets} == {KEY, SPARE}
    assert SPARE not in repr(config)


def test_further_endpoint_on_the_internet_needs_its_own_key(file: Path) -> None:
    assert problems_of(file, further("spare", base_url="'https://llm.example.org/v1'")) == [
        "`api_key` of [endpoints.spare] is missing: set GLIMPSE_API_KEY_SPARE in the environment, "
        "or write it into config.toml."
    ]


def test_further_endpoint_needs_an_address_and_a_model(file: Path) -> None:
    assert problems_of(file, "[endpoints.spare]\n") == [
        "`base_url` of [endpoints.spare] is missing: write it into config.toml.",
        "`model` of [endpoints.spare] is missing: write it into config.toml.",
    ]


def test_built_in_endpoint_as_the_last_resort_needs_nothing_more(file: Path) -> None:
    config = read(file, "[endpoints.resort]\nbase_url = 'built-in'\n")

    assert config.further_endpoints[0].base_url == "built-in"


NO_GOOD_NAME = "has no good name: 1 to 32 letters, digits, - and _ are allowed, a letter first"
NO_KEYS = "[endpoints] has no keys of its own, only sections [endpoints.NAME]"


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        (further("'my spare'"), f"config.toml: [endpoints.my spare] {NO_GOOD_NAME}."),
        (further("'a.b'"), f"config.toml: [endpoints.a.b] {NO_GOOD_NAME}."),
        (further("'ä'"), f"config.toml: [endpoints.?] {NO_GOOD_NAME}."),
        (further("'\u212a'"), f"config.toml: [endpoints.?] {NO_GOOD_NAME}."),
        (further("7up"), f"config.toml: [endpoints.7up] {NO_GOOD_NAME}."),
        (further("''"), f"config.toml: [endpoints.] {NO_GOOD_NAME}."),
        (further("a" * 33), f"config.toml: [endpoints.aaa…] {NO_GOOD_NAME}."),
        (
            further("Main"),
            "config.toml: [endpoints.Main] can't be called that: "
            "`main` is what the endpoint of [endpoint] is called.",
        ),
        (
            further("spare-file"),
            "config.toml: [endpoints.spare-file] can't be called that: "
            "a variable that ends in _FILE names a file with the key.",
        ),
        (
            further("a-b") + further("A_b"),
            "config.toml: [endpoints.A_b] has a name too much like [endpoints.a-b]: "
            "the keys of both would be GLIMPSE_API_KEY_A_B.",
        ),
        (
            "[endpoints]\nmodel = 'x'\n",
            f"config.toml: [endpoints.model] is text, but must be a section: {NO_KEYS}.",
        ),
        (
            "[[endpoints]]\nmodel = 'x'\n",
            "config.toml: `endpoints` is a list, but must be sections: "
            "write [endpoints.NAME] on a line of its own.",
        ),
        (
            further("spare", modle="'x'"),
            "config.toml: [endpoints.spare] has no key `modle`; did you mean `model`?",
        ),
        (
            further("spare") + "[endpoints.spare.timeouts]\nidel = 3\n",
            "config.toml: [endpoints.spare.timeouts] has no key `idel`; did you mean `idle`?",
        ),
        (
            further("spare") + "[endpoints.spare.timeout]\nidle = 3\n",
            "config.toml: there is no section [endpoints.spare.timeout]; "
            "did you mean [endpoints.spare.timeouts]?",
        ),
        (
            further("spare", max_output_tokens="5"),
            "config.toml: [endpoints.spare] max_output_tokens is 5, "
            "but must be a whole number from 16 to 1_000_000.",
        ),
        (
            further("spare", models="['a', 'b', 'a']"),
            'config.toml: [endpoints.spare] models holds "a" twice: leave one out.',
        ),
        (
            further("spare", models="['a b']"),
            'config.toml: [endpoints.spare] models holds "a b", '
            "but must be a list of names of 1 to 200 characters without spaces.",
        ),
        (
            further("spare", models="'a'"),
            'config.toml: [endpoints.spare] models is "a", '
            "but must be a list of names of 1 to 200 characters without spaces.",
        ),
        (
            further("spare", models="['llama']"),
            "config.toml: [endpoints.spare] models need not name its `model` again: "
            "leave that one out.",
        ),
    ],
)  # fmt: skip
def test_mistake_about_a_further_endpoint_is_one_sentence(
    file: Path, toml: str, problem: str
) -> None:
    assert problems_of(file, toml) == [problem]


def test_endpoint_written_twice_is_a_mistake_of_the_file(file: Path) -> None:
    [problem] = problems_of(file, further("spare") + further("spare"))

    assert "this is not TOML: Cannot declare" in problem


@pytest.mark.parametrize(
    "toml",
    [
        f"[endpoints.{SPARE * 3}]\n",
        f"[endpoints]\nspare = '{SPARE * 3}'\n",
        f"endpoints = '{SPARE * 3}'\n",
        f"[endpoints.spare]\nmodels = ['{SPARE * 3}', 'a b']\n",
        f"[endpoints.spare]\napi_key = ' {SPARE * 3}'\n",
    ],
    ids=["as the name", "as a section", "for all", "as a model", "spaces"],
)
def test_key_in_a_wrong_place_is_in_no_message(file: Path, toml: str) -> None:
    file.write_text(toml)

    with pytest.raises(ConfigurationError) as raised:
        load_config(file, {}, needs={"endpoint"})

    assert SPARE not in str(raised.value)
