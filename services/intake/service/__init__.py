"""Use cases of intake, a file for each subject; each is one transaction or part of a consumer's."""
