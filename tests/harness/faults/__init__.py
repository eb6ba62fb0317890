"""A small data centre on one machine, made to be broken: instances, Redis, Postgres and the wires between.

`world` builds it and puts people to work in it, `kinds` are the ways to break it, `run` breaks it so
and so often and hands what everybody saw to the checker of `tests.harness.history`.
"""
