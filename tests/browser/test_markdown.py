"""Discord's Markdown as the page shows it, and that nothing a person writes can act there."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Screen
from tests.scripted_endpoint import Script

RENDER = """async (text) => {
    const { render } = await import("/page/js/markdown.js");
    const names = { user: (id) => id === "1" ? "Mia" : null, channel: () => "help" };
    const holder = document.createElement("div");
    holder.append(...render(text, names));
    for (const one of holder.querySelectorAll("*")) {
        for (const name of one.getAttributeNames()) {
            if (!["href", "start"].includes(name)) one.removeAttribute(name);
        }
    }
    for (const head of holder.querySelectorAll("pre")) head.previousSibling.querySelector("button").remove();
    return holder.innerHTML;
}"""

CASES = [
    ("plain\nlines", "<p>plain<br>lines</p>"),
    ("**bold** *leaning* _leaning_", "<p><strong>bold</strong> <em>leaning</em> <em>leaning</em></p>"),
    ("__under__ ~~gone~~", "<p><u>under</u> <s>gone</s></p>"),
    ("***both***", "<p><strong><em>both</em></strong></p>"),
    ("**bold with `code` in it**", "<p><strong>bold with <code>code</code> in it</strong></p>"),
    ("a snake_case_name and 2 * 3 * 4", "<p>a snake_case_name and 2 * 3 * 4</p>"),
    (r"\*not leaning\*", "<p>*not leaning*</p>"),
    ("`**raw**`", "<p><code>**raw**</code></p>"),
    ("``a ` inside``", "<p><code>a ` inside</code></p>"),
    ("||hidden||", "<p><span><span>hidden</span></span></p>"),
    ("# One\n## Two\n### Three", "<h3>One</h3><h4>Two</h4><h5>Three</h5>"),
    ("#not a header", "<p>#not a header</p>"),
    ("-# small", "<p>small</p>"),
    ("> quoted\n> more\nafter", "<blockquote><p>quoted<br>more</p></blockquote><p>after</p>"),
    (">>> all\nof it", "<blockquote><p>all<br>of it</p></blockquote>"),
    ("- one\n- two\n  - inner", "<ul><li>one</li><li>two<ul><li>inner</li></ul></li></ul>"),
    ("3. three\n4. four", '<ol start="3"><li>three</li><li>four</li></ol>'),
    ("```py\nx = 1\n```", "<div><div><span>py</span></div><pre><code>x = 1</code></pre></div>"),
    ("```\n<b>&amp;\n```", "<div><div><span>code</span></div><pre><code>&lt;b&gt;&amp;amp;</code></pre></div>"),
    ("```not closed", "<p>```not closed</p>"),
    ("<@1> in <#2> <@3>", "<p><span>@Mia</span> in <span>#help</span> <span>@unknown-user</span></p>"),
    (
        "[words](https://example.org/a_b) https://example.org/c.",
        '<p><a href="https://example.org/a_b">words</a> '
        '<a href="https://example.org/c">https://example.org/c</a>.</p>',
    ),
    ("[words](javascript:alert(1))", "<p>[words](javascript:alert(1))</p>"),
    ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
    ("**open", "<p>**open</p>"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shared(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(address)
    yield page
    page.close()


@pytest.mark.parametrize(("text", "shown"), CASES, ids=range(len(CASES)))
def test_markdown_is_shown_as_in_discord(shared: Page, text: str, shown: str) -> None:
    assert shared.evaluate(RENDER, text) == shown


def test_deep_nesting_ends_without_an_error(shared: Page) -> None:
    for text in ("> " * 300 + "deep", "**_" * 300, "||" * 999, "[" * 999 + "](", "`" * 1999):
        assert shared.evaluate(RENDER, text)


def test_relative_time_is_said_in_words(shared: Page) -> None:
    shown = shared.evaluate("async (at) => (await import('/page/js/markdown.js')).relative(at)", 0)

    assert shown.endswith("years ago")


ATTACK = (
    '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">'
    '[x](javascript:document.title="owned") <@1"onclick=alert(1)> ```"><b>``` ||<i>hi</i>||'
)


def test_what_the_model_writes_cannot_act_on_the_page(screen: Screen) -> None:
    screen.go("general")
    screen.play(Script(text=ATTACK))

    screen.say(f"@glimpse repeat this: {ATTACK}")

    expect(screen.answers.last).to_contain_text("tokens")
    assert screen.messages.locator("script, b, i:not(.dots i), img[src='x']").count() == 0
    expect(screen.page).to_have_title("#general · Glimpse playground")
