"""The page against WCAG 2 A and AA, by axe-core's rules, and what a screen reader is told of it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, OpenScreen, Screen
from tests.scripted_endpoint import Script

RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
}
EVERYTHING = (
    "# What it is\nA **lighthouse** with a *red* band; see <https://example.org> and `beam()`.\n"
    "> It warns ships.\n- of rocks\n- of shallows\n```python\nprint('light')\n```\n||A secret.||\n"
    "-# in small print"
)
TIDE = "The tide comes in twice a day, and nobody has to ask it to. "
HEAR = """() => {
    window.heard = [];
    const note = (changes) => changes.forEach((change) =>
        change.addedNodes.forEach((node) => window.heard.push(node.textContent)));
    new MutationObserver(note).observe(document.getElementById("heard"), { childList: true });
}"""


@pytest.fixture(params=["light", "dark"])
def colours(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[WIDE, PHONE], ids=["wide", "phone"])
def shown(request: pytest.FixtureRequest, colours: str, open_screen: OpenScreen) -> Screen:
    return open_screen(request.param, colours)


def violations(screen: Screen) -> list[str]:
    """What axe finds on the page as it is: the rule, and each place where it is broken."""
    found = Axe().run(screen.page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html']} {node['any']}" for one in found for node in one["nodes"]]


def test_page_and_an_answer_on_it_break_no_rule(shown: Screen) -> None:
    assert violations(shown) == []
    shown.play(Script(text=EVERYTHING))

    shown.page.get_by_role("button", name="Sample pictures").click()
    shown.page.get_by_role("menuitem", name="A drawing").click()
    shown.page.get_by_role("button", name="Send").click()

    expect(shown.answers.last).to_contain_text("in small print")
    assert violations(shown) == []
    shown.answers.last.get_by_role("button", name="Spoiler").click()
    assert violations(shown) == []


def test_menus_and_a_dialog_break_no_rule(shown: Screen) -> None:
    shown.open_channel("help")
    shown.say("Gulls sleep on the water, mostly.")
    shown.messages.last.focus()

    shown.page.keyboard.press("Enter")

    expect(shown.page.get_by_role("menu", name="Message")).to_be_visible()
    assert violations(shown) == []
    shown.page.get_by_role("menuitem", name="Forward").click()
    expect(shown.page.get_by_role("dialog", name="Forward to")).to_be_visible()
    assert violations(shown) == []


def test_writing_breaks_no_rule(shown: Screen) -> None:
    page = shown.page
    shown.open_places()
    shown.become("Rosa")
    shown.go("pictures")
    page.get_by_role("button", name="Sample pictures").click()
    assert violations(shown) == []
    page.get_by_role("menuitem", name="A sign").click()
    expect(page.get_by_label("Alt text of sign.png")).to_be_visible()
    shown.words.fill("/")
    expect(page.get_by_role("option", name="/quota me")).to_be_visible()
    assert violations(shown) == []

    shown.words.fill("/manage sh")
    shown.words.press("Enter")

    expect(page.get_by_role("form", name="/manage show")).to_be_visible()
    assert violations(shown) == []
    page.get_by_role("button", name="Cancel").click()
    shown.words.fill("x" * 2_100)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("100 characters too long")
    assert violations(shown) == []


def test_ephemeral_answer_and_backstage_break_no_rule(shown: Screen) -> None:
    shown.open_channel("help")
    shown.play(Script(text="Yes."))
    shown.say("@glimpse are you there?")
    expect(shown.answers.last).to_contain_text("Yes.")
    shown.words.fill("/quota me")
    shown.words.press("Enter")
    expect(shown.messages.last).to_contain_text("Only you can see this")
    shown.open_backstage()

    shown.backstage.get_by_text("Calls to Discord").click()
    shown.backstage.locator("details.request > summary").first.click()
    shown.toggle(shown.backstage.get_by_role("radio", name="Overloaded"))

    assert violations(shown) == []
    shown.toggle(shown.backstage.get_by_role("radio", name="As usual"))


def test_answer_is_announced_once_and_only_when_it_is_whole(screen: Screen) -> None:
    screen.go("help")
    screen.page.evaluate(HEAR)
    screen.play(Script(text=TIDE * 4, pace=0.05))

    screen.say("@glimpse what does the tide do?")

    expect(screen.answers.last).to_contain_text((TIDE * 4).strip())
    expect(screen.answers.last.get_by_role("button", name="Stop")).to_have_count(0)
    screen.answers.last.hover()
    screen.answers.last.get_by_role("button", name="Add a reaction").click()
    screen.page.get_by_role("menuitem", name="🎉").click()
    expect(screen.answers.last.get_by_role("button", name="🎉, 1")).to_be_visible()
    heard = screen.page.evaluate("window.heard")
    (whole,) = [text for text in heard if "The tide" in text]
    assert whole.startswith(f"glimpse: {(TIDE * 4).strip()} scripted · ")
    assert heard.count("glimpse is answering.") == 1


def test_composer_and_a_message_have_names_for_everything(screen: Screen) -> None:
    screen.go("help")
    screen.play(Script(text=EVERYTHING))
    screen.say("@glimpse what is it?")
    expect(screen.answers.last).to_contain_text("in small print")

    expect(screen.page.locator("#composer")).to_match_aria_snapshot("""
        - button "Attach files"
        - 'textbox "Message #help"'
        - button "Mention glimpse"
        - button "Sample pictures"
        - button "Send"
    """)
    expect(screen.answers.last).to_match_aria_snapshot(r"""
        - article /^glimpse, .*What it is A lighthouse with a red band.*\(spoiler\)/:
          - button /^In reply to Mia/
          - heading "What it is" [level=3]
          - paragraph:
            - strong: lighthouse
            - emphasis: red
            - link "https://example.org"
            - code: beam()
          - blockquote
          - list:
            - listitem: of rocks
            - listitem: of shallows
          - button "Copy the code"
          - paragraph:
            - 'button "Spoiler: press to show"'
          - button "Add a reaction"
          - button "Reply"
          - button "More"
    """)


def test_page_has_its_landmarks_and_everything_in_them_a_name(screen: Screen) -> None:
    expect(screen.page.locator("body")).to_match_aria_snapshot("""
        - link "Skip to the message box"
        - navigation "Servers":
          - button "Direct messages"
          - button "Lighthouse"
          - button "Workshop"
        - navigation "Channels":
          - heading "Lighthouse" [level=2]
          - list
        - button "You are Mia, member. Be somebody else"
        - main:
          - heading "pictures" [level=1]
          - button /^Colours/
          - button "Behind the scenes" [expanded]
          - log "Messages in pictures"
        - complementary "Behind the scenes":
          - heading "Behind the scenes" [level=2]
          - region "Your quota here"
          - region "Edits against Discord's bucket"
          - region "Try a fault":
            - group "Discord":
              - switch "Rate limit storm"
              - switch "Server errors"
              - switch "Slow Discord"
            - group "Gateway"
            - group "The model's endpoint":
              - radio "As usual" [checked]
          - region "Asked of the model"
    """)
