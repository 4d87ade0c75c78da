"""Two devices of one learner, and Anki's own sync server between them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAME, PASSWORD = "learner", "secret"


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run the server on a free port of this machine and return its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = os.environ | {
        "SYNC_USER1": f"{NAME}:{PASSWORD}",
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
        "SYNC_BASE": str(folder),
        "RUST_LOG": "error",
    }
    command = [sys.executable, "-c", "from anki.syncserver import run_sync_server as r; r()"]
    process = subprocess.Popen(command, env=environment)
    try:
        for _ in range(100):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def sync(col: Any, address: str, *, upload: bool | None = None) -> None:
    """Sync a collection as the button does; ``upload`` answers the question which side wins."""
    auth = col.sync_login(NAME, PASSWORD, address)
    auth.endpoint = address  # 2.1.66 would go to AnkiWeb
    try:
        answer = col.sync_collection(auth, sync_media=False)
    except TypeError:  # 2.1.66 syncs media apart, and holds a transaction open
        col.save(trx=False)
        answer = col.sync_collection(auth)
        col.db.begin()
    required = {answer.NO_CHANGES: False, answer.NORMAL_SYNC: False}.get(answer.required, True)
    if not required:
        return
    assert upload is not None, "the two sides cannot be merged"
    col.close_for_full_sync()
    if hasattr(col, "full_upload_or_download"):
        col.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
    else:
        (col.full_upload if upload else col.full_download)(auth)
    col.reopen(after_full_sync=True)
