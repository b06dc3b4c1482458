"""Reloading, being somebody else, two tabs, small windows: in the middle of an answer above all."""

import socket

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import FOOTER, PHONE, OpenScreen, Screen, picture, playing
from tests.scripted_endpoint import Script, ScriptedEndpoint

LONG = "The lamp turns, and its light comes round again and again. "
TALL = "\n".join(f"{number}. a line of its own" for number in range(1, 40))
IS_AT_END = """() => {
    const { scrollTop, scrollHeight, clientHeight } = document.getElementById("scroll");
    return scrollHeight - scrollTop - clientHeight < 2;
}"""
# As a picture does that comes between the scrolling and its event.
GROW_TWICE = """() => {
    const list = document.getElementById("messages"), scroll = document.getElementById("scroll");
    const height = list.offsetHeight;
    list.style.minHeight = `${height + 400}px`;
    scroll.scrollTop = scroll.scrollHeight;
    list.style.minHeight = `${height + 800}px`;
}"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_page_reloaded_in_mid_answer_goes_on_with_it(screen: Screen) -> None:
    screen.go("general")
    screen.play(Script(text=LONG * 4, pace=0.05))
    screen.say("@glimpse what does the lamp do?")
    answer = screen.answer_to("@glimpse what does the lamp do?")
    expect(answer.get_by_role("button", name="Stop")).to_be_visible()

    screen.page.reload()

    expect(screen.page.locator("#room-name")).to_have_text("general")
    expect(answer).to_contain_text("The lamp turns")
    assert LONG * 3 not in answer.inner_text()
    expect(answer).to_contain_text(FOOTER)
    expect(answer).to_contain_text((LONG * 4).strip())


def test_somebody_else_may_watch_an_answer_but_not_stop_it(screen: Screen) -> None:
    screen.go("general")
    screen.play(Script(text=LONG * 6, pace=0.05))
    screen.say("@glimpse and then?")
    answer = screen.answer_to("@glimpse and then?")
    expect(answer.get_by_role("button", name="Stop")).to_be_visible()

    screen.become("Nils")
    answer.get_by_role("button", name="Stop").click()

    refusal = screen.messages.filter(has_text="Only the person who asked, or a moderator, can stop")
    expect(refusal).to_contain_text("Only you can see this")
    expect(answer).to_contain_text((LONG * 6).strip())
    screen.become("Mia")
    expect(refusal).to_have_count(0)


def test_two_tabs_are_two_people(open_screen: OpenScreen) -> None:
    mia, rosa = open_screen(), open_screen()
    rosa.become("Rosa")
    mia.go("crew")
    rosa.go("crew")

    mia.say("Is anybody at the lamp?")
    expect(rosa.messages.last).to_contain_text("Is anybody at the lamp?")
    rosa.say("@mia I am.")

    expect(mia.messages.last).to_contain_text("@Mia I am.")
    rosa.page.reload()
    expect(rosa.page.locator("#you")).to_contain_text("Rosa")
    expect(mia.page.locator("#you")).to_contain_text("Mia")


def test_open_page_goes_on_after_a_restart(browser: Browser, endpoint: ScriptedEndpoint) -> None:
    told = ("--endpoint", endpoint.base_url, "--model", "scripted")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    screen = Screen(page=browser.new_page(), endpoint=endpoint)
    with playing(*told, port=port) as address:
        screen.page.goto(address)
        screen.become("Rosa")
        screen.go("crew")
        screen.say("A message of the first playground.")
        expect(screen.messages.last).to_contain_text("of the first playground")
        screen.words.fill("and a draft")
    expect(screen.page.locator("#banner")).to_contain_text("The playground does not answer.")

    with playing(*told, port=port):
        expect(screen.page.locator("#banner")).to_be_hidden()
        expect(screen.page.locator("#room-name")).to_have_text("pictures")
        expect(screen.page.locator("#you")).to_contain_text("Mia")
        expect(screen.messages).to_have_count(0)
        expect(screen.words).to_have_value("and a draft")
        screen.go("general")
        screen.words.press("Enter")
        expect(screen.messages.last).to_contain_text("and a draft")
        screen.page.close()


def test_newest_message_stays_in_view_until_one_scrolls_up(screen: Screen) -> None:
    screen.go("help")
    screen.play(Script(text=TALL), Script(text=TALL, pace=0.02))
    screen.say("@glimpse write many lines")
    expect(screen.answer_to("@glimpse write many lines")).to_contain_text(FOOTER)
    screen.page.wait_for_function(IS_AT_END)
    screen.say("@glimpse and as many again")
    answer = screen.answer_to("@glimpse and as many again")
    expect(answer).to_contain_text("a line of its own")
    newest = screen.page.get_by_role("button", name="To the newest message")
    expect(newest).to_be_hidden()

    screen.page.locator("#scroll").hover()
    screen.page.mouse.wheel(0, -500)

    expect(newest).to_be_visible()
    expect(answer).to_contain_text(FOOTER)
    assert not screen.page.evaluate(IS_AT_END)
    newest.click()
    screen.page.wait_for_function(IS_AT_END)
    expect(newest).to_be_hidden()


def test_list_that_grows_stays_at_its_end(screen: Screen) -> None:
    screen.go("help")
    screen.play(Script(text=TALL))
    screen.say("@glimpse fill the page")
    expect(screen.answer_to("@glimpse fill the page")).to_contain_text(FOOTER)
    screen.page.wait_for_function(IS_AT_END)

    screen.page.evaluate(GROW_TWICE)

    screen.page.wait_for_timeout(300)
    assert screen.page.evaluate(IS_AT_END)


def test_picture_that_has_not_come_yet_has_its_room_already(screen: Screen) -> None:
    screen.page.route("**/_page/files/**", lambda route: None)  # never answered

    screen.post(picture("wide.png", 400, 200))
    screen.say("What is wide?")

    shown = screen.messages.filter(has_text="What is wide?").first.get_by_role("img").first
    expect(shown).to_be_attached()
    assert shown.evaluate("image => [image.complete, image.clientHeight > 190]") == [False, True]


def test_menu_of_a_very_long_message_is_in_view(screen: Screen) -> None:
    screen.go("help")
    screen.play(Script(text=TALL))
    screen.say("@glimpse be taller than the window")
    answer = screen.answer_to("@glimpse be taller than the window")
    expect(answer).to_contain_text(FOOTER)

    answer.focus()
    screen.page.keyboard.press("Enter")

    expect(screen.page.get_by_role("menuitem", name="Reply")).to_be_in_viewport(ratio=1)
    screen.page.keyboard.press("Escape")
    expect(answer).to_be_focused()


@pytest.mark.parametrize(
    ("width", "height"),
    [
        (320, 640),  # the narrowest that WCAG 1.4.10 asks for
        (640, 400),  # 1280 × 800 at a zoom of 200 %
        (760, 600),
        (1020, 600),  # the panel stands beside the chat
    ],
)
def test_nothing_is_cut_off_in_a_small_window(
    open_screen: OpenScreen, width: int, height: int
) -> None:
    screen = open_screen({"width": width, "height": height})
    screen.open_channel("help")
    screen.play(Script(text=f"`{'x' * 200}` and {'y' * 300}\n```\n{'z' * 200}\n```"))
    screen.say("@glimpse be long")
    expect(screen.answer_to("@glimpse be long").last).to_contain_text(FOOTER)

    assert screen.page.evaluate(OVERFLOW) == 0
    send = screen.page.get_by_role("button", name="Send")
    expect(send).to_be_in_viewport(ratio=1)
    screen.open_backstage()
    assert screen.page.evaluate(OVERFLOW) == 0
    expect(screen.backstage.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)


def test_box_follows_the_height_of_its_text(
    open_screen: OpenScreen,
) -> None:
    screen = open_screen(PHONE)
    screen.words.fill("one line at full width, but two or three of them on a phone, as it is")
    small = screen.words.evaluate("box => box.clientHeight")

    screen.page.set_viewport_size({"width": 1_280, "height": 800})

    screen.page.wait_for_function(
        "before => document.getElementById('words').clientHeight < before", arg=small
    )
