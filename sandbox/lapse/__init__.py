"""The discrete clock of demos and tests: business time stands still while anything is in flight, then moves on."""
