"""Federated training seen from a node: the steward's runs, and what a plant of ours gives and keeps."""
