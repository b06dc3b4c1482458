"""The endpoint says what it was asked about, and bills what it has sent."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from chaos.endpoint import Bill, BillingEndpoint, Bills
from chaos.questions import EndpointFault, Kind, Question, find_question

KEY = "sk-chaos"
QUESTIONS = [
    Question(
        token=f"qq{number:05}", kind=Kind.MENTION, at=0, pace=0.0, sentences=40, fault=fault,
        fault_after=10,
    )
    for number, fault in enumerate(EndpointFault)
]  # fmt: skip
BY_FAULT = dict(zip(EndpointFault, QUESTIONS, strict=True))


@pytest.fixture
async def endpoint() -> AsyncIterator[BillingEndpoint]:
    bills = Bills(questions=QUESTIONS)
    async with BillingEndpoint(bills, keys=frozenset({KEY})) as endpoint:
        yield endpoint


def asked(text: str) -> dict[str, Any]:
    content = [{"type": "input_text", "text": text}]
    message = {"type": "message", "role": "user", "content": content}
    return {"model": "scripted", "stream": True, "input": [message]}


async def ask(endpoint: BillingEndpoint, text: str, *, path: str = "responses") -> str:
    """The answer as far as it comes."""
    body = asked(text) if path == "responses" else {"model": "m", "prompt": text}
    read = b""
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as session:
        try:
            async with session.post(f"{endpoint.base_url}/{path}", json=body) as response:
                async for piece in response.content.iter_any():
                    read += piece
        except aiohttp.ClientError:
            pass
    return read.decode()


def bill_of(endpoint: BillingEndpoint) -> Bill:
    (bill,) = endpoint.bills.every
    return bill


async def test_answer_is_that_of_the_question(endpoint: BillingEndpoint) -> None:
    question = BY_FAULT[EndpointFault.NONE]

    answer = await ask(endpoint, f"{question.token}: what do you see?")

    assert f'"text":"{question.answer}"' in answer
    assert bill_of(endpoint).token == question.token


async def test_bill_of_a_whole_answer_is_its_usage(endpoint: BillingEndpoint) -> None:
    answer = await ask(endpoint, f"{QUESTIONS[0].token}: what do you see?")

    bill = bill_of(endpoint)
    assert f'"total_tokens":{bill.tokens}' in answer
    assert bill.is_reported
    assert bill.began_at < bill.ended_at


@pytest.mark.parametrize("fault", [EndpointFault.REFUSED, EndpointFault.ERROR_500])
async def test_failure_before_any_text_bills_nothing(
    endpoint: BillingEndpoint, fault: EndpointFault
) -> None:
    answer = await ask(endpoint, BY_FAULT[fault].token)

    assert "said the bot" not in answer
    assert bill_of(endpoint).tokens == 0
    assert not bill_of(endpoint).is_reported


@pytest.mark.parametrize("fault", [EndpointFault.CUT, EndpointFault.ERROR])
async def test_failure_in_mid_text_bills_what_was_sent(
    endpoint: BillingEndpoint, fault: EndpointFault
) -> None:
    answer = await ask(endpoint, BY_FAULT[fault].token)

    sent = answer.count("event: response.output_text.delta")
    assert 50 < sent < 70  # ten sentences of six
    assert bill_of(endpoint).output_tokens == sent
    assert bill_of(endpoint).input_tokens > 0
    assert not bill_of(endpoint).is_reported


async def test_answer_without_usage_is_billed_but_not_reported(endpoint: BillingEndpoint) -> None:
    answer = await ask(endpoint, BY_FAULT[EndpointFault.NO_USAGE].token)

    assert '"usage":null' in answer
    assert bill_of(endpoint).output_tokens > 0
    assert not bill_of(endpoint).is_reported


async def test_picture_is_billed_for_the_question_in_its_prompt(
    endpoint: BillingEndpoint,
) -> None:
    prompt = f"{QUESTIONS[1].token}: a quiet sea"

    answer = await ask(endpoint, prompt, path="images/generations")

    bill = bill_of(endpoint)
    assert f'"total_tokens": {bill.tokens}' in answer
    assert bill.is_reported
    assert bill.token == QUESTIONS[1].token


def test_request_with_an_earlier_question_is_about_the_last() -> None:
    text = f"{QUESTIONS[2].token} was before; now {QUESTIONS[0].token}"

    assert find_question(text, QUESTIONS) is QUESTIONS[0]


def test_request_without_a_token_is_about_none() -> None:
    assert find_question("are you there?", QUESTIONS) is None
