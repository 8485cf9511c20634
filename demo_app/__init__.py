"""A careers site of an invented company, Northwind, that mounts consentgate: for showing, trying and testing it."""
