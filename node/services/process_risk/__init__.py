"""The process-risk index at a node: the models that it keeps, and the month's parts that they assess."""
