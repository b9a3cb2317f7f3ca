# The menu. Each line is a plain command; the work is in infra/dev/.

.PHONY: help up cluster chaos test check reset bench load costs screens lighthouse

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

up: ## run everything on this machine; Ctrl-C stops it
	@infra/dev/up.sh

cluster: ## the shop as on many machines: HAProxy, 3 processes, Redis Cluster, a standby
	@infra/local-cluster/up.sh

chaos: ## break the shop while people buy, and see that it sells on; FAULTS="redis_cut cluster/flushall one_machine"
	@infra/chaos/run.sh $(FAULTS)

test: ## every test: unit, property, service, browser
	@infra/dev/test.sh

check: ## formatting, lints, documentation, layout rules, licences
	@infra/dev/check.sh

reset: ## erase the data of `make up`
	@infra/dev/reset.sh

load: ## a load test against a running `make up`; SCENARIO=smoke, browse, hold, order, checkout, on_sale_rush, gate_opening, games_day
	@infra/dev/load.sh $(or $(SCENARIO),smoke)

bench: ## what the real endpoints reach of their limits (release build, stores of its own)
	@infra/dev/bench.sh $(SCENARIO)

costs: ## what things cost and how little that grows: holds by hall, a whole Games, idle connections
	@infra/dev/costs.sh

screens: ## pictures of every page and state, into docs/screens/; SCREENS_LOCALE=ar SCREENS_THEME="light dark" SCREENS_ONLY=hold
	@infra/dev/screens.sh

lighthouse: ## Lighthouse's scores of home, search, event and ticket, as on a telephone; fails below 95
	@infra/dev/lighthouse.sh
