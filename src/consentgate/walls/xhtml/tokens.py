"""The tokens of XML 1.0 (fifth edition), as far as well-formed pages go, compiled once. All quantifiers are possessive.

More lenient than XML in what a name is, and in nothing that says where markup begins or ends.
"""

from __future__ import annotations

import re

_SPACE = rb"[ \t\r\n]"
_NAME = rb"[^ \t\r\n/>=\"'<&!?][^ \t\r\n/>=\"'<&]*+"
_VALUE = rb"(?:\"[^\"<]*+\"|'[^'<]*+')"
_ATTRIBUTE = _SPACE + rb"++" + _NAME + _SPACE + rb"*+=" + _SPACE + rb"*+" + _VALUE

START_TAG = re.compile(rb"<(" + _NAME + rb")((?:" + _ATTRIBUTE + rb")*+)" + _SPACE + rb"*+(/?+)>")
"""A start tag or an empty-element tag: its name, its attributes, a slash (section 3.1)."""

END_TAG = re.compile(rb"</(" + _NAME + rb")" + _SPACE + rb"*+>")

ATTRIBUTE = re.compile(_SPACE + rb"++(" + _NAME + rb")" + _SPACE + rb"*+=" + _SPACE + rb"*+(" + _VALUE + rb")")
"""One attribute within a tag's: its name, and its value with the quotes."""

DOCTYPE = re.compile(rb"<!DOCTYPE" + _SPACE + rb"(?:[^\"'\[<>]++|\"[^\"]*+\"|'[^']*+')*+>")
"""A document type declaration without an internal subset (section 2.8)."""

INTERNAL_SUBSET = re.compile(rb"<!DOCTYPE" + _SPACE + rb"(?:[^\"'\[<>]++|\"[^\"]*+\"|'[^']*+')*+\[")
"""The beginning of one that has a subset: it may declare entities, which may hold markup."""

INSTRUCTION = re.compile(rb"<\?(xml-stylesheet)(" + _SPACE + rb"(?:[^?]++|\?(?!>))*+)\?>")
"""The processing instruction that links a style sheet (Associating Style Sheets with XML documents)."""

COMMENT, CDATA, DECLARATION, PROCESSING = b"<!--", b"<![CDATA[", b"<!DOCTYPE", b"<?"

ENDS = {COMMENT: b"-->", CDATA: b"]]>", PROCESSING: b"?>"}
"""What ends a construct whose content is no markup, by what begins it."""
