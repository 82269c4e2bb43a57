"""What must happen next in contact: workflow code that only decides and waits."""
