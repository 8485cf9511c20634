"""Vectors in style sheets: style elements, style attributes and declarative shadow DOM, which comes with its own."""

from __future__ import annotations

from html import escape

from html_wall.vector import MEDIA_TYPES, NEVER, OFF, ON, SNIPPET, Live, Vector

_IMPORTS = (
    '@import "$url";',
    "@import '$url'",
    "@import '$url",
    "@import url($url);",
    "@import url( '$url' ) ;",
    "@import url($url",
    '@import url("$url") layer(x) supports(display:block) screen;',
    '@import "$url" print;',
    '@import"$url"',
    '@import/* x */"$url"',
    '@import\n\t"$url"',
    '@\\69mport "$url"',
    '@\\000069 mport "$url"',
    '@im\\port "$url"',
    '@IMPORT URL("$url")',
    "@import u\\72l($url)",
    "@import \\55 RL('$url')",
    '@import "\\68ttp:\\2f\\2f$host"',
    '@import "http:\\\n//$host"',
    "@import url(http:\\/\\/$host)",
    '@charset "utf-8"; @import "$url";',
    '@layer a; @import "$url";',
    '@import "/own.css"; @import "$url";',
    '<!-- @import "$url"; -->',
    '/* " */ @import "$url"; /* \' */',
    '@import "data:text/css,@import%20%27$url%27";',
    "@import 'data:text/css;charset=utf-8,[id=$label]{background:url($url)}'",
    "@import 'data:text/css;base64,‹base64 @import \"$url\"›'",
    "@import url(data:text/css,@import%22$url%22)",
    "@import 'data:text/css,@import%20%22data:text/css,@import%2520%27$url%27%22'",
)
_PRELOADED = (
    "@import $url;",
    "@import $url",
    "@import 'x';@import $url;",
    "@import\t$url{a}b",
    "@import 'x' /*;@import '$url';*/",
    "@layer a /*;@import '$url';*/;",
    "@layer [a=';@import \"$url\";'];",
    "@charset ';@import \"$url\";';",
    "@import 'x' supports(a:';@import \"$url\";');",
    "@import x y''URL(;@import '$url';",
    "@import 'x';/'@import url($url);",
    "/'@import '$url';",
)
"""No imports to the parser, but to Chromium's preload scanner, which knows no strings and hardly a comment."""

_DEAD_IMPORTS = (
    '@import src("$url");',
    '$p{}@import "$url";',
)

_VALUES = (
    "background:url($url)",
    "background:url( '$url' )",
    'background:URL("$url")',
    "background:u\\72l($url)",
    "background:\\75 \\72 \\6c ($url)",
    "background:url(http:\\2f\\2f$host)",
    "background:url(\\68 ttp://$host)",
    "background:url('http:\\\n//$host')",
    "background:url('\\68ttp:\\/\\/$host')",
    "background:url(//$host)",
    "background:url('ht\ttp://$host')",
    "background:url('https\t:$host')",
    "background:url('https\\9 :$host')",
    "background:url(https\\3a $host)",
    "background:url('\\1 $url')",
    "background:url(\\000020$url)",
    "background:url(/own.png),url($url)",
    "background:url(/*$host*/),url($url)",
    "background:/*'*/url($url)",
    "background:url($url",
    "background:url('$url",
    "background-image:image-set('$url' 1x)",
    "background-image:image-set(url($url) 1x,'/own.png' 2x)",
    "background-image:IMAGE-SET(/**/'$url'1x type('image/png'))",
    "background-image:-webkit-image-set(url($url) 1x)",
    "background-image:-webkit-cross-fade(url($url),url(/own.png),50%)",
    "list-style:url($url);display:list-item",
    "content:url($url)",
    "border:9px solid;border-image:url($url) 1",
    "-webkit-border-image:url($url) 1",
    "mask:url($url)",
    "mask-image:url($url)",
    "-webkit-mask-image:url($url)",
    "-webkit-mask-box-image:url($url)",
    "-webkit-box-reflect:below 0 url($url)",
    "cursor:url($url),auto",
    "clip-path:url($url#a)",
    "mask:url($url#a)",
    "float:left;shape-outside:url($url)",
    "fill:url($url#a)",
    "--a:url($url);background:var(--a)",
    "--a:'$url';background:image-set(var(--a) 1x)",
    "--a:image-set('$url' 1x);background:var(--a)",
    "background:var(--none,url($url))",
    "background:image-set(var(--none,'$url') 1x)",
    "background:if(style(--a:1):none;else:url($url))",
)
"""Declarations for a style sheet and for a `style` attribute."""

_DEAD_VALUES = (
    "mask-border:url($url) 1",
    "filter:url($url#a)",
    "backdrop-filter:url($url#a)",
    "offset-path:url($url#a)",
    "background:src('$url')",
    "background:image('$url')",
    "background:url('$url' crossorigin(anonymous))",
    "background-image:cross-fade(url($url),url(/own.png))",
)

_SHEETS = (
    "$p::before{content:url($url)}",
    "$p::after{content:'$host' url($url)}",
    "$p::first-line{background:url($url)}",
    "@font-face{font-family:$label;src:url($url)}$p{font-family:$label}",
    "@font-face{font-family:$label;src:local(none),url('$url')format('woff2')}$p{font-family:$label}",
    "@media screen{$p{background:url($url)}}",
    "@media screen{@supports(color:red){@layer a{$p{&{background:url($url)}}}}}",
    "@supports(background:url($url)){$p{background:url($url)}}",
    "@scope(body){$p{background:url($url)}}",
    "@container(width>1px){$p{background:url($url)}}body{container-type:inline-size}",
    "@keyframes $label{from,to{background:url($url)}}$p{animation:$label 9s}",
    "@property --$label{syntax:'<image>';inherits:false;initial-value:url($url)}$p{background:var(--$label)}",
    "@function --$label(){result:url($url)}$p{background:--$label()}",
    "@starting-style{$p{background:url($url)}}$p{transition:background 9s}",
    "$p{background:url(/own.png}$p{color:red)}$p{background:url($url)}",
    "$p{color:'}';background:url($url)}",
    "$p{color:url(a'b)}$p{background:url($url)}/*'*/",
    '$p{color:url(a"b)}$p{background:url($url)}/*"*/',
    "$p{color:url(a(b)}$p{background:url($url)}/*)*/",
    "$p{color:url(a b)}$p{background:url($url)}",
    "$p{color:url( /*)}$p{background:url($url)}",
    "$p{color:'a\n}$p{background:url($url)}/*'*/",
    ".a\\'{color:red}$p{background:url($url)}.b\\'{}",
    '.a\\"{color:red}$p{background:url($url)}.b\\"{}',
    "[title='\\'']{color:red}$p{background:url($url)}.b\\'{}",
    "[title=x\\']{color:red}$p{background:url($url)}.b\\'{}",
    "/*/ */$p{background:url($url)}/**/",
    "$p{background:url(/*),url($url)}",
    "$p{--$label:=;background:image-set('$url' 1x)}",
    "@import 'data:image/png,x';$p{background:url($url)}",
    "$p{}}x{}$p{background:url($url)}",
    '@import "/own.css";$p{background:url($url)}',
    "@namespace a url(x);$p{background:url($url)}",
    "<!--$p{background:url($url)}-->",
    "$p:not([title='*/']){background:url($url)}/*",
    "@media screen{$p{background:url($url)",
)
_DEAD_SHEETS = (
    "@namespace url($url);$p{color:red}",
    "@page{background:url($url)}",
    "@counter-style $label{system:fixed;symbols:url($url)}$p{list-style:$label;display:list-item}",
    "$p:hover{background:url($url)}",
    "@media none{$p{background:url($url)}}",
)


def _style_vectors() -> tuple[Vector, ...]:
    sheets = ((_IMPORTS + _PRELOADED + _SHEETS, Live.ALWAYS), (_DEAD_IMPORTS + _DEAD_SHEETS, NEVER))
    values = ((_VALUES, Live.ALWAYS), (_DEAD_VALUES, NEVER))
    return (
        *(
            Vector(f"style: {sheet}", f"<style>{sheet}</style><p id=$label>x", live)
            for texts, live in sheets
            for sheet in texts
        ),
        *(
            Vector(f"style: {value}", f"<style>$p{{{value}}}</style><p id=$label>x", live)
            for texts, live in values
            for value in texts
        ),
        *(
            Vector(f"style attribute: {value}", f'<p style="{escape(value)}">x', live)
            for texts, live in values
            for value in texts
        ),
    )


_ELEMENTS_AND_ATTRIBUTES = (
    *(
        Vector(
            f"style, import of data: of {kind or 'no type'}",
            f"<style>@import \"data:{kind},@import '$url'\"</style>",
            quirks=True,
        )
        for kind in MEDIA_TYPES
    ),
    Vector("style, media=print", "<style media=print>@import '$url'</style>"),
    Vector("style, type=text/css", "<style type=TEXT/CSS>@import '$url'</style>"),
    Vector("style, another type", "<style type=text/less>@import '$url'</style>"),
    Vector("style in the body", "<p id=$label>x<style nonce=x>$p{background:url($url)}</style>"),
    Vector("style never closed", "<p id=$label>x<style>$p{background:url($url)}", alone=True),
    Vector("style in noscript", "<noscript><style>$p{background:url($url)}</style></noscript><p id=$label>x", OFF),
    Vector("style in svg", "<svg><style>@import '$url'</style></svg>"),
    Vector("style in svg, a url", "<svg><style>$p{background:url($url)}</style></svg><p id=$label>x"),
    Vector("style in svg, CDATA", "<svg><style><![CDATA[ @import '$url'; ]]></style></svg>"),
    Vector(
        "style in svg, character references", "<svg><style>@import &#39;&#104;ttp&colon;//$host&apos;</style></svg>"
    ),
    Vector("style in svg, a comment within", "<svg><style>@im<!-- x -->port '$url'</style></svg>"),
    Vector("style in svg, an element within", "<svg><style>@im<g></g>port '$url'</style></svg>"),
    Vector("style in svg, CDATA within", "<svg><style>@im<![CDATA[port 'ht]]>tp://$host'</style></svg>"),
    Vector(
        "style in svg, a tag in the URL", "<svg><style>$p{background:url(ht<g/>tp://$host)}</style></svg><p id=$label>x"
    ),
    Vector("style in math", "<math><style>@import '$url'</style></math>"),
    Vector(
        "style with an end tag in a string",
        "<style>$p{content:'</style'}$p{background:url($url)}</style><p id=$label>x",
    ),
    Vector("style attribute, character references", "<p style='background&colon;url&lpar;&#104ttp://$host&rpar;'>x"),
    Vector("style attribute, unquoted", "<p style=background:url($url)>x"),
    Vector("style attribute, upper case", "<P STYLE=BACKGROUND:URL($url)>x"),
    Vector("style attribute, a newline before", "<p\nstyle\n=\n'background:url($url)'>x"),
    Vector("style attribute on html", "<html style=background:url($url)>x", alone=True),
    Vector("style attribute on body", "<body style=background:url($url)>x", alone=True),
    Vector("style attribute on an unknown element", "<my-tag style=display:block;background:url($url)>x"),
    Vector("style attribute on svg", "<svg style=background:url($url)></svg>"),
    Vector("style attribute on an icon's shape", "<svg><path d='M0 0h9v9z' style=filter:url($url#a) /></svg>", NEVER),
    Vector("style attribute on math", "<math style=background:url($url)><mi>x</mi></math>"),
    Vector(
        "style attribute, custom property for a child",
        "<div style='--a:url($url)'><p style=background:var(--a)>x</div>",
    ),
    Vector(
        "style attribute, custom property for a sheet",
        "<style>$p{background:var(--$label)}</style><p id=$label style='--$label:url($url)'>x",
    ),
    Vector(
        "style element, custom property for an attribute",
        "<style>:root{--$label:url($url)}</style><p style=background:var(--$label)>x",
    ),
    Vector(
        "style element, string for an attribute",
        "<style>:root{--$label:'$url'}</style><p style='background:image-set(var(--$label) 1x)'>x",
    ),
    Vector("declarative shadow DOM, img", "<div><template shadowrootmode=open><img src=$url></template></div>"),
    Vector(
        "declarative shadow DOM, style",
        "<div><template shadowrootmode=closed><style>$p{background:url($url)}</style><p id=$label>x</template></div>",
    ),
    Vector(
        "declarative shadow DOM, import",
        "<div><template shadowrootmode=open><style>@import '$url'</style></template></div>",
    ),
    Vector(
        "declarative shadow DOM, :host",
        "<div><template shadowrootmode=open><style>:host{background:url($url)}</style>x</template></div>",
    ),
    Vector(
        "declarative shadow DOM, script",
        f"<div><template shadowrootmode=open><script>{SNIPPET}</script></template></div>",
        ON,
    ),
    Vector(
        "declarative shadow DOM, nested",
        "<div><template shadowrootmode=open><p><template shadowrootmode=open><img src=$url></template></p></template>"
        "</div>",
    ),
)

STYLES = (*_style_vectors(), *_ELEMENTS_AND_ATTRIBUTES)
