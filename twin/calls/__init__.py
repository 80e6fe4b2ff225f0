"""What the twin reads in each AWS request before a service answers it: operation, input, caller."""
