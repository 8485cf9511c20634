"""Ways to spell the URL of one and the same host, each in the places where it means something."""

from __future__ import annotations

from html_wall.vector import NEVER, ON, Live, Vector

_URLS = {
    "as it is": "$url",
    "//host": "//$host/a",
    "upper case": "HTTP://$label.TRACKER.EXAMPLE/A",
    "///host": "///$host/a",
    "http:///host": "http:///$host/a",
    "https:host": "https:$host/a",
    "https:/host": "https:/$host/a",
    "empty user": "http://@$host/a",
    "port": "http://$host:80/a",
    "another port": "http://$host:8080/a",
    "empty port": "http://$host:/a",
    "zeros in the port": "http://$host:00080/a",
    "trailing dot": "http://$host./a",
    "%2e": "http://$label.tracker%2eexample/a",
    "%74": "http://$label.%74racker.%65xample/a",
    "fullwidth": "http://$label.\uff54racker.example/a",
    "fullwidth in percents": "http://$label.%ef%bd%94racker.example/a",
    "soft hyphen": "http://$label.tra\u00adcker.example/a",
    "zero width space": "http://$label.tra\u200bcker.example/a",
    "word joiner": "http://$label.tra\u2060cker.example/a",
    "variation selector": "http://$label.tra\ufe0fcker.example/a",
    "Mongolian separator": "http://$label.tra\u180bcker.example/a",
    "circled": "http://$label.\u24e3racker.example/a",
    "mathematical": "http://$label.\U0001d42dracker.example/a",
    "Kelvin sign": "http://$label.trac\u212aer.example/a",
    "superscript": "http://$label.t\u02b3acker.example/a",
    "ideographic full stop": "http://$label.tracker\u3002example/a",
    "halfwidth full stop": "http://$label\uff61tracker.example/a",
    "IDNA": "http://$label.b\u00fccher.tracker.example/a",
    "xn--": "http://$label.xn--bcher-kva.tracker.example/a",
    "query": "http://$host?a=b",
    "fragment": "http://$host#a",
}
_REFUSED = {
    "user": "http://user:own.example@$host/a",
    "http:host on a page of http": "http:$host/a",
    "one dot leader": "http://$label.tracker\u2024example/a",
}
"""Read as the vendor's by the wall, to be on the safe side; Chromium does not go there."""

_WITH_BACKSLASHES = {
    "\\\\host": "\\\\$host/a",
    "/\\host": "/\\$host/a",
    "\\/host": "\\/$host/a",
    "http:\\/host": "http:\\/$host/a",
    "http:\\\\host": "http:\\\\$host/a",
    "http:////\\host": "http:////\\$host/a",
    "backslash after the host": "http://$host\\a",
    "backslashes in references": "&bsol;&bsol;$host/a",
}
_WITH_WHITE_SPACE = {
    "tabs": "ht\ttp:/\t/$label.tra\tcker.example/a",
    "newlines": "ht\ntp:/\n/$label.tra\r\ncker.example/a",
    "C0 and space before": "\x01\x1f $url",
    "a tab before the colon": "https\t:$host/a",
    "a newline before the colon": "https\n:$host/a",
    "white space in references": "ht&Tab;tp:&NewLine;//$host/a",
    "white space in references before": "&#1;&#32;$url",
}
_REFERENCES = {
    "numeric": "&#104;ttp&#58;//$host/a",
    "hexadecimal reference": "&#x68;ttp:&#X2f;/$host/a",
    "without semicolon": "&#104ttp:&#47/$label.&#116racker.example/a",
    "named": "http&colon;&sol;&sol;$label&period;tracker&period;example/a",
    "named, without semicolon": "http://$label.tracker&shy.example/a",
    "soft hyphen, named": "http://$label.tra&shy;cker.example/a",
    "many zeros": "http://$label.&#00000000000000000116;racker.example/a",
    "windows-1252": "http://$label.tra&#173;cker.example/a",
}
_CSS_ESCAPES = {
    "hexadecimal": "\\68 ttp://$host/a",
    "six digits": "\\000068ttp://$host/a",
    "slashes": "http:\\/\\/$host/a",
    "slashes, hexadecimal": "http:\\2f \\2f $host/a",
    "letters": "h\\ttp://$label.t\\racker.exa\\mple/a",
    "white space after": "http://$label.\\74\nracker.example/a",
    "backslashes": "\\5c\\5c $host/a",
}
_CSS_STRING_ESCAPES = {
    "newline": "http://$label.tra\\\ncker.example/a",
    "newline, CR LF": "http://$label.tra\\\r\ncker.example/a",
}

_IMG = ("img", '<img src="{}">', Live.ALWAYS)
_SCRIPT = ("script", '<script src="{}"></script>', ON)
_SRCSET = ("srcset", '<img srcset="{} 1x">', Live.ALWAYS)
_STYLE_ATTRIBUTE = ("style attribute", "<p style='background:url(\"{}\")'>x", Live.ALWAYS)
_CSS_URL = ("css url", '<style>$p{{background:url("{}")}}</style><p id=$label>x', Live.ALWAYS)
_CSS_BARE_URL = ("css url, bare", "<style>$p{{background:url({})}}</style><p id=$label>x", Live.ALWAYS)
_CSS_IMPORT = ("css import", '<style>@import "{}"</style>', Live.ALWAYS)

_SPELLED = (
    (_URLS, (_IMG, _SCRIPT, _SRCSET, _STYLE_ATTRIBUTE, _CSS_URL, _CSS_BARE_URL, _CSS_IMPORT)),
    (_REFUSED, (_IMG, _SCRIPT, _SRCSET, _STYLE_ATTRIBUTE, _CSS_URL, _CSS_BARE_URL, _CSS_IMPORT)),
    (_WITH_BACKSLASHES, (_IMG, _SCRIPT, _SRCSET)),
    (_WITH_WHITE_SPACE, (_IMG, _SCRIPT)),
    (_REFERENCES, (_IMG, _SCRIPT, _SRCSET, _STYLE_ATTRIBUTE)),
    (_CSS_ESCAPES, (_STYLE_ATTRIBUTE, _CSS_URL, _CSS_BARE_URL, _CSS_IMPORT)),
    (_CSS_STRING_ESCAPES, (_STYLE_ATTRIBUTE, _CSS_URL, _CSS_IMPORT)),
)
"""Which spellings mean something where."""


SPELLINGS = tuple(
    Vector(f"{place}: {name}", page.format(spelling), NEVER if spellings is _REFUSED else live)
    for spellings, places in _SPELLED
    for place, page, live in places
    for name, spelling in spellings.items()
)
