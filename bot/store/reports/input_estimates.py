"""Errors of the input's estimates, for each model at each endpoint."""

from typing import NamedTuple

from sqlalchemy import Integer, RowMapping, Text, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.models.calibration import Calibration, Track
from bot.store.schema.tables import estimates

_PER_MILLE = 1_000
_FIGURES = tuple(column.name for column in estimates.columns if not column.primary_key)

_SELECT = select(estimates)
# Processes that share a database learn each for itself: the last one that writes is as good.
_UPSERT = text(f"""
    INSERT INTO estimates (endpoint, model, {", ".join(_FIGURES)})
    VALUES (:endpoint, :model, {", ".join(f":{name}" for name in _FIGURES)})
    ON CONFLICT (endpoint, model) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in _FIGURES)}
""").bindparams(  # noqa: S608 - the names are the table's own
    bindparam("endpoint", type_=Text),
    bindparam("model", type_=Text),
    *(bindparam(name, type_=Integer) for name in _FIGURES),
)


class ModelAt(NamedTuple):
    """A model as one endpoint serves it; `endpoint` is its host."""

    endpoint: str
    model: str


async def load(conn: AsyncConnection) -> dict[ModelAt, Calibration]:
    rows = (await conn.execute(_SELECT)).mappings()
    return {ModelAt(row["endpoint"], row["model"]): _calibration(row) for row in rows}


async def put(tx: AsyncConnection, model: ModelAt, calibration: Calibration) -> None:
    row = {
        "endpoint": model.endpoint,
        "model": model.model,
        **_columns("text", calibration.text),
        **_columns("image", calibration.images),
        "error_permille": round(calibration.error * 10),
    }
    await tx.execute(_UPSERT, row)


def _columns(kind: str, track: Track) -> dict[str, int]:
    return {
        f"{kind}_samples": track.samples,
        f"{kind}_permille": round(track.ratio * _PER_MILLE),
        f"{kind}_deviation_permille": round(track.deviation * _PER_MILLE),
    }


def _calibration(row: RowMapping) -> Calibration:
    return Calibration(
        text=_track(row, "text"), images=_track(row, "image"), error=row["error_permille"] / 10
    )


def _track(row: RowMapping, kind: str) -> Track:
    return Track(
        samples=row[f"{kind}_samples"],
        ratio=row[f"{kind}_permille"] / _PER_MILLE,
        deviation=row[f"{kind}_deviation_permille"] / _PER_MILLE,
    )
