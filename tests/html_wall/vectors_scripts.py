"""Vectors that are scripts: by address, inline, as maps and rules, and as event handlers."""

from __future__ import annotations

from html_wall.vector import MEDIA_TYPES, MODULE, NEVER, ON, SNIPPET, Vector

_MAP = '{"imports":{"a":"$url"}}'

SCRIPTS = (
    Vector("script src", "<script src=$url></script>", ON),
    Vector("script src, async", "<script async src=$url></script>", ON),
    Vector("script src, defer", "<script defer src=$url></script>", ON),
    Vector("script src, module", "<script type=module src=$url></script>", ON),
    Vector("script src, language", "<script language=javascript src=$url></script>", ON),
    Vector("script src, type=''", "<script type='' src=$url></script>", ON),
    Vector("script src, TEXT/JavaScript", "<script type=' TEXT/JavaScript ' src=$url></script>", ON),
    Vector("script src, never closed", "<script src=$url>", ON, alone=True),
    Vector("script src, nomodule", "<script nomodule src=$url></script>", NEVER),
    Vector("script src, importmap", "<script type=importmap src=$url></script>", NEVER),
    Vector("script src, speculationrules", "<script type=speculationrules src=$url></script>", NEVER),
    Vector("script attributionsrc", "<script attributionsrc=$url src=/own.js></script>", NEVER, secure=True),
    Vector(
        "script src, data:", '<script src="data:text/javascript,new Image().src=`$url`;trackerSnippet()"></script>', ON
    ),
    *(
        Vector(f"script src, data: of {kind or 'no type'}", f'<script src="data:{kind},{SNIPPET}"></script>', ON)
        for kind in MEDIA_TYPES
    ),
    Vector(
        "script src, data: in Base64",
        '<script src="data:;base64,‹base64 new Image().src=`$url`;trackerSnippet()›"></script>',
        ON,
    ),
    Vector(
        "script src, data: in percents",
        '<script src="data:text/javascript,‹percent new Image().src=`$url`;trackerSnippet()›"></script>',
        ON,
    ),
    Vector("script src, data: module", "<script type=module src=\"data:text/javascript,import '$url'\"></script>", ON),
    Vector("inline script", f"<script>{SNIPPET}</script>", ON),
    Vector("inline script, nonce and type", f"<script nonce=x type=text/javascript>{SNIPPET}</script>", ON),
    Vector("inline script, module", f"<script type=module>{SNIPPET}</script>", ON),
    Vector("inline script, comment", f"<script><!--\n{SNIPPET}\n--></script>", ON),
    Vector("inline script that writes", "<script>document.write('<img src=$url>');trackerSnippet()</script>", ON),
    Vector("inline module import", "<script type=module>import '$url'</script>", ON),
    Vector("inline module import, named", '<script type=module>import a,{b as c} from"$url"</script>', ON),
    Vector("inline module import, comments", '<script type=module>import/*x*/*/**/as a from\n"$url"</script>', ON),
    Vector("inline module import, escaped", '<script type=module>import "\\x68ttp:\\u002f\\/$host"</script>', ON),
    Vector("inline module import, //host", "<script type=module>import '//$host'</script>", ON),
    Vector("inline module import, escaped with braces", '<script type=module>import "\\u{68}ttp://$host"</script>', ON),
    Vector("inline module import, an escaped tab", '<script type=module>import "ht\\ttp://$host"</script>', ON),
    Vector("inline module import, on two lines", '<script type=module>import "ht\\\ntp://$host"</script>', ON),
    Vector(
        "inline module import, a comment to the end of the line", "<script type=module>import // '\n'$url'</script>", ON
    ),
    Vector("inline module import, no-break space", "<script type=module>import\u00a0'$url'</script>", ON),
    Vector("inline module import, default and all", "<script type=module>import a, * as b from '$url'</script>", ON),
    Vector(
        "inline module import, a string for a name", "<script type=module>import {'from' as b}from'$url'</script>", ON
    ),
    Vector(
        "inline module import, attributes", "<script type=module>import a from '$url' with {type:'json'}</script>", ON
    ),
    Vector("inline module import, after others", "<script type=module>import '/own.js';import '$url'</script>", ON),
    Vector(
        "inline module import, data:", "<script type=module>import \"data:text/javascript,import '$url'\"</script>", ON
    ),
    Vector("inline module export", "<script type=module>export * from '$url'</script>", ON),
    Vector("inline module export, named", "<script type=module>export {a as b} from '$url'</script>", ON),
    Vector("inline import()", "<script type=module>import('$url')</script>", ON),
    Vector("inline import() in a classic script", "<script>import(`$url`)</script>", ON),
    Vector("inline module import, on two lines, CR LF", "<script type=module>import 'ht\\\r\ntp://$host'</script>", ON),
    Vector("inline module import, an escaped NUL", "<script type=module>import '\\0$url'</script>", ON),
    Vector("inline import(), with options", "<script>import('$url',{with:{type:'json'}})</script>", ON),
    Vector("inline import() in brackets", "<script>import(('$url'))</script>", ON),
    Vector("inline import(), a comment to the end of the line", "<script>import(// x\n'$url')</script>", ON),
    Vector("inline import() spaced", "<script>import /**/ (\n'$url')</script>", ON),
    *(
        Vector(
            f"importmap, {name}",
            f"<script type=importmap>{text}</script><script type=module>import '{key}'</script>",
            ON,
            alone=True,
        )
        for name, key, text in (
            ("imports", "a", '{"imports":{"a":"$url"}}'),
            ("escaped", "a", '{"imports":{"\\u0061":"\\u0068ttp:\\/\\/$host"}}'),
            ("an escaped tab", "a", '{"imports":{"a":"ht\\ttp://$host"}}'),
            ("//host", "a", '{"imports":{"a":"//$host"}}'),
            ("data:", "a", '{"imports":{"a":"data:text/javascript,import%20%27$url%27"}}'),
            ("beside others", "a", '{"imports":{"b":"/own.js","a":"$url"}}'),
            ("a folder", "a/b", '{"imports":{"a/":"$url/"}}'),
            ("a URL as key", "/own.js", '{"imports":{"/own.js":"$url"}}'),
            ("scopes", "a", '{"scopes":{"/":{"a":"$url"}}}'),
        )
    ),
    Vector("importmap, type in capitals", f"<script type=ImportMap>{_MAP}</script>{MODULE}", ON, alone=True),
    Vector(
        "importmap, a second one",
        f'<script type=importmap>{{"imports":{{}}}}</script><script type=importmap>{_MAP}</script>{MODULE}',
        ON,
        alone=True,
    ),
    Vector(
        "speculationrules, prefetch",
        '<script type=speculationrules>{"prefetch":[{"source":"list","urls":["https://$host/"],"eagerness":"immediate"}]}</script>',
        ON,
        top=True,
        secure=True,
    ),
    Vector(
        "speculationrules, prefetch, escaped",
        '<script type=speculationrules>{"prefetch":[{"urls":["\\u0068ttps:\\/\\/$host/"]}]}</script>',
        ON,
        top=True,
        secure=True,
    ),
    Vector(
        "speculationrules, prefetch anonymously",
        '<script type=speculationrules>{"prefetch":[{"urls":["https://$host/"],"requires":["anonymous-client-ip-when-cross-origin"]}]}</script>',
        NEVER,
        top=True,
        secure=True,
    ),
    Vector(
        "speculationrules, prerender",
        '<script type=speculationrules>{"prerender":[{"urls":["https://$host/"]}]}</script>',
        ON,
        top=True,
        secure=True,
    ),
    Vector(
        "speculationrules, relative to base",
        '<base href=https://$host/><script type=speculationrules>{"prefetch":[{"urls":["a"]}]}</script>',
        ON,
        top=True,
        secure=True,
    ),
    Vector("webbundle", '<script type=webbundle>{"source":"$url","resources":["$url"]}</script>', ON),
    *(
        Vector(f"handler, {page}", page.replace("!", f'"{SNIPPET}"'), ON, alone="<body" in page)
        for page in (
            "<body onload=!>",
            "<body onpageshow=!>",
            "<img src=/missing onerror=!>",
            "<img src=data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7 onload=!>",
            "<IMG SRC=x: ONERROR=!>",
            "<img src=x: alt='>'onerror=!>",
            "<iframe onload=!></iframe>",
            "<style onload=!>p{}</style>",
            "<link rel=stylesheet href=data:text/css, onload=!>",
            "<script src=/missing.js onerror=!></script>",
            "<video src=data:, onerror=!></video>",
            "<video><source src=data:, onerror=!></video>",
            "<object data=data:,x onload=!></object>",
            "<embed src=data:,x onload=!>",
            "<details open ontoggle=!>x</details>",
            "<svg onload=!></svg>",
            "<svg><image href=data:, onerror=!></svg>",
            "<svg><animate onbegin=! attributeName=x dur=1s></svg>",
            "<style>@keyframes a{}</style><p style='animation:a 1s' onanimationstart=!>x",
            "<video autoplay muted onloadstart=! src=/own.mp4></video>",
            "<noscript></noscript><body onload=!>",
        )
    ),
    Vector("handler, references", "<img src=x: onerror='new Image().src=`$url`;tracker&#83;nippet()'>", ON),
    Vector("handler, onfocus with autofocus", f'<input autofocus onfocus="{SNIPPET}">', ON, top=True),
    Vector("inline script in noscript", f"<noscript><script>{SNIPPET}</script></noscript>", NEVER),
)
