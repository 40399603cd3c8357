(() => {
  "use strict";
  const script = document.currentScript;
  const [secure, prefix, name, revision, model, consentLifetime, memory, refusalLifetime, ...declared] =
    script.dataset.policy.split(" ");
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
    const values = (name) =>
      document.cookie.split("; ").filter((pair) => pair.startsWith(name + "=")).map((pair) => pair.slice(name.length + 1));
    const prefixed = values(prefix + name);
    const bare = values(name);
    const useBare = secure === "never" || (secure === "auto" && !prefixed.length && bare.length && isLocal);
    return useBare ? bare : prefixed;
  };

  // Which category stands where in a list of the cookie's: letters, then six characters each.
  const holds = (list, token) => {
    const [, letters, digests] = /^([A-Z]*)-?(.*)$/.exec(list);
    return letters.includes(token) || (digests.match(/.{6}/g) || []).includes(token);
  };

  // What the server would say of the same cookie.
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
      let count = 0;
      for (let at = 2; at < fields.length; at += 3) {
        const age = now - parseInt(fields[at], 36);
        if (holds(fields[at + 1], token)) {
          count += 1;
          answer.seen ||= isCurrent;
          answer.granted ||= isCurrent && age < (isOptOut ? memory : consentLifetime);
          answer.answered ||= isCurrent && age < memory;
        }
        if (holds(fields[at + 2], token)) {
          count += 1;
          const isDenied = (isCurrent || isOptOut) && age < refusalLifetime;
          answer.seen ||= isCurrent || isDenied;
          answer.answered ||= isDenied;
          isAnyDenied ||= isDenied;
        }
      }
      answer.isTwice = count > 1;
      return answer;
    });
    if (answers.some((answer) => answer.isTwice)) {
      isTrusted = isAnyDenied = false;
      for (const answer of answers) answer.granted = answer.answered = answer.seen = false;
    }
    const signal = navigator.globalPrivacyControl === true;
    const allowed = new Set(["necessary"]);
    let isDue = false;
    for (const { id, granted, answered, seen } of answers) {
      if (isOptOut ? !signal && (granted || (isTrusted && !seen)) : granted) allowed.add(id);
      isDue ||= !seen || (!answered && !isAnyDenied);
    }
    return { allowed, isDue };
  };

  const needs = (element) => {
    const ids = [];
    for (let at = element; at; at = at.parentElement) {
      if (at.dataset.consent !== undefined) ids.push(...at.dataset.consent.trim().split(/\s+/));
    }
    return ids;
  };

  const isFetched = (value) => {
    try {
      return /^https?:$/.test(new URL(value, document.baseURI).protocol);
    } catch {
      return false;
    }
  };

  // Trusted Types let no string become a script; these come out of the page's own markup.
  const trusted = window.trustedTypes?.createPolicy("tower-consent", {
    createScript: (text) => text,
    createScriptURL: (url) => url,
  });

  const revive = (old) => {
    const script = document.createElement("script");
    for (const { name, value } of [...old.attributes]) {
      if (!name.startsWith("data-consent") && name !== "type" && name !== "src") script.setAttribute(name, value);
    }
    const type = old.dataset.consentType;
    if (type) script.type = type;
    script.nonce = old.nonce;
    script.async = old.hasAttribute("async");
    const src = old.dataset.consentSrc;
    if (src !== undefined) script.src = trusted ? trusted.createScriptURL(src) : src;
    else script.text = trusted ? trusted.createScript(old.text) : old.text;
    old.replaceWith(script);
  };

  const release = (element) => {
    if (element.localName === "script") return revive(element);
    for (const name of loads) {
      const value = element.getAttribute("data-consent-" + name);
      if (value === null || (name === "href" && !/^(link|image|use)$/.test(element.localName))) continue;
      if (name.endsWith("srcset") || isFetched(value)) element.setAttribute(name, value);
      element.removeAttribute("data-consent-" + name);
    }
  };

  const run = () => {
    const { allowed, isDue } = consent();
    const banner = document.getElementById("cookie-consent");
    if (banner && self === top) {
      banner.hidden = !isDue;
      banner.querySelector("[name=return_to]").value = location.pathname + location.search;
    }
    // What already runs can only be ended with the page.
    if ([...released.values()].some((ids) => !ids.every((id) => allowed.has(id)))) return location.reload();
    const inert = ['script[type="text/plain"]', ...loads.map((name) => `[data-consent-${name}]`)].join();
    for (const element of document.querySelectorAll(inert)) {
      const ids = needs(element);
      if (ids.length && ids.every((id) => allowed.has(id))) {
        released.set(element, ids);
        release(element);
      }
    }
  };

  run();
  addEventListener("pageshow", (event) => event.persisted && run());
})();
