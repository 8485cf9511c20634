"""The guard in a real browser: every way in, what it answers, what it leaves alone, and what a grant releases."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from consentgate.policy.shipped import shipped_catalog
from consentgate.walls.guard import guard_rules
from consentgate.walls.judge import Judge
from guard.site import GRANT, SHOWINGS, Shown, Web, guard_tag, sheets
from guard.spellings import urls
from html_wall.site import HOST

pytestmark = pytest.mark.browser

RULES = (
    "marketing tracker.example shared.example/px;analytics counter.example;- open.tracker.example shared.example/px/no"
)
T, C = "http://tracker.example/", "http://counter.example/"
REFUSED, REPLACED = "http://refused.tracker.example/", "http://replaced.tracker.example/"
GRANT_ANALYTICS = "document.dispatchEvent(new CustomEvent('consentgate', {detail: {granted: ['analytics']}}))"
OTHER = "make('img', {src: 'http://other.example/', onload: done})"
NEW = "const make = (tag, rest) => Object.assign(document.createElement(tag), rest);"


@pytest.fixture(scope="module")
def asked(web: Web, context: BrowserContext) -> Counter[str]:
    """How often the host of each showing was asked, once all was shown."""
    for path in sheets():
        context.new_page().goto(f"http://{HOST}{path}", wait_until="commit")
    web.wait_until_quiet({showing.label for showing in SHOWINGS if showing.asks})
    for page in context.pages:
        page.close()
    return web.asked()


@pytest.mark.parametrize("shown", Shown)
def test_each_way_in_asks_its_vendor_as_often_as_the_table_says(asked: Counter[str], shown: Shown) -> None:
    """Once without the guard; with it never, unless it is open; and what was kept once after a grant."""
    rows = [showing for showing in SHOWINGS if showing.shown is shown]
    wrong = [f"{one.way.name}: {asked[one.label]} times" for one in rows if asked[one.label] != one.asks]
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def page(web: Web, context: BrowserContext) -> Iterator[Page]:
    """A page with the guard and nothing else."""
    web.forget()
    web.show("/guarded", f"<!doctype html>{guard_tag(RULES)}<script>{NEW}</script><body>")
    page = context.new_page()
    page.goto(f"http://{HOST}/guarded")
    yield page
    page.close()


def html(page: Page, script: str) -> str:
    """What the page's body is after a script."""
    return str(page.evaluate(f"() => {{ {script}; return document.body.innerHTML.trim() }}"))


@pytest.mark.parametrize(
    ("script", "marked"),
    [
        (f"document.body.append(make('img', {{src: '{T}'}}))", f'<img data-cg="marketing" data-cg-src="{T}">'),
        (
            f"document.body.append(make('script', {{src: '{T}'}}))",
            f'<script type="text/plain" data-cg="marketing" data-cg-src="{T}"></script>',
        ),
        (
            f"document.body.append(make('script', {{type: 'module', src: '{C}'}}))",
            f'<script type="text/plain" data-cg-type="module" data-cg="analytics" data-cg-src="{C}"></script>',
        ),
        (
            f"document.body.append(make('img', {{srcset: '{T} 1x, {C} 2x'}}))",
            f'<img data-cg="marketing,analytics" data-cg-srcset="{T} 1x, {C} 2x">',
        ),
        (
            f"document.body.innerHTML = '<b>x</b><iframe title=\"a>b\" src={T}></iframe>'",
            f'<b>x</b><iframe title="a&gt;b" data-cg="marketing" data-cg-src="{T}"></iframe>',
        ),
        (
            f"document.body.innerHTML = '<script src=\"{T}\" type=module></' + 'script>'",
            f'<script type="text/plain" data-cg-type="module" data-cg="marketing" data-cg-src="{T}"></script>',
        ),
        (
            f"document.body.innerHTML = '<p style=\"color:red;background:url({C})\">x</p>'",
            f'<p data-cg="analytics" data-cg-style="color:red;background:url({C})">x</p>',
        ),
    ],
)
def test_what_is_held_back_is_marked_as_the_walls_mark_it(page: Page, script: str, marked: str) -> None:
    assert html(page, script) == marked


@pytest.mark.parametrize(
    "markup",
    [
        f'<a href="{T}">Share</a>',
        f'<a href="{T}" style="color: red">Share</a>',
        f"<p>{T}</p><!-- <x src='/own.png'> -->",
        f'<lite-video src="{T}"></lite-video>',
        f'<form action="{T}"><input value="{T}" data-src="{T}"></form>',
        '<img src="/own.png?u=http://tracker.example/">',
        '<img src="http://nottracker.example/"><img src="http://tracker.example.own.example/">',
        '<img src="http://open.tracker.example/"><img src="http://a.open.tracker.example/a">',
        '<img src="http://shared.example/"><img src="http://shared.example/px/no">',
        '<img src="data:image/gif,tracker.example"><img src="/own.png" srcset="/own.png 1x, data:, 2x">',
        '<iframe srcdoc="An own document"></iframe>',
    ],
)
def test_what_is_no_vendors_to_keep_out_is_left_as_it_is(page: Page, markup: str) -> None:
    assert html(page, f"document.body.innerHTML = {markup!r}") == markup
    rebuilt = f"""
      const t = new DOMParser().parseFromString({markup!r}, 'text/html');
      document.body.textContent = '';
      for (const old of t.body.children) {{
        const e = document.createElement(old.localName);
        for (const {{name, value}} of old.attributes) e.setAttribute(name, value);
        document.body.append(e);
      }}"""
    assert "data-cg" not in html(page, rebuilt)


@pytest.mark.parametrize(
    "replaced",
    [
        "e.src = '/own.png'",
        "e.setAttribute('src', '/own.png')",
        "e.removeAttribute('src'); e.src = '/own.png'",
        "e.removeAttributeNS(null, 'src'); e.src = '/own.png'",
        "const a = document.createAttribute('src'); a.value = '/own.png'; e.setAttributeNode(a)",
    ],
)
@pytest.mark.parametrize("tag", ["img", "script", "iframe"])
def test_what_the_page_sets_afterwards_replaces_what_was_held(page: Page, web: Web, replaced: str, tag: str) -> None:
    script = f"const e = make('{tag}', {{src: '{REPLACED}'}}); {replaced}; document.body.append(e); {GRANT}"
    assert html(page, script).startswith(f'<{tag} src="/own.png">')
    page.evaluate(f"() => new Promise(done => document.body.append({OTHER}))")
    assert "replaced" not in web.asked()


def test_one_held_attribute_may_be_replaced_while_another_stays_held(page: Page) -> None:
    script = f"const e = make('img', {{src: '{T}', srcset: '{C} 1x'}}); e.src = '/own.png'; document.body.append(e)"
    assert html(page, script) == f'<img data-cg="analytics" data-cg-srcset="{C} 1x" src="/own.png">'


def test_a_held_property_reads_as_if_it_had_not_been_set(page: Page) -> None:
    reads = f"""() => {{
      const e = make('script', {{src: '{T}', async: false}});
      const f = make('iframe', {{srcdoc: '<img src={T}>'}});
      return [e.src, e.async, e.getAttribute('src'), e.hasAttribute('src'), f.srcdoc]
    }}"""
    assert page.evaluate(reads) == ["", False, None, False, ""]


def test_a_grant_releases_its_category_alone_and_in_the_order_in_which_it_was_held(page: Page) -> None:
    """Each element is told of by what its `src` becomes."""
    released = f"""() => {{
      const order = [];
      const held = ['{C}1.js', '{T}2.js', '{C}3.js', '{C}4.js'].map(src => make('script', {{src}}));
      const watcher = new MutationObserver(all => order.push(...all.map(one => one.target.src)));
      for (const e of held.toReversed()) watcher.observe(e, {{attributeFilter: ['src']}});
      {GRANT_ANALYTICS};
      return new Promise(done => setTimeout(() => done([order, held[1].dataset.cg])));
    }}"""
    assert page.evaluate(released) == [[f"{C}1.js", f"{C}3.js", f"{C}4.js"], "marketing"]


def test_held_scripts_that_ask_to_run_in_order_do(page: Page) -> None:
    run = f"""() => new Promise(done => {{
      const order = [];
      for (const name of '123') document.head.append(make('script', {{
        src: `{T}${{name}}.js`, async: false, onload: () => order.push(name) == 3 && done(order) }}));
      {GRANT}
    }})"""
    assert page.evaluate(run) == ["1", "2", "3"]
    assert page.evaluate("ran") == 3


def test_what_waits_for_two_categories_waits_for_both(page: Page) -> None:
    script = f"const e = make('img', {{srcset: '{T} 1x, {C} 2x'}}); document.body.append(e); {GRANT_ANALYTICS}"
    assert html(page, script) == f'<img data-cg="marketing" data-cg-srcset="{T} 1x, {C} 2x">'


def test_what_a_template_holds_is_alive_in_its_later_copies(page: Page) -> None:
    script = f"""const t = document.createElement('template'); t.innerHTML = '<p><img src="{T}"></p>';
      const early = t.content.cloneNode(true).firstChild.innerHTML; {GRANT};
      document.body.append(early, t.content.cloneNode(true))"""
    held = f'&lt;img data-cg="marketing" data-cg-src="{T}"&gt;'
    assert html(page, script) == f'{held}<p><img src="{T}"></p>'


def test_when_a_grant_is_taken_back_the_category_is_held_again(page: Page) -> None:
    script = f"""{GRANT}; document.body.append(make('img', {{src: '{T}'}}));
      document.dispatchEvent(new CustomEvent('consentgate', {{detail: {{granted: []}}}}));
      document.body.append(make('img', {{src: '{T}'}}))"""
    assert html(page, script) == f'<img src="{T}"><img data-cg="marketing" data-cg-src="{T}">'


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (f"fetch('{REFUSED}').catch(e => done(e instanceof TypeError))", True),
        (
            f"x = new XMLHttpRequest(); x.onerror = () => done(x.status); x.open('GET', '{REFUSED}'); x.send()",
            0,
        ),
        (f"done(navigator.sendBeacon('{REFUSED}', 'x'))", True),
        (f"x = new EventSource('{REFUSED}'); x.onerror = () => done(x.readyState)", 2),
        ("x = new WebSocket('ws://refused.tracker.example/'); x.onclose = () => done(x.readyState)", 3),
        (f"x = new Audio('{REFUSED}'); done([x.localName, x.dataset.cg])", ["audio", "marketing"]),
    ],
)
def test_a_refused_request_fails_as_one_to_an_unknown_host_does(
    page: Page, web: Web, request_: str, answer: object
) -> None:
    assert page.evaluate(f"() => new Promise(done => {{ let x; {request_} }})") == answer
    assert "refused" not in web.asked()


def test_what_is_watched_looks_as_the_browser_made_it(page: Page) -> None:
    """A framework tells a browser's abilities by such looks."""
    looks = """() => [
      fetch.name, fetch.length, WebSocket.name, WebSocket.OPEN, new WebSocket('ws://own.invalid') instanceof WebSocket,
      Object.prototype.toString.call(new XMLHttpRequest()), new Audio() instanceof Audio, new Image(2, 3).height,
      'srcset' in document.createElement('img'), Object.keys(document.createElement('img')).length,
      Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML').enumerable, document.body.setAttribute('x', 1),
    ]"""
    known = ["fetch", 1, "WebSocket", 1, True, "[object XMLHttpRequest]", True, 3, True, 0, True, None]
    assert page.evaluate(looks) == known


def test_it_knows_whom_an_address_belongs_to_as_the_catalogue_does(page: Page, web: Web) -> None:
    """Over all that ships and every spelling of an address; one list of the same questions for both."""
    catalog = shipped_catalog()
    permissions = frozenset({"necessary"})
    judge = Judge(catalog, permissions)
    rules = guard_rules(catalog, catalog.vendors, judge.tag_of)
    web.show("/catalogue", f"<!doctype html>{guard_tag(rules)}")
    page.goto(f"http://{HOST}/catalogue")
    questions = urls(catalog, random.Random(7), 3000)
    answers = page.evaluate(
        """urls => urls.map(url => {
          const e = document.createElement('iframe');
          e.src = url;
          return e.dataset.cg || '';
        })""",
        questions,
    )
    known = [vendor.category if (vendor := judge.url(url)) else "" for url in questions]
    wrong = [row for row in zip(questions, answers, known, strict=True) if row[1] != row[2]]
    assert not wrong, wrong[:5]
    assert min(Counter(known).values()) > 100


@pytest.mark.parametrize(
    ("given", "becomes"), [("null", ""), ("undefined", "undefined"), ("1", "1"), ("[1, 2]", "1,2"), ("''", "")]
)
def test_what_is_no_text_becomes_the_markup_that_browsers_make_of_it(page: Page, given: str, becomes: str) -> None:
    script = f"""document.body.innerHTML = '<p>before</p><p>before</p>';
      const [p, q] = document.body.children; p.innerHTML = {given}; q.outerHTML = {given}"""
    assert html(page, script) == f"<p>{becomes}</p>{becomes}"


def test_a_page_that_enforces_trusted_types_works(page: Page, web: Web) -> None:
    """What it has approved passes unread, which is a limit of the guard's; addresses are held all the same."""
    enforced = '<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for \'script\'">'
    web.show("/trusted", f"<!doctype html>{enforced}{guard_tag(RULES)}<script>{NEW}</script><body>")
    page.goto(f"http://{HOST}/trusted")
    script = f"""
      const trust = trustedTypes.createPolicy('own', {{createHTML: html => html, createScriptURL: url => url}});
      document.body.innerHTML = trust.createHTML('<b title="https://own.example/">x</b>');
      document.body.append(make('script', {{src: trust.createScriptURL('{T}')}}))"""
    held = f'<script type="text/plain" data-cg="marketing" data-cg-src="{T}"></script>'
    assert html(page, script) == f'<b title="https://own.example/">x</b>{held}'


def test_markup_of_a_trusted_type_is_held_where_nothing_enforces_it(page: Page) -> None:
    """Vue makes all of its markup so."""
    script = f"""const trust = trustedTypes.createPolicy('own', {{createHTML: html => html}});
      document.body.innerHTML = trust.createHTML('<img src="{T}">')"""
    assert html(page, script) == f'<img data-cg="marketing" data-cg-src="{T}">'
