from collections.abc import Callable
from typing import Any

import pytest

from dlcards import figures


@pytest.fixture
def parsed() -> Callable[..., figures.FigureSpec]:
    def parse(**data: Any) -> figures.FigureSpec:
        spec, problems = figures.parse_spec(data)
        assert spec is not None, problems
        return spec

    return parse
