"""What a newcomer does on the page, with the real bot behind it."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.browser.conftest import FOOTER, PHONE, OpenScreen, Screen
from tests.scripted_endpoint import Script

SAMPLE = Path("error.png")
SEEN = (
    "The screenshot shows a terminal in which a deployment failed. Three files were uploaded; then "
    "`deploy.py` stopped in line 42 with **KeyError: 'service'**.\n\n"
    "The dictionary `settings` has no entry `service`. Either add it, or ask for it with a "
    "default:\n```python\nrestart(settings.get('service', 'harbour'))\n```\n"
    "Before you deploy again:\n- look for a misspelt key in the settings file\n"
    "- run `python deploy.py --check`"
)


LIGHTHOUSE = (
    "It **warns ships** of rocks and shows them the way into the harbour. Each has a rhythm of its "
    "own: so many flashes, so many seconds. Whoever counts them and looks them up knows where they "
    "are, even when nothing else can be seen."
)


def test_image_dropped_on_the_page_is_described_while_one_watches(screen: Screen) -> None:
    screen.play(Script(text=SEEN, pace=0.02))

    screen.drop(SAMPLE)
    screen.page.get_by_label("Alt text of error.png").fill("A terminal with an error")
    screen.say("What does this error mean, and how do I fix it?")

    answer = screen.answers.last
    expect(answer).to_contain_text("The screenshot shows")
    assert "misspelt" not in answer.inner_text()
    expect(answer).to_contain_text(FOOTER)
    expect(answer).to_contain_text("run python deploy.py --check")
    expect(answer.locator("pre")).to_have_text("restart(settings.get('service', 'harbour'))")
    expect(answer.get_by_role("button", name="Stop")).to_have_count(0)
    expect(screen.page.get_by_role("img", name="A terminal with an error")).to_be_visible()
    thumb = screen.backstage.locator("summary img.thumb").first
    expect(thumb).to_be_visible()
    assert thumb.evaluate("image => image.naturalWidth") > 300
    screen.shoot("playground")


def test_long_code_block_keeps_its_fences_over_pages(screen: Screen) -> None:
    lines = [f"table[{number:03}] = compute({number}, offset=0)" for number in range(90)]
    code = "\n".join(lines)
    assert len(code) > 2_000
    screen.go("help")
    screen.play(Script(text=f"Here it is:\n```python\n{code}\n```\nThat is all.", delta=20))

    screen.say("@glimpse write the whole table")

    expect(screen.answers.last).to_contain_text(FOOTER)
    expect(screen.answers.last).to_contain_text("That is all.")
    blocks = screen.answers.locator(".code-block")
    assert blocks.count() >= 2
    assert set(blocks.locator(".language").all_inner_texts()) == {"python"}
    assert "\n".join(text.strip("\n") for text in blocks.locator("pre").all_text_contents()) == code
    blocks.nth(1).locator(".code-head").evaluate("head => head.scrollIntoView({block: 'center'})")
    screen.shoot("long-code")


def open_form(screen: Screen, command: str) -> Locator:
    screen.words.press_sequentially(command)
    screen.words.press("Enter")
    return screen.page.get_by_role("form", name=command)


def fill_quota(screen: Screen, amount: str) -> Locator:
    """As a moderator, in the slash command's form."""
    form = open_form(screen, "/manage set user")
    form.get_by_role("combobox", name="user").press_sequentially("ni")
    form.get_by_role("option", name="Nils").click()
    form.get_by_role("combobox", name="amount").fill(amount)
    form.get_by_role("textbox", name="reason").fill("asks good questions")
    return form


def test_member_runs_into_the_quota_and_a_moderator_raises_it(screen: Screen) -> None:
    screen.go("general")
    screen.become("Rosa")
    fill_quota(screen, "1.2k").get_by_role("button", name="Send").click()
    expect(screen.messages.last).to_contain_text("@Nils now has 1,200 tokens a day;")
    expect(screen.messages.last).to_contain_text("Only you can see this")
    screen.become("Nils")
    expect(screen.messages.filter(has_text="now has 1,200")).to_have_count(0)
    screen.play(Script(text=LIGHTHOUSE, unseen=600))
    screen.say("@glimpse what is a lighthouse for?")
    expect(screen.answer_to("@glimpse what is a lighthouse for?")).to_contain_text(FOOTER)

    screen.say("@glimpse how far does its light reach?")

    expect(screen.answers.last).to_contain_text("of your 1,200 tokens for today are left")
    screen.shoot("quota")
    screen.become("Rosa")
    form = fill_quota(screen, "50k")
    screen.shoot("moderator")
    form.get_by_role("button", name="Send").click()
    expect(screen.messages.last).to_contain_text("@Nils now has 50,000 tokens a day;")
    screen.become("Nils")
    screen.play(Script(text="A keeper did; today most run by themselves."))
    screen.say("@glimpse who keeps a lighthouse?")
    expect(screen.answers.last).to_contain_text("today most run by themselves")
    expect(screen.backstage.get_by_role("region", name="Your quota here")).to_contain_text("50,000")


def test_moderator_confirms_what_touches_many_and_takes_it_back(screen: Screen) -> None:
    screen.go("general")
    screen.become("Rosa")
    form = open_form(screen, "/manage set everyone")
    form.get_by_role("combobox", name="amount").fill("90k")
    form.get_by_role("button", name="Send").click()
    expect(screen.messages.last).to_contain_text("Change the limits of everyone in this server?")
    screen.shoot("question")

    screen.messages.last.get_by_role("button", name="Confirm").click()

    expect(screen.messages.last).to_contain_text("Everyone in this server now has 90,000 tokens")
    screen.messages.last.get_by_role("button", name="Undo").click()
    expect(screen.messages.last).to_contain_text("Taken back.")


def test_moderator_blocks_a_role_by_its_name(screen: Screen) -> None:
    screen.go("general")
    screen.become("Rosa")
    form = open_form(screen, "/manage block")
    form.get_by_role("combobox", name="who").press_sequentially("mod")
    form.get_by_role("option", name="moderator").click()

    form.get_by_role("button", name="Send").click()

    expect(screen.messages.last).to_contain_text("from using this bot")
    screen.messages.last.get_by_role("button", name="Cancel").click()
    expect(screen.messages.last).to_contain_text("Cancelled; nothing has changed.")


def test_moderator_sees_a_chart_and_saves_the_ledger(screen: Screen) -> None:
    screen.go("general")
    screen.play(Script(text="Sunny."))
    screen.say("@glimpse what is the weather?")
    expect(screen.answer_to("@glimpse what is the weather?")).to_contain_text(FOOTER)
    screen.become("Rosa")
    open_form(screen, "/manage report").get_by_role("button", name="Send").click()
    expect(screen.messages.last).to_contain_text("Used by user", timeout=40_000)
    expect(screen.messages.last.get_by_role("img", name="Bar chart.")).to_be_visible()

    open_form(screen, "/manage export").get_by_role("button", name="Send").click()

    link = screen.messages.last.locator("a.file")
    expect(link).to_contain_text(".csv")
    assert (link.get_attribute("download") or "").startswith("glimpse-")


SEA = (
    "The sea is salt because rivers have carried what they washed out of the rocks into it, for as "
    "long as there have been rivers; the water goes up into the air again, the salt stays. "
)


def test_stop_ends_the_answer_where_it_stands(screen: Screen) -> None:
    screen.go("crew")
    screen.play(Script(text=SEA * 9, pace=0.05))
    screen.say("@glimpse tell me all about the sea")
    answer = screen.answer_to("@glimpse tell me all about the sea")
    expect(answer).to_contain_text("The sea is salt")
    expect(answer).to_contain_text("into the air")
    screen.shoot("stop")

    answer.get_by_role("button", name="Stop").click()

    expect(answer).to_contain_text("Stopped.")
    expect(answer.get_by_role("button", name="Stop")).to_have_count(0)
    expect(screen.messages.filter(has_text="I'm stopping.")).to_contain_text("Only you can see")


def test_fault_that_is_switched_on_shows_its_sentence(open_screen: OpenScreen) -> None:
    screen = open_screen(colours="dark")
    screen.go("crew")
    switch = screen.backstage.get_by_role("radio", name="Out of balance")

    screen.toggle(switch)
    expect(screen.page.locator("#banner")).to_contain_text("Model: Out of balance")
    screen.say("@glimpse are you there?")

    expect(screen.answers.last).to_contain_text("I can't answer anything at the moment.")
    expect(screen.backstage).to_contain_text("You exceeded your current quota")
    switch.scroll_into_view_if_needed()
    screen.shoot("fault")
    screen.toggle(screen.backstage.get_by_role("radio", name="As usual"))
    expect(screen.page.locator("#banner")).to_be_hidden()


def test_answer_cut_in_the_middle_says_so(screen: Screen) -> None:
    screen.go("help")
    screen.toggle(screen.backstage.get_by_role("radio", name="Cut in mid-stream"))
    screen.play(Script(text="The tide comes in twice a day. " * 10, pace=0.02))

    screen.say("@glimpse tell me about the tide")

    expect(screen.answers.last).to_contain_text("broke off here; reply to hear the rest")
    expect(screen.answers.last).to_contain_text("The tide comes in")
    screen.toggle(screen.backstage.get_by_role("radio", name="As usual"))
    expect(screen.page.locator("#banner")).to_be_hidden()


def test_storm_of_rate_limits_delays_the_answer_but_loses_nothing(screen: Screen) -> None:
    screen.go("crew")
    storm = screen.backstage.get_by_role("switch", name="Rate limit storm")
    screen.toggle(storm)
    screen.play(Script(text="Nothing is lost in a storm, only late.", pace=0.02))

    screen.say("@glimpse what is lost?")

    expect(screen.answers.last).to_contain_text("only late.")
    expect(screen.answers.last).to_contain_text(FOOTER)
    screen.toggle(storm, on=False)
    screen.backstage.get_by_text("Calls to Discord").click()
    expect(screen.backstage.locator(".calls .bad").first).to_contain_text("429")


def test_bot_comes_back_after_the_gateway_drops_it(screen: Screen) -> None:
    screen.backstage.get_by_role("button", name="Drop the connection").click()
    screen.backstage.get_by_text("Calls to Discord").click()

    expect(screen.backstage).to_contain_text(re.compile(r"[1-9]\d* resumed"))
    screen.go("help")
    screen.play(Script(text="Back again."))
    screen.say("@glimpse are you back?")

    expect(screen.answers.last).to_contain_text("Back again.")


def test_everything_can_be_done_with_the_keyboard_alone(screen: Screen) -> None:
    keys = screen.page.keyboard
    keys.press("Tab")
    expect(screen.page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    keys.press("Enter")
    expect(screen.words).to_be_focused()
    keys.type("/quota m")
    keys.press("Enter")
    expect(screen.messages.last).to_contain_text("of 100,000 tokens used today")
    for _ in range(2):
        keys.press("Tab")
    expect(screen.page.get_by_role("button", name="Sample pictures")).to_be_focused()
    keys.press("Enter")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(screen.page.get_by_label("Alt text of chart.png")).to_be_visible()
    expect(screen.words).to_have_value("What does this chart say?")
    screen.play(Script(text="The chart counts visitors: most, 118, came on Saturday."))
    keys.press("Enter")

    expect(screen.answers.last).to_contain_text(FOOTER)
    heard = screen.page.get_by_role("status").filter(has_text="glimpse: The chart counts visitors")
    expect(heard).to_be_attached()
    screen.answers.last.focus()
    keys.press("ArrowUp")
    expect(screen.messages.filter(has_text="What does this chart say?").first).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Enter")
    screen.shoot("keyboard")
    keys.press("ArrowDown")
    expect(screen.page.get_by_role("menuitem", name="Reply")).to_be_focused()
    keys.press("Enter")
    expect(screen.words).to_be_focused()
    screen.play(Script(text="On Monday, 34."))
    keys.type("And the fewest?")
    keys.press("Enter")
    expect(screen.answers.last).to_contain_text("On Monday, 34.")


def test_page_is_usable_on_a_phone(open_screen: OpenScreen) -> None:
    screen = open_screen(PHONE, "dark", touches=True)
    page = screen.page
    page.get_by_role("button", name="Servers and channels").click()
    page.locator("#channels").get_by_role("button", name="channel general").click()
    expect(page.locator("#places")).not_to_be_visible()
    screen.play(
        Script(text="A **lighthouse** on a rock, and a small boat with orange sails. ||Ahoy!||")
    )
    page.get_by_role("button", name="Sample pictures").click()
    page.get_by_role("menuitem", name="A drawing").click()
    expect(screen.words).to_have_value("@glimpse What is in this drawing?")
    page.get_by_role("button", name="Send").click()
    expect(screen.answers.last).to_contain_text(FOOTER)

    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    screen.shoot("phone")
    screen.answers.last.get_by_role("button", name="Spoiler").click()
    expect(screen.answers.last.get_by_text("Ahoy!")).to_be_visible()
    page.get_by_role("button", name="Behind the scenes").click()
    expect(screen.backstage).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_messages_are_edited_answered_forwarded_and_deleted(screen: Screen) -> None:
    screen.go("crew")
    screen.say("First words, with a [link](https://example.org).")
    first = screen.messages.filter(has_text="First words")
    first.click(button="right")
    screen.page.get_by_role("menuitem", name="Edit").click()
    screen.page.get_by_role("textbox", name="Text", exact=True).fill("Second words.")
    screen.page.get_by_role("button", name="Save").click()
    second = screen.messages.filter(has_text="Second words.").first
    expect(second).to_contain_text("(edited)")

    second.hover()
    second.get_by_role("button", name="Add a reaction").click()
    screen.page.get_by_role("menuitem", name="🎉").click()
    expect(second.get_by_role("button", name="🎉, 1")).to_have_attribute("aria-pressed", "true")
    second.click(button="right")
    screen.page.get_by_role("menuitem", name="Forward …").click()
    screen.page.get_by_role("combobox", name="Where to").select_option("Lighthouse · #help")
    screen.page.get_by_role("button", name="Forward", exact=True).click()
    expect(screen.page.locator("#room-name")).to_have_text("help")
    expect(screen.messages.last).to_contain_text("Forwarded")

    screen.messages.last.click(button="right")
    screen.page.get_by_role("menuitem", name="Delete …").click()
    screen.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(screen.messages.filter(has_text="Second words.")).to_have_count(0)


def test_conversation_goes_on_in_a_thread(screen: Screen) -> None:
    screen.go("help")
    screen.say("Where do gulls sleep?")
    screen.messages.last.click(button="right")
    screen.page.get_by_role("menuitem", name="Open a thread …").click()
    screen.page.get_by_role("textbox", name="Name of the thread").fill("Gulls")
    screen.page.get_by_role("button", name="Open", exact=True).click()
    expect(screen.page.locator("#room-name")).to_have_text("help › Gulls")
    screen.play(Script(text="On the water, mostly."))

    screen.say("@glimpse where do they sleep?")

    expect(screen.answers.last).to_contain_text("On the water, mostly.")


def test_newcomer_sees_and_writes_only_where_everybody_may(screen: Screen) -> None:
    screen.become("Nils")
    channels = screen.page.locator("#channels")

    expect(channels.get_by_role("button", name="channel crew")).to_have_count(0)
    expect(screen.page.locator("#rail").get_by_role("button", name="Workshop")).to_have_count(0)
    screen.go("notices")
    expect(screen.words).to_be_disabled()
    screen.become("Rosa")
    expect(screen.words).to_be_enabled()


def test_private_message_is_answered_without_a_mention(screen: Screen) -> None:
    screen.page.locator("#rail").get_by_role("button", name="Direct messages").click()
    expect(screen.page.locator("#room-name")).to_have_text("glimpse")
    screen.play(Script(text="Hello, Mia."))

    screen.say("Hello!")

    expect(screen.answers.last).to_contain_text("Hello, Mia.")
