"""The configuration of pictures that are made."""

from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, load_config
from bot.config.sections import BUILT_IN
from bot.core.errors import ConfigurationError
from bot.core.pictures.orders import Menu, PicturePrices
from bot.responses.pictures.settings import PaintingSettings

ENDPOINT = '[endpoint]\nbase_url = "https://api.openai.com/v1"\nmodel = "gpt-5.2-pro"\n'
PRICES = "text_price = 1\nimage_price = 2.5\noutput_price = 30\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def read(file: Path, toml: str, endpoint: str = ENDPOINT) -> Config:
    file.write_text(f"{endpoint}[pictures]\n{toml}", encoding="utf-8")
    return load_config(file, {})


def painting(file: Path, toml: str, endpoint: str = ENDPOINT) -> PaintingSettings:
    found = read(file, toml, endpoint).painting
    assert found is not None
    return found


def problem(file: Path, toml: str, endpoint: str = ENDPOINT) -> str:
    with pytest.raises(ConfigurationError) as raised:
        read(file, toml, endpoint)
    (only,) = raised.value.problems
    return only


def test_pictures_are_off_unless_the_operator_says_otherwise() -> None:
    config = load_config(None, {})

    assert config.painting is None
    assert not config.pictures.in_direct_messages


def test_tool_is_called_by_the_endpoints_model(file: Path) -> None:
    found = painting(file, 'through = "tool"\nmodel = "gpt-image-1-mini"\npartial_images = 1\n')

    assert found.endpoint.model == "gpt-5.2-pro"
    assert found.card.caller is not None
    assert found.card.caller.name == "gpt-5.2-pro"
    assert (found.card.name, found.is_named, found.card.partials) == ("gpt-image-1-mini", True, 1)


def test_tools_own_model_goes_by_the_callers_name(file: Path) -> None:
    found = painting(file, 'through = "tool"\nmodel = "default"\n')

    assert (found.card.name, found.is_named) == ("gpt-5.2-pro", False)


def test_endpoint_that_is_named_makes_them(file: Path) -> None:
    other = '[endpoints.studio]\nbase_url = "https://studio.example/v1"\nmodel = "m"\n'

    named = painting(file, 'through = "images-api"\nendpoint = "studio"\n', ENDPOINT + other)
    first = painting(file, 'through = "images-api"\nendpoint = "main"\n', ENDPOINT + other)

    assert named.endpoint.base_url == "https://studio.example/v1"
    assert first.endpoint.base_url == "https://api.openai.com/v1"


def test_images_api_has_no_caller(file: Path) -> None:
    assert painting(file, 'through = "images-api"\n').card.caller is None


def test_known_prices_are_those_of_the_list_where_the_endpoint_asks_for_them(file: Path) -> None:
    elsewhere = ENDPOINT.replace("api.openai.com", "other.example")

    listed = painting(file, 'through = "images-api"\nmodel = "gpt-image-2"\n').card.prices
    unknown = painting(file, 'through = "images-api"\nmodel = "gpt-image-2"\n', elsewhere)

    assert listed == PicturePrices(text=5_000_000, image=8_000_000, output=30_000_000)
    assert unknown.card.prices is None


def test_written_prices_come_before_known_ones(file: Path) -> None:
    found = painting(
        file,
        f'through = "images-api"\n{PRICES}dollars_per_picture = ["low  1024x1024 0.011", "any 1"]\n',
    )

    assert found.card.prices == PicturePrices(text=1_000_000, image=2_500_000, output=30_000_000)
    assert found.card.per_picture == {"low 1024x1024": 11_000, "any": 1_000_000}


def test_offer_is_what_the_operator_lists(file: Path) -> None:
    config = read(
        file,
        'sizes = ["1024x1024"]\nqualities = ["low", "medium"]\nmax_count = 4\ntime_limit = 60\n'
        "in_direct_messages = true\n",
    )

    assert config.pictures.menu == Menu(
        sizes=("1024x1024",), qualities=("low", "medium"), max_count=4
    )
    assert config.pictures.time_limit == 60
    assert config.pictures.in_direct_messages


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ('through = "yes"', 'must be "off", "tool" or "images-api"'),
        ("sizes = []", "must be a list of picture sizes"),
        ('sizes = ["big"]', 'holds "big", but must be a list of picture sizes'),
        ('sizes = "auto"', "must be a list of picture sizes"),
        ('qualities = ["Very High"]', "must be a list of qualities"),
        ("max_count = 5", "must be a whole number from 1 to 4"),
        ("partial_images = 4", "must be a whole number from 0 to 3"),
        ("time_limit = 900", "must be a number of seconds from 10 to 780"),
        ("text_price = -1", "is -1, but must be a number of US dollars from 0 to 1_000"),
        ("text_price = nan", "must be a number of US dollars"),
        ("text_price = true", "must be a number of US dollars"),
        ('dollars_per_picture = ["low -0.04"]', "holds"),
        ('dollars_per_picture = ["any 5000"]', "holds"),
        ("dollars_per_picture = 0.04", "must be a list such as"),
    ],
)
def test_wrong_value_is_told_with_what_is_allowed(file: Path, toml: str, complaint: str) -> None:
    assert complaint in problem(file, toml)


@pytest.mark.parametrize(
    ("toml", "endpoint", "complaint"),
    [
        ('through = "tool"', f'[endpoint]\nbase_url = "{BUILT_IN}"\n', "makes none"),
        ('through = "tool"\nendpoint = "studio"', ENDPOINT, "no section [endpoints.studio]"),
        ('through = "images-api"\nmodel = "default"', ENDPOINT, "only known to the tool"),
        ('through = "tool"\ntext_price = 1', ENDPOINT, "go together"),
    ],
)
def test_what_contradicts_itself_is_told(
    file: Path, toml: str, endpoint: str, complaint: Any
) -> None:
    assert complaint in problem(file, toml, endpoint)


def test_what_is_off_contradicts_nothing(file: Path) -> None:
    assert read(file, "text_price = 1\n").painting is None
