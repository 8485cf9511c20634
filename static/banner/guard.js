/*
 * The wall within the page: holds back what scripts would load from a denied vendor, until it is granted.
 *
 * <script data-cg="" data-rules="marketing connect.facebook.net www.facebook.com/tr;- www.facebook.com/tr/own">, before
 * every other script. An observer of the tree would come too late, since an image loads as soon as it has an address.
 * So the ways in themselves are watched: properties, attributes, markup as text, requests. What is held back is marked
 * as the walls of the server mark it; on a grant it is set again by the same ways, and what still has to wait is held
 * again. docs/walls.md has the ways, and what no script can stop.
 *
 * What is watched is told by the names of what browsers have, so all of it fits into 2 KB.
 */
(() => {
  "use strict";

  const { defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames } = Object;

  /** Attributes that load, and the properties that stand for them. */
  const LOADS = /^((image)?src(set|doc)?|(xlink:)?href|data|poster|style|background)$/i;
  /** Elements that lead somewhere on a click, and those that only a script of the page's reads. */
  const LEADS = /^(a|area|base)$|-/;
  /** A start tag as a tokenizer reads it: quotes are quotes only right after an equals sign. */
  const TAG = /<([a-z][^\s/>]*)((?:[^=>]|=\s*(?:"[^"]*"|'[^']*'|[^\s"'>][^\s>]*(?![^\s>])|(?=>)))*)>/gi;
  /** An address within other text. */
  const ADDRESS = /(https?:|[\\/]{2})[^\s,"'()<>]+/g;
  /** What asks a server. */
  const ASKS = /^(fetch(Later)?|sendBeacon|open|Audio|EventSource|WebSocket|(Shared)?Worker)$/;
  /** The types that have the ways in. */
  const TYPES =
    /^([A-Z].*)?Element$|^(ShadowRoot|Document|Range|DOMParser|NamedNodeMap|SVGAnimatedString|XMLHttpRequest|Navigator)$/;

  /** Reads addresses; it leads, so it may have any. */
  const link = document.createElement("a");
  /** Reads tags; nothing loads in it. */
  const template = document.createElement("template");
  const parse = getOwnPropertyDescriptor(Element.prototype, "innerHTML").set;

  /** Whose a map of attributes or an animated value is; and the windows that are guarded, by their Element. */
  const owners = new WeakMap();
  /** The elements that hold something back, in that order. */
  const held = new Set();
  let granted = ["-"];

  const rules = document.currentScript.dataset.rules.split(";").flatMap(group => {
    const [category, ...list] = group.split(" ");
    return list.map(rule => ({ category, rule: unescape(rule), host: "." + rule.split("/")[0] }));
  }).sort((a, b) => b.host.length - a.host.length || b.rule.length - a.rule.length);

  /** The category that an address has to wait for. The rules of the longest host decide, by the longest path. */
  const waits = url => {
    link.href = url;
    const asked = "." + link.hostname.replace(/\.$/, "");
    const known = rules.filter(({ host }) => asked.endsWith(host));
    // An escaped slash counts as one, which is more than the catalogue does: in doubt it waits.
    const decides = known.find(({ host, rule }) =>
      host == known[0].host && unescape(host + link.pathname + link.search).startsWith("." + rule));
    return decides && !granted.includes(decides.category) && decides.category;
  };

  /** Holds an attribute back if it has to wait, and says whether. What the page sets replaces what was held. */
  const hold = (element, name, value, tag = element.localName) => {
    name = `${name}`.toLowerCase();
    if (!LOADS.test(name) || LEADS.test(tag) && name != "style") return;
    const mark = "data-cg-" + name;
    if (element.hasAttribute(mark)) {
      element.removeAttribute(mark);
      restore(element);
    }
    const urls = /set|doc|style/.test(name) ? `${value}`.match(ADDRESS) || [] : [value];
    const categories = urls.map(waits).filter(Boolean);
    if (!categories[0]) return;
    const type = element.getAttribute("type");
    if (tag == "script" && type != "text/plain") {
      if (type) element.setAttribute("data-cg-type", type);
      element.setAttribute("type", "text/plain");
    }
    // Those of this attribute: whoever revives the others meets the guard again.
    element.setAttribute("data-cg", [...new Set(categories)]);
    element.setAttribute(mark, value);
    // A page that goes on trying must not fill the memory: what is over the limit comes with the next page.
    return held.size > 999 ? held : held.add(element);
  };

  /** Sets again what was held, by the ways that are watched. */
  const restore = element => {
    held.delete(element);
    element.removeAttribute("data-cg");
    if (element.type == "text/plain") element.removeAttribute("type");
    for (const { name, value } of [...element.attributes]) {
      const was = name.split("data-cg-")[1];
      if (was) {
        element.removeAttribute(name);
        element.setAttributeNS(/:/.test(was) ? "http://www.w3.org/1999/xlink" : null, was, value);
      }
    }
    if (element.localName == "source") element.parentNode?.load?.();
  };

  /** Markup with what has to wait marked. The browser reads each tag's attributes, on an element that loads nothing. */
  const clean = html => {
    try {
      const text = `${html}`;
      const safe = text.replace(TAG, (whole, tag, attributes) => {
        if (!/[:&]|[\\/]{2}/.test(attributes)) return whole;
        parse.call(template, `<i${attributes}>`);
        const element = template.content.firstChild;
        for (const { name, value } of [...element.attributes]) {
          if (hold(element, name, value, tag.toLowerCase())) element.attributes.removeNamedItem(name);
        }
        return held.delete(element) ? `<${tag}${element.outerHTML.slice(2, -5)}${attributes.match(/\/?$/)}>` : whole;
      });
      // What stays is given as it came: it may be trusted, and null empties an element.
      return safe == text ? html : safe;
    } catch {
      // The page enforces Trusted Types: what it has approved can be neither read like this nor changed.
      return html;
    }
  };

  /** A call of the browser's that is not made where it would set what has to wait. */
  const unless = (call, what) => function (...given) {
    if (!hold(...what(this, ...given))) return call.apply(this, given);
  };

  /** Watches a property or a method of the browser's, if it is a way in. */
  const watch = (owner, name) => {
    const way = getOwnPropertyDescriptor(owner, name);
    const { get, set, value: call } = way;
    if (/HTML|^write|^parseF|lFragment/.test(name)) {
      way[set ? "set" : "value"] = function (...given) {
        if (/^w/.test(name) && given[1]) given = [given.join("")];
        const safe = given.map(clean);
        const result = (set || call).apply(this, safe);
        // In a tree of its own banner.js would not find what is marked.
        const tree = result || (/^(inn|set)/.test(name) || this != document && /^w/.test(name)) && this;
        if (`${safe}` != given && tree.querySelectorAll) {
          for (const element of (tree.content || tree).querySelectorAll("[data-cg]")) held.add(element);
        }
        return result;
      };
    } else if (set && LOADS.test(name)) {
      way.set = unless(set, (element, value) => [element, name, value]);
    } else if (name == "baseVal") {
      way.set = unless(set, (animated, value) => [owners.get(animated) || link, "href", value]);
    } else if (get && /^(href|attributes|content[DW].*)$/.test(name)) {
      way.get = function () {
        const inner = get.call(this);
        try {
          owners.set(inner, this);
          guard(inner.defaultView || inner);
        } catch {}
        return inner;
      };
    } else if (/^(set|remove)Attribute(NS)?$/.test(name)) {
      way.value = unless(call, (element, ...given) => [element, ...given.slice(/S$/.test(name))]);
    } else if (/^set(AttributeNode|NamedItem)/.test(name)) {
      way.value = unless(call, (target, attribute) => [owners.get(target) || target, attribute.name, attribute.value]);
    } else if (call && ASKS.test(name)) {
      const trap = /^[A-Z]/.test(name) ? "construct" : "apply";
      way.value = new Proxy(call, {
        [trap](...all) {
          const given = all.find(Array.isArray);
          const at = name == "open" ? 1 : 0;
          const url = given[at];
          const refused = url && waits(url.url || url);
          // Nobody is asked there, nor looked up: no browser goes to port 1 (Fetch, section 2.9).
          if (refused) given[at] = /^(fetch|open|EventSource)$/.test(name) ? "blob:" : "https://consent.invalid:1";
          const result = Reflect[trap](...all);
          if (refused && name == "Audio") result.src = url;
          return result;
        },
      });
    } else return;
    defineProperty(owner, name, way);
  };

  /** Guards a window; that of a frame without a page of its own, too, where all is as the browser made it. */
  const guard = window => {
    const { Attr, Element } = window;
    if (!Element || owners.has(Element)) return;
    owners.set(Element);
    for (const type of getOwnPropertyNames(window)) {
      if (ASKS.test(type) && type != "open") watch(window, type);
      if (TYPES.test(type)) {
        for (const owner of [window[type], window[type].prototype]) {
          for (const name of getOwnPropertyNames(owner)) watch(owner, name);
        }
      }
    }
    const way = getOwnPropertyDescriptor(Attr.prototype, "value");
    way.set = unless(way.set, (attribute, value) => [attribute.ownerElement || link, attribute.name, value]);
    for (const name of ["value", "nodeValue", "textContent"]) defineProperty(Attr.prototype, name, way);
  };

  guard(window);
  document.addEventListener("consentgate", ({ detail }) => {
    granted = ["-", ...detail.granted];
    for (const element of [...held]) {
      try {
        restore(element);
      } catch {
        // Trusted Types again: this one comes with the next page.
      }
    }
  });
})();
