"""The walls: independent ways of keeping the tags of ungranted categories out of a response."""
