"""One file an indicator: from facts to evidence tuples. `scoring.observe` calls them."""
