"""What vendors tell a site to paste, as data; the pages made of it; and the walls, one at a time.

`snippets.toml` is the table and `snippet` its rows, `forms` the ways in which a tag gets into a page, `bundle` and
`pages` what stands there, `site` the app that serves it, `lab` a browser before a sink, `alone` the walls one by one.
"""
