"""The operator's commands: what is known of a stack before it is deployed."""
