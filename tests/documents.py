"""Real PDFs for tests, written by hand: with text, scanned, and made to do harm."""

import hashlib
import struct
import zlib
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw

LETTER = b"[0 0 612 792]"
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def write_pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects, numbered from 1; the first one is the catalogue."""
    written = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, each in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    written += b"trailer\n<< /Size %d /Root 1 0 R %b >>\n" % (size, trailer)
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(content), entries, content)


def text_pdf(*pages: str, box: bytes = LETTER, catalogue: bytes = b"") -> bytes:
    """One page for each text, in Helvetica."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalogue,
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, text in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox %b /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (box, 5 + 2 * number)
        )
        objects.append(stream(_say(text.splitlines())))
    return write_pdf(objects)


def _say(lines: Sequence[str]) -> bytes:
    if not lines:
        return b""
    shown = b" 0 -14 Td ".join(b"(%b) Tj" % _escape(line) for line in lines)
    return b"BT /F1 11 Tf 50 740 Td %b ET" % shown


def _escape(line: str) -> bytes:
    return line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def scanned_pdf(*pages: str, size: tuple[int, int] = (850, 1_100)) -> bytes:
    """One picture for each page, as a scanner makes them; the words are drawn, not written."""
    kids = b" ".join(b"%d 0 R" % (3 + 3 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)),
    ]
    for number, text in enumerate(pages):
        first = 3 + 3 * number
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox %b /Contents %d 0 R"
            b" /Resources << /XObject << /I %d 0 R >> >> >>" % (LETTER, first + 1, first + 2),
            stream(b"q 612 0 0 792 0 0 cm /I Do Q"),
            _photograph(text, size),
        ]
    return write_pdf(objects)


def _photograph(text: str, size: tuple[int, int]) -> bytes:
    picture = Image.new("L", size, 255)
    ImageDraw.Draw(picture).text((80, 100), text, fill=0, font_size=32)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d" % size
    colours = b" /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"
    return stream(buffer.getvalue(), entries + colours)


def locked_pdf(password: str) -> bytes:
    """Encrypted by RC4 with 40 bits (PDF 1.7, 7.6.3): it opens with the password only."""
    owner = hashlib.md5(_padded("owner"), usedforsecurity=False).digest()[:5]
    entry = _rc4(owner, _padded(password))
    identity, rights = b"0123456789abcdef", -4
    seed = _padded(password) + entry + struct.pack("<i", rights) + identity
    key = hashlib.md5(seed, usedforsecurity=False).digest()[:5]
    hexed = (entry.hex().encode(), _rc4(key, _PADDING).hex().encode(), rights)
    locked = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%b> /U <%b> /P %d >>" % hexed
    name = identity.hex().encode()
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    trailer = locked + b" /ID [<%b> <%b>]" % (name, name)
    return write_pdf([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page], trailer)


def _padded(password: str) -> bytes:
    return (password.encode() + _PADDING)[:32]


def _rc4(key: bytes, content: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in content:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def one_page_pdf(
    contents: bytes, *, page: bytes = b"", more: Sequence[bytes] = (), catalogue: bytes = b""
) -> bytes:
    """`more` are the objects from 5 on."""
    return write_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalogue,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox %b /Contents 4 0 R %b >>" % (LETTER, page),
            contents,
            *more,
        ]
    )


def form_pdf(words: str, field: str, value: str, comment: str) -> bytes:
    """A form with a field that somebody filled in, and a comment that somebody left."""
    field_entry = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (%b) /V (%b) /Rect [50 600 300 620] >>"
    )
    comment_entry = b"<< /Type /Annot /Subtype /Text /Contents (%b) /Rect [9 9 20 20] >>"
    return one_page_pdf(
        stream(_say([words])),
        page=b"/Annots [6 0 R 7 0 R] /Resources << /Font << /F1 5 0 R >> >>",
        more=[
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
            field_entry % (_escape(field), _escape(value)),
            comment_entry % _escape(comment),
        ],
        catalogue=b"/AcroForm << /Fields [6 0 R] >>",
    )


def xfa_pdf() -> bytes:
    """A form that only Adobe's own program can show; its page asks the others to wait."""
    form = b"/AcroForm << /XFA 5 0 R /Fields [] >> /NeedsRendering true"
    return one_page_pdf(stream(b""), more=[stream(b"<xdp:xdp/>")], catalogue=form)


def scripted_pdf(words: str) -> bytes:
    """Says something, and would run JavaScript when it is opened."""
    script = b"/OpenAction << /S /JavaScript /JS (while(true){app.alert('x');}) >>"
    return text_pdf(words, catalogue=script)


def bomb_pdf(megabytes: int) -> bytes:
    """A page whose drawing is a few kilobytes that unfold into megabytes of nothing."""
    packed = _pack(b"q Q " * 2**18, megabytes)
    return one_page_pdf(stream(packed, b"/Filter /FlateDecode"))


def _pack(piece: bytes, count: int) -> bytes:
    """`piece`, `count` times, as zlib data: compressed once, since gigabytes would take seconds."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    blocks = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\x9c" + blocks * count + b"\x03\x00" + _checksum(piece, count).to_bytes(4)


def _checksum(piece: bytes, count: int) -> int:
    """Adler-32 of `piece`, `count` times."""
    high, low = divmod(zlib.adler32(piece), 2**16)
    a, b = 1, 0
    for _ in range(count):
        a, b = (a + low - 1) % 65521, (b + high + len(piece) * (a - 1)) % 65521
    return b * 2**16 + a


def vast_picture_pdf(side: int) -> bytes:
    """A page with a picture that claims `side` × `side` pixels, and has them once unpacked."""
    packed = _pack(bytes(side), side)
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray" % (
        side,
        side,
    )
    picture = stream(packed, entries + b" /BitsPerComponent 8 /Filter /FlateDecode")
    return one_page_pdf(
        stream(b"q 612 0 0 792 0 0 cm /I Do Q"),
        page=b"/Resources << /XObject << /I 5 0 R >> >>",
        more=[picture],
    )


def tangled_pdf(depth: int) -> bytes:
    """Forms that draw each other twice: 2 to the power of `depth` drawings."""
    forms = [
        stream(
            b"/N Do /N Do",
            b"/Type /XObject /Subtype /Form /BBox [0 0 612 792]"
            b" /Resources << /XObject << /N %d 0 R >> >>" % (6 + number),
        )
        for number in range(depth)
    ]
    last = stream(b"0 0 9 9 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 612 792]")
    return one_page_pdf(
        stream(b"/N Do"), page=b"/Resources << /XObject << /N 5 0 R >> >>", more=[*forms, last]
    )
