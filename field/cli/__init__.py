"""The command line: what a person types to run Field."""
