"""Where it is kept: all SQL, all S3 and disk."""
