"""An endpoint that knows less than its profile says: members notice nothing, the operator is told."""

from tests.e2e.conftest import Town


async def test_bot_answers_although_the_endpoint_refuses_what_its_profile_sends(
    town: Town,
) -> None:
    town.set("endpoint", profile="openai", reasoning_effort="low")

    async with town.running():
        first = await town.ask(town.general, "What is this? [[text=A]]")
        assert await town.answered(first) == "A"
        asked = len(town.endpoint.requests)
        second = await town.ask(town.open_channel(), "And this? [[text=B]]")
        assert await town.answered(second) == "B"

    refused = ("tools", "reasoning", "prompt_cache_key")
    assert asked == len(refused) + 1
    assert len(town.endpoint.requests) == asked + 1
    assert set(town.endpoint.requests[-1].json) == {
        "model",
        "store",
        "stream",
        "instructions",
        "input",
        "max_output_tokens",
    }
    assert town.log.count("WARNING responses.client: the endpoint refuses a parameter") == 3
    assert [name for name in refused if f"parameter={name} " in town.log] == list(refused)
