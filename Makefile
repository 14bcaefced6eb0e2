# Everything one types in this repository. `make` alone lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(wildcard citycard/translations/*/LC_MESSAGES/messages.po)
# Names a translator's file uses for "take this sentence"; `_`, gettext and ngettext are known already.
KEYWORDS := -k lazy_gettext -k _l -k lazy_ngettext:1,2
# How long `make fuzz` and `make fuzz-coverage` search.
TIMES := 1000000
SECONDS := 300
# How many processes share the tests, a file at a time: one for each of the machine's cores. The files come in the order
# of tests/conftest.py, the long ones first; by itself xdist begins with those of many tests, which are not the long ones.
WORKERS := auto
# How many clerks `make crash` kills.
KILLS := 1000

export PYTHON

.PHONY: help demo test setup setup-runtime check format bench fuzz fuzz-coverage crash drill vectors messages compile-messages lock clean
.DEFAULT_GOAL := help

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-15s %s\n' "$$name" "$$text"; done

demo: setup-runtime ## two city offices side by side, with invented residents
	$(BIN)/citycard demo

test: setup ## install what is missing, then every check and every test
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder

setup-runtime: ## only what a running office needs
	@scripts/setup runtime
	@$(MAKE) --no-print-directory compile-messages

setup: ## what the tests need, with Chromium, PostgreSQL and Node.js
	@scripts/setup test
	@$(MAKE) --no-print-directory compile-messages

check: ## ruff and mypy, without the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: ## put every Python file in the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup ## rates of checking, issuing and drawing on this machine
	$(BIN)/python -m benchmarks

fuzz: setup ## a million spoilt cards, none of them accepted (minutes; TIMES=10000 for fewer)
	$(BIN)/python -m tests.fuzz --times $(TIMES)

fuzz-coverage: ## libFuzzer against the reader, for SECONDS (300); needs Linux and Python 3.11 to 3.13
	@scripts/setup fuzz
	.venv-fuzz/bin/python -m tests.fuzz.coverage -max_total_time=$(SECONDS) -print_final_stats=1

crash: setup ## twenty clerks at once, killed a thousand times while they issue; nothing given twice
	$(BIN)/python -m tests.crash --kills $(KILLS)

drill: setup ## a card key is stolen at night: how soon three places refuse its cards
	$(BIN)/python -m tests.drill

vectors: setup ## write the test vectors anew
	$(BIN)/python -m tests.vectors.make

messages: setup-runtime ## find the sentences in code and templates, bring every messages.po up to date
	$(BIN)/pybabel -q extract -F pyproject.toml $(KEYWORDS) --add-location=file --sort-by-file --project=citycard -o citycard/translations/messages.pot .
	$(BIN)/pybabel -q update -i citycard/translations/messages.pot -d citycard/translations --no-fuzzy-matching --ignore-obsolete
	@$(MAKE) --no-print-directory compile-messages

compile-messages: $(CATALOGUES:.po=.mo)
	@:

%.mo: %.po
	@$(BIN)/pybabel -q compile -i $< -o $@

lock: setup ## choose versions anew and write requirements/*.txt
	scripts/lock

clean: ## remove the environments and what tools left behind
	rm -rf $(VENV) .venv-interop .venv-fuzz tests/interop/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find citycard/translations -name '*.mo' -delete 2>/dev/null || true
