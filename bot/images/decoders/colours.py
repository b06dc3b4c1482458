"""Any colour mode into what a JPEG can hold. Runs in the worker."""

from io import BytesIO

from PIL import Image, ImageCms

WHITE = (255, 255, 255)
DARK_GREY = (49, 51, 56)
_LUMINANCE_OF_DARK_GREY = 51
_TOO_CLOSE = 48  # luminance steps within which something can't be told from its ground

# UTF-16 too: version 4 profiles write their description so.
_SRGB_NAMES = (b"sRGB", "sRGB".encode("utf-16-be"))


def to_working_mode(picture: Image.Image) -> Image.Image:
    """Give L, RGB, RGBA or CMYK: the modes that can be scaled smoothly."""
    if picture.has_transparency_data:
        layered = picture.convert("RGBA")
        return layered.convert("RGB") if is_opaque(layered) else layered
    if picture.mode.startswith("I;16"):
        # A plain conversion would clip: all above 255 of 65,535 turns white.
        return picture.convert("I").point(lambda value: value * (1 / 257) + 0).convert("L")
    if picture.mode in ("I", "F"):
        return _stretch(picture)
    if picture.mode == "1":
        return picture.convert("L")
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")


def _stretch(picture: Image.Image) -> Image.Image:
    """Map the values that occur onto 0 to 255: such files have no fixed white."""
    low, high = picture.convert("F").getextrema()
    assert isinstance(low, float)  # noqa: S101 - of a one-channel picture
    assert isinstance(high, float)  # noqa: S101
    scale = 255 / (high - low) if high > low else 1.0
    return picture.convert("F").point(lambda value: value * scale - low * scale).convert("L")


def is_opaque(picture: Image.Image) -> bool:
    """Tell whether nothing shows through: many screenshots have an alpha channel for nothing."""
    if not picture.has_transparency_data:
        return True
    return picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255)


def flatten(picture: Image.Image) -> Image.Image:
    """Put what is transparent on a ground that its content stands out from."""
    if picture.mode != "RGBA":
        return picture
    alpha = picture.getchannel("A")
    visible = alpha.point(lambda value: 255 if value >= 128 else 0)
    ground = choose_ground(picture.convert("L").histogram(visible))
    flat = Image.new("RGB", picture.size, ground)
    flat.paste(picture, mask=alpha)
    return flat


def choose_ground(luminances: list[int]) -> tuple[int, int, int]:
    """Choose the ground from how many visible pixels there are of each luminance, 0 to 255."""
    lost_on_white = sum(luminances[255 - _TOO_CLOSE :])
    lost_on_dark = sum(luminances[: _LUMINANCE_OF_DARK_GREY + _TOO_CLOSE])
    is_nearly_white = lost_on_white * 2 > sum(luminances)
    return DARK_GREY if is_nearly_white and lost_on_white > lost_on_dark else WHITE


def is_srgb(profile: bytes | None) -> bool:
    """Tell whether colours mean what a viewer assumes; without a profile they do."""
    return not profile or any(name in profile for name in _SRGB_NAMES)


def to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Give L or RGB in sRGB. A profile that is broken or of another mode is passed over."""
    if profile and not is_srgb(profile):
        try:
            converted = ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
        except (ImageCms.PyCMSError, OSError):
            converted = None
        if converted is not None:
            return converted
    return picture.convert("RGB") if picture.mode == "CMYK" else picture
