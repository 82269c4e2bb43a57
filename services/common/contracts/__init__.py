"""What one service may know of another: events, topics, workflow and signal names."""
