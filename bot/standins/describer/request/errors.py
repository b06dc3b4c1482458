"""Refusals, as the objects of OpenAI's API."""

from typing import Any


class OpenAIError(Exception):
    """A request that can't be answered. `param` names what of it is wrong."""

    def __init__(
        self, message: str, *, code: str | None, param: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param

    def to_json(self) -> dict[str, Any]:
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        return {
            "error": {
                "message": str(self),
                "type": kind,
                "param": self.param,
                "code": self.code,
            }
        }
