# The same tasks as tasks.py, for those who have make.
PYTHON ?= python3
DECK ?= calculus

.PHONY: deck test quick check lint format docs screenshots bench
deck:  ; $(PYTHON) tasks.py deck $(DECK)
test:  ; $(PYTHON) tasks.py test
quick: ; $(PYTHON) tasks.py quick
check: ; $(PYTHON) tasks.py check
docs:  ; $(PYTHON) tasks.py docs
lint:
	.venv/bin/ruff check && .venv/bin/ruff format --check && .venv/bin/lint-imports && .venv/bin/mypy
format:
	.venv/bin/ruff check --fix-only && .venv/bin/ruff format
bench:
	.venv/bin/python -m benchmarks
screenshots: deck
	.venv/bin/python tests/browser/screenshots.py build/$(DECK).apkg
