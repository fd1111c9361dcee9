"""Causal root-cause analysis: from an alarm to its cause, with probabilities that mean what they say."""
