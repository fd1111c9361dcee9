"""Federated training seen from a node: the steward's port, its adapter over HTTP, and the file of who takes part."""
