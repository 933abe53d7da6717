"""Benchmarks against the limit, each printing a ratio measured in one run. `make bench [ONLY=name]`."""
