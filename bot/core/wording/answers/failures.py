"""When the endpoint fails: what members read, and what the operator does."""

# ruff: noqa: C901, PLR0911, PLR0912 - a `match` over an enum is a table

from bot.core.answers.events import Failure


def failed(failure: Failure, *, incident: str) -> str:
    """The member's sentence where nothing came of a question."""
    return f"{_failed_cause(failure)} ({incident})"


def _failed_cause(failure: Failure) -> str:
    match failure:
        case Failure.UNREACHABLE:
            return "I can't reach the model right now. Please try again in a minute."
        case Failure.TIMED_OUT:
            return "The model took too long to answer. Please try again."
        case Failure.OVERLOADED:
            return "The model is very busy at the moment. Please try again in a minute."
        case Failure.SERVER_ERROR:
            return "The model had a problem of its own. Please try again in a minute."
        case Failure.BROKEN_STREAM:
            return "The connection to the model broke off. Please try again."
        case Failure.IMAGE_REJECTED:
            return "The model could not read a picture here. Please try it as a PNG or JPEG."
        case Failure.CONTEXT_TOO_LONG:
            return "This conversation is too long for the model. Please start a new one."
        case Failure.CONTENT_BLOCKED:
            return "A content filter turned this question down; asking in another way may help."
        case Failure.BAD_REQUEST | Failure.PARAMETER_UNSUPPORTED:
            return "The model did not accept this question. I've noted it for the operator."
        case (
            Failure.KEY_REJECTED
            | Failure.OUT_OF_BALANCE
            | Failure.FORBIDDEN
            | Failure.MODEL_UNKNOWN
            | Failure.NOT_AN_ENDPOINT
        ):
            return "I can't answer anything at the moment. I've noted it for the operator."


def cut(failure: Failure, *, incident: str) -> str:
    """The member's sentence under an answer that broke off."""
    return f"{_cut_cause(failure)} ({incident})"


def _cut_cause(failure: Failure) -> str:
    match failure:
        case Failure.UNREACHABLE | Failure.BROKEN_STREAM:
            return "The connection to the model broke off here; reply to hear the rest."
        case Failure.TIMED_OUT:
            return "The model fell silent here; reply to hear the rest."
        case Failure.OVERLOADED:
            return "The model became too busy to go on; reply in a minute to hear the rest."
        case Failure.SERVER_ERROR:
            return "The model had a problem of its own here; reply to hear the rest."
        case Failure.CONTENT_BLOCKED:
            return "A content filter ended the answer here; asking in another way may help."
        case Failure.CONTEXT_TOO_LONG:
            return "The conversation became too long for the model here; please start a new one."
        case (
            Failure.KEY_REJECTED
            | Failure.OUT_OF_BALANCE
            | Failure.FORBIDDEN
            | Failure.MODEL_UNKNOWN
            | Failure.IMAGE_REJECTED
            | Failure.PARAMETER_UNSUPPORTED
            | Failure.NOT_AN_ENDPOINT
            | Failure.BAD_REQUEST
        ):
            return "The model ended the answer here. I've noted it for the operator."


def operator_advice(failure: Failure) -> str:
    """The operator's sentence in the log and in `glimpse check`: the cause and what to do."""
    match failure:
        case Failure.UNREACHABLE:
            return "The endpoint can't be reached: check that it runs, its address, DNS, TLS and the firewall."
        case Failure.TIMED_OUT:
            return "The endpoint fell silent: check its load, or allow it more time."
        case Failure.OVERLOADED:
            return (
                "The endpoint limits the rate or is overloaded: wait, or raise the plan's limits."
            )
        case Failure.SERVER_ERROR:
            return "The endpoint failed by itself: look at its status page or its log."
        case Failure.KEY_REJECTED:
            return "The endpoint rejects the API key: check that it is whole, valid and for this address."
        case Failure.OUT_OF_BALANCE:
            return "The account's balance or plan is used up: top it up at the provider."
        case Failure.FORBIDDEN:
            return "The key may not do this: check its permissions, the project, region and model access."
        case Failure.MODEL_UNKNOWN:
            return (
                "The endpoint does not know the model: compare its name with the provider's list."
            )
        case Failure.IMAGE_REJECTED:
            return "The endpoint does not accept a picture: check that the model takes image input."
        case Failure.CONTEXT_TOO_LONG:
            return "The input is longer than the model's window: set its context size lower."
        case Failure.PARAMETER_UNSUPPORTED:
            return "The endpoint does not know a parameter: turn it off for this model."
        case Failure.CONTENT_BLOCKED:
            return "The provider's policy filter refused the question: nothing to do."
        case Failure.NOT_AN_ENDPOINT:
            return "The address does not speak the Responses API: check it, it often ends in /v1."
        case Failure.BAD_REQUEST:
            return "The endpoint refuses the request: its words are in the log beside this line."
        case Failure.BROKEN_STREAM:
            return "The stream ended without saying how: look for a proxy that cuts connections."
