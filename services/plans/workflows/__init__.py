"""What must happen next in plans: workflow code that only decides and waits."""
