"""What must happen next in intake: workflow code that only decides and waits."""
