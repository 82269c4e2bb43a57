"""The contact guard on the command line: situations as JSON, answers as JSON or for people."""
