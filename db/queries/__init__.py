"""SQL by aggregate: functions take the connection first, return Structs, and never commit or decide.

Every statement names the tenant besides row-level security, so that plans use the composite
keys, and an overlap is written for the btree (see `bookings.live_in_windows`).
"""
