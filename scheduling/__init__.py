"""What may happen: the pure domain of holds, pencils and confirmed bookings.

Nothing in this package does I/O, reads a clock or draws a random number: time,
identifiers and seeds are arguments, so the same question always has the same answer.
"""
