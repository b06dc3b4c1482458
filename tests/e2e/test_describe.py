"""`glimpse describe`: pictures in the terminal, without Discord."""

import json
from pathlib import Path
from typing import Any

from tests.e2e.conftest import Town
from tests.pictures import HEIC, quadrants, write
from tests.scripted_endpoint import Script


def put(town: Town, name: str, content: bytes) -> str:
    file = town.folder / name
    file.write_bytes(content)
    return str(file)


def two_pictures(town: Town) -> tuple[str, str]:
    png = put(town, "quarters.png", write(quadrants(), "PNG"))
    return png, put(town, "photo.heic", HEIC.read_bytes())


def records(lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


async def test_two_pictures_are_described_in_their_order_for_people(town: Town) -> None:
    town.environment = {"DISCORD_TOKEN": ""}
    png, heic = two_pictures(town)

    done = await town.command("describe", png, heic)

    assert done.code == 0, done.err
    first, second, *rest = done.out.split("\n\n")
    assert first.startswith(f"{png}\nI see 1 picture(s): png 120x80.\n  (scripted: ")
    assert first.endswith(" tokens, cost unknown)")
    assert second.startswith(f"{heic}\nI see 1 picture(s): ")
    assert rest == [""]


async def test_json_has_one_object_a_line_with_the_promised_fields(town: Town) -> None:
    png, heic = two_pictures(town)

    done = await town.command("describe", "--json", "--ask", "what colours?", png, heic)

    assert done.code == 0, done.err
    first, second = records(done.out)
    assert (first["image"], second["image"]) == (png, heic)
    usage = first.pop("usage")
    assert first == {
        "image": png,
        "text": "I see 1 picture(s): png 120x80.",
        "ending": "completed",
        "reason": "",
        "model": "scripted",
        "cost_usd": None,
        "notes": [],
    }
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"] > 0
    assert usage["estimated"] is False
    assert len(town.requests_about("what colours?")) == 2


async def test_missing_and_broken_files_fail_while_the_others_are_described(town: Town) -> None:
    missing = str(town.folder / "missing.png")
    broken = put(town, "broken.png", write(quadrants(), "PNG")[:60])
    good = put(town, "good.png", write(quadrants(), "PNG"))

    done = await town.command("describe", "--json", missing, broken, good)

    assert done.code == 1
    found = {Path(one["image"]).name: one for one in records(done.out)}
    assert list(found) == ["missing.png", "broken.png", "good.png"]
    assert [one["ending"] for one in found.values()] == ["failed", "failed", "completed"]
    assert found["missing.png"]["reason"] == "gone"
    assert found["missing.png"]["notes"] == ["missing.png was not found"]
    assert found["broken.png"]["reason"] == "damaged"
    assert found["good.png"]["text"] == "I see 1 picture(s): png 120x80."
    assert len(town.endpoint.requests) == 1


async def test_failing_endpoint_is_an_ending_with_its_reason(town: Town) -> None:
    png, heic = two_pictures(town)
    town.endpoint.play(*[Script(status=401, code="invalid_api_key", error="No.")] * 2)

    done = await town.command("describe", "--json", png, heic)

    assert done.code == 1
    for one in records(done.out):
        assert (one["ending"], one["reason"]) == ("failed", "key-rejected")
        assert one["usage"]["total_tokens"] == 0


async def test_parameter_that_the_endpoint_refuses_is_told_beside_the_description(
    town: Town,
) -> None:
    png = put(town, "quarters.png", write(quadrants(), "PNG"))
    town.endpoint.play(Script(status=400, error="Unknown parameter: 'store'.", param="store"))

    done = await town.command("describe", png)

    assert done.code == 0
    assert "I see 1 picture(s): png 120x80." in done.out
    assert "WARNING responses.client: the endpoint refuses a parameter parameter=store" in done.err


async def test_describe_without_an_endpoint_says_what_is_missing(town: Town) -> None:
    del town.config["endpoint"]

    done = await town.command("describe", "any.png")

    assert done.code == 2
    assert "base_url" in done.err
    assert "Traceback" not in done.err
