"""Load on a real server with durable commits, from clients that cost as little as they can."""
