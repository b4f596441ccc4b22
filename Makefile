# make demo   the whole product on this machine, one command
# make test   every check: lint, types, layers, tests
# make check  lint, types, layers alone
# make bench  every benchmark at a size that shows that it runs (docs name the commands for real figures)
# make findings  surprises in other people's software, shown again (findings/README.md; needs the network)
# make catalogues  take the texts for users out of the code, compile their translations
# make lock   resolve requirements*.txt anew (needs uv, https not recorded)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The store's tests run a second time on this version of Elasticsearch, where there is a JDK 21 or later for it.
NEXT_ELASTIC := 9.5.3
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test check bench findings catalogues lock clean

demo: $(VENV)/.installed
	$(BIN)/koubei demo

test: $(VENV)/.installed-dev
	sh tools/test-system.sh
	$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n 2 --dist loadfile
	@export KOUBEI_TEST_ES_VERSION=$(NEXT_ELASTIC); \
	if said=$$(PYTHONPATH=tools $(BIN)/python -c 'import elastic_server.artifacts as a; a.java_home()' 2>&1); \
	then $(BIN)/python -m pytest -n 2 --dist loadfile tests/indexer/contract tests/indexer/elastic; \
	else echo "note: the store's tests are not run again: $${said##*Error: }"; fi

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev
	@failed=0; for file in benchmarks/[a-z]*.py; do \
	  name=$$(basename $$file .py); [ $$name = start ] && continue; \
	  echo "== $$name"; code=0; $(BIN)/python -m benchmarks.$$name --smoke || code=$$?; \
	  case $$code in 0|3) ;; *) failed=1; echo "$$name ended with $$code";; esac; \
	done; exit $$failed

findings:
	@failed=0; for script in findings/*.sh; do \
	  code=0; said=$$($$script 2>&1) || code=$$?; \
	  case $$code in 0) word=ok;; 1) word=changed;; *) word='not run';; esac; \
	  printf '%-8s %s\n' "$$word" "$$script"; \
	  [ $$code = 0 ] || { failed=1; printf '%s\n' "$$said" | tail -n 3 | sed 's/^/         /'; }; \
	done; exit $$failed

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Koubei needs Python >= 3.11, found $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Creating $(VENV) and installing pinned packages (once, a minute or two) ..."
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.created requirements.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

catalogues: $(VENV)/.installed-dev
	$(BIN)/python tools/catalogues.py

lock:
	uv pip compile pyproject.toml tools/build.in --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements.txt
	uv pip compile pyproject.toml tools/build.in --extra dev --constraints requirements.txt --universal \
	  --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	  --no-header -q -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
