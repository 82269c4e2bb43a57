"""Use cases of plans, a package for each subject, one transaction each; what all of them share is beside them."""
