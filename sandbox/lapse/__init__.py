"""The driver of the discrete clock."""
