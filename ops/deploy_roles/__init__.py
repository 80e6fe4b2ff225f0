"""The roles that the workflows take on, read off the program."""
