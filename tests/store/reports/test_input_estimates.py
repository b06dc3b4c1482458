"""What was learnt of estimates is there at the next start."""

from bot.core.models.calibration import Calibration, Track
from bot.store.database import Database
from bot.store.reports import input_estimates
from bot.store.reports.input_estimates import ModelAt

HERE = ModelAt("api.example", "m")
THERE = ModelAt("other.example", "m")
LEARNT = Calibration(
    text=Track(samples=7, ratio=1.234, deviation=0.056),
    images=Track(samples=2, ratio=0.9),
    error=3.4,
)


async def put(database: Database, model: ModelAt, calibration: Calibration) -> None:
    async with database.transaction() as tx:
        await input_estimates.put(tx, model, calibration)


async def load(database: Database) -> dict[ModelAt, Calibration]:
    async with database.reading() as connection:
        return await input_estimates.load(connection)


async def test_nothing_is_known_at_first(database: Database) -> None:
    assert await load(database) == {}


async def test_calibration_is_kept_for_each_model_at_each_endpoint(database: Database) -> None:
    await put(database, HERE, LEARNT)
    await put(database, THERE, Calibration())

    assert await load(database) == {HERE: LEARNT, THERE: Calibration()}


async def test_newer_calibration_takes_the_place_of_the_older(database: Database) -> None:
    await put(database, HERE, Calibration())
    await put(database, HERE, LEARNT)

    assert await load(database) == {HERE: LEARNT}
