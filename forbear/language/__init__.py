"""The language check on the command line: lines of JSON, and answers for people."""
