"""What other programs get: the log as a websocket and as server-sent events, webhooks, calendars."""
