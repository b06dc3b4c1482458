"""Files on their way from the page into a message."""

import secrets

from bot.standins.playground.messages.forms import LARGEST_FILE, Upload

_MOST = 50  # files that wait


class UploadTooLarge(Exception):
    """The file is larger than Discord takes."""


class Uploads:
    """Kept until they are taken; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._kept: dict[str, Upload] = {}

    def add(self, upload: Upload) -> str:
        """Raises TooLarge. Returns the id to take it by."""
        if len(upload.content) > LARGEST_FILE:
            raise UploadTooLarge
        while len(self._kept) >= _MOST:
            self._kept.pop(next(iter(self._kept)))
        upload_id = secrets.token_urlsafe(12)
        self._kept[upload_id] = upload
        return upload_id

    def take(self, upload_id: str) -> Upload:
        """Raises KeyError."""
        return self._kept.pop(upload_id)
