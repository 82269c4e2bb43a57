"""What must happen next in followup: workflow code that only decides and waits."""
