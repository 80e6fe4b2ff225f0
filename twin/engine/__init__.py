"""The real Pulumi engine against the twin: an account, the command line, and a story of both."""
