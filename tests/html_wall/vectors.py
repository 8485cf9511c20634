"""Every way to make a browser ask another host for something: the table of the navigation test."""

from __future__ import annotations

from html_wall.vector import MEDIA_TYPES, NEVER, OFF, ON, Vector
from html_wall.vectors_css import STYLES
from html_wall.vectors_nested import DOCUMENTS
from html_wall.vectors_scripts import SCRIPTS
from html_wall.vectors_svg import SVG

_IMAGES = (
    Vector("img src", "<img src=$url>"),
    Vector("img src, lazy in view", "<img loading=lazy src=$url width=9 height=9>", ON, alone=True),
    Vector("img src, http:host on a page of https", "<img src=http:$host/a>", secure=True),
    Vector("img src, hidden", "<div hidden><img src=$url style=display:none fetchpriority=high decoding=async></div>"),
    Vector("img src, crossorigin", "<img crossorigin src=$url referrerpolicy=no-referrer>"),
    Vector("img srcset", '<img srcset="$url">'),
    Vector("img srcset, second", '<img srcset="/own.png 0.1x, $url 1x">'),
    Vector("img srcset, no space after the comma", '<img srcset="/own.png 0.1x,$url 1x">'),
    Vector("img srcset, commas before", '<img srcset=",, $url 1x">'),
    Vector("img srcset, comma after", '<img srcset="$url, ">'),
    Vector("img srcset, parentheses in a descriptor", '<img srcset="/own.png (,) 1x, $url">'),
    Vector("img srcset, by width", '<img sizes=100vw srcset="/own.png 1w, $url 9000w">'),
    Vector(
        "img srcset, sizes auto",
        '<img loading=lazy sizes=auto srcset="/own.png 1w, $url 9000w" width=99 height=9>',
        ON,
        alone=True,
    ),
    Vector("img srcset beats src", '<img src="/own.png" srcset="$url 1x">'),
    Vector("picture source", '<picture><source srcset="$url"><img></picture>'),
    Vector(
        "picture source, media and type",
        '<picture><source media="(min-width:1px)" type=image/png srcset="$url 1x"><img src=/own.png></picture>',
    ),
    Vector("picture source src", "<picture><source src=$url><img></picture>", NEVER),
    Vector("picture img", "<picture><source type=image/none srcset=/own.png><img src=$url></picture>"),
    Vector("image", "<image src=$url>"),
    Vector("image srcset", '<image srcset="$url 1x">'),
    Vector("input type=image", "<input type=image src=$url>"),
    Vector("input type=IMAGE, late", "<input src=$url value=x type=IMAGE>"),
    Vector("img attributionsrc", "<img attributionsrc=$url src=/own.png>", NEVER, secure=True),
    Vector("img in select", "<select><option><img src=$url></select>"),
    Vector("img in a closed details", "<details><img src=$url></details>"),
    Vector("img as fallback of object", "<object><img src=$url></object>"),
    Vector("img as fallback of video", "<video><img src=$url></video>"),
    Vector("img as fallback of canvas", "<canvas><img src=$url></canvas>"),
    Vector("img in a template", "<template><img src=$url></template>", NEVER),
    *(
        Vector(f"{tag} background", page, alone=tag == "body")
        for tag, page in (
            ("body", "<body background=$url>x"),
            ("table", "<table background=$url><tr><td>x</table>"),
            ("thead", "<table><thead background=$url><tr><td>x</table>"),
            ("tbody", "<table><tbody background=$url><tr><td>x</table>"),
            ("tfoot", "<table><tfoot background=$url><tr><td>x</table>"),
            ("tr", "<table><tr background=$url><td>x</table>"),
            ("td", "<table><tr><td background=$url>x</table>"),
            ("th", "<table><tr><th background=$url>x</table>"),
            ("col", "<table><col background=$url><tr><td>x</table>"),
            ("colgroup", "<table><colgroup background=$url><col></colgroup><tr><td>x</table>"),
        )
    ),
)

_MEDIA = (
    Vector("video src", "<video src=$url></video>"),
    Vector("video src, autoplay", "<video autoplay muted src=$url></video>"),
    Vector("video src, preload=metadata", "<video preload=metadata src=$url></video>"),
    Vector("video src, preload=none", "<video preload=none src=$url></video>", NEVER),
    Vector("video poster", "<video poster=$url></video>"),
    Vector("video poster, preload=none", "<video preload=none poster=$url></video>"),
    Vector("video source", "<video><source src=$url></video>"),
    Vector("video source, second", "<video><source src=data:,><source type=video/mp4 src=$url></video>"),
    Vector("audio src", "<audio src=$url></audio>"),
    Vector("audio source", "<audio><source src=$url></audio>"),
    Vector("track", "<video crossorigin src=/own.mp4><track default src=$url></video>"),
    Vector("track of kind metadata", "<video crossorigin src=/own.mp4><track kind=metadata default src=$url></video>"),
    Vector("embed", "<embed src=$url>"),
    Vector("embed, image", "<embed type=image/png src=$url>"),
    Vector("object data", "<object data=$url></object>"),
    Vector("object data, image", "<object type=image/png data=$url></object>"),
    Vector("object data, html", "<object type=text/html data=$url></object>"),
    Vector(
        "object param",
        "<object type=text/html><param name=src value=$url><param name=movie value=$url></object>",
        NEVER,
    ),
)

_LINKS = (
    Vector("link stylesheet", "<link rel=stylesheet href=$url>"),
    Vector("link stylesheet, media=print", "<link rel=stylesheet media=print href=$url>"),
    Vector("link stylesheet, in the body", "<body>x<link href=$url rel=STYLESHEET type=text/css>"),
    Vector("link stylesheet, alternate", "<link rel='alternate stylesheet' title=x href=$url>"),
    Vector("link stylesheet, disabled", "<link rel=stylesheet disabled href=$url>", NEVER),
    Vector("link stylesheet, data: with an import", '<link rel=stylesheet href="data:text/css,@import%20%22$url%22">'),
    Vector(
        "link stylesheet, data: with a url",
        '<link rel=stylesheet href="data:text/css,p{background:url($url)}"><p id=$label>x',
    ),
    Vector(
        "link stylesheet, data: in Base64",
        "<link rel=stylesheet href=\"data:text/css;base64,‹base64 @import '$url'›\">",
    ),
    *(
        Vector(f"link preload as={kind}", f"<link rel=preload as='{kind}' href=$url>")
        for kind in ("image", "style", "font", "fetch", "track")
    ),
    Vector("link preload as=script", "<link rel=preload as=script href=$url>", ON),
    *(
        Vector(f"link preload as={kind or 'nothing'}", f"<link rel=preload as='{kind}' href=$url>", NEVER)
        for kind in ("document", "video", "audio", "")
    ),
    *(
        Vector(
            f"link stylesheet, data: of {kind or 'no type'}",
            f"<link rel=stylesheet href=\"data:{kind},@import '$url'\">",
            quirks=True,
        )
        for kind in MEDIA_TYPES
    ),
    Vector("link stylesheet, rel in references", "<link href=$url rel=&#115;tylesheet>"),
    Vector("link stylesheet, rel in quotes and twice", '<link rel="x stylesheet" rel=next href=$url href=/own>'),
    Vector("link preload imagesrcset", '<link rel=preload as=image imagesizes=9px imagesrcset="$url 1x">'),
    Vector("link preload imagesrcset beside href", '<link rel=preload as=image href=/own.png imagesrcset="$url">'),
    Vector("link modulepreload", "<link rel=modulepreload href=$url>", ON),
    Vector("link prefetch", "<link rel=prefetch href=$url>"),
    Vector("link prefetch as=document", "<link rel=prefetch as=document href=$url>"),
    Vector("link prefetch among others", '<link rel="next \n prefetch" href=$url>'),
    Vector("link icon", "<link rel=icon href=$url>", top=True),
    Vector("link shortcut icon", '<link rel="shortcut icon" href=$url>', top=True),
    Vector("link apple-touch-icon", "<link rel=apple-touch-icon href=$url>", NEVER, top=True),
    Vector("link mask-icon", "<link rel=mask-icon href=$url>", NEVER, top=True),
    Vector("link manifest", "<link rel=manifest href=$url>", top=True, alone=True),
    Vector(
        "link manifest, credentials", "<link rel=manifest crossorigin=use-credentials href=$url>", top=True, alone=True
    ),
    Vector(
        "link compression-dictionary", "<link rel=compression-dictionary href=https://$host/>", top=True, secure=True
    ),
    Vector("link preconnect", "<link rel=preconnect href=https://$host>", top=True),
    Vector("link preconnect, crossorigin", "<link rel=preconnect crossorigin href=https://$host>", top=True),
    Vector("link dns-prefetch", "<link rel=dns-prefetch href=//$host>", NEVER),
    Vector("link prerender", "<link rel=prerender href=$url>", NEVER, top=True),
    Vector("link subresource", "<link rel=subresource href=$url>", NEVER),
    Vector("link import", "<link rel=import href=$url>", NEVER),
    Vector("link serviceworker", "<link rel=serviceworker href=https://$host/>", NEVER, secure=True),
    Vector("link monetization", "<link rel=monetization href=https://$host/>", NEVER, top=True, secure=True),
    Vector("link in noscript", "<head><noscript><link rel=stylesheet href=$url></noscript>", OFF, alone=True),
    Vector("link in svg", "<svg><link rel=stylesheet href=$url></svg>"),
)

_REPEATED = (
    Vector("repeated src", "<img src=$url src=/own.png>"),
    Vector("repeated srcset", "<img srcset=$url srcset=/own.png>"),
    Vector("repeated href", "<link rel=stylesheet href=$url href=/own>"),
    Vector("repeated style", "<p style=background:url($url) style=color:red>x"),
    # The first of a repeated attribute counts (13.2.5.33). Chromium's preload scanner takes the last `rel` or `type`,
    # and requests what its parser will then not use.
    Vector("repeated rel, the last", "<link rel=next rel=stylesheet href=$url>"),
    Vector("repeated rel, the last, preload", "<link rel=canonical rel=preload as=image href=$url>"),
    Vector("repeated type of an input, the last", "<input type=text type=image src=$url>"),
    Vector("repeated type of a script, the last", "<script type=a/b type=text/javascript src=$url></script>", ON),
    # It does not look at the type of a script in SVG either; such a script is requested and never run.
    Vector("svg script href, of another type", "<svg><script type=a/b href=$url></script></svg>", ON),
    Vector("svg script xlink:href, of another type", "<svg><script type=a/b xlink:href=$url /></svg>", ON),
    Vector("repeated rel, the first", "<link rel=stylesheet rel=next href=$url>"),
    Vector("repeated type of an input, the first", "<input type=image type=text src=$url>"),
    Vector("repeated type of a script, the first", "<script type=text/javascript type=a/b src=$url></script>", ON),
)

_NAVIGATION = (
    Vector("iframe src", "<iframe src=$url></iframe>"),
    Vector("iframe src, lazy", "<iframe loading=lazy src=$url></iframe>", alone=True),
    Vector("iframe src, sandboxed", "<iframe sandbox credentialless src=$url></iframe>"),
    Vector("iframe in noscript", "<noscript><iframe src=$url></iframe></noscript>", OFF),
    Vector("frame", "<frameset><frame src=$url></frameset>", alone=True),
    *(
        Vector(f"meta refresh, {content}", f'<meta http-equiv=refresh content="{content}">', alone=True)
        for content in (
            "0;url=$url",
            "0; URL=$url",
            "0;url='$url'",
            "0;url=&quot;$url&quot;x",
            "0;url='$url",
            "0;$url",
            "0,$url",
            "0 $url",
            "0\n;\n  url \n = \n $url",
            " 0.0.;url=$url",
            ".0;url=$url",
            "00;u&#114;l=//$host",
            "0;http&colon;//$host",
            "0;url=\\\\$host",
            "0;url= $url",
        )
    ),
    *(
        Vector(f"meta refresh, {content}", f'<meta http-equiv=refresh content="{content}">', NEVER, alone=True)
        for content in ("url=$url", ";url=$url", "0$url", "999;url=$url")
    ),
    Vector("meta REFRESH", "<META CONTENT='0;$url' HTTP-EQUIV=R&#69;FRESH>", alone=True),
    Vector("meta refresh, spaces around the name", "<meta http-equiv=' refresh ' content='0;$url'>", NEVER, alone=True),
    Vector("meta refresh in the body", "<p>x<meta http-equiv=refresh content=0;$url>", alone=True),
    Vector(
        "meta refresh in noscript", "<noscript><meta http-equiv=refresh content=0;$url></noscript>", OFF, alone=True
    ),
    Vector("meta refresh, a repeated attribute", "<meta http-equiv=refresh content=0;$url content=9;/own>", alone=True),
    Vector("meta refresh in svg", "<svg><meta http-equiv=refresh content=0;$url></svg>", alone=True),
    Vector("base, img", "<base href=$url><img src=a>", alone=True),
    Vector("base, //host", "<base href=//$host><img src=/a>", alone=True),
    Vector("base, style", "<base href=$url><p style=background:url(a)>x", alone=True),
    Vector("base, import", "<base href=$url><style>@import 'a'</style>", alone=True),
    Vector("base, srcset", "<base target=_top href=$url><img srcset='a 1x'>", alone=True),
    Vector("base, module", "<base href=$url><script type=module>import './a.js'</script>", ON, alone=True),
    Vector("base, refresh", "<base href=$url><meta http-equiv=refresh content=0;/a>", alone=True),
    Vector("base, srcdoc", "<base href=$url><iframe srcdoc='<img src=a>'></iframe>", alone=True),
    Vector("base after the load", "<body><link rel=preload as=image href=a><base href=$url><img src=a>", alone=True),
    Vector("base in the body", "<p>x<base href=$url><img src=a>", alone=True),
    Vector("base in noscript", "<head><noscript><base href=$url></noscript><img src=a>", OFF, alone=True),
    Vector("base in svg", "<svg><base href=$url></svg><img src=a>", alone=True),
    Vector("a ping", "<a id=$label href=#x ping=$url>x</a>", top=True, click=True),
    Vector("a ping, among others", "<a id=$label href=#x ping='/own\n$url\t/own'>x</a>", top=True, click=True),
    Vector(
        "area ping",
        "<img id=$label usemap=#m height=9 src=/own.png><map name=m><area shape=default href=#x ping=$url></map>",
        top=True,
        click=True,
    ),
    Vector(
        "a ping, base",
        "<base href=$url><a id=$label href=http://site.example/own ping=/a>x</a>",
        top=True,
        alone=True,
        click=True,
    ),
    Vector(
        "a attributionsrc", "<a id=$label href=#x attributionsrc=$url>x</a>", NEVER, top=True, secure=True, click=True
    ),
    Vector("noscript pixel", "<noscript><img src=$url></noscript>", OFF),
    Vector("noscript in head", "<head><noscript><img src=$url></noscript></head>x", OFF, alone=True),
)


VECTORS = (*_IMAGES, *_MEDIA, *_LINKS, *STYLES, *SVG, *DOCUMENTS, *_NAVIGATION, *_REPEATED, *SCRIPTS)
