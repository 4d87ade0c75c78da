"""A file of a contributor becomes a picture or a sound for a package, or is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

LARGEST_PICTURE = 5_000_000
LARGEST_SOUND = 10_000_000
LONGEST_SIDE = 6_000
"""Pixels; no screen shows more, and a decoder needs four bytes for each."""

MOST_PIXELS = 16_000_000


class MediaError(ValueError):
    """A file that cannot be used, with what to try next."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without anything that is not seen.

    Parameters
    ----------
    content : bytes
    suffix : str
        ``.png``, ``.jpg``, ``.webp`` or ``.svg``, by what the file is.
    width, height : int
        Pixels.
    """

    content: bytes
    suffix: str
    width: int
    height: int

    @property
    def is_drawing(self) -> bool:
        """Whether it is made of lines and letters, whose colours may follow the card's."""
        return self.suffix == ".svg"


Reader = Callable[[bytes], Picture]


def read_picture(data: bytes) -> Picture:
    """Return a picture reduced to what is seen: no script, no remark, no place where it was taken.

    Raises
    ------
    MediaError
        When it is broken, too large, or anything else than a PNG, JPEG, WebP or SVG.
    """
    from dlcards.media import raster, svg  # start-up

    _refuse_empty(data)
    if len(data) > LARGEST_PICTURE:
        message = f"the picture has {len(data):,} bytes"
        raise MediaError(message, f"at most {LARGEST_PICTURE:,}: save it smaller")
    readers: Mapping[str, Reader] = MappingProxyType(
        {
            "png": raster.read_png,
            "jpeg": raster.read_jpeg,
            "webp": raster.read_webp,
            "svg": svg.read_svg,
        }
    )
    kind = _kind(data)
    if kind not in readers:
        raise MediaError("this is no PNG, JPEG, WebP or SVG", "save it as one of these")
    picture = readers[kind](data)
    check_size(picture.width, picture.height)
    return picture


def _refuse_empty(data: bytes) -> None:
    if not data:
        raise MediaError("the file is empty", "save it again")


def check_size(width: int, height: int) -> None:
    """Refuse what no screen shows, before it is decoded."""
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        message = f"the picture has {width} × {height} pixels"
        raise MediaError(message, f"each side has 1 to {LONGEST_SIDE}: make it smaller")
    if width * height > MOST_PIXELS:
        message = f"the picture has {width * height:,} pixels"
        raise MediaError(message, f"at most {MOST_PIXELS:,}: make it smaller")


def _kind(data: bytes) -> str:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    start = data[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "svg" if start.startswith(b"<") and b"<svg" in data[:20_000] else ""


def read_sound(data: bytes) -> str:
    """Return the suffix of a sound, by what it is.

    Raises
    ------
    MediaError
        When it is too large, or no MP3, Ogg, WAV, FLAC or M4A.

    Examples
    --------
    >>> read_sound(b"OggS" + bytes(60))
    '.ogg'
    """
    _refuse_empty(data)
    if len(data) > LARGEST_SOUND:
        message = f"the sound has {len(data):,} bytes"
        raise MediaError(message, f"at most {LARGEST_SOUND:,}: cut it or save it smaller")
    starts = {b"OggS": ".ogg", b"fLaC": ".flac", b"ID3": ".mp3"}
    found = next((suffix for start, suffix in starts.items() if data.startswith(start)), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        found = ".wav"
    elif data[4:8] == b"ftyp" and data[8:11] in (b"M4A", b"mp4", b"iso", b"M4B"):
        found = ".m4a"
    elif len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 in (0xE2, 0xE4, 0xE6):
        found = ".mp3"
    if not found or len(data) < 32:
        raise MediaError("this is no MP3, Ogg, WAV, FLAC or M4A", "save it as one of these")
    return found
