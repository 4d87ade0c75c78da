"""The preview as a page: as files, or served on this machine and reloading by itself."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from dlcards.build.flow import workers
from dlcards.build.verify import get_ready
from dlcards.commands.preview import Preview, PreviewRequest, preview
from dlcards.files import write_atomically
from dlcards.problems import ToolError, UsageError
from dlcards.project import MEDIA_SUFFIXES, PROJECT_FILE, STYLE_FILE
from dlcards.requests import Watcher
from dlcards.workers import Crew

MATHJAX = "https://cdn.jsdelivr.net/npm/mathjax@3.2.2/es5"
"""The version that Anki ships."""

ADDRESS = "127.0.0.1"
POLL_SECONDS = 0.25
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff": "font/woff",
}
_MEDIA_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def find_mathjax(folder: Path | None) -> Path | None:
    """Return the folder that holds ``tex-chtml-full.js``, below or at the one given.

    Raises
    ------
    UsageError
        When it holds no MathJax.
    """
    if folder is None:
        return None
    for place in (folder, folder / "es5"):
        if (place / "tex-chtml-full.js").is_file():
            return place.resolve()
    raise UsageError(f"{folder} holds no tex-chtml-full.js of MathJax")


def page(mathjax: str, *, live: bool) -> str:
    """Return the page; `mathjax` is the address of its folder."""
    text = (_assets() / "page.html").read_text(encoding="utf-8")
    values = {"policy": _policy(mathjax), "mathjax": mathjax, "live": "yes" if live else "no"}
    return re.sub(r"@(policy|mathjax|live)@", lambda m: values[m[1]], text)


def _policy(mathjax: str) -> str:
    """Return what the page may load; no script but its own and MathJax."""
    there = f" {mathjax}/" if mathjax.startswith("https://") else ""
    parts = (
        "default-src 'none'",
        f"script-src 'self'{there}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self'",
        f"font-src 'self'{there}",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(parts)


def _assets() -> Any:
    return files(__package__) / "preview_page"


def _asset(name: str) -> bytes:
    data: bytes = (_assets() / name).read_bytes()
    return data


def _data(shown: Preview, version: int) -> dict[str, Any]:
    entries = [shown.entry(entry_id) for entry_id in shown.entries]
    return {**shown.frame(), "version": version, "entries": entries}


def _script(shown: Preview, version: int) -> bytes:
    text = json.dumps(_data(shown, version), ensure_ascii=False, separators=(",", ":"))
    return f"window.previewData = {text};\n".encode()


def write_site(shown: Preview, folder: Path, mathjax: Path | None = None) -> Path:
    """Write the preview as files that any browser opens, and return the page.

    Raises
    ------
    ToolError
        When a file cannot be written.
    """
    address = MATHJAX if mathjax is None else "mathjax"
    try:
        for name, data in _site(shown, address, mathjax):
            write_atomically(folder / name, data, folder)
    except OSError as error:
        raise ToolError(f"{error.filename or folder}: {error.strerror}") from error
    return folder / "index.html"


def _site(shown: Preview, address: str, mathjax: Path | None) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the page with its name."""
    for file in sorted(mathjax.rglob("*")) if mathjax is not None else ():
        if mathjax is not None and file.is_file():
            yield f"mathjax/{file.relative_to(mathjax).as_posix()}", file.read_bytes()
    for name in ("page.css", "page.js"):
        yield name, _asset(name)
    yield "data.js", _script(shown, 0)
    for entry in shown.entries.values():
        for name, data in entry.media.items():
            yield f"media/{name}", data
    yield "index.html", page(address, live=False).encode()


@dataclass(slots=True)
class _State:
    """What is served now, and since which version each entry is as it is."""

    shown: Preview
    version: int
    since: dict[str, int]


class Site:
    """The preview that is served; it may change at any time.

    Parameters
    ----------
    shown : Preview
    mathjax : Path or None
        None to load MathJax from its public address.
    live : bool
        Whether the page waits for changes.
    """

    def __init__(self, shown: Preview, mathjax: Path | None = None, *, live: bool = False):
        self._state = _State(shown, 1, dict.fromkeys(shown.entries, 1))
        self._changed = threading.Condition()
        self._closed = False
        self.mathjax = mathjax
        self.live = live

    def publish(self, shown: Preview) -> bool:
        """Show another state; return whether it differs from the one before."""
        old = self._state
        version = old.version + 1
        since = {
            name: old.since[name]
            if name in old.shown.entries and old.shown.entry(name) == shown.entry(name)
            else version
            for name in shown.entries
        }
        same = old.shown.frame() == shown.frame() and version not in since.values()
        with self._changed:
            self._state = _State(shown, old.version if same else version, since)
            self._changed.notify_all()
        return not same

    def close(self) -> None:
        """Let every page know that nothing will come any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def versions(self) -> Iterator[int | None]:
        """Yield each new version, or None from time to time while there is none."""
        last = 0
        while (now := self._next_version(last)) >= 0:
            yield now if now != last else None
            last = now

    def _next_version(self, last: int) -> int:
        """Wait a while for another version; -1 at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._state.version != last, 10)
            return -1 if self._closed else self._state.version

    def answer(self, path: str, query: str) -> bytes | None:
        """Return the content of a path, None when there is none."""
        state = self._state
        if path in ("page.css", "page.js"):
            return _asset(path)
        if path == "data.js":
            return _script(state.shown, state.version)
        if path == "changes.json":
            return _changes(state, query)
        if path in ("", "index.html"):
            return page(MATHJAX if self.mathjax is None else "mathjax", live=self.live).encode()
        if path.startswith("media/"):
            return _media(state.shown, path.removeprefix("media/"))
        if path.startswith("mathjax/") and self.mathjax is not None:
            return _below(self.mathjax, path.removeprefix("mathjax/"))
        return None


def _changes(state: _State, query: str) -> bytes:
    text = parse_qs(query).get("since", ["0"])[0]
    since = int(text) if text.isdecimal() and len(text) < 12 else 0
    changed = [name for name, version in state.since.items() if version > since]
    entries = [state.shown.entry(name) for name in changed]
    answer = {**state.shown.frame(), "version": state.version, "entries": entries}
    return json.dumps(answer, ensure_ascii=False).encode()


def _media(shown: Preview, name: str) -> bytes | None:
    if not _MEDIA_NAME.fullmatch(name):
        return None
    return next((e.media[name] for e in shown.entries.values() if name in e.media), None)


def _below(folder: Path, path: str) -> bytes | None:
    file = (folder / path).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        return None
    return file.read_bytes()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, site: Site) -> None:
        self.site = site
        super().__init__((ADDRESS, port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing: a page that is closed while the server answers is no fault."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Log nothing."""

    def do_HEAD(self) -> None:
        """Answer without the content."""
        self._answer(content=False)

    def do_GET(self) -> None:
        """Answer with the content."""
        self._answer(content=True)

    def _answer(self, *, content: bool) -> None:
        port = self.server.server_port
        hosts = (f"{ADDRESS}:{port}", f"localhost:{port}")
        if self.headers.get("Host") not in hosts:
            # Another site's name may lead here; its pages must not read what we serve.
            self._send(HTTPStatus.FORBIDDEN, b"", "text/plain", content=content)
            return
        try:
            address = urlsplit(self.path)
            path = unquote(address.path).lstrip("/")
            if path == "events" and content:
                self._events()
                return
            body = self.server.site.answer(path, address.query)
            kind = _KINDS.get(Path(path).suffix or ".html", "application/octet-stream")
        except (ValueError, OSError):  # a null character, a bracket, a name without end
            self._send(HTTPStatus.BAD_REQUEST, b"", "text/plain", content=content)
            return
        status = HTTPStatus.OK if body is not None else HTTPStatus.NOT_FOUND
        self._send(status, body or b"", kind, content=content)

    def _send(self, status: HTTPStatus, body: bytes, kind: str, *, content: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self._send_guards()
        self.end_headers()
        if content:
            self.wfile.write(body)

    def _send_guards(self) -> None:
        mathjax = MATHJAX if self.server.site.mathjax is None else "mathjax"
        policy = f"{_policy(mathjax)}; frame-ancestors 'none'"
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Cache-Control", "no-store")

    def _events(self) -> None:
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self._send_guards()
        self.end_headers()
        try:
            for version in self.server.site.versions():
                line = ": waiting\n\n" if version is None else f"data: {version}\n\n"
                self.wfile.write(line.encode())
                self.wfile.flush()
        except OSError:
            return  # the page was closed


class Serving:
    """A server in the background; a context manager that gives its address.

    Raises
    ------
    ToolError
        When the port is taken.
    """

    def __init__(self, site: Site, port: int = 0) -> None:
        self._site = site
        try:
            self._server = _Server(port, site)
        except OSError as error:
            raise ToolError(f"port {port} of {ADDRESS}: {error.strerror}") from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://{ADDRESS}:{self._server.server_port}/"

    def __exit__(self, *error: object) -> None:
        self._site.close()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def wait() -> None:
    """Wait until Ctrl-C."""
    threading.Event().wait()


def watch_content(
    request: PreviewRequest, site: Site, shown: Preview, watcher: Watcher, *, rounds: int = 0
) -> None:
    """Publish every change of the content, first as it reads, then with its checks.

    Parameters
    ----------
    request : PreviewRequest
    site : Site
    shown : Preview
        What the site shows now.
    watcher : Watcher
    rounds : int
        Look so many times; 0 goes on until Ctrl-C.
    """
    last: frozenset[tuple[str, int, int]] = frozenset()
    done = 0
    with Crew() as crew:
        while not rounds or done < rounds:
            now = _state_of(request.root)
            if now != last:
                last = now
                shown = preview(request, watcher, shown, check=False)
                site.publish(shown)
            elif shown.pending():
                shown = preview(request, watcher, shown, crew=crew)
                site.publish(shown)
            else:
                if not done and request.jobs != 0:
                    get_ready(crew, workers(request.jobs))
                time.sleep(POLL_SECONDS)
                done += 1


def _state_of(root: Path) -> frozenset[tuple[str, int, int]]:
    """Return path, size and time of every content file."""
    found = []
    below = [path for top in ("formulas", "exercises", "decks") for path in (root / top).rglob("*")]
    for path in (*below, root / PROJECT_FILE, root / STYLE_FILE):
        if path.suffix not in (".yaml", ".css", *MEDIA_SUFFIXES):
            continue
        try:
            status = path.stat()
        except OSError:
            continue  # renamed while we looked, or not there
        found.append((str(path), status.st_size, status.st_mtime_ns))
    return frozenset(found)
