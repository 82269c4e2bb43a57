"""The texts that go to borrowers, one file per purpose, in zh and en."""
