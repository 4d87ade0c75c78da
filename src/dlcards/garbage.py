"""How often Python looks for garbage: processes of ours are short and keep most of what they make.

On the warm path: imports nothing that takes time to load.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (10_000, 10, 50)
"""What Python starts with, (700, 10, 10), takes an eighth of the time in which modules load.

What a figure leaves behind is still found before twenty others are drawn.
"""


def collect_rarely() -> None:
    """Let this process look for garbage less often than Python does by itself."""
    gc.set_threshold(*THRESHOLDS)


@contextmanager
def without_collection() -> Iterator[None]:
    """Switch the collector off: a build keeps what it makes, and scanning it takes a quarter."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
