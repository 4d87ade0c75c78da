"""Whatever is written in a file: problems, never an exception.

``DLCARDS_EXAMPLES=5000`` tries as many inputs for each test, ``DLCARDS_FUZZ_SECONDS=900``
lets the guided ones go on for as long; ``make fuzz`` does both. Without them every run tries
the same inputs.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from injected import faults_of
from swallow import check_problem, swallow_claim, swallow_entry, swallow_kept, swallow_list

from dlcards.content.schema import Deck, Entry, Translation, WholeList, read_model
from dlcards.documents import Places, read_document
from dlcards.release.personal import PERSONAL_FILE, read_personal, write_personal

EXAMPLES = int(os.environ.get("DLCARDS_EXAMPLES", "60"))
SECONDS = os.environ.get("DLCARDS_FUZZ_SECONDS")
Count = Callable[..., None]
FUZZ = Path(__file__).parents[2] / "fuzz"

pytestmark = pytest.mark.slow
many = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="DLCARDS_EXAMPLES" not in os.environ,
)
KEPT = (
    "# dlcards checks, version 1\n",
    "# dlcards ledger 1\n",
    '0123456789abcdef01234567 {"claims": [["proved", 0]]}\n',
    "note\tdlcards/x\t2025-01-01T00:00:00Z\tabc\tx; type 1\t000000\n",
    '{"dlcards/x": ["abc", 5]}',
    "<<<<<<< ours\n",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzed")


@many
@given(strategies.documents)
def test_documents(count: Count, text: str) -> None:
    count("inputs: documents")
    document, problems = read_document(text, "a.yaml")
    assert document is not None or problems
    for problem in problems:
        check_problem(problem)
    if document is not None:
        Places(document)
        for model in (Entry, Deck, Translation, WholeList):
            for problem in read_model(model, document)[1]:
                check_problem(problem)


@many
@given(strategies.documents)
def test_entries(count: Count, root: Path, text: str) -> None:
    count("inputs: entries")
    swallow_entry(root, text)


@many
@given(
    strategies.entries.map(strategies.as_text),
    strategies.decks.map(strategies.as_text) | strategies.documents,
    strategies.translations.map(strategies.as_text) | strategies.documents,
    strategies.lists.map(strategies.as_text) | strategies.plain_lists(),
)
def test_projects(
    count: Count, root: Path, entry: str, deck: str, translation: str, questions: str
) -> None:
    count("inputs: projects of entry, deck, translation and list")
    swallow_entry(root, entry, deck, translation, questions)


@many
@given(strategies.plain_lists() | strategies.lists.map(strategies.as_text) | strategies.documents)
def test_lists(count: Count, text: str) -> None:
    count("inputs: lists")
    swallow_list(text)


@many
@given(strategies.formulas | strategies.prose | st.text(max_size=200))
def test_claims(count: Count, text: str) -> None:
    count("inputs: claims, prose, snippets")
    swallow_claim(text)


@many
@given(st.lists(st.sampled_from(KEPT) | st.text(max_size=40), max_size=6).map("".join))
def test_kept_files(count: Count, text: str) -> None:
    count("inputs: ledger, lock, build times")
    swallow_kept(text)


REMARKS = st.dictionaries(
    st.sampled_from(("dlcards/x", "dlcards/x#q1", "")) | st.text(max_size=20),
    st.fixed_dictionaries(
        {},
        optional={
            "personal": st.lists(
                st.sampled_from(("<b>", "</b>", "<br>", "<script>", "&amp;", "[sound:x]", "{{c1::"))
                | st.text(max_size=20),
                max_size=6,
            ).map("".join),
            "tags": st.lists(st.text(max_size=12), max_size=4),
            "note": st.none(),
        },
    )
    | st.integers()
    | st.none(),
    max_size=4,
)


@many
@given(REMARKS.map(strategies.as_text) | strategies.documents)
def test_remarks(count: Count, root: Path, text: str) -> None:
    count("inputs: remarks of one's own")
    (root / PERSONAL_FILE).parent.mkdir(exist_ok=True)
    (root / PERSONAL_FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
    overlay, problems = read_personal(root)
    for problem in problems:
        check_problem(problem)
    for own in overlay.values():
        assert not any(faults_of(own.personal, frozenset()))
        assert all(tag.split() == [tag] for tag in own.tags)
    (root / PERSONAL_FILE).write_text(write_personal(overlay), encoding="utf-8")
    assert read_personal(root) == (overlay, ())


@pytest.mark.exhaustive(of=4)
@pytest.mark.parametrize("target", ["documents", "claims"])
def test_guided_by_coverage(tmp_path: Path, target: str, every: int, count: Count) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed")
    script, seeds = str(FUZZ / f"{target}.py"), str(FUZZ / "corpus" / target)
    runs = [f"-runs={1000 // every}", "-seed=1"]
    length = [f"-max_total_time={SECONDS}"] if SECONDS else runs
    limits = [*length, "-timeout=60", "-rss_limit_mb=2048", "-max_len=4000"]
    done = subprocess.run(
        [sys.executable, script, str(tmp_path), seeds, *limits],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = re.search(r"^Done (\d+) runs", done.stderr, re.MULTILINE)
    assert told is not None, done.stderr[-3000:]
    count(f"inputs guided by coverage: {target}", int(told[1]))


def test_the_seeds_are_read() -> None:
    for target in ("documents", "claims"):
        assert len(list((FUZZ / "corpus" / target).iterdir())) >= 20
