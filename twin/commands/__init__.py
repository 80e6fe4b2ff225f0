"""What each verb of the command line does, one module for verbs that belong together."""
