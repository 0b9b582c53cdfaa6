"""The console: one page at the gateway's `/`, and the data that it shows."""
