"""A message gateway that accepts, loses, delays and sends signed receipts."""
