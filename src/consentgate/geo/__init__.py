"""Region data for the operator: a fresh file from DB-IP, and why an address has the region that it has."""
