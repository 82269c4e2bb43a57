"""An agreement: signed, put in force by the core, shown and repaid, taken back or ended."""
