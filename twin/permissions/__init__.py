"""What a call asks of IAM: actions, resources and the context that conditions look at."""
