"""Signed links to files: `?ex=` expiry, `is=` issue, both hexadecimal seconds, `hm=` signature."""

import hashlib
import hmac
from collections.abc import Mapping

from bot.standins.playground.world.state import StoredAttachment, World


def attachment_path(attachment: StoredAttachment) -> str:
    folder = "ephemeral-attachments" if attachment.is_ephemeral else "attachments"
    return f"/{folder}/{attachment.channel_id}/{attachment.id}/{attachment.filename}"


def sign_path(world: World, path: str) -> str:
    """The query string that opens `path` for as long as links live."""
    issued = int(world.clock())
    expires = f"{issued + int(world.link_lifetime):x}"
    return f"ex={expires}&is={issued:x}&hm={_signature(world, path, expires, f'{issued:x}')}&"


def is_valid(world: World, path: str, query: Mapping[str, str]) -> bool:
    expires, issued = query.get("ex", ""), query.get("is", "")
    expected = _signature(world, path, expires, issued)
    if not hmac.compare_digest(expected, query.get("hm", "")):
        return False
    return world.clock() < int(expires, 16)


def _signature(world: World, path: str, expires: str, issued: str) -> str:
    text = f"{path}?{expires}&{issued}".encode()
    return hmac.new(world.signing_key, text, hashlib.sha256).hexdigest()
