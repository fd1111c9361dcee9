"""The kernel: statements, Merkle log, checkpoints, proofs, identities, quantities and errors.

Plain values and pure functions. Everything else in Credence points here; this package points at nothing of ours.
"""
