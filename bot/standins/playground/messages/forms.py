"""The rules for a message: lengths, counts, and fields that exclude each other. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.standins.playground import errors
from bot.standins.playground.errors import FormErrors, Json
from bot.standins.playground.messages import components
from bot.standins.playground.world.state import MessageFlag

LONGEST_CONTENT = 2000
MOST_FILES = 10
LARGEST_FILE = 10 * 1024 * 1024  # bytes

_EMBED_LENGTHS = {"title": 256, "description": 4096, "url": 2048}
_EMBED_NESTED = {("footer", "text"): 2048, ("author", "name"): 256}
_MOST_EMBED_TEXT = 6000  # over all embeds of a message

CREATABLE_FLAGS = int(
    MessageFlag.SUPPRESS_EMBEDS
    | MessageFlag.SUPPRESS_NOTIFICATIONS
    | MessageFlag.IS_VOICE_MESSAGE
    | MessageFlag.IS_COMPONENTS_V2
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    filename: str
    content: bytes
    content_type: str | None = None
    description: str | None = None  # alt text
    is_spoiler: bool = False


def check_message(body: Json, uploads: Mapping[int, Upload], *, is_layout: bool) -> None:
    """Raises DiscordError 50035 or 40005 for a body that Discord would not take."""
    if any(len(upload.content) > LARGEST_FILE for upload in uploads.values()):
        raise errors.DiscordError(413, 40005, "Request entity too large")
    form = FormErrors()
    content = body.get("content")
    if content is not None and not isinstance(content, str):
        form.add("content", "STRING_TYPE_CONVERT", f"Could not interpret {content!r} as string.")
    form.longest("content", content, LONGEST_CONTENT)
    form.longest("nonce", body.get("nonce"), 25)
    form.most("attachments", body.get("attachments"), MOST_FILES)
    form.most("sticker_ids", body.get("sticker_ids"), 3)
    if len(uploads) > MOST_FILES:
        form.most("attachments", list(uploads), MOST_FILES)
    for number, attachment in enumerate(body.get("attachments") or []):
        form.longest(f"attachments.{number}.description", attachment.get("description"), 1024)
    _check_embeds(body.get("embeds") or [], form)
    _check_allowed_mentions(body.get("allowed_mentions"), form)
    components.check(body.get("components") or [], form, is_layout=is_layout)
    if is_layout:
        _check_layout_alone(body, form)
    form.check()


def _check_layout_alone(body: Json, form: FormErrors) -> None:
    for field in ("content", "embeds", "poll", "sticker_ids"):
        if body.get(field):
            form.add(
                field,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _check_embeds(embeds: list[Json], form: FormErrors) -> None:
    form.most("embeds", embeds, 10)
    for number, embed in enumerate(embeds):
        _check_embed(embed, form, f"embeds.{number}")
    if sum(map(_embed_text, embeds)) > _MOST_EMBED_TEXT:
        form.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _check_embed(embed: Json, form: FormErrors, path: str) -> None:
    for key, limit in _EMBED_LENGTHS.items():
        form.longest(f"{path}.{key}", embed.get(key), limit)
    for (outer, inner), limit in _EMBED_NESTED.items():
        form.longest(f"{path}.{outer}.{inner}", (embed.get(outer) or {}).get(inner), limit)
    form.most(f"{path}.fields", embed.get("fields"), 25)
    for number, field in enumerate(embed.get("fields") or []):
        for key, limit in (("name", 256), ("value", 1024)):
            form.required(f"{path}.fields.{number}.{key}", field.get(key))
            form.longest(f"{path}.fields.{number}.{key}", field.get(key), limit)


def _embed_text(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get(outer) or {}).get(inner) for outer, inner in _EMBED_NESTED]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text.strip()) for text in texts if text)


def _check_allowed_mentions(allowed: Json | None, form: FormErrors) -> None:
    if not allowed:
        return
    for kind in ("users", "roles"):
        form.most(f"allowed_mentions.{kind}", allowed.get(kind), 100)
        if allowed.get(kind) and kind in (allowed.get("parse") or []):
            form.add(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
            )
