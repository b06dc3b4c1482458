from bot.core.messages import Attachment
from bot.core.turns import LeftOutReason
from bot.images.selection import select
from bot.images.settings import ImageSettings

SETTINGS = ImageSettings(max_count=2, max_bytes=100, max_total_bytes=150)


def attached(name: str, size: int = 10) -> Attachment:
    return Attachment(id=1, name=name, url="https://cdn.example/x", size=size)


def reasons(*attachments: Attachment) -> list[LeftOutReason | None]:
    return [choice.reason for choice in select(attachments, SETTINGS)]


def test_pictures_within_every_bound_are_all_chosen() -> None:
    assert reasons(attached("a.png", 100), attached("b.jpg", 50)) == [None, None]


def test_video_is_left_out_as_no_image_and_does_not_count() -> None:
    found = reasons(attached("a.mp4"), attached("b.png"), attached("c.png"))

    assert found == [LeftOutReason.NOT_AN_IMAGE, None, None]


def test_file_over_the_size_of_one_is_left_out_and_does_not_count() -> None:
    found = reasons(attached("a.png", 101), attached("b.png"), attached("c.png"))

    assert found == [LeftOutReason.TOO_MANY_BYTES, None, None]


def test_third_of_two_allowed_pictures_is_too_many() -> None:
    found = reasons(attached("a.png"), attached("b.png"), attached("c.png"))

    assert found == [None, None, LeftOutReason.TOO_MANY]


def test_file_that_exceeds_the_sum_is_left_out_and_a_smaller_one_after_it_is_not() -> None:
    found = reasons(attached("a.png", 90), attached("b.png", 90), attached("c.png", 60))

    assert found == [None, LeftOutReason.TOO_MANY_BYTES, None]
