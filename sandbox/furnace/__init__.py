"""Furnace B-7: a kiln line whose true causes are known, and a control system that takes set points."""
