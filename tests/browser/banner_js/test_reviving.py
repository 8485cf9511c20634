"""What banner.js brings to life in a real browser after a choice, in which order, and what it leaves asleep."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import expect

from careers_site import UNGATED, NewVisitor
from reviving.elements import IN_PLACE, NOT_IN_PLACE, SILENT
from reviving.ordered import external, inline
from reviving.site import COUNTER, SNIPPET, TRACKER, Page
from reviving.vendors import Vendors, noting
from reviving.visit import Visit

pytestmark = pytest.mark.browser

FRAMEWORKS = Path(__file__).parents[2] / "data" / "frameworks"
IMAGE = f'<img src="{TRACKER}image">'
SWAP = "html => { const e = document.createElement('main'); e.innerHTML = html; document.body.append(e) }"
"""What a client-side router does with a page's content."""


def disarmed(markup: str, category: str = "marketing") -> str:
    """What the walls make of an element with a `src`."""
    return markup.replace(" src=", f" data-cg={category} data-cg-src=")


def test_all_that_was_disarmed_asks_exactly_what_it_asks_without_a_gate(
    visitor: NewVisitor, visit: Visit, sink: Vendors
) -> None:
    rows = [markup.replace("{}", f"{TRACKER}{number}") for number, markup in enumerate(IN_PLACE)]
    visit.app.pages["/all"] = Page("\n".join(rows))
    visitor().new_page().goto(f"https://{UNGATED}/all")
    sink.wait_until_quiet()
    expected = sink.asked
    sink.forget()
    visit.open("\n".join(rows), "/all")
    visit.accept(*expected)
    assert visit.is_the_same
    assert sink.asked == expected
    assert len(expected) == len(IN_PLACE), "each of them asks"


def test_no_mark_is_left_and_every_attribute_is_the_one_that_was_written(visitor: NewVisitor, visit: Visit) -> None:
    markup = "".join(markup.replace("{}", f"{TRACKER}{number}") for number, markup in enumerate(SILENT + IN_PLACE))
    look = """() => [...document.querySelectorAll("body *:not([role=alert])")].flatMap(e => [e, ...(e.content ?
        e.content.querySelectorAll("*") : [])]).map(e => [e.localName, ...[...e.attributes].map(a => a.name + "=" +
        a.value).sort()].join(" "))"""
    visit.app.pages["/all"] = Page(markup)
    ungated = visitor(java_script_enabled=True).new_page()
    ungated.goto(f"https://{UNGATED}/all")
    visit.vendors.wait_until_quiet()
    written = ungated.evaluate(look)
    visit.vendors.forget()
    visit.open(markup, "/all")
    visit.accept(f"tracker.example/{len(SILENT + IN_PLACE) - 1}.js")
    assert visit.tab.evaluate(look) == written


@pytest.mark.parametrize("markup", NOT_IN_PLACE)
def test_what_has_had_its_say_before_is_taken_up_by_a_new_load_of_the_page(visit: Visit, markup: str) -> None:
    tab = visit.open(f'<p id="own">x</p>{markup.replace("{}", TRACKER + "late")}')
    tab.locator("#consentgate button[value=accept]").click()
    tab.wait_for_function("window.same === undefined && document.readyState == 'complete'")
    assert not any("data:cg-" in script for script in tab.locator("script").all_text_contents())
    assert tab.locator("[data-cg=marketing]").count() == 0


def test_scripts_run_in_the_order_of_a_parser(visit: Visit) -> None:
    visit.open(
        inline("first")
        + external("deferred", "defer", folder="held/")
        + external("module", "type=module")
        + inline("inline module", "type=module")
        + external("async", "async")
        + external("old", "nomodule")
        + external("slow", folder="held/")
        + inline("after slow")
        + external("missing", folder="gone/")
        + inline("after missing")
        + external("last")
    )
    visit.say("accept")
    visit.vendors.wait_until_asked("tracker.example/held/slow.js", "tracker.example/async.js")
    assert visit.order(2) == ["first", "async"]
    assert "tracker.example/last.js" not in visit.vendors.asked
    visit.vendors.released.set()
    order = visit.order(9)
    order.remove("async")
    assert order == ["first", "slow", "after slow", "after missing", "last", "deferred", "module", "inline module"]
    visit.vendors.wait_until_quiet()
    assert set(visit.vendors.asked.values()) == {1}
    assert "tracker.example/old.js" not in visit.vendors.asked


def test_an_answer_that_never_comes_does_not_keep_the_others_waiting_for_ever(visit: Visit) -> None:
    visit.open(external("never", folder="held/") + inline("after"))
    visit.say("accept")
    assert visit.order(1) == ["after"]


def test_a_script_keeps_its_place_and_its_attributes(visit: Visit) -> None:
    code = noting("kept")
    visit.vendors.scripts["/kept.js"] = code
    digest = "sha384-" + base64.b64encode(hashlib.sha384(code.encode()).digest()).decode()
    wrong = digest[:-4] + "AAAA"
    visit.open(
        '<p id="before"></p>'
        + external("kept", f'id=s integrity="{digest}" crossorigin=anonymous referrerpolicy=origin data-id=7 @odd=1')
        + external("changed", f'integrity="{wrong}" crossorigin')
        + inline("after")
    )
    visit.say("accept")
    assert visit.order(2) == ["kept", "after"]
    script = "const s = document.getElementById('s'); "
    assert visit.tab.evaluate(script + "s.previousElementSibling.id") == "before"
    assert visit.tab.evaluate(script + "Object.fromEntries([...s.attributes].map(a => [a.name, a.value]))") == {
        "id": "s",
        "integrity": digest,
        "crossorigin": "anonymous",
        "referrerpolicy": "origin",
        "data-id": "7",
        "@odd": "1",
        "src": f"{TRACKER}kept.js",
    }


def test_under_a_policy_of_nonces_what_had_one_runs_and_nothing_else(visit: Visit) -> None:
    nonce = 'nonce="bm9uY2U"'
    visit.open(
        inline("with", nonce)
        + inline("without")
        + external("external", nonce)
        + external("module", f"type=module {nonce}")
        + inline("writes", nonce).replace(
            '"writes")', '"writes"); document.write(\'<script nonce="bm9uY2U">order.push("written")<\\/script>\')'
        ),
        headers={"Content-Security-Policy": "script-src 'nonce-bm9uY2U'; style-src 'self'; connect-src 'self'"},
    )
    visit.tab.evaluate(
        "() => { onsecuritypolicyviolation = e => (window.violations ||= []).push(e.effectiveDirective) }"
    )
    visit.say("accept")
    assert visit.order(5) == ["with", "external", "writes", "written", "module"]
    assert visit.tab.evaluate("violations") == ["script-src-elem"]


def test_what_a_script_writes_stands_in_its_place_and_runs_in_order(visit: Visit) -> None:
    visit.vendors.scripts["/writes.js"] = (
        noting("writes")
        + f"document.write('<scr' + 'ipt src=\"{TRACKER}'); document.write('inner.js\"></scr' + 'ipt>');"
        "document.writeln('<p id=written>x</p><script>order.push(\"inline\")</scr' + 'ipt>')"
    )
    visit.vendors.scripts["/inner.js"] = noting("inner") + "document.write('<b id=deep>y</b>')"
    visit.open('<p id="own">own</p>' + external("writes") + inline("after"))
    visit.accept("tracker.example/inner.js")
    assert visit.order(4) == ["writes", "inner", "inline", "after"]
    assert visit.is_the_same
    ids = visit.tab.evaluate("[...document.querySelectorAll('body [id]')].map(e => e.id)")
    assert ids[:3] == ["own", "deep", "written"]


def test_the_rest_of_a_page_comes_alive_where_a_script_throws(visit: Visit) -> None:
    visit.open(inline("x").replace("(window", "throw 1; (window") + inline("after") + IMAGE)
    visit.accept("tracker.example/image")
    assert visit.order(1) == ["after"]


def test_only_what_is_granted_comes_alive_and_what_waits_for_two_waits_for_both(visit: Visit) -> None:
    both = f'<img src="{TRACKER}both" srcset="{COUNTER}both 2x">'
    frame = f'<iframe width=300 height=200 src="{TRACKER}frame.html"></iframe>'
    tab = visit.open(IMAGE + f'<img src="{COUNTER}image">' + both + frame)
    tab.frame_locator("iframe").get_by_role("button").click()
    visit.vendors.wait_until_quiet("tracker.example/image", "tracker.example/frame.html")
    assert {address.partition("/")[0] for address in visit.vendors.asked} == {"tracker.example"}
    assert tab.locator("img[data-cg='marketing,analytics']").count() == 1
    expect(tab.locator("#consentgate")).to_have_count(1)
    visit.accept("counter.example/image", "tracker.example/both")
    assert set(visit.vendors.asked.values()) == {1}


def test_handlers_come_back_and_work(visit: Visit) -> None:
    visit.open(f'<img src="{TRACKER}i" onload="/* {SNIPPET} */ (window.order ||= []).push(this.localName)">')
    visit.say("accept")
    assert visit.order(1) == ["img"]


def test_the_rest_of_a_style_sheet_stays_and_what_is_not_granted_stays_out_of_it(visit: Visit) -> None:
    tab = visit.open(
        f'<style id=s media=screen>#p {{ color: rgb(1, 2, 3); background: url("{TRACKER}bg") }}'
        f"#q {{ background: url({COUNTER}bg) }}</style><p id=p>x</p><p id=q>x</p>"
        f'<iframe width=300 height=200 src="{TRACKER}frame.html"></iframe>'
    )
    tab.frame_locator("iframe").get_by_role("button").click()
    visit.vendors.wait_until_quiet("tracker.example/bg", "tracker.example/frame.html")
    assert set(visit.vendors.asked) == {"tracker.example/bg", "tracker.example/frame.html"}
    assert tab.locator("#p").evaluate("e => getComputedStyle(e).color") == "rgb(1, 2, 3)"
    assert "data:cg-analytics," in tab.locator("#s").text_content()  # type: ignore[operator]


def test_what_is_put_in_after_a_grant_comes_alive_once_and_before_it_does_not(visit: Visit) -> None:
    tab = visit.open("")
    early, late = disarmed(f'<img src="{TRACKER}early">'), disarmed(f'<img src="{TRACKER}late">')
    script = f'<script type=text/plain data-cg=marketing data-cg-src="{TRACKER}swapped.js"></script>'
    tab.evaluate(SWAP, early)
    tab.wait_for_load_state("networkidle")
    assert not visit.vendors.asked
    visit.accept("tracker.example/early")
    tab.evaluate(
        SWAP, late + script + inline("swapped inline").replace("<script", "<script type=text/plain data-cg=marketing")
    )
    visit.vendors.wait_until_quiet("tracker.example/late", "tracker.example/swapped.js")
    assert visit.order(2) == ["swapped", "swapped inline"]
    assert set(visit.vendors.asked.values()) == {1}


def test_a_template_comes_alive_only_where_it_is_stamped(visit: Visit) -> None:
    tab = visit.open(f'<template id=t>{external("stamped")}<img src="{TRACKER}image"></template>')
    visit.accept()
    assert not visit.vendors.asked
    tab.evaluate("document.body.append(document.getElementById('t').content.cloneNode(true))")
    visit.vendors.wait_until_quiet("tracker.example/stamped.js", "tracker.example/image")
    assert set(visit.vendors.asked.values()) == {1}
    assert visit.order(1) == ["stamped"]


def test_data_blocks_are_left_alone_and_nothing_waits_for_them(visit: Visit) -> None:
    tab = visit.open(
        f'<script id=ld type="application/ld+json">{{"url": "{TRACKER}"}}</script>'
        f'<script type="text/x-template" src="{TRACKER}data.js"></script>' + inline("after")
    )
    visit.say("accept")
    assert visit.order(1) == ["after"]
    assert tab.locator("#ld").get_attribute("type") == "application/ld+json"


def test_a_refusal_brings_nothing_to_life(visit: Visit) -> None:
    tab = visit.open(IMAGE + external("script") + inline("inline"))
    marked = tab.locator("[data-cg=marketing]").count()
    visit.say("reject")
    tab.evaluate(SWAP, disarmed(f'<img src="{TRACKER}late">'))
    visit.vendors.wait_until_quiet()
    assert not visit.vendors.asked
    assert tab.evaluate("window.order") is None
    assert tab.locator("[data-cg=marketing]").count() == marked + 1
    assert visit.is_the_same


def test_what_was_alive_before_is_not_asked_for_again(visit: Visit) -> None:
    own: list[str] = []
    visit.tab.on("request", lambda request: own.append(request.url) if "/own" in request.url else None)
    visit.open(
        f'<video src="/own.mp4" poster="{TRACKER}poster"></video><img src="/own.png" srcset="{TRACKER}image 9x">'
        f'<style>p {{ background: url("/own-bg.png") }} b {{ background: url("{TRACKER}bg") }}</style><p>x</p><b>y</b>'
    )
    visit.accept("tracker.example/poster", "tracker.example/bg")
    assert sorted(own) == sorted(set(own))
    assert len(own) == 3


def test_a_page_under_trusted_types_comes_alive_by_being_loaded_anew(visit: Visit) -> None:
    visit.open(external("script") + IMAGE, headers={"Content-Security-Policy": "require-trusted-types-for 'script'"})
    visit.accept("tracker.example/script.js", "tracker.example/image")
    assert set(visit.vendors.asked.values()) == {1}
    assert not visit.is_the_same


def test_what_trusted_types_of_a_meta_tag_forbid_to_set_stops_nothing_else(visit: Visit) -> None:
    enforced = '<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for \'script\'">'
    visit.open(external("script") + IMAGE, head=enforced)
    visit.accept("tracker.example/image")
    assert set(visit.vendors.asked) == {"tracker.example/image"}
    visit.tab.reload()
    visit.vendors.wait_until_quiet("tracker.example/script.js")


def test_a_choice_goes_to_the_site_whatever_addresses_start_from(visit: Visit) -> None:
    visit.open(IMAGE, head='<base href="https://cdn.example/x/">')
    visit.vendors.forget()
    visit.accept("tracker.example/image")
    assert visit.is_the_same


def test_an_event_without_an_element_is_no_click_of_ours(visit: Visit) -> None:
    faults: list[str] = []
    visit.tab.on("pageerror", lambda fault: faults.append(str(fault)))
    visit.open("<p>x")
    visit.tab.evaluate("document.dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert not faults


def brings(visit: Visit, framework: str) -> str:
    """A tag for the framework, which the site serves."""
    text = (FRAMEWORKS / framework).read_text(encoding="utf-8")
    visit.tab.route(f"**/{framework}", lambda route: route.fulfill(content_type="text/javascript", body=text))
    return f'<script src="/{framework}"></script>'


def test_a_framework_that_renders_the_document_anew_loses_neither_the_question_nor_its_looks(visit: Visit) -> None:
    """React 18 does where it hydrates the whole document and finds in it what it did not write."""
    head = "".join(brings(visit, name) for name in ("react.production.min.js", "react-dom.production.min.js"))
    rendered = """<script>addEventListener("load", () => {
      const e = React.createElement;
      const head = e("head", null, e("title", null, "Page"));
      const page = e("html", {lang: "en"}, head, e("body", null, e("h1", null, "anew")));
      ReactDOM.hydrateRoot(document, page, {onRecoverableError() {}});
    })</script>"""
    tab = visit.open("<h1>page</h1>", head=head + rendered)
    expect(tab.locator("h1")).to_have_text("anew")
    expect(tab.locator("#consentgate")).to_have_css("position", "fixed")
    expect(tab.locator("#consentgate")).to_have_count(1)
    tab.locator("#consentgate button[value=reject]").click()
    expect(tab.locator("#consentgate")).to_have_count(0)
    assert visit.is_the_same


def test_what_htmx_swapped_in_before_a_grant_comes_alive_once(visit: Visit) -> None:
    head = brings(visit, "htmx.min.js")
    visit.app.pages["/piece"] = Page(f"<h1>piece</h1>{IMAGE}" + external("swapped") + inline("swapped inline"))
    tab = visit.open('<a id=more hx-get="/piece" hx-target="#here">more</a><div id=here></div>', head=head)
    tab.locator("#more").dispatch_event("click")
    expect(tab.locator("h1")).to_be_attached()
    visit.vendors.wait_until_quiet()
    assert not visit.vendors.asked
    visit.accept("tracker.example/image", "tracker.example/swapped.js")
    assert visit.order(2) == ["swapped", "swapped inline"]
    assert set(visit.vendors.asked.values()) == {1}


@pytest.mark.parametrize(("framework", "boost"), [("htmx.min.js", "hx-boost=true"), ("turbo.es2017-umd.js", "")])
def test_pages_that_a_framework_keeps_come_alive_and_bring_no_banner_back(
    visit: Visit, framework: str, boost: str
) -> None:
    head = brings(visit, framework)
    second = f"<main {boost}><h1>second</h1></main>{IMAGE}" + external("second")
    visit.app.pages["/second"] = Page(second, head=head)
    first = f'<main {boost}><a id=next href="/second">next</a><h2>first</h2></main><img src="{TRACKER}first">'
    tab = visit.open(first, "/first", head=head)
    tab.locator("#next").dispatch_event("click")
    expect(tab.locator("h1")).to_be_visible()
    expect(tab.locator("#consentgate")).to_have_count(1)
    visit.accept("tracker.example/image", "tracker.example/second.js")
    assert set(visit.vendors.asked.values()) == {1}
    tab.evaluate("history.back()")
    expect(tab.locator("h2")).to_be_visible()
    visit.vendors.wait_until_quiet("tracker.example/first")
    expect(tab.locator("#consentgate")).to_have_count(0)
    assert visit.is_the_same
    assert visit.vendors.asked["tracker.example/first"] == 1
