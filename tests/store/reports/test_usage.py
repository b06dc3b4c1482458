from datetime import timedelta

import pytest

from bot.core.calendar.periods import Period
from bot.core.calendar.spans import find_span
from bot.core.calendar.windows import window
from bot.core.messages.incoming_message import Place
from bot.core.moderation.preferences import Topic
from bot.core.quota.limits import NOTHING, Amounts, SubjectKind, Unit
from bot.core.reports.rankings import Ranking, RankingPage
from bot.core.reports.usage import NoForecast, Report, ReportQuery, make_report
from bot.store.database import Database
from bot.store.moderation import preferences
from bot.store.moderation.audit import ModerationOrder
from bot.store.reports.usage import find_servers, read_chosen_zone, read_counts, read_top
from tests.store.samples import ADA, BERLIN, GRACE, MODERATOR, NOW, SHOP
from tests.store.spending import use


async def report(
    database: Database,
    *,
    guild_id: int | None = SHOP,
    by: SubjectKind = SubjectKind.USER,
    period: Period = Period.MONTH,
) -> Report:
    span = find_span(period, NOW, BERLIN)
    asked = ReportQuery(by=by, span=span, zone=BERLIN, now=NOW)
    async with database.reading() as conn:
        return make_report(asked, await read_counts(conn, guild_id, asked))


async def top(
    database: Database,
    *,
    guild_id: int | None = SHOP,
    by: SubjectKind = SubjectKind.USER,
    period: Period = Period.DAY,
    page: int = 0,
    size: int = 10,
) -> Ranking:
    async with database.reading() as conn:
        return await read_top(
            conn,
            guild_id,
            by=by,
            window=window(period, NOW, BERLIN),
            zone="Europe/Berlin",
            page=RankingPage(page=page, size=size),
        )


def users(made: Report) -> list[tuple[int, int]]:
    return [(each.subject.id if each.subject else 0, each.used.tokens) for each in made.series]


@pytest.mark.parametrize("period", list(Period))
async def test_report_is_of_the_present_window_and_its_steps(
    database: Database, period: Period
) -> None:
    await use(database, 100)
    await use(database, 7, user_id=GRACE)

    made = await report(database, period=period)

    assert users(made) == [(ADA, 100), (GRACE, 7)]
    assert made.series[0].steps[made.present_step].tokens == 100
    assert made.total == Amounts(tokens=107, answers=2)
    assert made.forecast is not NoForecast.NOTHING_USED
    assert sum(map(sum, made.hours)) == 107


async def test_report_leaves_out_other_windows_and_other_servers(database: Database) -> None:
    await use(database, 100)
    await use(database, 50, at=NOW - timedelta(days=40))
    await use(database, 50, place=Place(guild_id=SHOP + 1, channel_id=1))

    made = await report(database)

    assert users(made) == [(ADA, 100)]
    assert made.total.tokens == 100


async def test_report_of_an_hour_shows_the_day_before_it(database: Database) -> None:
    await use(database, 100, at=NOW - timedelta(hours=23))
    await use(database, 10, user_id=GRACE)
    await use(database, 999, at=NOW - timedelta(hours=24))

    made = await report(database, period=Period.HOUR)

    assert users(made) == [(ADA, 100), (GRACE, 10)]
    assert made.forecast == 20  # of this hour: half of it is over


@pytest.mark.parametrize(
    ("by", "ids"),
    [(SubjectKind.ROLE, [31, SHOP]), (SubjectKind.CHANNEL, [500, 700])],
)
async def test_report_is_by_top_role_and_by_parent_channel(
    database: Database, by: SubjectKind, ids: list[int]
) -> None:
    thread = Place(guild_id=SHOP, channel_id=501, parent_id=500)
    await use(database, 60, role_ids=(30, 31), place=thread)
    await use(database, 40, place=Place(guild_id=SHOP, channel_id=700))

    assert [user for user, _ in users(await report(database, by=by))] == ids


async def test_those_beyond_the_first_seven_are_the_rest(database: Database) -> None:
    for number in range(1, 10):
        await use(database, 100 * number, user_id=number)

    made = await report(database)

    assert users(made)[0] == (9, 900)
    assert users(made)[-1] == (0, 300)
    assert made.total.tokens == 4_500


async def test_report_of_everything_adds_servers_and_direct_messages_up(
    database: Database,
) -> None:
    await use(database, 100)
    await use(database, 50, place=Place(guild_id=0, channel_id=1))
    await use(database, 30, place=Place(guild_id=SHOP + 1, channel_id=1))

    by_server = await report(database, guild_id=None, by=SubjectKind.SERVER)
    by_user = await report(database, guild_id=None)

    assert users(by_server) == [(SHOP, 100), (0, 50), (SHOP + 1, 30)]
    assert users(by_user) == [(ADA, 180)]
    assert by_user.total.tokens == 180


async def test_report_of_nothing_is_empty(database: Database) -> None:
    made = await report(database)

    assert made.is_empty
    assert made.series == ()


# Rankings


async def test_ranking_goes_by_money_where_prices_are_known(database: Database) -> None:
    await use(database, 1_000, cost=10)
    await use(database, 100, cost=90, user_id=GRACE)

    found = await top(database)

    assert found.unit is Unit.DOLLARS
    assert [(row.subject.id, row.permille) for row in found.rows] == [(GRACE, 900), (ADA, 100)]


async def test_ranking_goes_by_tokens_where_no_price_is_known(database: Database) -> None:
    await use(database, 75)
    await use(database, 25, user_id=GRACE)

    found = await top(database)

    assert found.unit is Unit.TOKENS
    assert [(row.place, row.subject.id, row.permille) for row in found.rows] == [
        (1, ADA, 750),
        (2, GRACE, 250),
    ]


async def test_pages_of_a_ranking_hold_everybody_once(database: Database) -> None:
    for number in range(1, 6):
        await use(database, 100, user_id=number)

    pages = [await top(database, page=page, size=2) for page in range(3)]

    assert [row.subject.id for page in pages for row in page.rows] == [1, 2, 3, 4, 5]
    assert (pages[0].count, pages[0].pages) == (5, 3)
    assert (await top(database, page=9, size=2)).page == 2


@pytest.mark.parametrize(("period", "tokens"), [(Period.DAY, 5), (Period.MONTH, 12)])
async def test_ranking_is_of_the_present_window(
    database: Database, period: Period, tokens: int
) -> None:
    await use(database, 5)
    await use(database, 7, at=NOW - timedelta(days=2))

    assert (await top(database, period=period)).total.tokens == tokens


async def test_ranking_of_nothing_has_one_empty_page(database: Database) -> None:
    found = await top(database)

    assert (found.rows, found.pages, found.total) == ((), 1, NOTHING)


# Servers and zones


async def test_servers_are_those_where_anything_was_used(database: Database) -> None:
    await use(database, 1)
    await use(database, 1, place=Place(guild_id=0, channel_id=1))

    async with database.reading() as conn:
        assert await find_servers(conn) == [0, SHOP]


async def test_zone_is_the_one_that_moderators_chose(database: Database) -> None:
    order = ModerationOrder(
        guild_id=SHOP, subject_id=SHOP, by=MODERATOR, at=NOW, subject_kind=SubjectKind.SERVER
    )
    async with database.transaction() as tx:
        await preferences.put(tx, order, Topic.TIME_ZONE, "Asia/Tokyo")

    async with database.reading() as conn:
        assert await read_chosen_zone(conn, SHOP) == "Asia/Tokyo"
        assert await read_chosen_zone(conn, SHOP + 1) is None
