"""Plans as jobs: a durable queue, workers with child processes that search, and what comes of it."""
