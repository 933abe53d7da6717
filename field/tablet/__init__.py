"""A reference tablet in Python, which knows the server by HTTP alone."""
