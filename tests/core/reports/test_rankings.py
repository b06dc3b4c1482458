import pytest

from bot.core.quota.limits import Amounts, SubjectKind, Unit
from bot.core.reports.rankings import RankingPage, rank
from bot.core.reports.usage import CounterRow
from tests.core.reports.samples import NOW


@pytest.mark.parametrize(
    ("asked", "count", "present", "pages"),
    [
        (0, 25, 0, 3),
        (2, 25, 2, 3),
        (9, 25, 2, 3),  # after the last
        (-1, 25, 0, 3),
        (0, 20, 0, 2),
        (1, 0, 0, 1),  # nothing at all is one empty page
    ],
)
def test_page_that_is_not_there_is_the_nearest_one(
    asked: int, count: int, present: int, pages: int
) -> None:
    page = RankingPage(page=asked, size=10, count=count)

    assert (page.present, page.pages, page.offset) == (present, pages, present * 10)


def test_places_go_on_over_pages_and_shares_are_of_all() -> None:
    rows = [CounterRow(subject_id=7, key=NOW, used=Amounts(tokens=25))]
    wanted = RankingPage(page=1, size=10, count=11)

    (ranked,) = rank(
        rows, wanted, by=SubjectKind.ROLE, unit=Unit.TOKENS, total=Amounts(tokens=1_000)
    )

    assert (ranked.place, ranked.subject.id, ranked.permille) == (11, 7, 25)


def test_share_of_nothing_is_nothing() -> None:
    rows = [CounterRow(subject_id=7, key=NOW, used=Amounts(answers=1))]

    (ranked,) = rank(
        rows,
        RankingPage(page=0, size=10, count=1),
        by=SubjectKind.USER,
        unit=Unit.TOKENS,
        total=Amounts(answers=1),
    )

    assert ranked.permille == 0
