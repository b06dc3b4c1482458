import pytest

from bot.core.messages.incoming_message import Attachment


@pytest.mark.parametrize(
    ("name", "content_type", "expected"),
    [
        ("cat.png", "image/png", True),
        ("cat.HEIC", None, True),  # Discord knows no content type for it
        ("cat", "image/webp", True),
        ("cat.jpg", "application/octet-stream", True),
        ("cat.mp4", "video/mp4", False),
        ("notes.txt", "text/plain; charset=utf-8", False),
        ("archive.zip", None, False),
        ("png", None, False),
    ],
)
def test_attachment_claims_to_be_a_picture_by_type_or_name(
    name: str, content_type: str | None, expected: bool
) -> None:
    attachment = Attachment(id=1, name=name, url="", size=1, content_type=content_type)

    assert attachment.claims_to_be_picture is expected
