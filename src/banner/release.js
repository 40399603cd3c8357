((forget) => {
  "use strict";
  // Not document.currentScript, which an image of that name would take the place of.
  const own = document.querySelector("script[data-consent-ui][data-policy]");
  const [secure, prefix, name, revision, model, consentLifetime, memory, refusalLifetime, dnt, ...declared] =
    own.dataset.policy.split(" ");
  const categories = declared.map((pair) => pair.split("="));
  const isOptOut = model === "opt-out";
  // A cookie without prefix could come from anyone, except where only this network can reach the host.
  const isLocal =
    /^([^.:[\]]+|(.+\.)?(test|local|localhost)|(127|10)(\.\d+){3}|(192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))(\.\d+){2}|\[(::1|f[cd].*|fe[89ab].*)\])$/i.test(
      location.hostname,
    );
  // Attributes that load; links, handlers and styles are nobody's to bring to life.
  const loads = ["src", "srcset", "imagesrcset", "data", "poster", "href"];
  const released = new Map();

  const stored = () => {
    const pairs = document.cookie.split("; ");
    const valuesOf = (key) =>
      pairs.filter((pair) => pair.startsWith(key + "=")).map((pair) => pair.slice(key.length + 1));
    const prefixed = valuesOf(prefix + name);
    const bare = valuesOf(name);
    const useBare = secure === "never" || (secure === "auto" && !prefixed.length && bare.length && isLocal);
    return useBare ? bare : prefixed;
  };

  // How often a category stands in a list of the cookie's: letters, then six characters each.
  const count = (list, token) => {
    const [, letters, digests] = /^([A-Z]*)-?(.*)$/.exec(list);
    return [...letters, ...(digests.match(/.{6}/g) || [])].filter((found) => found === token).length;
  };

  // What the server says of the same cookie, but for one: a visitor's clock may be slow, so that an answer
  // from the future counts as one of just now.
  const consent = () => {
    const values = stored();
    const value = values.length === 1 ? values[0] : "";
    const isSound =
      value.length <= 1024 &&
      /^1\.[1-9]\d*(\.(0|[1-9a-z][0-9a-z]*)(\.[A-Z]*(-([\w-]{6})+)?){2})+$/.test(value);
    const fields = isSound ? value.split(".") : [];
    const isCurrent = fields[1] === revision;
    const now = Date.now() / 1000;
    let isTrusted = !values.length || (isSound && isCurrent);
    let isAnyDenied = false;
    const answers = categories.map(([id, token]) => {
      const answer = { id, granted: false, answered: false, seen: false };
      let times = 0;
      for (let at = 2; at < fields.length; at += 3) {
        const age = now - parseInt(fields[at], 36);
        const granted = count(fields[at + 1], token);
        const denied = count(fields[at + 2], token);
        times += granted + denied;
        if (granted) {
          answer.seen ||= isCurrent;
          answer.granted ||= isCurrent && age < (isOptOut ? memory : consentLifetime);
          answer.answered ||= isCurrent && age < memory;
        }
        if (denied) {
          const isDenied = (isCurrent || isOptOut) && age < refusalLifetime;
          answer.seen ||= isCurrent || isDenied;
          answer.answered ||= isDenied;
          answer.denied ||= isDenied;
          isAnyDenied ||= isDenied;
        }
      }
      answer.isTwice = times > 1;
      return answer;
    });
    if (answers.some((answer) => answer.isTwice)) {
      isTrusted = isAnyDenied = false;
      for (const answer of answers) answer.granted = answer.answered = answer.seen = answer.denied = false;
    }
    const signal =
      navigator.globalPrivacyControl === true || (dnt === "refusal" && navigator.doNotTrack === "1");
    const allowed = new Set(["necessary"]);
    const refused = new Set();
    let isDue = false;
    for (const { id, granted, answered, seen, denied } of answers) {
      if (isOptOut ? !signal && (granted || (isTrusted && !seen)) : granted) allowed.add(id);
      if ((denied || signal) && !allowed.has(id)) refused.add(id);
      isDue ||= !seen || (!answered && !isAnyDenied);
    }
    return { allowed, refused, isDue };
  };

  const needs = (element) => {
    const ids = [];
    for (let at = element; at; at = at.parentElement) {
      const needed = at.getAttribute("data-consent");
      if (needed !== null) ids.push(...needed.trim().split(/\s+/));
    }
    // What the server says of this element; nothing of one that must stay as it is.
    const awaited = element.getAttribute("data-consent-needs");
    if (awaited !== null) ids.push(...awaited.split(" "));
    return ids;
  };

  const isFetched = (value) => {
    try {
      return /^https?:$/.test(new URL(value, document.baseURI).protocol);
    } catch {
      return false;
    }
  };

  // Trusted Types let no string become a script; these come out of the page's own markup. A page that
  // lists its policies has to allow this one.
  let policy;
  const trusted = (method, text) => {
    if (!window.trustedTypes) return text;
    try {
      policy ??= trustedTypes.createPolicy("tower-consent", {
        createScript: (script) => script,
        createScriptURL: (url) => url,
      });
      return policy[method](text);
    } catch {
      return text;
    }
  };

  // Also of one that stands in a drawing, which is of another interface: it becomes one of HTML.
  const revive = (old) => {
    const script = document.createElement("script");
    for (const { name, value } of [...old.attributes]) {
      if (!name.startsWith("data-consent") && name !== "type" && name !== "src") script.setAttribute(name, value);
    }
    if (old.dataset.consentType) script.type = old.dataset.consentType;
    script.nonce = old.nonce;
    script.async = old.hasAttribute("async");
    const src = old.dataset.consentSrc ?? old.dataset.consentHref ?? old.getAttribute("data-consent-xlink:href") ?? undefined;
    if (src !== undefined) script.src = trusted("createScriptURL", src);
    else script.text = trusted("createScript", old.text ?? old.textContent);
    // Scripts behind it may need it.
    const isWaitedFor = src !== undefined && !script.async;
    const isOver = new Promise((resolve) => {
      if (isWaitedFor) script.onload = script.onerror = resolve;
      else resolve();
    });
    old.replaceWith(script);
    return isOver;
  };

  const isKnown = (id) => id === "necessary" || categories.some(([known]) => known === id);
  const holds = (id, allowed) => (id[0] === "!" ? isKnown(id.slice(1)) && !allowed.has(id.slice(1)) : allowed.has(id));

  const release = (element) => {
    // A frame that waits has no name that a link might open it by.
    if (/^consent-withheld-\d+$/.test(element.getAttribute("name"))) {
      element.name = element.getAttribute("data-consent-name") ?? "";
    }
    for (const name of loads) {
      const value = element.getAttribute("data-consent-" + name);
      if (value === null || (name === "href" && !/^(link|image|use)$/.test(element.localName))) continue;
      if (name.endsWith("srcset") || isFetched(value)) element.setAttribute(name, value);
      element.removeAttribute("data-consent-" + name);
    }
  };

  // Shows the banner where something is left to answer, and says whether something runs that must not.
  const look = () => {
    const { allowed, refused, isDue } = consent();
    if (refused.size && own.dataset.keys) forgetAll(refused);
    const banner = document.querySelector("section[data-consent-ui]#cookie-consent");
    if (banner && self === top) {
      banner.hidden = !isDue;
      banner.querySelector("[name=return_to]").value = location.pathname + location.search;
    }
    return { allowed, isOver: [...released.values()].some((ids) => !ids.every((id) => holds(id, allowed))) };
  };

  const run = () => {
    const { allowed, isOver } = look();
    // What already runs can only be ended with the page.
    if (isOver) return reload();
    releaseAll(allowed);
  };

  // Each key stands behind the categories that have it: it goes once all of them are refused.
  const forgetAll = (refused) => {
    const rules = own.dataset.keys.split(" ").map((rule) => {
      const [, ids, key] = /^(.*?)=(.*)$/.exec(rule);
      return (ids.split(",").every((id) => refused.has(id)) ? "-" : "+") + key;
    });
    forget(rules.join(" "));
  };

  // An answer that was given in another tab: a yes counts from the next page on, and nobody loses what they typed.
  const hear = () => {
    if (look().isOver && !isEdited()) reload();
  };

  // Firefox brings back in frames what they showed, unless the page is loaded anew past its caches, for which it
  // takes an argument.
  const reload = () => location.reload(frames.length > 0);

  const edited = new WeakSet();
  const isEdited = () =>
    [...document.querySelectorAll("*")].some(
      (field) => edited.has(field) || (field.matches(":read-write") && field.value !== field.defaultValue),
    );

  const releaseAll = (allowed) => {
    for (const element of document.querySelectorAll('[data-consent*="!"]')) {
      const ids = element.getAttribute("data-consent").trim().split(/\s+/);
      if (ids.some((id) => id[0] === "!" && allowed.has(id.slice(1)))) element.hidden = true;
    }
    const inert = ['script[type="text/plain"]', ...loads.map((name) => `[data-consent-${name}]`)].join();
    const scripts = [];
    for (const element of document.querySelectorAll(inert)) {
      const ids = needs(element);
      if (released.has(element) || !ids.length || !ids.every((id) => holds(id, allowed))) continue;
      released.set(element, ids);
      if (element.localName === "script") scripts.push(element);
      else release(element);
    }
    scripts.reduce((earlier, script) => earlier.then(() => revive(script)), Promise.resolve());
  };

  run();
  // Parts of the page may come later.
  new MutationObserver((records) => {
    if (records.some(({ addedNodes }) => addedNodes.length)) releaseAll(consent().allowed);
  }).observe(document, { childList: true, subtree: true });
  addEventListener("pageshow", (event) => event.persisted && run());
  addEventListener("input", (event) => edited.add(event.target), true);
  // Where the visitor is, what changes the cookie leads to a page by itself; a window beside it hears on focus.
  window.cookieStore?.addEventListener("change", () => document.hidden && hear());
  document.addEventListener("visibilitychange", () => document.hidden || hear());
  addEventListener("focus", hear);
})
