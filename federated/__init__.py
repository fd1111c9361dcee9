"""Federated training of the process-risk model: Flower, secure aggregation of our own, provenance."""
