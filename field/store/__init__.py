"""Where it is kept: all SQL, and the sealing of personal values. The only room that knows the database."""
