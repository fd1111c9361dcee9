"""Simulated lines whose true causes are known, made to resemble a given table."""
