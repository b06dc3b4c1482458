"""What moderators chose: the nearest choice counts, and every change is written down."""

from sqlalchemy import select

from bot.core.messages.incoming_message import Place
from bot.core.moderation.changes import Change
from bot.core.moderation.preferences import OFF, ON, Preference, Scope, Topic, is_on
from bot.core.quota.limits import SubjectKind
from bot.store.database import Database
from bot.store.moderation import preferences
from bot.store.moderation.audit import ModerationOrder
from bot.store.schema.tables import audit
from tests.store.samples import NOW

TOWN, HALL, ROOM = 9, 5, 6
IN_HALL = Place(guild_id=TOWN, channel_id=HALL)
IN_ROOM = Place(guild_id=TOWN, channel_id=ROOM)
IN_THREAD = Place(guild_id=TOWN, channel_id=77, parent_id=HALL)


def order(kind: SubjectKind, subject_id: int) -> ModerationOrder:
    return ModerationOrder(guild_id=TOWN, subject_id=subject_id, subject_kind=kind, by=99, at=NOW)


FOR_TOWN = order(SubjectKind.SERVER, TOWN)
FOR_HALL = order(SubjectKind.CHANNEL, HALL)


async def choose(
    database: Database, order: ModerationOrder, topic: Topic, value: str | None
) -> Change | None:
    async with database.transaction() as tx:
        return await preferences.put(tx, order, topic, value)


async def find(database: Database, place: Place) -> dict[Topic, Preference]:
    async with database.reading() as connection:
        return dict(await preferences.find(connection, place))


async def test_nothing_is_chosen_at_first(database: Database) -> None:
    assert await find(database, IN_HALL) == {}
    assert not is_on({}, Topic.WEB_SEARCH)


async def test_channels_choice_comes_before_its_servers(database: Database) -> None:
    await choose(database, FOR_HALL, Topic.MODEL, "small")
    await choose(database, FOR_TOWN, Topic.MODEL, "large")
    await choose(database, FOR_TOWN, Topic.WEB_SEARCH, ON)

    in_hall = await find(database, IN_HALL)
    in_room = await find(database, IN_ROOM)

    assert in_hall[Topic.MODEL] == Preference(value="small", scope=Scope.CHANNEL)
    assert in_room[Topic.MODEL] == Preference(value="large", scope=Scope.SERVER)
    assert is_on(in_hall, Topic.WEB_SEARCH)


async def test_thread_has_the_choices_of_its_channel(database: Database) -> None:
    await choose(database, FOR_HALL, Topic.PICTURES, OFF)
    await choose(database, FOR_TOWN, Topic.PICTURES, ON)

    in_thread = await find(database, IN_THREAD)

    assert not is_on(in_thread, Topic.PICTURES)


async def test_other_servers_and_direct_messages_are_not_touched(database: Database) -> None:
    await choose(database, FOR_TOWN, Topic.MODEL, "large")

    assert await find(database, Place(guild_id=8, channel_id=HALL)) == {}
    assert await find(database, Place(guild_id=0, channel_id=HALL)) == {}


async def test_choice_that_is_taken_back_leaves_the_servers(database: Database) -> None:
    await choose(database, FOR_TOWN, Topic.MODEL, "large")
    await choose(database, FOR_HALL, Topic.MODEL, "small")

    change = await choose(database, FOR_HALL, Topic.MODEL, None)

    assert change is not None
    assert (change.before, change.after) == ({"model": "small"}, None)
    assert (await find(database, IN_HALL))[Topic.MODEL].value == "large"


async def test_change_is_written_down_and_a_repetition_is_not(database: Database) -> None:
    changes = [
        await choose(database, FOR_HALL, Topic.MODEL, value)
        for value in ("small", "large", "large", None)
    ]

    assert [change is None for change in changes] == [False, False, True, False]
    async with database.reading() as connection:
        rows = (await connection.execute(select(audit).order_by(audit.c.id))).mappings().all()

    assert [(row["action"], row["before"], row["after"]) for row in rows] == [
        ("set-preference", None, '{"model": "small"}'),
        ("set-preference", '{"model": "small"}', '{"model": "large"}'),
        ("clear-preference", '{"model": "large"}', None),
    ]
    assert {(row["guild_id"], row["subject_kind"], row["subject_id"]) for row in rows} == {
        (TOWN, "channel", HALL)
    }


async def test_topic_of_another_version_is_ignored(database: Database) -> None:
    await choose(database, FOR_HALL, Topic.MODEL, "small")
    async with database.transaction() as tx:
        await tx.exec_driver_sql("UPDATE preferences SET topic = 'moods'")

    assert await find(database, IN_HALL) == {}
