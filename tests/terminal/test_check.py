"""Offers that would come to nothing are warned of, with the key that mends it."""

from io import StringIO
from pathlib import Path

import pytest

from bot.config.loader import load_config
from bot.terminal.check import check, judge_offers
from tests.store.damage import damage_page

ENDPOINT = '[endpoint]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "m"\n'
SEARCH = "[web_search]\noffered = true\n"
TOOL = '[pictures]\nthrough = "tool"\n'
IMAGES_API = '[pictures]\nthrough = "images-api"\nmodel = "p"\n'


def judge(folder: Path, text: str) -> list[tuple[str, str]]:
    file = folder / "config.toml"
    file.write_text(text)
    return [(each.subject, each.advice) for each in judge_offers(load_config(file, {}))]


@pytest.mark.parametrize(
    ("text", "subject", "key"),
    [
        (ENDPOINT + SEARCH, "web search", "`has_web_search = true` in [endpoint]"),
        (ENDPOINT + TOOL, "pictures", "`has_image_tool = true` in [endpoint]"),
        (ENDPOINT + IMAGES_API, "pictures", "`has_images_api = true` in [endpoint]"),
    ],
    ids=["search", "tool", "images API"],
)
def test_offer_without_a_known_endpoint_for_it_is_warned_of(
    tmp_path: Path, text: str, subject: str, key: str
) -> None:
    ((warned, advice),) = judge(tmp_path, text)

    assert warned == subject
    assert key in advice


@pytest.mark.parametrize(
    "text",
    [
        ENDPOINT,
        ENDPOINT + "has_web_search = true\n" + SEARCH,
        ENDPOINT + 'profile = "openai"\n' + SEARCH + TOOL,
    ],
    ids=["nothing offered", "set by hand", "by profile"],
)
def test_offer_that_can_be_kept_is_not_mentioned(tmp_path: Path, text: str) -> None:
    assert judge(tmp_path, text) == []


async def test_damaged_database_is_found_with_the_way_out(used: Path) -> None:
    damage_page(used, "turns")
    config, output = used.with_name("config.toml"), StringIO()
    config.write_text(ENDPOINT + '[discord]\napi_url = "http://127.0.0.1:1"\n')

    assert await check(config, {"GLIMPSE_DATABASE_URL": f"sqlite:///{used}"}, output) == 1

    lines = output.getvalue().splitlines()
    (line,) = [each for each in lines if each.startswith("FAIL  database")]
    assert line.endswith("restore a backup with `glimpse database restore FILE`")
