# The commands of this project. Each of them first makes sure that .venv holds what requirements.lock and
# pyproject.toml ask for, so `make demo` or `make test` is all that a fresh clone needs.
#
#   make test ARGS="-k sandbox"     hands options to pytest
#   make demo PYTHON=python3.12     makes .venv with this Python (3.11 or newer)

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo tricks test fuzz check format bench books lab site serve offline pages lock venv setup

# They would put other packages before ours.
unexport PYTHONPATH PYTHONHOME

python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check --quiet
# nbgrader calls the program `alembic` by its name.
with_path := PATH="$$PWD/.venv/bin:$$PATH"

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

demo: setup ## set up, release every exercise, and grade a class of 24 before your eyes
	@$(with_path) $(python) -P demo/run.py

tricks: setup ## grade those who try to fool the grader, and show what it got them
	@$(with_path) $(python) -P demo/tricks.py

# Two processes with threads of linear algebra each would mostly wait for each other.
test: check ## set up, and pass all checks and tests
	$(with_path) OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

# The same seed gives the same cases again: make fuzz SEED=... ARGS="-k pages"
fuzz: setup ## damage notebooks, messages and texts in fifty times as many ways as the tests do, others each time
	@seed=$${SEED:-$$(date +%s)}; echo "make fuzz SEED=$$seed"; \
	$(with_path) OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 AUTOGRADER_FUZZ=$(or $(TIMES),50) $(python) -m pytest -n 2 \
	  -o faulthandler_timeout=0 --hypothesis-seed=$$seed tests/test_fuzz.py $(ARGS)

check: pages ## formatting, lint and types
	$(python) -m ruff format --check
	$(python) -m ruff check
	$(python) -m mypy
	PATH="$$PWD/.venv/bin:$$PATH" node node_modules/typescript/bin/tsc --project widgets

format: setup ## format, and mend what the linter can mend
	$(python) -m ruff format
	$(python) -m ruff check --fix

# Each can be run alone; a page is written when all it tells of was measured. The last but one takes half an hour: plain
# nbgrader waits long for what never ends.
bench: setup ## measure everything that is said about speed, and write benchmarks/RESULTS.md and PAGES.md
	@for name in floor hot_path throughput otter latency gradebook scale cluster redraw storage lighthouse hostile results; do \
	  $(with_path) OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(python) -P benchmarks/$$name.py || exit; \
	done

books: setup ## write made-up verdicts into gradebooks, and say how many a second
	@$(with_path) $(python) -P benchmarks/gradebook.py $(ARGS)

# A release that is there stays: someone may have worked in it.
# JupyterLab refuses to run as root unless told; and it would ask for a subscription to its news.
lab: setup ## release the exercises and open them in JupyterLab
	@for folder in source/*/; do \
	  name=$$(basename "$$folder"); \
	  [ -d "release/$$name" ] || $(with_path) .venv/bin/autograder release "$$name" || exit; \
	done
	@mkdir -p .venv/share/jupyter/lab/settings
	@echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
	  > .venv/share/jupyter/lab/settings/overrides.json
	$(with_path) $(python) -m jupyterlab --LabApp.default_url=/lab/tree/release \
	  $$(test "$$(id -u)" -ne 0 || echo --allow-root) $(ARGS)

# Material's warning is about its end in 2027; the versions are pinned.
mkdocs := NO_MKDOCS_2_WARNING=1 $(python) -m mkdocs

site: pages ## build the course's pages into site/
	$(mkdocs) build --strict

serve: pages ## show the pages while you write; they are built anew when a chapter changes
	$(mkdocs) serve $(ARGS)

offline: pages ## build the pages for reading without a server, into build/embedding-space-math.zip
	$(mkdocs) build --strict -f mkdocs-offline.yml
	@cd build && $(abspath $(python)) -m zipfile -c embedding-space-math.zip offline && echo "build/embedding-space-math.zip"

# What the pages are built with from npm: formulas are set by Temml, in the font STIX Two Math. Where there is no
# Node.js, one comes into .venv.
pages: setup
	@set -eu; \
	key="$$(cat package-lock.json package.json | cksum)"; \
	if [ "$$(cat node_modules/.ready 2>/dev/null)" = "$$key" ]; then exit 0; fi; \
	$(python) -m coursebuild.node || $(pip) install --require-hashes -r coursebuild/node.lock; \
	rm -rf node_modules; \
	PATH="$$PWD/.venv/bin:$$PATH" npm ci --no-fund --no-audit --no-update-notifier --loglevel=error; \
	echo "$$key" > node_modules/.ready

# The bare environment. .venv/home is written when it is whole, and says where it is: its scripts do not
# survive a move.
venv:
	@set -eu; \
	here=$$(pwd -P); \
	if [ "$$(cat .venv/home 2>/dev/null)" = "$$here" ] && $(python) -c '' 2>/dev/null; then exit 0; fi; \
	for name in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3); do \
	  base=$$("$$name" -c "$$PROBE" 2>/dev/null) && break; \
	  base=; \
	done; \
	if [ -z "$$base" ]; then \
	  echo "No usable Python: this needs Python 3.11 or newer with the modules venv and ensurepip" >&2; \
	  echo "(Debian, Ubuntu: apt install python3-venv). To choose one: make PYTHON=/path/to/python3" >&2; \
	  exit 2; \
	fi; \
	echo "Making .venv with $$base"; \
	"$$base" -m venv --clear .venv; \
	echo "$$here" > .venv/home

# .venv/ready is written when everything is installed. A package counts as installed once pip has put its name
# in INSTALLER; what an interruption left without that is thrown away, so that pip installs it again.
setup: venv
	@set -eu; \
	key="$$(cat requirements.lock pyproject.toml | cksum)"; \
	if [ "$$(cat .venv/ready 2>/dev/null)" = "$$key" ]; then exit 0; fi; \
	rm -f .venv/ready; \
	for info in .venv/lib/python3*/site-packages/*.dist-info; do \
	  [ -e "$$info/INSTALLER" ] || rm -rf "$$info"; \
	done; \
	echo "Installing the packages of requirements.lock into .venv (once; some minutes at most)"; \
	if ! $(pip) install --no-deps --require-hashes -r requirements.lock; then \
	  echo "The packages could not be installed; see above. The same command goes on where this one stopped." >&2; \
	  exit 2; \
	fi; \
	$(pip) install --no-deps --no-build-isolation --editable .; \
	$(python) -m compileall -q autograder reference; \
	$(pip) check || { echo "requirements.lock lacks what pyproject.toml asks for; remake it: make lock" >&2; exit 2; }; \
	echo "$$key" > .venv/ready

# The file behind links is what is asked for, so that .venv is never made with the Python inside itself.
define PROBE
import ensurepip, os, sys, venv
if sys.version_info < (3, 11):
    sys.exit(1)
print(os.path.realpath(sys.executable))
endef
export PROBE

# Versions that are locked stay as they are unless ARGS=--upgrade, or ARGS="--upgrade-package NAME".
lock: venv ## resolve pyproject.toml anew into requirements.lock
	@set -eu; \
	scratch=$$(mktemp -d); \
	trap 'rm -rf "$$scratch"' EXIT; \
	$(python) -m venv "$$scratch"; \
	"$$scratch/bin/python" -m pip --disable-pip-version-check --quiet install uv; \
	"$$scratch/bin/uv" pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --quiet --output-file requirements.lock $(ARGS)
