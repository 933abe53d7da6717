"""A fleet of tablets, a bad network, a skewed clock, and the oracle."""
