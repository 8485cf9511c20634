"""What the tests of the HTML wall share: a judge and a recording wall, the splice test's corpus, the vectors.

A package, so that its modules can't be taken for others of the same name: pytest puts `tests/` on the path.
"""
