"""Every kind of element that a wall disarms and that can come to life in its place, with the address that it loads."""

from __future__ import annotations

IN_PLACE = (
    '<script src="{}.js"></script>',
    '<script async src="{}.js"></script>',
    '<script defer src="{}.js"></script>',
    '<script type="module" src="{}.js"></script>',
    '<script type="text/javascript" crossorigin="anonymous" src="{}.js"></script>',
    '<svg><script href="{}.js"></script></svg>',
    '<svg><script xlink:href="{}.js"></script></svg>',
    '<script>/* trackerSnippet( */ new Image().src = "{}"</script>',
    '<script type="module">import "{}.js"</script>',
    '<iframe src="{}.html"></iframe>',
    '<iframe srcdoc="<img src={}>"></iframe>',
    "<iframe srcdoc='<script src={}.js></script>'></iframe>",
    '<img src="{}">',
    '<img srcset="{} 1x, /own.png 9x">',
    '<img srcset="{} 100w" sizes="100px">',
    '<img alt="" loading="eager" src="{}" style="width:1px">',
    '<image src="{}">',
    '<svg><image href="{}"/></svg>',
    '<svg><image xlink:href="{}"/></svg>',
    '<svg><filter id="f"><feImage href="{}"/></filter><rect filter="url(#f)" width="9" height="9"/></svg>',
    '<svg><rect fill="url({}.svg#a)" width="9" height="9"/></svg>',
    '<svg><image><animate attributeName="href" to="{}" dur="1s" fill="freeze"/></image></svg>',
    '<picture><source srcset="{}"><img></picture>',
    '<video><source src="{}"></video>',
    '<video src="{}"></video>',
    '<video poster="{}"></video>',
    '<audio src="{}" preload="auto"></audio>',
    '<audio preload="auto"><source src="{}"></audio>',
    '<video crossorigin src="/own.mp4"><track default src="{}"></video>',
    '<input type="image" src="{}">',
    '<embed src="{}">',
    '<embed type="image/gif" src="{}">',
    '<object data="{}"></object>',
    '<object type="image/gif" data="{}"></object>',
    '<table background="{}"><tr><td>x</table>',
    '<table><tr><td background="{}">x</table>',
    '<p style="background: url({})">x</p>',
    "<style>p.s { background: url({}) }</style><p class=s>x</p>",
    '<style>@import "{}.css";</style>',
    '<style type="text/css" media="all">@import url({}.css);</style>',
    '<svg><style>@import "{}.css";</style></svg>',
    '<link rel="stylesheet" href="{}.css">',
    '<link rel="preload" as="image" href="{}">',
    '<link rel="preload" as="image" imagesrcset="{} 1x">',
    '<link rel="modulepreload" href="{}.js">',
    '<link rel="prefetch" href="{}">',
    '<div><template shadowrootmode="open"><img src="{}"></template></div>',
    '<div><template shadowrootmode="open"><script src="{}.js"></script></template></div>',
)
"""`{}` stands for an address of a vendor without its ending."""

SILENT = (
    '<template><img src="{}"><script type=module src="{}.js"></script></template>',
    '<svg><use href="{}.svg#a"/></svg>',
    '<link rel="preconnect" href="{}">',
    '<script nomodule src="{}.js"></script>',
)
"""What asks for nothing, or for nothing that a server could see, and is given back all the same."""

NOT_IN_PLACE = (
    '<base href="{}">',
    '<meta http-equiv="refresh" content="900; url={}">',
    '<script type="importmap">{"imports": {"own": "/own.js", "theirs": "{}.js"}}</script>',
    '<script type="speculationrules">{"prefetch": [{"urls": ["{}"]}]}</script>',
)
"""What a browser has taken to heart before any choice can be made."""
