/*
Chromium as the judge of the HTML wall: which of these pages have a live canary?

A canary is live if an element of the parsed document loads from the tracker by its `src` or its styles, or runs the
tracker's snippet.
Content of templates is no part of the document; content of declarative shadow roots is.
*/
(() => {
  "use strict";

  const TRACKER = "https://tracker.example/";
  const SNIPPET = "trackerSnippet(";
  const HTML = "http://www.w3.org/1999/xhtml";
  const SVG = "http://www.w3.org/2000/svg";
  const LOADING = new Set(["img", "iframe", "frame", "embed", "video", "audio", "source", "track"]);

  /* JavaScript MIME types (MIME Sniffing, 4.6), modules, and no type at all: other scripts are data (HTML, 4.12.1). */
  const RUNS =
    /^\s*(?:(?:text|application)\/(?:x-)?(?:java|ecma)script|text\/(?:jscript|livescript|javascript1\.[0-5])|module)?\s*$/i;

  /* Text at the very end: a script that holds it has no end tag, so it never runs (HTML, 13.2.6.4.8). */
  const END = "\u{1F3C1}";

  const runs = (script) => {
    const type = script.getAttribute("type");
    const language = script.namespaceURI === HTML && script.getAttribute("language");
    if (type !== null) return RUNS.test(type);
    return !language || RUNS.test(`text/${language}`);
  };

  const isSource = (element, attribute) => (element.getAttribute(attribute) ?? "").trim().startsWith(TRACKER);

  /* Child text content: elements and comments in a foreign script or style element are no part of it. */
  const code = (element) =>
    [...element.childNodes].map((node) => (node.nodeType === Node.TEXT_NODE ? node.data : "")).join("");

  const isLiveScript = (script) => {
    const source = script.namespaceURI === HTML ? "src" : "href";
    if (!runs(script) || ![HTML, SVG].includes(script.namespaceURI)) return false;
    if (script.hasAttribute(source)) return isSource(script, source);
    return code(script).includes(SNIPPET) && !script.textContent.includes(END);
  };

  /* Styles as they are written out after parsing: what CSS takes for a string, a comment or an error is gone. */
  const isLiveCss = (css) => css.includes(`url("${TRACKER}`);

  const isLiveStyle = (style) => {
    if (![HTML, SVG].includes(style.namespaceURI) || !code(style).includes(TRACKER)) return false;
    if (!["", "text/css"].includes((style.getAttribute("type") ?? "").toLowerCase())) return false;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(code(style));
    return [...sheet.cssRules].some((rule) => isLiveCss(rule.cssText));
  };

  const isLive = (element) => {
    if (element.hasAttribute("style") && isLiveCss(element.style?.cssText ?? "")) return true;
    if (element.localName === "style") return isLiveStyle(element);
    if (element.localName === "script") return isLiveScript(element);
    if (element.namespaceURI !== HTML || !isSource(element, "src")) return false;
    return LOADING.has(element.localName) || (element.localName === "input" && element.type === "image");
  };

  const hasLive = (root) => [...root.querySelectorAll("[src], [style], script, style")].some(isLive);

  const hasLiveDeeply = (root) =>
    hasLive(root) ||
    [...root.querySelectorAll("*")].some((element) => element.shadowRoot && hasLiveDeeply(element.shadowRoot));

  /* A closed shadow root differs from an open one only in that scripts, such as this one, can't see into it. */
  const liveInShadow = (page) => hasLiveDeeply(Document.parseHTMLUnsafe(page.replaceAll("closed", "open") + END));

  /* Scripting is off in a document without a window, so that `noscript` holds markup. */
  const liveWithoutScripting = (page) => {
    if (page.includes("shadowrootmode")) return liveInShadow(page);
    return hasLive(Document.parseHTMLUnsafe(page + END));
  };

  /* Scripting is on in a frame; this page's own policy lets it neither load nor run anything. */
  const frame = document.body.appendChild(document.createElement("iframe"));
  const liveWithScripting = (page) => {
    const parsed = frame.contentDocument;
    parsed.open();
    parsed.write(page + END);
    parsed.close();
    return hasLive(parsed);
  };

  /* Only `noscript` depends on scripting, and a frame written anew takes ten times as long. */
  const dependsOnScripting = (page) => /<noscript/i.test(page);

  window.isLive = (page) => liveWithoutScripting(page) || (dependsOnScripting(page) && liveWithScripting(page));

  /* A document with a canary at every `step`-th offset, counted in characters. */
  window.liveOffsets = (text, canary, step) => {
    const characters = Array.from(text);
    const live = [];
    for (let offset = 0; offset <= characters.length; offset += step) {
      const page = characters.slice(0, offset).join("") + canary + characters.slice(offset).join("");
      live.push(window.isLive(page) ? "1" : "0");
    }
    return live.join("");
  };
})();
