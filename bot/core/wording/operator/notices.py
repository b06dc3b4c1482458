"""What the operator reads in a channel of their own, should they have named one."""

from bot.core.endpoints.outages import EndpointChange, Outage, Restored
from bot.core.wording.answers.failures import operator_advice
from bot.core.wording.names import file_name as code


def operator_notice(change: EndpointChange) -> str:
    """One message; of the endpoint's own words none, those are in the log."""
    match change:
        case Outage():
            return (
                f"The endpoint {code(change.endpoint)} ({code(change.model)}) is out of service. "
                f"{operator_advice(change.failed.failure)} "
                f"Where another stands by, it is left alone for {_span(change.pause)}."
            )
        case Restored():
            return f"The endpoint {code(change.endpoint)} ({code(change.model)}) is back."


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{round(seconds)} seconds"
    return f"{round(seconds / 60)} minutes"
