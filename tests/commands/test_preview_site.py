"""The preview: what it shows, and what it serves to whom."""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dlcards.cli.console import Progress
from dlcards.commands.preview import Preview, PreviewRequest, preview
from dlcards.commands.preview_site import (
    MATHJAX,
    Serving,
    Site,
    find_mathjax,
    page,
    watch_content,
    write_site,
)
from dlcards.problems import ToolError, UsageError
from samples import ENTRY

QUIET = Progress(quiet=True)
EXAMPLES = int(os.environ.get("DLCARDS_EXAMPLES", "60"))
ENTRY_FILE = "formulas/calculus/power-rule.yaml"
FIGURE = "figure: {kind: function_plot, exprs: [x**2], x: [-2, 2], alt: A parabola.}\n"


def request_for(root: Path, *names: str) -> PreviewRequest:
    return PreviewRequest(root, names, jobs=0)


@pytest.fixture
def shown(small_project: Path) -> Preview:
    rewrite(small_project, "sources:", f"{FIGURE}sources:")
    return preview(request_for(small_project), QUIET)


def rewrite(root: Path, old: str, new: str) -> None:
    path = root / ENTRY_FILE
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


# What it shows


def test_it_shows_every_card_with_its_check(shown: Preview) -> None:
    entry = shown.entry("power-rule")
    assert [card["name"] for card in entry["cards"]] == [
        "Recall",
        "Meaning",
        "Recognise",
        "Question 1",
        "Question 2",
    ]
    assert entry["level"] == "proved"
    assert entry["checks"] == [{"claim": "d/dx xⁿ = n x^(n − 1)", "how": "proved"}]
    assert "Which power has the derivative 2x?" in entry["cards"][-1]["front"]
    assert "The square" not in entry["cards"][-1]["front"]
    assert "The square" in entry["cards"][-1]["back"]


def test_pictures_are_found_below_media(shown: Preview) -> None:
    entry = shown.entry("power-rule")
    (name,) = shown.entries["power-rule"].media
    assert f'src="media/{name}"' in entry["cards"][0]["back"]


def test_a_false_claim_is_told_beside_its_cards(small_project: Path) -> None:
    rewrite(small_project, "== n*x", "== -n*x")
    entry = preview(request_for(small_project), QUIET).entry("power-rule")
    assert entry["level"] == "refuted"
    assert "refuted-claim" in [problem["code"] for problem in entry["problems"]]


def test_a_file_that_cannot_be_read_is_told(small_project: Path) -> None:
    (small_project / ENTRY_FILE).write_text("title: [", encoding="utf-8")
    shown = preview(request_for(small_project), QUIET)
    assert shown.entries == {}
    assert [problem["code"] for problem in shown.frame()["problems"]] == ["yaml-syntax"]


def test_an_unknown_name_tells_the_nearest(small_project: Path) -> None:
    with pytest.raises(UsageError, match="did you mean 'power-rule'"):
        preview(request_for(small_project, "pover-rule"), QUIET)


def test_an_entry_that_disappears_while_one_looks_leaves_an_empty_page(
    shown: Preview, small_project: Path
) -> None:
    (small_project / ENTRY_FILE).unlink()
    again = preview(request_for(small_project, "power-rule"), QUIET, shown)
    assert again.entries == {}


@pytest.mark.slow
def test_only_what_changed_is_made_again(shown: Preview, small_project: Path) -> None:
    path = small_project / "formulas" / "calculus" / "other.yaml"
    path.write_text(ENTRY.replace("Power rule", "Another rule"), encoding="utf-8")
    again = preview(request_for(small_project), QUIET, shown, check=False)
    assert again.entries["power-rule"] is shown.entries["power-rule"]
    assert not again.entries["power-rule"].pending


@pytest.mark.slow
def test_an_unchecked_change_is_shown_before_it_is_checked(
    shown: Preview, small_project: Path
) -> None:
    rewrite(small_project, "x**(n - 1)", "x**n/x")
    first = preview(request_for(small_project), QUIET, shown, check=False)
    assert first.pending()
    assert first.entry("power-rule")["level"] == "checking"
    assert len(first.entry("power-rule")["cards"]) == 5
    second = preview(request_for(small_project), QUIET, first)
    assert not second.pending()
    assert second.entry("power-rule")["level"] == "proved"


# As files


def test_files_hold_the_page_and_its_pictures(shown: Preview, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert write_site(shown, folder) == folder / "index.html"
    (name,) = shown.entries["power-rule"].media
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*")) == [
        "data.js",
        "index.html",
        f"media/{name}",
        "page.css",
        "page.js",
    ]
    script = (folder / "data.js").read_text(encoding="utf-8")
    data = json.loads(script.removeprefix("window.previewData = ").rstrip(";\n"))
    assert data["order"] == ["power-rule"]


def test_the_page_runs_no_script_but_its_own_and_mathjax() -> None:
    text = page(MATHJAX, live=False)
    policy = re.search(r'Policy" content="([^"]+)"', text)
    assert policy is not None
    assert f"script-src 'self' {MATHJAX}/;" in policy[1]
    assert "default-src 'none'" in policy[1]
    assert re.findall(r"<script[^>]*>", text) == [
        '<script src="data.js">',
        '<script src="page.js">',
    ]
    assert not re.search(r"\son[a-z]+=", text)


def test_no_host_is_named_but_that_of_mathjax() -> None:
    assert set(re.findall(r"https?://([^/\"']+)", page(MATHJAX, live=True))) == {"cdn.jsdelivr.net"}
    assert "://" not in page("mathjax", live=True)


def test_mathjax_is_looked_for(tmp_path: Path) -> None:
    assert find_mathjax(None) is None
    with pytest.raises(UsageError, match=r"no tex-chtml-full\.js"):
        find_mathjax(tmp_path)
    (tmp_path / "es5").mkdir()
    (tmp_path / "es5" / "tex-chtml-full.js").touch()
    assert find_mathjax(tmp_path) == (tmp_path / "es5").resolve()


# As a server


Answer = tuple[int, dict[str, str], bytes]


def get(address: str, path: str, host: str = "", method: str = "GET") -> Answer:
    place = urlsplit(address).netloc
    connection = http.client.HTTPConnection(place, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host or place)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@contextmanager
def served(site: Site) -> Iterator[str]:
    with Serving(site) as address:
        yield address


def test_it_serves_the_page_and_the_cards(shown: Preview) -> None:
    (name,) = shown.entries["power-rule"].media
    with served(Site(shown)) as address:
        assert address.startswith("http://127.0.0.1:")
        status, headers, body = get(address, "/")
        assert (status, body[:15]) == (200, b"<!doctype html>")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        status, headers, body = get(address, f"/media/{name}")
        assert (status, headers["Content-Type"]) == (200, "image/svg+xml")
        assert get(address, "/page.js", method="HEAD")[2] == b""


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", ""])
def test_another_name_for_this_machine_gets_nothing(shown: Preview, host: str) -> None:
    with served(Site(shown)) as address:
        status, _, body = get(address, "/data.js", host or "127.0.0.1:1")
        assert (status, body) == (403, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/../formulas/calculus/power-rule.yaml",
        "/media/../page.html",
        "/media/%2e%2e/%2e%2e/etc/passwd",
        "/mathjax/../secret.txt",
        "/mathjax/%2e%2e%2fsecret.txt",
        "/mathjax//etc/passwd",
        "/mathjax/link.txt",
        "/mathjax/",
        "/formulas",
    ],
)
def test_no_path_leads_outside(shown: Preview, tmp_path: Path, path: str) -> None:
    folder = tmp_path / "mathjax"
    folder.mkdir()
    (folder / "tex-chtml-full.js").write_text("here", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    with served(Site(shown, find_mathjax(folder))) as address:
        assert get(address, "/mathjax/tex-chtml-full.js")[2] == b"here"
        assert get(address, path)[0] == 404


def test_a_port_that_is_taken_is_told(shown: Preview) -> None:
    with served(Site(shown)) as address:
        port = urlsplit(address).port
        assert port is not None
        with pytest.raises(ToolError, match=f"port {port}"):
            Serving(Site(shown), port)


def changes(site: Site, since: int) -> Any:
    body = site.answer("changes.json", f"since={since}")
    assert body is not None
    return json.loads(body)


def test_a_saved_file_is_published_and_then_checked(shown: Preview, small_project: Path) -> None:
    site = Site(shown, live=True)
    versions = site.versions()
    assert next(versions) == 1
    rewrite(small_project, "Bring the exponent down", "Take the exponent down")
    watch_content(request_for(small_project), site, shown, QUIET, rounds=1)
    assert next(versions) == 2
    news = changes(site, 1)
    assert [entry["id"] for entry in news["entries"]] == ["power-rule"]
    assert "Take the exponent" in news["entries"][0]["cards"][0]["back"]
    assert changes(site, 2)["entries"] == []


def test_nothing_is_published_when_nothing_changed(shown: Preview, small_project: Path) -> None:
    site = Site(shown, live=True)
    watch_content(request_for(small_project), site, shown, QUIET, rounds=1)
    assert changes(site, 0)["version"] == 1


ODD_PATHS = (
    "/%00", "/media/%00", "/mathjax/%00", "/mathjax/a%00b", "http://[::1", "//[", "http://[/",
    "/" + "a" * 60_000, "/mathjax/" + "a" * 60_000, "/mathjax/" + "a/" * 3000,
    "/media/" + "%41" * 9000,
    "/%ff%fe", "/mathjax/%ff", "/mathjax/..%2f..%2fetc/passwd", "/?%00", "/changes.json?since=%00",
    "/changes.json?since=9e9", "/changes.json?since=" + "9" * 5000,
    "/changes.json?" + "&a=1" * 5000,
    "*", "x", "/\\", "/;a", "/#", "/~root", "/con", "/mathjax", "/mathjax/", "/events/x",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "X"])
def test_every_request_is_answered(
    shown: Preview, tmp_path: Path, method: str, count: Callable[..., None]
) -> None:
    chance = random.Random(method)
    signs = [
        "%00",
        "%",
        "/",
        "\\",
        "..",
        ":",
        "[",
        "]",
        "@",
        "?",
        "#",
        "\xe9",
    ]
    drawn = [
        "/" + "".join(chance.choices([*signs, "mathjax/", "media/"], k=9)) for _ in range(EXAMPLES)
    ]
    with served(Site(shown, tmp_path)) as address:
        for path in (*ODD_PATHS, *drawn):
            host = urlsplit(address)
            with socket.create_connection((host.hostname or "", host.port or 0), 10) as connection:
                head = f"{method} {path} HTTP/1.1\r\nHost: {host.netloc}\r\nConnection: close\r\n"
                connection.sendall(f"{head}\r\n".encode("latin-1"))
                answer = connection.makefile("rb").read()
            assert re.match(rb"HTTP/1\.[01] (200|400|404|414|501) ", answer), path[:80]
            status = int(answer.split()[1])
            assert status == 200 or len(answer) < 2000, path[:80]
            assert b"root:" not in answer
            count("requests to the preview")


@pytest.mark.slow
def test_pages_hear_of_the_next_version(shown: Preview, small_project: Path) -> None:
    site = Site(shown, live=True)
    with served(site) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        connection.request("GET", "/events")
        answer = connection.getresponse()
        assert answer.getheader("Content-Type") == "text/event-stream"
        assert answer.fp.readline() == b"data: 1\n"
        rewrite(small_project, "Power rule", "Rule of powers")
        again = preview(request_for(small_project), QUIET, shown, check=False)
        threading.Thread(target=site.publish, args=(again,)).start()
        assert answer.fp.readline() == b"\n"
        assert answer.fp.readline() == b"data: 2\n"
        connection.close()
