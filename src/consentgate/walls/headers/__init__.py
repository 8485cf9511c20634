"""Keeps vendors out of the response headers that make a browser load something, or tell somebody something.

What is not touched: `Location`, which takes the visitor where they asked to go; `Content-Location`, which loads
nothing; where a Content-Security-Policy sends its reports, which is a part of the site's own policy; and trailers, of
which browsers take nothing.
"""

from consentgate.walls.headers.wall import WALLED, KeptBack, filter_headers, filter_links

__all__ = ["WALLED", "KeptBack", "filter_headers", "filter_links"]
