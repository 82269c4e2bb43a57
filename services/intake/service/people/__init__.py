"""The people of a case: flags, the care they ask for, and other parties."""
