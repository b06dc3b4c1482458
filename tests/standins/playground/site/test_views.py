"""Messages as the page gets them."""

from tests.standins.playground.site.tab import Tab

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360f8cf500f00038101804fb0d7250000000049454e44ae426082"
)


async def test_picture_comes_with_its_alt_text_and_as_it_was(tab: Tab) -> None:
    upload = await tab.upload("dot.png", PNG, "image/png")
    await tab.look("member", "general")
    await tab.do("say", text="a dot", files=[{"id": upload, "alt": "A dot", "is_spoiler": True}])

    attachment = (await tab.until("a dot"))["attachments"][0]
    assert (attachment["alt"], attachment["is_spoiler"]) == ("A dot", True)
    async with tab.session.get(attachment["url"]) as response:
        assert await response.read() == PNG


async def test_reply_names_a_picture_above_it_but_no_other_file(tab: Tab) -> None:
    dot = await tab.upload("dot.png", PNG, "image/png")
    log = await tab.upload("run.log", b"ERROR", "text/plain")
    await tab.do("say", text="a dot", files=[{"id": dot}])
    await tab.do("say", text="a log", files=[{"id": log}])

    await tab.do("say", text="of the dot", reply_to=(await tab.until("a dot"))["id"])
    await tab.do("say", text="of the log", reply_to=(await tab.until("a log"))["id"])

    assert (await tab.until("of the dot"))["reply"]["has_image"] is True
    assert (await tab.until("of the log"))["reply"]["has_image"] is False
