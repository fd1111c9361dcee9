"""Cases as a node keeps them: the history of each, and the commands that it still has to carry out."""
