"""What leaves this node for machines: set points, after two signatures."""
