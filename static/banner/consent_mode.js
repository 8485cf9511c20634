/**
 * Tells the vendors that have words for it what the visitor has granted: the state that the server knows as the default,
 * before any tag, and every choice on the page as an update.
 *
 * It comes before every other script, and is told by the data attributes of its own tag. `data-granted` has the
 * categories that are granted; each further attribute names a vendor, and in it stand the categories that this vendor's
 * signals go by (see consentgate/walls/consent_mode.py). Vendors' own snippets run after it, as they are published: they
 * keep the queues that they find.
 */
(() => {
  "use strict";
  const { dataset } = document.currentScript;
  const stated = dataset.granted.split(" ");
  // Turbo, which puts one page in the place of another, brings the script once more where its tag says something new.
  if (document.cgTold) return document.cgTold(stated);
  const told = {};
  let granted, configured;
  const has = (category) => granted.includes(category);
  const word = (category) => (has(category) ? "granted" : "denied");

  /** Each is given the categories of its signals, and "default" or "update". */
  const vendors = {
    google([analytics, ads, functional], when) {
      window.dataLayer = window.dataLayer || [];
      function gtag() {
        window.dataLayer.push(arguments);
      }
      gtag("consent", when, {
        ad_storage: word(ads),
        ad_user_data: word(ads),
        ad_personalization: word(ads),
        analytics_storage: word(analytics),
        functionality_storage: word(functional),
        personalization_storage: word(functional),
        security_storage: "granted",
      });
      if (when === "default") {
        // Without effect while ad_storage is granted, so it can stand for as long as the page.
        gtag("set", "ads_data_redaction", true);
        gtag("set", "url_passthrough", false);
      }
    },

    uet([ads], when) {
      (window.uetq = window.uetq || []).push("consent", when, { ad_storage: word(ads) });
    },

    clarity([analytics, ads]) {
      window.clarity = window.clarity || function () {
        (window.clarity.q = window.clarity.q || []).push(arguments);
      };
      window.clarity("consentv2", { ad_Storage: word(ads), analytics_Storage: word(analytics) });
    },

    /** Meta's snippet does nothing where it finds an `fbq`, so there is none before it: until a grant it does not run. */
    meta([ads], when) {
      if (when === "update" && window.fbq) window.fbq("consent", has(ads) ? "grant" : "revoke");
    },

    matomo([analytics], when) {
      const queue = (window._paq = window._paq || []);
      if (when === "default") queue.push(["requireConsent"]);
      if (has(analytics)) {
        // What was queued before a yes would be sent after it.
        if (when === "update" && Array.isArray(queue)) {
          queue.splice(0, queue.length, ...queue.filter(([command]) => !/^track/.test(command)));
        }
        queue.push(["setConsentGiven"]);
      } else if (when === "update") queue.push(["forgetConsentGiven"]);
    },

    /** Adobe's command to set consent counts only once its library is configured, so it follows that command. */
    adobe([analytics], when) {
      const tell = () => {
        const value = { general: has(analytics) ? "in" : "out" };
        window.alloy("setConsent", { consent: [{ standard: "Adobe", version: "1.0", value }] }).catch(() => {});
      };
      if (when === "update") return configured && tell();
      (window.__alloyNS = window.__alloyNS || []).push("alloy");
      window.alloy = function () {
        const answer = new Promise((resolve, reject) => window.alloy.q.push([resolve, reject, arguments]));
        if (arguments[0] === "configure") {
          configured = true;
          tell();
        }
        return answer;
      };
      window.alloy.q = [];
    },
  };

  /** Nobody is told the same twice. */
  const tell = (state, when) => {
    granted = state;
    for (const name in vendors) {
      if (!(name in dataset)) continue;
      const categories = dataset[name].split(" ");
      const words = categories.map(word).join();
      if (told[name] === words) continue;
      told[name] = words;
      vendors[name](categories, when);
    }
  };

  tell(stated, "default");
  document.cgTold = (state) => tell(state, "update");
  document.addEventListener("consentgate", ({ detail }) => tell(detail.granted, "update"));
})();
