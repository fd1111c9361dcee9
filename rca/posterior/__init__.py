"""How probable graphs of causes are, given a table and what engineers know: samples of graphs, not one graph."""
