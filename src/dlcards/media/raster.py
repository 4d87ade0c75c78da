"""PNG, JPEG and WebP: their parts are walked, what is not seen is left out, the rest is decoded.

Nothing is encoded anew, so the same file always gives the same bytes, and no quality is lost.
The only user of Pillow, which comes with Matplotlib.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator

from PIL import Image

from dlcards.media.files import MediaError, Picture, check_size

_BROKEN = "open it in a picture program and save it again"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"gAMA", b"cHRM", b"iCCP"}
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"})
_JPEG_KEPT = frozenset({0xC4, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE})
_JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_ORIENTATION = 0x0112


def read_png(data: bytes) -> Picture:
    """Return a PNG without texts, dates and what follows its end."""
    parts = [data[:8]]
    size = (0, 0)
    for kind, chunk, whole in _png_chunks(data):
        if kind == b"acTL":
            raise MediaError("the picture moves", "save one frame of it")
        if kind == b"IHDR" and len(chunk) == 13:
            width, height = struct.unpack(">II", chunk[:8])
            size = (int(width), int(height))
            check_size(*size)
        if kind in _PNG_KEPT:
            parts.append(whole)
    return _decoded(b"".join(parts), ".png", "PNG", size)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        end = at + 12 + length
        kind, chunk = data[at + 4 : at + 8], data[at + 8 : end - 4]
        if end > len(data) or zlib.crc32(kind + chunk) != int.from_bytes(data[end - 4 : end]):
            break
        yield kind, chunk, data[at:end]
        if kind == b"IEND":
            return
        at = end
    raise MediaError("the picture is broken", _BROKEN)


def read_jpeg(data: bytes) -> Picture:
    """Return a JPEG without remarks, thumbnails and the place where it was taken."""
    _refuse_turned(data)
    parts, at, size = [data[:2]], 2, (0, 0)
    while at + 4 <= len(data):
        marker = data[at + 1]
        if data[at] != 0xFF or marker in _WITHOUT_LENGTH:
            break
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        segment = data[at:end]
        if marker in _JPEG_FRAMES and len(segment) >= 9:
            height, width = struct.unpack(">HH", segment[5:9])
            size = (int(width), int(height))
            check_size(*size)
        colours = marker == 0xE2 and segment[4:15] == b"ICC_PROFILE"
        if marker in _JPEG_KEPT or marker in _JPEG_FRAMES or colours:
            parts.append(segment)
        if marker == 0xDA:
            last = data.find(b"\xff\xd9", end)  # what follows the end is no part of it
            if last < 0:
                break
            parts.append(data[end : last + 2])
            return _decoded(b"".join(parts), ".jpg", "JPEG", size)
        at = end
    raise MediaError("the picture is broken", _BROKEN)


def _refuse_turned(data: bytes) -> None:
    """Refuse a photograph that only its remarks turn upright."""
    try:
        with _quiet(), Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            turned = image.getexif().get(_ORIENTATION, 1) != 1
    except Exception:  # noqa: BLE001 - whatever the remarks say, they are left out
        turned = False
    if turned:
        message = "the photograph lies on its side, and a remark inside tells how to turn it"
        raise MediaError(message, "turn it in a picture program and save it")


def read_webp(data: bytes) -> Picture:
    """Return a WebP without remarks."""
    parts, at = [], 12
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= end:
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = data[at + 8 : at + 8 + length]
        if len(chunk) < length:
            raise MediaError("the picture is broken", _BROKEN)
        if kind in (b"ANIM", b"ANMF"):
            raise MediaError("the picture moves", "save one frame of it")
        if kind == b"VP8X":
            chunk = bytes([chunk[0] & ~0b0000_1110, *chunk[1:]])  # no EXIF, no XMP, no frames
        if kind in _WEBP_KEPT:
            parts.append(kind + len(chunk).to_bytes(4, "little") + chunk + b"\0" * (length % 2))
        at += 8 + length + length % 2
    body = b"WEBP" + b"".join(parts)
    return _decoded(b"RIFF" + len(body).to_bytes(4, "little") + body, ".webp", "WEBP", None)


def _decoded(data: bytes, suffix: str, name: str, size: tuple[int, int] | None) -> Picture:
    """Decode a picture to see that it is whole; what goes into a package is what was decoded."""
    try:
        with _quiet(), Image.open(io.BytesIO(data), formats=[name]) as image:
            if size is not None and image.size != size:
                raise MediaError("the picture is broken", _BROKEN)
            check_size(*image.size)
            image.load()
            return Picture(data, suffix, *image.size)
    except MediaError:
        raise
    except Exception as error:
        raise MediaError("the picture is broken", _BROKEN) from error


def _quiet() -> warnings.catch_warnings[None]:
    """Turn warnings about odd pictures into errors."""
    return warnings.catch_warnings(action="error")
