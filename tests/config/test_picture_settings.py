"""The configuration of pictures that are made."""

from pathlib import Path

import pytest

from bot.config import Config, load_config
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


def test_list_prices_are_known_where_the_endpoint_has_them(file: Path) -> None:
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
