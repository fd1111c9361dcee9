"""The simulated supply chain with known true causes, and the demo. It registers its command by entry point."""
