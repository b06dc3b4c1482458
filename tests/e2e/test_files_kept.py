"""Files through a conversation, a restart and another kind of endpoint; and without Discord."""

import json

import pytest

from tests.documents import scanned_pdf, text_pdf
from tests.e2e.conftest import FOOTER, KEY, Town, pictures_in, texts_in
from tests.scripted_endpoint import Script, ScriptedEndpoint

pytestmark = pytest.mark.proof

TABLE = "name,score\n" + "".join(f"player {n},{n * 7}\n" for n in range(40))
LOG = "".join(f"12:00:{n % 60:02} worker {n} started\n" for n in range(1_500))
PAGE = "The tenant pays 700 euros on the third of every month, heating included."


async def test_follow_up_after_a_restart_still_knows_the_file(town: Town) -> None:
    async with town.running():
        first = await town.ask(town.general, "who won?", images=[("scores.csv", TABLE.encode())])
        reply = await town.reply_saying(first, FOOTER)

    async with town.running():
        again = await town.alice.say(town.general, "and who came last?", reply_to=reply)
        await town.answered(again)

    (before,), (after,) = town.requests_about("who won?"), town.requests_about("who came last?")
    assert after.json["input"][0] == before.json["input"][0]
    assert "player 39,273" in texts_in(after)[0][1]


async def test_follow_up_after_a_restart_sees_the_scanned_pages(town: Town) -> None:
    scan = ("bill.pdf", scanned_pdf("Invoice 4711"), "application/pdf")
    async with town.running():
        first = await town.ask(town.general, "how much?", images=[scan])
        reply = await town.reply_saying(first, FOOTER)

    async with town.running():
        again = await town.alice.say(town.general, "and the date?", reply_to=reply)
        await town.answered(again)

    (before,), (after,) = town.requests_about("how much?"), town.requests_about("the date?")
    assert pictures_in(after) == pictures_in(before) != []


async def test_endpoint_taking_files_gets_the_pdf_after_a_restart_too(
    town: Town,
) -> None:
    await town.close_endpoint()
    town.endpoint = ScriptedEndpoint(keys=frozenset({KEY}), accepts=frozenset({"input_file"}))
    await town.endpoint.__aenter__()
    town.set("endpoint", base_url=town.endpoint.base_url, takes_files=True)
    lease = ("lease.pdf", text_pdf(PAGE), "application/pdf")
    async with town.running():
        first = await town.ask(town.general, "what is the rent?", images=[lease])
        reply = await town.reply_saying(first, FOOTER)

    async with town.running():
        again = await town.alice.say(town.general, "and when is it due?", reply_to=reply)
        await town.answered(again)

    assert reply.content.startswith("I see 1 picture(s): pdf lease.pdf.")
    (before,), (after,) = town.requests_about("the rent?"), town.requests_about("is it due?")
    assert before.json["input"][0]["content"][0]["type"] == "input_file"
    assert after.json["input"][0] == before.json["input"][0]


async def test_endpoint_that_refuses_files_after_all_gets_their_text(town: Town) -> None:
    town.set("endpoint", takes_files=True)
    lease = ("lease.pdf", text_pdf(PAGE), "application/pdf")
    async with town.running():
        first = await town.ask(town.general, "what is the rent?", images=[lease])
        await town.answered(first)

    kinds = [one.json["input"][0]["content"][0]["type"] for one in town.endpoint.requests]
    assert kinds == ["input_file", "input_text"]


async def test_stand_in_that_takes_no_files_gets_the_text(town: Town) -> None:
    lease = ("lease.pdf", text_pdf(PAGE), "application/pdf")
    await town.close_endpoint()
    town.endpoint = ScriptedEndpoint(
        accepts=frozenset({"input_file"}),
        script=Script(status=401, code="invalid_api_key", error="No."),
    )
    await town.endpoint.__aenter__()
    town.set("endpoint", base_url=town.endpoint.base_url, takes_files=True)
    async with ScriptedEndpoint() as spare:
        town.set("endpoints.spare", base_url=spare.base_url, model="spare-1")
        async with town.running():
            asked = await town.ask(town.general, "what is the rent?", images=[lease])
            await town.reply_saying(asked, "-# spare-1 · ")

    (first,), (second,) = town.endpoint.requests, spare.requests
    assert first.json["input"][0]["content"][0]["type"] == "input_file"
    assert PAGE in second.json["input"][0]["content"][0]["text"]


async def test_file_quoted_in_an_error_stays_out_of_the_log(town: Town) -> None:
    secret = "the password of the vault is swordfish"
    town.endpoint.play(Script(status=400, error=f"invalid input_value={secret!r}"))
    async with town.running():
        asked = await town.ask(town.general, "well?", images=[("s.txt", secret.encode())])
        await town.reply_saying(asked, "did not accept")

    assert "swordfish" not in town.log


async def test_describe_reads_a_text_file_and_a_scan(town: Town) -> None:
    (town.folder / "server.log").write_text(LOG)
    (town.folder / "bill.pdf").write_bytes(scanned_pdf("Invoice 4711"))
    (town.folder / "setup.exe").write_bytes(b"MZ" + bytes(99))
    names = [str(town.folder / name) for name in ("server.log", "bill.pdf", "setup.exe")]

    done = await town.command("describe", "--json", *names)

    log, bill, setup = (json.loads(line) for line in done.out.splitlines())
    assert log["notes"][0].startswith("server.log was read in part: the first ")
    assert bill["text"].startswith("I see 1 picture(s): ")
    assert setup["notes"] == ["setup.exe can't be read: only pictures, PDFs and text can"]
    assert setup["reason"] == "unreadable"
    assert len(town.requests_about("What is in this file?")) == 2
    assert not (town.folder / "images").exists()
