"""The command line of Forbear: thin commands over the services and the sandbox."""
