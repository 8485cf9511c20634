"""What the analyst sees. Reports read counters only, never the ledger's rows and never one visitor."""
