"""From an alarm to its cause and a released correction, on a node; one verb a file."""
