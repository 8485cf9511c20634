"""Vectors in SVG and MathML."""

from __future__ import annotations

from html_wall.vector import MODULE, NEVER, ON, SNIPPET, Vector

SVG = (
    Vector("svg image href", "<svg><image href=$url /></svg>"),
    Vector("svg image xlink:href", "<svg><image xlink:href=$url /></svg>"),
    Vector("svg image, deep", "<svg><g><a href=/x><image width=9 height=9 href=$url></image></a></g></svg>"),
    Vector("svg image in defs", "<svg><defs><image href=$url /></defs></svg>"),
    Vector("svg image src", "<svg><image src=$url /></svg>", NEVER),
    Vector("svg img", "<svg><img src=$url></svg>"),
    Vector(
        "svg feImage",
        "<svg><filter id=$label><feImage href=$url /></filter><rect filter=url(#$label) width=9 height=9 /></svg>",
    ),
    Vector("svg feImage xlink:href", "<svg><filter id=$label><feImage xlink:href=$url /></filter></svg>"),
    Vector("svg script href", "<svg><script href=$url></script></svg>", ON),
    Vector("svg script xlink:href", "<svg><script xlink:href=$url /></svg>", ON),
    Vector("svg script inline", f"<svg><script>{SNIPPET}</script></svg>", ON),
    Vector(
        "svg script inline, character references",
        "<svg><script>new Image().src=`$url`;tracker&#83;nippet()</script></svg>",
        ON,
    ),
    Vector("svg script inline, CDATA", f"<svg><script><![CDATA[{SNIPPET}]]></script></svg>", ON),
    Vector(
        "svg script inline, a comment within",
        "<svg><script>new Image().src=`$url`;tracker<!-- -->Snippet()</script></svg>",
        ON,
    ),
    Vector(
        "svg script inline, CDATA within",
        "<svg><script>new Image().src=`$url`;tracker<![CDATA[Snippet]]>()</script></svg>",
        ON,
    ),
    Vector("svg use", "<svg><use href=$url#a /></svg>", NEVER),
    Vector(
        "svg use, data:",
        "<svg><use href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' id='a'><image href='$url'/></svg>"
        '#a" /></svg>',
        NEVER,
    ),
    Vector("svg script, language", "<svg><script language=vbs href=$url></script></svg>", ON),
    Vector("svg script inline, language", f"<svg><script language=vbs>{SNIPPET}</script></svg>", ON),
    Vector("svg script, module", "<svg><script type=module>import '$url'</script></svg>", ON),
    Vector(
        "svg script, importmap",
        f'<svg><script type=importmap>{{"imports":{{"a":"$url"}}}}</script></svg>{MODULE}',
        ON,
        alone=True,
    ),
    Vector("svg script, data:", f'<svg><script href="data:text/javascript,{SNIPPET}"></script></svg>', ON),
    Vector("svg foreignObject", "<svg><foreignObject><img src=$url></foreignObject></svg>"),
    Vector("svg desc", "<svg><desc><img src=$url></desc></svg>"),
    Vector("svg iframe", "<svg><iframe src=$url></iframe></svg>", NEVER),
    Vector("svg video", "<svg><video src=$url></video></svg>", NEVER),
    *(
        Vector(f"svg attribute {name}", f"<svg><path d='M0 0L9 9L18 0' {name}='url($url#a)' /></svg>")
        for name in ("mask", "clip-path", "fill", "stroke", "marker-start", "marker-mid", "marker-end")
    ),
    Vector("svg attribute filter", "<svg><rect width=9 height=9 filter='url($url#a)' /></svg>", NEVER),
    Vector("svg attribute cursor", "<svg><rect width=9 height=9 cursor='url($url),auto' /></svg>"),
    Vector("svg attribute mask, a string", "<svg><rect width=9 height=9 mask='url(\"$url#a\")' /></svg>"),
    Vector("svg attribute mask, image-set", "<svg><rect width=9 height=9 mask=\"image-set('$url' 1x)\" /></svg>"),
    Vector("svg attribute filter on svg", "<svg filter='url($url#a)'><rect width=9 height=9 /></svg>", NEVER),
    Vector("svg attribute FILTER on g", "<svg><g FILTER=u\\72l($url#a)><rect width=9 height=9 /></g></svg>", NEVER),
    Vector("svg animate href", "<svg><image><animate attributeName=href to=$url dur=1s fill=freeze /></image></svg>"),
    Vector(
        "svg animate xlink:href",
        "<svg><image href=/own.png><animate attributeName=xlink:href values='/own.png;$url' dur=0.2s /></image></svg>",
        NEVER,
    ),
    Vector(
        "svg animate values, first",
        "<svg><image><animate attributeName=href values='$url; /own.png' dur=9s /></image></svg>",
    ),
    Vector("svg animate from", "<svg><image><animate attributeName=href from=$url to=/own.png dur=9s /></image></svg>"),
    Vector(
        "svg animate by", "<svg><image><animate attributeName=href by=$url dur=0.1s fill=freeze /></image></svg>", NEVER
    ),
    Vector(
        "svg animate elsewhere",
        "<svg><image id=$label /><animate href=#$label attributeName=href to=$url dur=0.1s fill=freeze /></svg>",
    ),
    Vector("svg set href", "<svg><image><set attributeName=href to=$url /></image></svg>"),
    Vector(
        "svg set xlink:href",
        "<svg><image xlink:href=/own.png><set attributeName=xlink:href to=$url /></image></svg>",
        NEVER,
    ),
    Vector(
        "svg set href of feImage",
        "<svg><filter id=$label><feImage><set attributeName=href to=$url /></feImage></filter>"
        "<rect filter=url(#$label) width=9 height=9 /></svg>",
    ),
    Vector("svg set href of script", "<svg><script><set attributeName=href to=$url /></script></svg>", NEVER),
    Vector("svg set mask", "<svg><rect width=9 height=9><set attributeName=mask to='url($url#a)' /></rect></svg>"),
    Vector(
        "svg set filter",
        "<svg><rect width=9 height=9><set attributeName=filter to='url($url#a)' /></rect></svg>",
        NEVER,
    ),
    Vector(
        "svg set cursor", "<svg><rect width=9 height=9><set attributeName=cursor to='url($url),auto' /></rect></svg>"
    ),
    Vector(
        "svg animate mask",
        "<svg><rect width=9 height=9><animate attributeName=mask values='url($url);url($url)' dur=9s /></rect></svg>",
    ),
    Vector(
        "svg set style",
        "<svg><rect width=9 height=9><set attributeName=style to='mask:url($url#a)' /></rect></svg>",
        NEVER,
    ),
    Vector("svg set onbegin", f'<svg><set onbegin="{SNIPPET}" attributeName=x to=1 /></svg>', ON),
    Vector("svg onload", f'<svg onload="{SNIPPET}"></svg>', ON),
    Vector("svg a ping", "<svg><a id=$label href=#x ping=$url><text y=20>x</text></a></svg>", top=True, click=True),
    Vector("math annotation-xml", "<math><annotation-xml encoding=text/html><img src=$url></annotation-xml></math>"),
)
