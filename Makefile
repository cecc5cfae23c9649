# make demo            score the sample pages: the main job
# make test            run the linter, the type checker and all tests
# make docs            build the documentation into build/docs; warnings are errors
# make rerun           run the examples of the documentation and write what they print now
# make release-check   all of it, then build, install and try the package as a user would
# make parity          compare the quality signals with the packages that they are from, in .venv-parity
# make clean           remove what the others have made
#
# All need Python 3.11 or newer, make and a package index; all else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test docs rerun parity release-check clean

demo: .venv/installed
	@$(BIN)/spindetect score data/samples/*.txt data/samples/*.html

# All three run even if one fails; pytest comes last, so that its summary ends the output.
test: .venv/installed-dev
	@status=0; \
	$(BIN)/python -m ruff check . || status=1; \
	$(BIN)/python -m ruff format --check . || status=1; \
	$(BIN)/python -m mypy || status=1; \
	$(BIN)/python -m pytest || status=$$?; \
	exit $$status

docs: .venv/installed-dev
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs

rerun: .venv/installed-dev
	@$(BIN)/python docs/rerun.py

release-check: test docs
	@$(BIN)/python docs/rerun.py --check
	@$(BIN)/python tools/release_check.py

# datatrove, spaCy and NLTK stay out of the environment that the package is developed in.
parity: .venv-parity/installed
	@.venv-parity/bin/python -m pytest tests/test_parity.py

.venv-parity/installed: pyproject.toml
	$(PYTHON) -m venv .venv-parity
	.venv-parity/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[parity]'
	@touch $@

clean:
	rm -rf .venv .venv-parity .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "spindetect needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-dev: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/installed
