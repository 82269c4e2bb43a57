"""What must happen next in desk: workflow code that only decides and waits."""
