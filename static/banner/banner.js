/*
 * The optional client of layer one: takes a choice without leaving the page, and brings to life what the walls disarmed.
 *
 * <script data-cg="" src="/_consent/assets/banner.<hash>.js" defer data-choice="/_consent/choice">, and `data-reload`
 * where an enforcing Content-Security-Policy would keep out what is revived (`"always"`: where the page has to say something
 * else after any choice). It stores nothing on the device and reads no cookie: what is granted is known from the answer to a choice. Whatever fails goes the way that it goes without this
 * script: the browser sends the form, and the server's own pages answer.
 */
(doc => {
  "use strict";
  // A page that Turbo or htmx puts in the place of this one brings the script once more.
  if (doc.cg) return;
  doc.cg = 1;

  const { choice, reload } = doc.currentScript.dataset;
  // First of all: browsers too old for it know no `submitter` either, and are left to the forms.
  const otherPages = new BroadcastChannel("consentgate");

  /** @type {string[]} The categories that are granted, as far as this page was told. */
  let granted = [];
  /** Whether the banner's question was answered, and what it said last could not be done. */
  let answered, problem;
  /** Whether the browser sends the form itself, and whether the page may have been left for a choice elsewhere. */
  let native, left;
  /** The script that was put in last, and what comes to life one after the other. */
  let latest, queue = Promise.resolve();

  /** Listens in the capture phase, before anything of the site's does. */
  const on = (target, type, listener) => target.addEventListener(type, listener, true);

  // ---- What waits

  const isCode = element => /^s(cript|tyle)$/.test(element.localName);

  /** Whether all that an element was disarmed for is granted; or all of a URL in a style sheet or a map. */
  const isDue = element => {
    const mark = element.dataset?.cg;
    return mark
      ? mark.split(",").every(category => granted.includes(category))
      : isCode(element) && granted.some(category => element.textContent.includes(`cg-${category},`));
  };

  /** What is due at and below a node, in document order; in templates and open shadow roots, too. */
  const waiting = node => node?.querySelectorAll
    ? [node, ...node.querySelectorAll("*")]
      .flatMap(element => [element, ...waiting(element.content), ...waiting(element.shadowRoot)])
      .filter(isDue)
    : [];

  // ---- How it comes to life

  /** Brings one element to life. Resolves when what stands after it may run, as a parser would have it. */
  const revive = async element => {
    const { localName } = element;
    const { activeElement } = doc;
    // These load as they are put in. A frame that only got another address would add a step for "Back".
    const place = element.isConnected && /^(script|style|link|iframe|object|embed|animate|set)$/.test(localName) && new Comment();
    // A script that could have run never runs again: there has to be another one.
    const script = place && localName == "script" && doc.createElementNS(element.namespaceURI, localName);
    const target = script || element;
    if (place) element.replaceWith(place);
    if (isCode(element)) {
      // The first `type` is ours.
      if (element.dataset.cg) element.removeAttribute("type");
      target.nonce = element.nonce;
      target.textContent = element.textContent.replace(
        /data:cg-(\w+),/g, (disarmed, category) => granted.includes(category) ? "" : disarmed
      );
    }
    delete element.dataset.cg;
    for (const attribute of [...element.attributes]) {
      const name = attribute.name.replace("data-cg-", "");
      if (name != attribute.name) {
        element.removeAttributeNode(attribute);
        target.setAttributeNS(/^xlink/.test(name) ? "http://www.w3.org/1999/xlink" : null, name, attribute.value);
      } else if (script) script.setAttributeNode(attribute.cloneNode());
    }
    if (script) {
      latest = script;
      script.cg = "";
      script.async = script.hasAttribute("async");
    }
    const ended = script.src && !script.async && !script.noModule && new Promise(end => {
      on(script, "load", end);
      on(script, "error", end);
      setTimeout(end, 5000);
    });
    if (place) place.replaceWith(target);
    if (activeElement == element) element.focus();
    if (localName == "source") element.parentNode?.load?.();
    await ended;
    if (script.cg) {
      const written = doc.createElement("template");
      written.innerHTML = script.cg;
      const scripts = written.content.querySelectorAll("script");
      script.before(written.content);
      for (const inner of scripts) if (!inner.dataset.cg) await revive(inner);
    }
  };

  /** What a parser would leave for later. */
  const isLate = element => element.matches(":not([async]):is([defer][data-cg-src],[data-cg-type=module i])");

  const reviveAll = node => {
    const all = waiting(node);
    if (all[0]) queue = queue.then(async () => {
      // The page has been read: what is written now would take its place. It goes before its script instead.
      doc.write = doc.writeln = (...html) => {
        (doc.currentScript || latest).cg += html.join("");
      };
      // What has an address comes side by side and runs in its order, as with a parser; an inline script waits for it.
      let coming = [];
      for (const element of all.sort((one, other) => isLate(one) - isLate(other))) if (isDue(element)) {
        if (!element.dataset.cgSrc) await Promise.all(coming);
        // One that the page lets nobody set stops no other: it comes with the next page.
        coming.push(revive(element).catch(() => {}));
      }
      await Promise.all(coming);
      delete doc.write;
      delete doc.writeln;
    });
  };

  // ---- What follows from a choice

  const removeBanner = () => answered && doc.querySelector("#consentgate")?.remove();

  /** Layer one and its sheet, which a framework loses where it renders the whole document anew. */
  const layer = doc.querySelector("[id^=consentgate]");
  const sheet = doc.querySelector("style[data-cg],link[data-cg]");

  // What was fetched before a choice, and is put in after it.
  new MutationObserver(changes => {
    removeBanner();
    if (layer && !answered && !doc.querySelector("[id^=consentgate]")) {
      doc.head.prepend(sheet);
      doc.body.prepend(layer);
    }
    if (granted[0]) for (const { addedNodes } of changes) addedNodes.forEach(node => reviveAll(node));
  }).observe(doc, { childList: true, subtree: true });

  const follow = () => {
    removeBanner();
    doc.dispatchEvent(new CustomEvent("consentgate", { detail: { granted } }));
    reviveAll(doc);
  };

  /** Says something to everyone; assistive technology speaks it. */
  const say = (parent, text) => {
    const said = doc.createElement("p");
    said.role = "alert";
    said.textContent = text;
    parent.append(said);
    return said;
  };

  const choose = async event => {
    const form = event.target;
    const button = event.submitter;
    const banner = form.closest("#consentgate");
    if (!banner && form.ownerDocument == doc) return;
    event.stopPropagation();
    if (native) return;
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    body.append(button.name, button.value);
    const busy = yes => form.querySelectorAll("button").forEach(one => one.disabled = form.ariaBusy = yes);
    let answer;
    problem?.remove();
    busy(true);
    try {
      answer = await (await fetch(location.origin + choice, { method: "POST", headers: { Accept: "application/json" }, body })).json();
    } catch {}
    busy(false);
    if (answer?.granted) {
      granted = answer.granted;
      answered ||= !!banner;
      otherPages.postMessage([granted, answered]);
      // A map, a refresh, and what addresses start from have had their say.
      const tooLate = element => element.matches("base,meta,script:not([data-cg])");
      if (reload == "always" || granted[0] && (reload != null || waiting(doc).some(tooLate))) return location.reload();
      follow();
      // Heard and not seen: an animation needs no attribute, and no policy of the page's forbids it.
      say(doc.body, answer.detail).animate({ position: "fixed", clipPath: "inset(50%)" }, { fill: "both" });
    } else if (answer?.detail && answer.code != "confirm") {
      problem = say(form.parentNode, answer.detail);
      button.focus();
    } else {
      native = left = true;
      // Not while the event is under way that asked for it.
      setTimeout(() => form.requestSubmit(button));
    }
  };

  /** The page in the place of a disarmed frame has a form, and no script. */
  const listenIn = element => {
    if (element.matches("iframe[data-cg]") && element.contentDocument) on(element.contentDocument, "submit", choose);
  };

  on(doc, "submit", choose);
  on(doc, "load", event => listenIn(event.target));
  doc.querySelectorAll("iframe").forEach(listenIn);

  // ---- Other pages of the site

  otherPages.onmessage = event => {
    [granted, answered] = event.data;
    if (reload == null) follow();
    else removeBanner();
  };

  // The server's own pages, where a choice can be made, too. They are not for Turbo or htmx to put into this one.
  on(doc, "click", event => {
    if (!event.target.closest?.(`a[href^="${choice.slice(0, -6)}"]`)) return;
    event.stopPropagation();
    left = true;
  });

  // Back from there, to a page as it was left: its banner and its tags may be those of before.
  on(window, "pageshow", event => event.persisted && left && location.reload());
})(document);
