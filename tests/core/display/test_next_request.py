"""Which request comes next: pages in order, the status where there is no text."""

from bot.core.display.draft import PAGE_LIMIT, Page
from bot.core.display.next_request import PageRequest, ShownPage, accepted_pages, find_next_request
from bot.core.display.rate_limits import Route, Urgency

STATUS = "-# Thinking · 0:04"


def page(text: str) -> Page:
    return Page(start=0, end=len(text), content=text, is_closed=False)


def seen(text: str, *, status: str = "", has_stop: bool = True) -> ShownPage:
    return ShownPage(message_id=1, text=text, status=status, has_stop=has_stop)


def step(pages: list[Page], shown: list[ShownPage], *, status: str = STATUS) -> PageRequest:
    found = find_next_request(pages, shown, has_ended=False, status=status)
    assert found is not None
    return found


def test_status_is_created_where_nothing_is_written_yet() -> None:
    first = step([], [])

    assert (first.route, first.urgency) == (Route.CREATE, Urgency.STATUS)
    assert (first.content, first.has_stop) == (STATUS, True)


def test_first_text_replaces_the_status_with_full_urgency() -> None:
    first = step([page("Hello")], [seen("", status=STATUS)], status="")

    assert (first.route, first.urgency) == (Route.EDIT, Urgency.FIRST_TEXT)
    assert first.content == "Hello"


def test_change_of_the_status_alone_is_the_least_urgent_edit() -> None:
    changed = step([page("Hello")], [seen("Hello")])

    assert (changed.route, changed.urgency) == (Route.EDIT, Urgency.STATUS)
    assert changed.content == f"Hello\n{STATUS}"


def test_status_goes_with_new_text() -> None:
    more = step([page("Hello you")], [seen("Hello", status=STATUS)], status="")

    assert (more.urgency, more.content) == (Urgency.EDIT, "Hello you")


def test_status_stands_under_the_newest_page_only() -> None:
    pages, shown = [page("one"), page("two")], [seen("one", has_stop=False), seen("two")]

    changed = step(pages, shown)

    assert (changed.page, changed.content) == (1, f"two\n{STATUS}")


def test_status_is_left_out_where_the_page_has_no_room() -> None:
    full = "x" * (PAGE_LIMIT - len(STATUS))

    assert find_next_request([page(full)], [seen(full)], has_ended=False, status=STATUS) is None


def test_ended_answer_has_no_status_and_no_button() -> None:
    last = find_next_request([page("Hello")], [seen("Hello", status=STATUS)], has_ended=True)

    assert last is not None
    assert (last.content, last.has_stop, last.urgency) == ("Hello", False, Urgency.FINAL_TEXT)


def test_nothing_is_to_be_done_where_all_is_shown() -> None:
    assert find_next_request([page("Hello")], [seen("Hello")], has_ended=False) is None
    assert find_next_request([], [], has_ended=False) is None


def test_last_word_stands_alone_below_the_text_or_on_a_page_of_its_own() -> None:
    status, short, full = seen("", status=STATUS), seen("one"), seen("x" * PAGE_LIMIT)

    pages = [
        [page.content for page in accepted_pages(shown, alone="alone", below="below")]
        for shown in ([], [status], [short], [short, short], [full])
    ]

    assert pages == [
        ["alone"],
        ["alone"],
        ["one\nbelow"],
        ["one", "one\nbelow"],
        [full.text, "below"],
    ]
