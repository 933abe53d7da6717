"""What is owed and what follows: dated rates, assessment, cases and instalments."""
