# Thin: every target calls what does the work. bin/pulumi is Pulumi itself, so whatever is not here is said to it.
#   make up STACK=acme            make up STACK=acme ARGS=--yes
# A project that depends on this package includes this file, and has the targets before the line of `ifneq`.

SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help setup up preview destroy test unit engine lint bench demo engines toolchain-check gpu-check release ci-review ci-plan ci-up ci-nightly
here := $(dir $(lastword $(MAKEFILE_LIST)))

help: ## what can be said to make
	@awk '/^ifneq/ && !("$(wildcard $(here)cli/agentbox.ts)") { exit } /^[a-z-]+:.*## / { sub(/:.*## /, ":"); at = index($$0, ":"); printf "%-18s%s\n", substr($$0, 1, at - 1), substr($$0, at + 1) }' $(here)Makefile

setup: ## find or make all that is needed: Node, packages, Pulumi, its plugins, an engine
	@$(here)setup/setup.sh

# Whether there is such a client is said at once: set-up may take minutes.
up: ## converge a client's sandbox: STACK=acme
	@$(here)setup/stack.sh "$(STACK)"
	@$(here)setup/setup.sh
	@$(here)bin/pulumi up --stack "$(STACK)" $(ARGS)

preview: ## what an up would change: STACK=acme ARGS=--diff
	@$(here)setup/stack.sh "$(STACK)"
	@$(here)setup/setup.sh
	@$(here)bin/pulumi preview --stack "$(STACK)" $(ARGS)

destroy: ## wipe a client's sandbox, with or without its file: STACK=acme
	@[ -n "$(STACK)" ] || $(here)setup/stack.sh
	@$(here)setup/setup.sh
	@$(here)bin/pulumi destroy --stack "$(STACK)" $(ARGS)

# For the runners of a forge (docs/gitops/). Words come by the environment, and no shell reads them: BASE=… HEAD=… POST=yes OUT=file
ci-review: ## judge a pull request, without an engine: BASE=main HEAD=branch
	@$(here)setup/setup.sh node packages
	@$(here)bin/agentbox ci review "$${BASE:?}" "$${HEAD:?}" $${POST:+--post} $${OUT:+--out="$$OUT"}

ci-plan: setup ## plan what the commit that is checked out changes: HEAD=commit
	@$(here)bin/agentbox ci plan "$${HEAD:-HEAD}" $${OUT:+--out="$$OUT"}

ci-up: setup ## carry out these plans, and nothing else: HEAD=commit
	@$(here)bin/agentbox ci up "$${HEAD:-HEAD}" $${OUT:+--out="$$OUT"}

ci-nightly: setup ## ask drift and verify about each client
	@$(here)bin/agentbox ci nightly $${POST:+--post} $${OUT:+--out="$$OUT"}

ifneq ($(wildcard $(here)cli/agentbox.ts),)
test: setup ## everything; the last line is `N passed, N failed`
	@.ci/checks lint toolchain unit engine

unit: ## the tests that need no engine
	@setup/setup.sh node packages
	@.ci/checks unit

engine: setup ## the tests on the real engine
	@.ci/checks engine

lint: ## types, style, scripts
	@setup/setup.sh node packages
	@.ci/checks lint

bench: setup ## how long it all takes
	@PATH="$(CURDIR)/.cache/bin:$$PATH" node test/bench/bench.ts $(ARGS)

demo: setup ## the first commands of a client's life, as they are, into docs/demo.md
	@PATH="$(CURDIR)/.cache/bin:$$PATH" node test/demo/demo.ts

gpu-check: setup ## on a machine with a GPU: a sandbox with it, CUDA in it, its walls, a report
	@PATH="$(CURDIR)/.cache/bin:$$PATH" node test/gpu/check.ts

engines: setup ## the promises on every engine that is supported, about 40 minutes: ENGINE=docker-28
	@PATH="$(CURDIR)/.cache/bin:$(CURDIR)/node_modules/.bin:$$PATH" node test/engines/matrix.ts $(ENGINE)

toolchain-check: setup ## the conformance stack against this checkout's Pulumi and plugins, or BIN=folder PLUGINS=folder
	@toolchain/conformance/check "$(BIN)" "$(PLUGINS)"

release: ## the package, bills of materials, what images to push and checksums, in release/out: ARGS=--images
	@setup/setup.sh node packages
	@PATH="$(CURDIR)/.cache/bin:$$PATH" node release/release.ts $(ARGS)
endif
