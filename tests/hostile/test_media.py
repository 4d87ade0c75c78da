"""Pictures and sounds of strangers: reduced to what is seen and heard, or refused."""

from __future__ import annotations

import io
import re
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from dlcards.content.reader import read_library
from dlcards.media import MediaError, read_picture, read_sound
from dlcards.media.svg import ELEMENTS
from samples import DECK, ENTRY, Project

pytestmark = pytest.mark.usefixtures("in_process")

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
BOX = f'{HEAD} viewBox="0 0 9 9">'
DEEP = "<g>" * 60 + "</g>" * 60
BOMB = (
    "".join(f'<g id="a{i}">' + f'<use href="#a{i + 1}"/>' * 10 + "</g>" for i in range(8))
    + '<path id="a8" d="M0 0"/>'
)


def svg(inside: str) -> bytes:
    return f"{BOX}{inside}</svg>".encode()


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<SCRIPT/>", "<SCRIPT>"),
        ('<x:script xmlns:x="http://www.w3.org/1999/xhtml">a</x:script>', "a script"),
        ('<metadata><script xmlns="x">a</script></metadata>', "a script"),
        ('<path d="M0 0" onclick="alert(1)"/>', "onclick="),
        ('<path d="M0 0" onLoad="alert(1)"/>', "onLoad="),
        ("<foreignObject><p/></foreignObject>", "<foreignObject>"),
        ('<image href="https://example.org/x.png"/>', "<image>"),
        ('<a href="https://example.org"><path d="M0 0"/></a>', "<a>"),
        ('<use href="https://example.org/x.svg#a"/>', "another file"),
        ('<use xlink:href="other.svg#a"/>', "another file"),
        ('<use href="javascript:alert(1)"/>', "another file"),
        ('<path d="M0 0" fill="url(https://example.org/x)"/>', "fill="),
        ('<path d="M0 0" style="fill: url(//example.org/x)"/>', "fill="),
        ('<path d="M0 0" style="fill: url(\'data:x\')"/>', "fill="),
        ('<path d="M0 0" style="fill: u\\72l(x)"/>', "fill="),
        ("<style>@import 'x'</style>", "<style>"),
        ('<animate attributeName="href"/>', "<animate>"),
        ('<set attributeName="onclick" to="x"/>', "<set>"),
        ('<g id="a"><use href="#a"/></g>', "uses itself"),
        (BOMB, "drawn out"),
        (DEEP, "nests too deep"),
        ("<path", "broken"),
    ],
)
def test_a_drawing_that_does_more_than_draw_is_refused(inside: str, told: str) -> None:
    with pytest.raises(MediaError, match=re.escape(told)) as raised:
        read_picture(svg(inside))
    assert raised.value.hint


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + BOX + "&a;</svg>",
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + BOX + "</svg>",
        "<html><svg/></html>",
        f'{HEAD} width="90000" height="9"/>',
        f'{HEAD} viewBox="0 0 0 0"/>',
    ],
)
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(MediaError):
        read_picture(text.encode())


def test_a_drawing_keeps_what_is_drawn_and_nothing_else() -> None:
    inside = (
        "<!-- remark --><metadata>mine</metadata><title>x</title>"
        '<i:view xmlns:i="http://www.inkscape.org" i:x="1"/>'
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        '<g style="fill: url(#g); -x: 1; stroke:#000" class="c" data-x="1">'
        '<path d="M0 0h9"/><text x="1">a &lt; b<tspan>c</tspan>d</text></g>'
        '<use xlink:href="#g"/>'
    )
    picture = read_picture(svg(inside))
    root = ET.fromstring(picture.content)
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names == {"svg", "defs", "linearGradient", "stop", "g", "path", "text", "tspan", "use"}
    assert names <= ELEMENTS
    group = root.find("{http://www.w3.org/2000/svg}g")
    assert group is not None
    assert group.attrib == {"fill": "url(#g)", "stroke": "#000"}
    assert "".join(root.itertext()).strip() == "a < bcd"
    assert b"mine" not in picture.content
    assert read_picture(picture.content) == picture


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 30 20"', (30, 20)),
        ('width="3cm" height="1in"', (113, 96)),
        ('width="100%" height="100%" viewBox="0,0,8,4"', (8, 4)),
        ("", (300, 150)),
    ],
)
def test_a_drawing_has_a_size(attributes: str, size: tuple[int, int]) -> None:
    picture = read_picture(f"{HEAD} {attributes}/>".encode())
    assert (picture.width, picture.height) == size
    assert b"viewBox" in picture.content


# Pixels


def drawn(kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(buffer, kind, **options)
    return buffer.getvalue()


def with_exif(kind: str, orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "SECRET PLACE"
    return drawn(kind, exif=exif)


def png_with(name: bytes, data: bytes) -> bytes:
    png = drawn("PNG")
    chunk = struct.pack(">I", len(data)) + name + data
    chunk += struct.pack(">I", zlib.crc32(name + data))
    return png[:33] + chunk + png[33:]


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (drawn("PNG"), ".png"),
        (drawn("JPEG"), ".jpg"),
        (drawn("JPEG", progressive=True), ".jpg"),
        (drawn("WEBP"), ".webp"),
        (drawn("WEBP", lossless=True), ".webp"),
        (with_exif("JPEG"), ".jpg"),
        (with_exif("PNG"), ".png"),
        (with_exif("WEBP"), ".webp"),
        (png_with(b"tEXt", b"Comment\0SECRET PLACE"), ".png"),
        (drawn("JPEG", comment=b"SECRET PLACE"), ".jpg"),
        (drawn("PNG") + b"SECRET PLACE", ".png"),
        (drawn("JPEG") + b"SECRET PLACE", ".jpg"),
    ],
)
def test_a_picture_loses_everything_but_what_is_seen(data: bytes, suffix: str) -> None:
    picture = read_picture(data)
    assert (picture.suffix, picture.width, picture.height) == (suffix, 30, 20)
    assert b"SECRET" not in picture.content
    with Image.open(io.BytesIO(picture.content)) as after, Image.open(io.BytesIO(data)) as before:
        assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()
    assert read_picture(picture.content) == picture


def bomb() -> bytes:
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    out = b"\x89PNG\r\n\x1a\n"
    for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")):
        out += (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )
    return out


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    buffer = io.BytesIO()
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b"GIF89a" + bytes(40), "no PNG"),
        (drawn("PNG")[:-20], "broken"),
        (drawn("JPEG")[:-40], "broken"),
        (drawn("WEBP")[:-20], "broken"),
        (drawn("PNG")[:45] + b"\0\0\0\0" + drawn("PNG")[49:], "broken"),
        (b"\xff\xd8\xff" + bytes(200), "broken"),
        (bomb(), "pixels"),
        (moving("PNG"), "moves"),
        (moving("WEBP"), "moves"),
        (with_exif("JPEG", 6), "on its side"),
        (drawn("PNG") + bytes(5_000_000), "bytes"),
    ],
)
def test_a_broken_or_hostile_picture_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(MediaError, match=told) as raised:
        read_picture(data)
    assert raised.value.hint


@given(st.binary(max_size=60), st.sampled_from([drawn("PNG"), drawn("JPEG"), svg("<g/>")]))
@example(b"\xff\xe1\xff\xff", drawn("JPEG"))
def test_no_bytes_do_anything_else_than_be_refused(noise: bytes, picture: bytes) -> None:
    middle = len(picture) // 2
    for data in (picture[:middle] + noise + picture[middle:], picture[:20] + noise, noise):
        with suppress(MediaError):  # anything else fails the test
            assert read_picture(data).width > 0


@pytest.mark.parametrize(
    ("start", "suffix"),
    [
        (b"OggS", ".ogg"),
        (b"ID3\x04", ".mp3"),
        (b"\xff\xfb\x90", ".mp3"),
        (b"fLaC", ".flac"),
        (b"RIFF\0\0\0\0WAVEfmt ", ".wav"),
        (b"\0\0\0\x20ftypM4A ", ".m4a"),
    ],
)
def test_sounds_are_told_by_what_they_are(start: bytes, suffix: str) -> None:
    assert read_sound(start + bytes(64)) == suffix


@pytest.mark.parametrize("data", [b"", b"<html>", b"MZ" + bytes(99), b"OggS" + bytes(11_000_000)])
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(MediaError):
        read_sound(data)


# In an entry

PICTURE = "figure: {{kind: image, file: {file}, alt: A line.}}\n"


@pytest.mark.parametrize(
    ("file", "line", "code"),
    [
        ("gone.png", 13, "bad-picture"),
        ("../secret.png", 13, "bad-picture"),
        ("/etc/passwd", 13, "bad-picture"),
        ("'a\\b.png'", 13, "bad-picture"),
        ("'c:x.png'", 13, "bad-picture"),
        (".hidden.png", 13, "bad-picture"),
        ("link.png", 13, "bad-picture"),
        ("folder", 13, "bad-picture"),
        ("text.png", 13, "bad-picture"),
        ("''", 13, "empty-value"),
    ],
)
def test_a_picture_lies_beside_its_entry(project: Project, file: str, line: int, code: str) -> None:
    from dlcards.cli.console import Progress
    from dlcards.commands.check import check
    from dlcards.requests import CheckRequest

    entry = ENTRY + PICTURE.format(file=file)
    root = project(
        {
            "formulas/calculus/power-rule.yaml": entry,
            "formulas/secret.png": "x",
            "formulas/calculus/text.png": "not a picture",
            "formulas/calculus/folder/x.png": "x",
            "decks/calculus.yaml": DECK,
        }
    )
    (root / "formulas/calculus/link.png").symlink_to(root / "formulas/secret.png")
    found = check(CheckRequest(root, jobs=0), Progress(quiet=True)).problems
    errors = [(p.location.line, p.code) for p in found if p.severity == "error"]
    assert errors == [(line, code)]


def test_a_figure_of_ones_own_takes_no_keys_of_computed_ones(project: Project) -> None:
    entry = ENTRY + "figure: {kind: image, file: a.png, exprs: [x]}\n"
    root = project({"formulas/calculus/power-rule.yaml": entry, "decks/calculus.yaml": DECK})
    codes = sorted(p.code for p in read_library(root)[1])
    assert codes == ["missing-key", "unknown-key"]


@pytest.mark.slow
def test_pictures_and_sounds_arrive_in_the_package(project: Project, tmp_path: Path) -> None:
    from dlcards.cli import run
    from dlcards.release.diff.read import Limits, read_package

    question = "answer: Zero}"
    entry = ENTRY.replace(question, "answer: Zero, audio: s/zero.mp3, hint: Flat.}")
    entry += (
        "figure: {kind: image, file: p.jpg, alt: Red., caption: C., credit: Me, CC0}\n".replace(
            "Me, CC0", '"Me, CC0"'
        )
    )
    root = project({"formulas/calculus/power-rule.yaml": entry, "decks/calculus.yaml": DECK})
    folder = root / "formulas/calculus"
    (folder / "p.jpg").write_bytes(with_exif("JPEG"))
    (folder / "s").mkdir()
    (folder / "s/zero.mp3").write_bytes(b"ID3\x04" + bytes(99))
    assert run(["--root", str(root), "-q", "build", "--all"]) == 0
    package = read_package(root / "build/calculus.apkg", Limits())
    (note,) = package.notes.values()
    text = "".join(note.fields)
    names = sorted(package.media, key=lambda name: name.rpartition(".")[2])
    assert [name.rpartition(".")[2] for name in names] == ["jpg", "mp3"]
    assert f"[sound:{next(name for name in names if name.endswith('.mp3'))}]" in text
    assert '<figure class="keep"><img src="dlcards-power-rule-' in text
    assert "<small>Me, CC0</small>" in text
    assert "<summary" in text
    assert "Flat." in text
