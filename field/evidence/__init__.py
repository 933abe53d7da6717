"""What stands up in court: what goes into an evidence bundle, who may have which part, how it is proved."""
