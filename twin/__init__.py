"""The local twin: the program that deploys to AWS, and everything it starts, on one machine."""
