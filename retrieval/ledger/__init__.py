"""The receipts of erasures, and the append-only ledger that holds them."""
