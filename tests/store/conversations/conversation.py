"""One conversation, which the tests of its turns append to and load."""

from bot.core.conversation.turns import Turn
from bot.core.messages.incoming_message import Place
from bot.store.conversations.history import History
from bot.store.database import Database
from tests.store.samples import NOW, PLACE

KEY = "message:1"


async def append(
    database: Database,
    *said: Turn,
    key: str = KEY,
    place: Place = PLACE,
    also: dict[int, int] | None = None,
) -> None:
    async with database.transaction() as tx:
        await History().append(tx, key, place=place, turns=said, now=NOW, also=also or {})


async def load(database: Database, *, newest: int = 40) -> tuple[Turn, ...]:
    async with database.reading() as conn:
        return await History().load(conn, KEY, newest=newest)
