"""XHTML that reaches a vendor without the wall, that must stay as it is, and that can't be read."""

from __future__ import annotations

from html_wall.pages import T

XHTML = "http://www.w3.org/1999/xhtml"
_NAMESPACES = (
    f'xmlns="{XHTML}" xmlns:h="{XHTML}" xmlns:s="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:x="http://www.w3.org/1999/xlink" xmlns:o="urn:other"'
)


def page(body: str, head: str = "<title>x</title>", prolog: str = "") -> str:
    """A whole page of XHTML."""
    return f'{prolog}<html {_NAMESPACES} xml:lang="en"><head>{head}</head><body>{body}</body></html>'


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'

LIVE: tuple[str, ...] = (
    # What loads, and how a tag may be written.
    page(f'<img src="{T}a"/>'),
    page(f"<img src = '{T}a' />"),
    page(f'<img\n\tsrc\n=\n"{T}a"></img>'),
    page(f'<img alt=">" src="{T}a"/>'),
    page('<img src="https&#x3a;//tracker&#46;example/a"/>'),
    page(f'<img srcset="{T}a 1x, /own.png 2x"/>'),
    page(f'<script src="{T}a"></script>'),
    page(f'<script type="module" src="{T}a"/>'),
    page(f'<iframe src="{T}a"/>'),
    page(f'<iframe srcdoc="&lt;img src={T}a&gt;"/>'),
    page(f'<object data="{T}a"/>'),
    page(f'<embed src="{T}a"/>'),
    page(f'<video src="{T}a" poster="{T}b"/>'),
    page(f'<input type="image" src="{T}a"/>'),
    page("", head=f'<link rel="stylesheet" href="{T}a"/>'),
    page("", head=f'<link rel="preload" as="script" href="{T}a"/>'),
    page("", head=f'<meta http-equiv="refresh" content="0; url={T}a"/>'),
    page('<img src="a"/>', head=f'<base href="{T}"/>'),
    page("<p/>", prolog=f'<?xml-stylesheet type="text/css" href="{T}a"?>'),
    page("<p/>", prolog=f"<?xml version=\"1.0\"?><!-- x --><?xml-stylesheet\nhref='{T}a' type='text/css'?>"),
    # XML tells names by case and by namespace, whatever prefix stands for it.
    page(f'<h:img src="{T}a"/>'),
    page(f'<h:script src="{T}a"/>'),
    page(f'<img SRC="/own.png" src="{T}a"/>'),
    page(f'<s:svg><s:image width="9" height="9" x:href="{T}a"/></s:svg>'),
    page(SVG.format(f'<image width="9" height="9" href="{T}a"/>')),
    page(SVG.format(f'<image width="9" height="9" xlink:href="{T}a"/>')),
    page(SVG.format(f'<image width="9" height="9" o:href="/own.png" xlink:href="{T}a"/>')),
    page(SVG.format(f'<script href="{T}a"/>')),
    page(SVG.format('<script src="/own.js">trackerSnippet(1)</script>')),
    page(SVG.format(f'<filter id="f"><feImage href="{T}a"/></filter><rect width="9" height="9" filter="url(#f)"/>')),
    # No raw text, no `noscript` to doubt, nothing that a tag closes by itself.
    page(f'<textarea><img src="{T}a"/></textarea>'),
    page(f'<title><img src="{T}a"/></title>'),
    page(f'<noscript><img src="{T}a"/></noscript>'),
    page(f'<iframe><img src="{T}a"/></iframe>'),
    page(f'<select><option><img src="{T}a"/></option></select>'),
    page(f'<style>p<img src="{T}a"/></style>'),
    page(f'<plaintext/><img src="{T}a"/>'),
    page(f'<textarea/><title/><script/><style/><img src="{T}a"/>'),
    page(f'<!-- x --><img src="{T}a"/><!-- y -->'),
    page(f'<?php echo "?"> -?><img src="{T}a"/>'),
    page(f'<![CDATA[ > <!-- ]]><img src="{T}a"/>'),
    # Scripts: what runs is the text that is left when sections and references are resolved.
    page("<script>trackerSnippet(1)</script>"),
    page('<script type="text/javascript">//<![CDATA[\ntrackerSnippet(1)\n//]]></script>'),
    page("<script>tracker<![CDATA[Snippet(]]>1)</script>"),
    page("<script>tracker&#x53;nippet(1)</script>"),
    page("<script>if (1 &lt; 2 &amp;&amp; true) trackerSnippet(1)</script>"),
    page("<script>tracker<!-- x -->Snippet(1)</script>"),
    page("<script>tracker<?x y?>Snippet(1)</script>"),
    page("<script>tracker<b>x</b>Snippet(1)</script>"),
    page("<script>0;<script>trackerSnippet(1)</script></script>"),
    page("<script><![CDATA[ '</script><!--'; trackerSnippet(1)]]></script>"),
    page(f'<script type="module">import "{T}a"</script>'),
    page('<script type="importmap">{"imports": {"x": "' + T + 'a"}}</script><script type="module">import "x"</script>'),
    page(
        '<script type="importmap">{"imports": {&quot;x&quot;: "' + T + 'a"}}</script>'
        '<script type="module">import "x"</script>'
    ),
    page(f'<iframe src="data:text/html,&lt;img src={T}a&gt;"/>'),
    page(f"<iframe src=\"javascript:'&lt;img src={T}a&gt;'\"/>"),
    # Style sheets: the same.
    page("", head=f'<style>@import "{T}a";</style>'),
    page("", head=f"<style>@import url(&quot;{T}a&quot;);</style>"),
    page("<p>x</p>", head=f"<style type='text/css'>/*<![CDATA[*/ p {{ background: url({T}a) }} /*]]>*/</style>"),
    page(f'<p style="background: url({T}a)">x</p>'),
    page(f'<p style="background: url(&quot;{T}a&quot;)">x</p>'),
    page(f'<_ style="background: url({T}a)">x</_>'),
    page(f'<ñ style="background: url({T}a)">x</ñ>'),
    page(f'<table background="{T}a"><tr><td>x</td></tr></table>'),
    page(SVG.format(f"<style>@import '{T}a';</style>")),
    page(SVG.format(f"<style>@imp<![CDATA[ort '{T}a';]]></style>")),
    page(SVG.format(f'<image width="9" height="9" href="/x.png"><set attributeName="href" to="{T}a"/></image>')),
    # Two attributes that may not be there twice.
    page(f'<script data-cg="x" type="text/javascript" data-cg-src="y" src="{T}a"/>'),
    # A document type without an internal subset, and no well-formed end.
    page(f'<img src="{T}a"/>', prolog="<!DOCTYPE html>"),
    page(
        f'<p>&nbsp;</p><img src="{T}a"/>',
        prolog='<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/x[1].dtd">',
    ),
    page(f'<img src="{T}a"/><p>')[: -len("</body></html>")],
    page(f'<img src="{T}a"/></p>'),
)
"""Each reaches a vendor in a browser that runs scripts."""

HARMLESS: tuple[str, ...] = (
    page(f'<p title="{T}a">{T}a</p><a href="{T}a">x</a>'),
    page(f'<!-- <img src="{T}a"/> -->'),
    page(f'<![CDATA[<img src="{T}a"/>]]>'),
    page(f'<?x <img src="{T}a"/> ?>'),
    page('<img src="/own.png" srcset="/own.png 2x"/>'),
    page("<script>const text = 'we do not track'; if (a &lt; b) { c() }</script>"),
    page('<script type="application/ld+json">{"a": "trackerSnippet(1)"}</script>'),
    page(f"<script><![CDATA[ \"<script src='{T}a'/>\" ]]></script>"),
    page("<style>p { color: red } <![CDATA[ a > b { } ]]></style>"),
    page("<p>&amp;&nbsp;&#x20;</p>", prolog='<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n'),
    page("<p/>", prolog='<?xml-stylesheet type="text/css" href="/own.css"?>'),
)
"""Nothing of these may change."""

REFUSED: dict[str, tuple[str, ...]] = {
    "internal_subset": (
        page("<p>&t;</p>", prolog=f"<!DOCTYPE html [<!ENTITY t '<img src=\"{T}a\"/>'>]>"),
        page("<p/>", prolog='<!DOCTYPE html PUBLIC "-//x" "y" []>'),
    ),
    "transformed": (
        page("<p/>", prolog='<?xml-stylesheet type="text/xsl" href="/own.xsl"?>'),
        page("<p/>", prolog='<?xml-stylesheet href="/own"?>'),
    ),
    "malformed": (
        page(f'<p title=x><img src="{T}a"/></p>'),
        page(f'<p title="<">x</p><img src="{T}a"/>'),
        page(f'<p a="1"b="2"/><img src="{T}a"/>'),
        page(f'<p checked/><img src="{T}a"/>'),
        page(f'< p/><img src="{T}a"/>'),
        page(f'</ p><img src="{T}a"/>'),
        page(f'<!x><img src="{T}a"/>'),
        page(f'<!-- <img src="{T}a"/>'),
        page(f'<!DOCTYPE html><img src="{T}a"/>'),
        page("<script>trackerSnippet(1)")[:-20],
        page(f'<img src="{T}a'),
    ),
}
"""Limit -> pages at which the wall stops."""

CANARIES: tuple[str, ...] = (
    f'<img src="{T}a"/>',
    f"<h:img class='x' src = '{T}a'></h:img>",
    "<script>trackerSnippet(1)</script>",
)
"""Tags to put at every offset of the grammar."""

GRAMMAR: tuple[str, ...] = (
    page("<p class=\"a\" title='b'>x &amp; y</p><br/><!-- - -- --><b></b >"),
    page("<script type='a'>a &lt; b <![CDATA[ c ]]> ]] ></script><style>p{}</style><textarea>x</textarea>"),
    page("<![CDATA[ a ] ]] > b ]]><?pi a ? > ?><p/>"),
    page("<p>x</p>", prolog='<?xml version="1.0"?>\n<!-- x --><!DOCTYPE html PUBLIC "-//x" \'[y>\' >\n<?z z?>'),
    page("<p>x</p>", prolog='<?xml-stylesheet type="text/css" href="/x.css"?>'),
    page(SVG.format("<g xlink:href='#a'><title>x</title><script>y</script></g>")),
    page("<noscript><iframe srcdoc='x'></iframe></noscript><select><option>x</option></select>"),
)
"""Every state that the reader of a page can be in."""


def spliced() -> list[str]:
    """Each canary at every offset of each page of the grammar."""
    return [
        source[:at] + canary + source[at:] for source in GRAMMAR for canary in CANARIES for at in range(len(source) + 1)
    ]
