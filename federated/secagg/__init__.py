"""Secure aggregation: the server learns sums over buckets of parties, never one party's update.

Pure state machines and values; no Flower, no clock, no chance of their own. The life of a round is in README.md, the
threat model and the proof sketch in docs/adr/0023-secure-aggregation-of-our-own.md.
"""
