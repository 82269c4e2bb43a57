"""Looking into files of strangers: in a process of its own, with limits, and never in the one that answers people."""
