"""What a site's own script does when it brings a vendor along: the ways of npm packages, and a tag manager's loader."""

from __future__ import annotations

import json
from dataclasses import dataclass

from vendor_snippets.snippet import SNIPPETS, Element, Snippet


@dataclass(frozen=True, slots=True)
class Way:
    """Code that asks `url`. An element can be held back and let go later; a call can only be answered."""

    name: str
    code: str
    runs_script: bool = False
    is_element: bool = True


SCRIPT_WAYS = (
    Way("appendChild", "let s=document.createElement('script');s.src=url;document.head.appendChild(s)", True),
    Way("append", "let s=document.createElement('script');s.async=true;s.src=url;document.body.append(s)", True),
    Way(
        "insertBefore",
        "let s=document.createElement('script');s.setAttribute('src',url);"
        "let first=document.getElementsByTagName('script')[0];first.parentNode.insertBefore(s,first)",
        True,
    ),
    Way("src after", "let s=document.createElement('script');document.head.appendChild(s);s.src=url", True),
    Way(
        "fragment",
        "let s=document.createElement('script'),f=document.createDocumentFragment();s.src=url;"
        "f.appendChild(s);document.body.appendChild(f)",
        True,
    ),
    Way("import", "let s=document.createElement('script');s.type='module';s.src=url;document.head.prepend(s)", True),
    Way("new Image", "new Image().src=url"),
    Way("fetch", "fetch(url,{mode:'no-cors',keepalive:true}).catch(()=>{})", is_element=False),
    Way(
        "XMLHttpRequest",
        "let x=new XMLHttpRequest();x.open('GET',url);x.onerror=()=>{};try{x.send()}catch{}",
        is_element=False,
    ),
    Way("sendBeacon", "navigator.sendBeacon(url)", is_element=False),
    Way("insertAdjacentHTML", "document.body.insertAdjacentHTML('beforeend',`<img alt='' src='${url}'>`)"),
    Way("innerHTML", "let p=document.createElement('p');p.innerHTML=`<img src='${url}'>`;document.body.append(p)"),
)  # fmt: skip
"""How a vendor that is known for a script is brought along: by the script, or by what its package sends without one."""

_OTHER_WAYS = {
    Element.IMG: Way("img", "let i=document.createElement('img');i.src=url;document.body.appendChild(i)"),
    Element.IFRAME: Way("iframe", "let f=document.createElement('iframe');f.src=url;document.body.appendChild(f)"),
    Element.LINK: Way(
        "link", "let l=document.createElement('link');l.rel='stylesheet';l.href=url;document.head.appendChild(l)"
    ),
}

_WAYS = dict(
    zip(
        (snippet.vendor for snippet in SNIPPETS if snippet.element is Element.SCRIPT),
        SCRIPT_WAYS * (len(SNIPPETS) // len(SCRIPT_WAYS) + 1),
        strict=False,
    )
)


def way_of(snippet: Snippet) -> Way:
    """The way that this vendor is brought along by; all of them are taken in turn."""
    return _WAYS.get(snippet.vendor) or _OTHER_WAYS[snippet.element]


def bundle() -> str:
    """The site's own script that brings everyone along."""
    return "\n".join(map(_brought_along, SNIPPETS))


def _brought_along(snippet: Snippet) -> str:
    way = way_of(snippet)
    url = snippet.loads if way.runs_script else snippet.further or snippet.loads
    return f"(url=>{{{way.code}}})({json.dumps(url)});"


_LOADER = """
function put(html) {
    const holder = document.createElement("div");
    holder.innerHTML = html;
    for (const script of holder.querySelectorAll("script")) {
        const again = document.createElement("script");
        for (const {name, value} of script.attributes) again.setAttribute(name, value);
        again.text = script.text;
        script.replaceWith(again);
    }
    document.body.appendChild(holder);
}
"""
"""A script put in by innerHTML does not run, so a tag manager makes each anew."""


def container() -> str:
    """A tag manager's container: its loader, and the markup of all tags."""
    tags = [snippet.snippet or snippet.tag for snippet in SNIPPETS]
    return f"{_LOADER}{json.dumps(tags)}.forEach(put);"
