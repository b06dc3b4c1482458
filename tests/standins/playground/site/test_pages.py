"""The files of the page, and who may reach them."""

from io import BytesIO

import aiohttp
import pytest

from bot.standins.playground.server import Discord
from tests.standins.playground.site.tab import Tab


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {"Host": "playground.example"}),  # a name that an attacker points at this machine
        ("/_page/socket", {"Origin": "https://example.org"}),
        ("/_page/uploads", {"Origin": "https://example.org"}),
        ("/_page/uploads", {"Origin": "null"}),  # a sandboxed frame
    ],
)
async def test_another_site_in_the_same_browser_is_kept_out(
    discord: Discord, path: str, headers: dict[str, str]
) -> None:
    method = "POST" if "uploads" in path else "GET"
    async with (
        aiohttp.ClientSession(discord.base_url) as session,
        session.request(method, path, headers=headers) as response,
    ):
        assert response.status == 403


async def test_page_may_run_only_its_own_scripts(tab: Tab) -> None:
    async with tab.session.get("/") as response:
        policy = response.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["../server.py", "%2e%2e/server.py", "nothing.js", "js", ""])
async def test_only_the_files_of_the_page_are_served(tab: Tab, path: str) -> None:
    async with tab.session.get(f"/page/{path}") as response:
        assert response.status == 404


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/pdf"])
async def test_file_that_could_hold_a_script_is_only_for_saving(tab: Tab, kind: str) -> None:
    upload = await tab.upload("thing", b"<svg onload='alert(1)'/>", kind)
    await tab.look("member", "general")
    await tab.do("say", text="look", files=[{"id": upload}])
    message = await tab.until("look")

    async with tab.session.get(message["attachments"][0]["url"]) as response:
        assert response.headers["Content-Disposition"] == "attachment"
        assert response.content_type == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_file_larger_than_discord_takes_is_refused_with_a_sentence(tab: Tab) -> None:
    content = BytesIO(bytes(10 * 1024 * 1024 + 1))

    async with tab.session.post("/_page/uploads?name=big.png", data=content) as response:
        assert response.status == 413
        assert "up to 10 MiB" in (await response.json())["error"]
