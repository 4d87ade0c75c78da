# The same tasks as tasks.py, for those who have make.
PYTHON ?= python3
DECK ?= calculus

.PHONY: deck test quick exhaustive check mutate lint format docs screenshots bench faults fuzz
deck:  ; $(PYTHON) tasks.py deck $(DECK)
test:  ; $(PYTHON) tasks.py test
quick: ; $(PYTHON) tasks.py quick
exhaustive: ; $(PYTHON) tasks.py exhaustive
check: ; $(PYTHON) tasks.py check
mutate: ; $(PYTHON) tasks.py mutate
docs:  ; $(PYTHON) tasks.py docs
lint:
	.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/lint-imports && .venv/bin/mypy
format:
	.venv/bin/ruff check --fix-only && .venv/bin/ruff format
faults:
	DLCARDS_FAULTS=100 .venv/bin/python -m pytest --exhaustive tests/faults
fuzz:
	DLCARDS_EXAMPLES=5000 DLCARDS_FUZZ_SECONDS=900 .venv/bin/python -m pytest --exhaustive tests/hostile tests/commands/test_preview_site.py
bench:
	.venv/bin/python -m benchmarks
screenshots: deck
	.venv/bin/python tests/browser/screenshots.py build/$(DECK).apkg
