"""What has a vendor's URL and must pass as it is."""

from __future__ import annotations

from html_wall.vector import NEVER, ON, SNIPPET, Vector

UNTOUCHED = (
    Vector("a href", "<a href=$url>$url</a>", NEVER),
    Vector("area href", "<map><area href=$url></map>", NEVER),
    Vector("svg a", "<svg><a href=$url xlink:href=$url></a></svg>", NEVER),
    Vector("form action", "<form action=$url><button formaction=$url></button></form>", NEVER),
    Vector("cite", "<q cite=$url>x</q><blockquote cite=$url></blockquote><del cite=$url>x</del>", NEVER),
    Vector("link canonical", "<link rel=canonical href=$url><link rel='alternate' href=$url>", NEVER),
    Vector("meta of another kind", "<meta property=og:image content=$url><meta name=x content='0;url=$url'>", NEVER),
    Vector("data-src, alt, title", "<img data-src=$url alt=$url title='<img src=$url>'>", NEVER),
    Vector("text", "<p>$url trackerSnippet(1) url($url)", NEVER),
    Vector("comment", "<!-- <img src=$url> <style>@import '$url'</style> -->", NEVER),
    Vector("textarea", "<textarea><img src=$url></textarea>", NEVER),
    Vector("title", "<title><img src=$url></title>", NEVER),
    Vector("JSON-LD", '<script type=application/ld+json>{"url":"$url","code":"trackerSnippet(1)"}</script>', NEVER),
    Vector("JSON", '<script type=application/json>{"imports":{"a":"$url"}}</script>', NEVER),
    Vector("script of another type", "<script type=text/template><img src=$url></script>", NEVER),
    Vector("script that mentions", "<script>var home = '$url'</script>", NEVER),
    Vector("module that mentions", "<script type=module>var home = 'import \\'$url\\''</script>", NEVER),
    Vector(
        "img, data:",
        "<img src='data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22><image href=%22$url%22/></svg>'>",
        NEVER,
    ),
    Vector("style with text", "<style>$p::after{content:'see $url'}</style><p id=$label>x", NEVER),
    Vector("style with a comment", "<style>/* url($url) '$url' */</style>", NEVER),
    Vector("style attribute with text", "<p style=\"--see:'$host'\">x", NEVER),
    Vector("handler that mentions", "<p onclick=\"open('$url')\">x", NEVER),
    Vector("svg title", "<svg><title>$url</title></svg>", NEVER),
    # What only the visitor's own doing runs.
    Vector("handler, onclick", f'<button onclick="{SNIPPET}">x</button>', NEVER),
    Vector("a javascript:", f'<a href="javascript:{SNIPPET}">x</a>', NEVER),
    Vector(
        "form javascript:",
        f'<form action="javascript:{SNIPPET}"><button formaction="javascript:{SNIPPET}">x</button></form>',
        NEVER,
    ),
)
"""What asks nobody, and must pass as it is."""

WITHOUT_EFFECT = (
    Vector("input of another type", "<input src=$url>", NEVER),
    Vector("img lowsrc, dynsrc, longdesc", "<img lowsrc=$url dynsrc=$url longdesc=$url>", NEVER),
    Vector("img as fallback of iframe", "<iframe><img src=$url></iframe>", NEVER),
    Vector("caption background", "<table><caption background=$url>x</caption></table>", NEVER),
    Vector("div background", "<div background=$url>x</div>", NEVER),
    Vector(
        "object codebase, classid, archive", "<object codebase=$url classid=$url archive=$url data=a></object>", NEVER
    ),
    Vector("applet", "<applet archive=$url code=$url codebase=$url></applet>", NEVER),
    Vector("bgsound", "<bgsound src=$url>", NEVER),
    Vector("portal", "<portal src=$url></portal>", NEVER),
    Vector("fencedframe", "<fencedframe src=$url></fencedframe>", NEVER, secure=True),
    Vector("model", "<model src=$url></model>", NEVER),
    Vector("style attribute on an end tag", "<p>x</p style=background:url($url)>", NEVER),
    Vector(
        "svg pattern, gradient, textPath, mpath",
        "<svg><pattern href=$url#a /><linearGradient href=$url#a /><text><textPath href=$url#a>x</textPath></text>"
        "<animateMotion><mpath href=$url#a /></animateMotion></svg>",
        NEVER,
    ),
    Vector("math href", "<math href=$url><maction actiontype=statusline href=$url><mi>x</mi></maction></math>", NEVER),
    Vector("math mglyph", "<math><mi><mglyph src=$url /></mi></math>", NEVER),
    Vector("xml-stylesheet", '<?xml-stylesheet href="$url" type="text/css"?><p>x', NEVER),
    Vector("script src, text/plain", "<script type=text/plain src=$url></script>", NEVER),
    Vector("img with a no-break space before its URL", "<img src='\u00a0$url'>", NEVER),
    Vector("meta refresh in the past", "<meta http-equiv=refresh content='-1;url=$url'>", NEVER),
    Vector("meta refresh without a time", "<meta http-equiv=refresh content='x;url=$url'>", NEVER),
)
"""Old, new or mistaken ways to load that Chromium does not take."""

KNOWN_GAPS = (
    # What an address is computed to be only running the script would tell.
    Vector("inline import() of a computed address", "<script>import(['$url'][0])</script>", ON),
    # Chromium fetches what the page's own links lead to: the rules hold no URL, and links are never touched.
    Vector(
        "speculationrules, links of the page",
        '<script type=speculationrules>{"prefetch":[{"source":"document","eagerness":"immediate"}]}</script>'
        "<a href=https://$host/>x</a>",
        ON,
        top=True,
        secure=True,
    ),
)
"""What asks a vendor and yet passes. Should the wall learn of one of these, it belongs among the vectors."""
