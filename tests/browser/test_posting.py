"""Writing and posting: what is pasted, dropped, too long, too much, or no picture at all."""

import base64
import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import FOOTER, Screen, picture
from tests.pictures import quadrants, write
from tests.scripted_endpoint import Script, last_text

COPY = """async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0));
    const picture = new Blob([bytes], { type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
}"""
COPY_HTML = """async ([html, plain]) => {
    const blob = (kind, text) => ({ [kind]: new Blob([text], { type: kind }) });
    await navigator.clipboard.write([new ClipboardItem(
        { ...blob("text/html", html), ...blob("text/plain", plain) })]);
}"""
HOSTILE = "<b>bold</b><img src=x onerror='document.title=1'><script>alert(1)</script>"


def allow_clipboard(screen: Screen) -> None:
    screen.page.context.grant_permissions(["clipboard-read", "clipboard-write"])


def test_picture_pasted_from_the_clipboard_is_previewed_and_described(screen: Screen) -> None:
    allow_clipboard(screen)
    copied = base64.b64encode(write(quadrants(), "PNG")).decode()
    screen.page.evaluate(COPY, copied)
    screen.play(Script(pace=0.1, delta=6))
    screen.words.focus()

    screen.page.keyboard.press("Control+V")

    preview = screen.page.get_by_role("list", name="Attached files").locator("img")
    expect(preview).to_be_visible()
    assert preview.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [120, 80]
    screen.words.press("Enter")
    answer = screen.answer_to("A picture")
    expect(answer).to_contain_text("I see")
    expect(answer.get_by_role("button", name="Stop")).to_be_visible()
    expect(answer).to_contain_text("I see 1 picture(s): png 120x80.")
    expect(preview).to_have_count(0)


def hold_uploads(screen: Screen) -> list[Route]:
    held: list[Route] = []
    screen.page.route("**/_page/uploads?**", lambda route: held.append(route))
    return held


def test_message_sent_before_its_picture_is_there_waits_for_it(screen: Screen) -> None:
    held = hold_uploads(screen)
    screen.post(picture("late.png"))
    screen.say("What is late?")
    screen.words.press("Enter")  # impatient
    expect(screen.page.locator("#composer")).to_have_attribute("aria-busy", "true")
    expect(screen.words).to_have_value("What is late?")

    held[0].continue_()

    expect(screen.answer_to("What is late?")).to_contain_text("png 120x80")
    expect(screen.messages.filter(has_text="What is late?")).to_have_count(2)  # and its answer


def test_picture_that_never_comes_leaves_the_words_where_they_are(screen: Screen) -> None:
    held = hold_uploads(screen)
    screen.post(picture("lost.png"))
    screen.say("What is lost?")
    expect(screen.page.locator("#composer")).to_have_attribute("aria-busy", "true")

    held[0].fulfill(status=413, json={"error": "lost.png is too large."})

    expect(screen.page.get_by_text("lost.png is too large.")).to_be_visible()
    expect(screen.words).to_have_value("What is lost?")
    screen.problems.clear()  # the browser tells of every 413


def test_alt_text_of_an_upload_reaches_the_model(screen: Screen) -> None:
    screen.post(picture())

    screen.page.get_by_label("Alt text of quarters.png").fill("Four quarters in four colours")
    screen.say("What are they?")

    expect(screen.answer_to("What are they?")).to_contain_text("png 120x80")
    expect(screen.page.get_by_role("img", name="Four quarters in four colours")).to_be_visible()
    assert "Four quarters in four colours" in last_text(screen.endpoint.requests[-1].json)


def test_typing_is_seen_until_the_first_text_comes(screen: Screen) -> None:
    screen.go("general")
    typing = screen.page.get_by_text("glimpse is typing …")
    screen.play(Script(text="At last: the tide.", think=2.0, pace=0.2))

    screen.say("@glimpse what comes twice a day?")

    expect(typing).to_be_visible()
    expect(screen.page.get_by_text("At last")).to_have_count(0)
    answer = screen.answer_to("@glimpse what comes twice a day?")
    expect(answer).to_contain_text("At last")
    expect(typing).to_have_count(0)
    expect(answer).to_contain_text(FOOTER)


def test_headline_of_thoughts_stands_until_the_text_comes(
    screen: Screen,
) -> None:
    screen.go("general")
    screen.play(Script(text="HARBOUR.", thinking=("Reading the sign",), pace=0.5, delta=8))

    screen.say("@glimpse what does the sign say?")

    answer = screen.answer_to("@glimpse what does the sign say?")
    expect(answer).to_contain_text(re.compile(r"Reading the sign · 0:\d\d"))
    expect(screen.page.get_by_text("glimpse is typing …")).to_have_count(0)
    expect(answer).to_contain_text("HARBOUR.")
    expect(answer).not_to_contain_text("Reading the sign")


def test_files_that_are_no_pictures_are_shown_as_files(
    screen: Screen,
) -> None:
    screen.post(
        {"name": "empty.png", "mimeType": "image/png", "buffer": b""},
        {"name": "holiday.png", "mimeType": "image/png", "buffer": b"MZ\x90\x00" * 500},
    )
    cards = screen.page.get_by_role("list", name="Attached files").get_by_role("listitem")
    expect(cards.locator("svg.icon").nth(0)).to_be_visible()
    expect(cards.locator("img")).to_have_count(0)
    screen.say("What is in these?")

    answer = screen.answer_to("What is in these?")
    expect(answer).to_contain_text("empty.png is damaged")
    expect(answer).to_contain_text("holiday.png is not a picture")
    links = screen.messages.filter(has_text="What is in these?").first.locator("a.file")
    expect(links).to_have_count(2)
    expect(links.last).to_contain_text("holiday.png")


def test_picture_of_sixty_megapixels_is_refused_in_a_sentence(screen: Screen) -> None:
    screen.post(picture("huge.png", 10_000, 6_000))

    screen.say("What is in this one?")

    answer = screen.answer_to("What is in this one?")
    expect(answer).to_contain_text("huge.png has too many pixels")


def test_twelve_files_are_refused_and_ten_stand_in_a_grid(screen: Screen) -> None:
    many = [picture(f"p{number:02}.png", 60 + number) for number in range(12)]
    screen.post(*many)
    expect(screen.page.get_by_role("alert")).to_have_text("Discord takes 10 files in one message.")
    expect(screen.page.get_by_role("list", name="Attached files")).to_be_hidden()

    screen.post(*many[:10])
    expect(screen.page.locator(".file-card.ready")).to_have_count(10)
    screen.say("What are all these?")

    grid = screen.messages.filter(has_text="What are all these?").first.locator(".gallery")
    expect(grid.get_by_role("img")).to_have_count(10)
    expect(screen.answer_to("What are all these?")).to_contain_text("I see 8 picture(s)")
    expect(screen.page.get_by_role("alert")).to_be_empty()


def test_picture_is_shown_large_in_the_middle_of_the_window(screen: Screen) -> None:
    screen.post(picture("large.png", 700, 300))
    screen.say("Look at it closely.")
    small = screen.page.get_by_role("button", name="large.png: show large").first

    small.click()

    dialog = screen.page.get_by_role("dialog", name="Picture")
    expect(dialog).to_be_visible()
    middle = (
        "one => { const box = one.getBoundingClientRect(); return (box.left + box.right) / 2; }"
    )
    assert dialog.get_by_role("img").evaluate(middle) == pytest.approx(640, abs=2)
    screen.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(small).to_be_focused()


def test_message_that_is_too_long_is_kept_in_the_box(screen: Screen) -> None:
    screen.go("general")
    long = "word " * 1_000
    screen.words.fill(long)
    expect(screen.page.locator("#composer .left")).to_have_text("-3,000")

    screen.words.press("Enter")

    expect(screen.page.get_by_role("alert")).to_contain_text("2,999 characters too long")
    expect(screen.words).to_have_value(long)


def test_pasted_markup_stays_text(screen: Screen) -> None:
    screen.go("crew")
    allow_clipboard(screen)
    screen.page.evaluate(COPY_HTML, ["<b>bold</b>", HOSTILE])
    screen.words.focus()

    screen.page.keyboard.press("Control+V")
    screen.words.press("Enter")

    expect(screen.messages.last).to_contain_text(HOSTILE)
    expect(screen.messages.last.locator("b, script, img[src=x]")).to_have_count(0)
    expect(screen.page).to_have_title("#crew · Glimpse playground")


def test_enter_pressed_again_and_again_sends_one_message(screen: Screen) -> None:
    screen.go("notices")
    screen.become("Rosa")
    screen.words.fill("Once only.")

    screen.words.evaluate(
        """box => Array.from({ length: 20 }, () => box.dispatchEvent(
            new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })))"""
    )

    expect(screen.messages.last).to_contain_text("Once only.")
    screen.say("And then.")
    expect(screen.messages.last).to_contain_text("And then.")
    expect(screen.messages.filter(has_text="Once only.")).to_have_count(1)
