(() => {
  "use strict";
  const section = document.getElementById("reach");
  const [form, list, advice, control] = section.querySelectorAll("form, ul, [data-advice], [data-control]");
  // The narrowest window in which everything has to fit (WCAG 2.2, 1.4.10), and one of a desktop.
  const SIZES = [[320, 640], [1280, 800]];
  const BLOCKS = ["nearest", "start", "center", "end"];
  const CONTROLS = "a[href], button, input, select, textarea, summary, label, iframe, [role=button], [contenteditable], [tabindex]";
  // Of more, the first and the last: what lies at an edge of the window stands near one of the page's text, too.
  const MANY = 300;

  const say = (text) => {
    const item = document.createElement("li");
    item.textContent = text;
    list.append(item);
  };
  const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  const name = (element) => {
    const { localName, id, classList } = element;
    const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 30);
    return localName + (id && "#" + id) + [...classList].slice(0, 2).map((word) => "." + word).join("") +
      (/^(a|button|h2|p)$/.test(localName) && text ? ` (${text})` : "");
  };

  // What a click on the middle of an element would meet; nothing where that is out of the window.
  const met = (element) => {
    const [area] = element.getClientRects();
    return area && element.ownerDocument.elementFromPoint(area.x + area.width / 2, area.y + area.height / 2);
  };

  // Scripts scroll what says `overflow: hidden`, visitors do not. What `html` does not say of the window, `body` does
  // (CSS Overflow 3, section 3.3).
  const isFixed = (element) => /hidden|clip/.test(getComputedStyle(element).overflowY);
  const saysNothing = (element) => getComputedStyle(element).overflowY === "visible";
  const isWindowFixed = ({ documentElement: root, body }) => isFixed(saysNothing(root) ? body : root);
  const undoHidden = (page) => {
    const { documentElement: root, body, scrollingElement } = page;
    if (isWindowFixed(page)) scrollingElement.scrollTop = 0;
    if (!saysNothing(root) && body !== scrollingElement && isFixed(body)) body.scrollTop = 0;
  };

  const isReached = (element, blocks) =>
    blocks.some((block) => {
      element.scrollIntoView({ block, inline: "nearest", behavior: "instant" });
      undoHidden(element.ownerDocument);
      return element.contains(met(element));
    });
  // What is fixed to the window may come out from under the banner when the page scrolls.
  const isReachedSomewhere = (element, view) =>
    isReached(element, BLOCKS) ||
    [view.document.documentElement.scrollHeight, 0].some((top) => {
      view.scrollTo({ top, behavior: "instant" });
      undoHidden(view.document);
      return element.contains(met(element));
    });

  const bannerOf = (page) => page.querySelector("section#cookie-consent[data-consent-ui]");
  const isOwn = (element) => element.matches("[data-consent-ui]");

  const controlsOf = (page) => {
    const all = [...page.querySelectorAll(CONTROLS)].filter(
      (element) => !isOwn(element) && !element.matches("[inert] *") && element.checkVisibility({ visibilityProperty: true }),
    );
    return all.length > MANY ? [...all.slice(0, MANY / 2), ...all.slice(-MANY / 2)] : all;
  };

  // The sizes of what the page consists of, and how far it goes beyond the window.
  const measure = ({ documentElement: root, body }) => ({
    blocks: [...body.children].filter((block) => !isOwn(block)).map((block) => [block, block.offsetWidth, block.offsetHeight]),
    wide: root.scrollWidth - root.clientWidth,
    high: root.scrollHeight - root.clientHeight,
  });
  // What fills the rest of a window gives way, and may; nothing should get narrower, wider or higher.
  const resized = (one, other) =>
    one.blocks.find(([, width, height], index) => {
      const [, otherWidth, otherHeight] = other.blocks[index] ?? [];
      return Math.abs(width - otherWidth) > 1 || height - otherHeight > 1;
    })?.[0];

  // What is in the way, of the banner or of the page behind it.
  const look = (view, isPart) => {
    const page = view.document;
    const root = page.documentElement;
    const banner = bannerOf(page);
    const found = [];
    view.scrollTo({ top: 0, behavior: "instant" });
    for (const part of banner.querySelectorAll("h2, p, button, a")) {
      if (isReached(part, ["nearest"])) continue;
      const above = met(part);
      found.push(`the banner's ${name(part)} is ${above ? "covered by " + name(above) : "out of the window"}`);
    }
    view.scrollTo({ top: 0, behavior: "instant" });
    const area = banner.getBoundingClientRect();
    const first = [...page.body.children].find((block) => !block.matches("script, style, template, noscript, link"));
    if (isPart && first === banner && area.top > 64) found.push("the banner comes after what should come after it");
    if (isPart && area.width < root.clientWidth * 0.8) found.push("the banner stands beside the page and not above it");

    const asking = measure(page);
    let missed = controlsOf(page).filter((element) => !isReachedSomewhere(element, view));
    // Only what can be reached without the banner is missed for its sake.
    banner.style.setProperty("display", "none", "important");
    const without = measure(page);
    missed = missed.filter((element) => isReachedSomewhere(element, view));
    // What stands where the link to the settings will.
    const later = page.createElement("section");
    later.setAttribute("data-consent-ui", "");
    later.style.cssText = "all:initial;display:block;clear:both;grid-column:1/-1;height:48px";
    later.textContent = "Cookie settings";
    page.body.append(later);
    const moved = resized(measure(page), without);
    later.remove();
    banner.style.removeProperty("display");
    view.scrollTo(0, 0);

    if (missed.length) {
      const others = missed.length > 1 ? ` and ${missed.length - 1} more controls` : "";
      found.push(`until the answer the banner keeps visitors from ${name(missed[0])}${others}`);
    }
    if (isPart && isWindowFixed(page) && asking.high > Math.max(without.high, 0) + 1) {
      found.push(`the last ${asking.high - without.high} px of the page are out of reach until the answer`);
    }
    if (asking.wide > without.wide + 1) found.push(`the page is ${asking.wide - without.wide} px wider with the banner`);
    const changed = resized(asking, without);
    if (changed) found.push(`the banner changes the size of ${name(changed)}`);
    return { found, moved };
  };

  const loaded = async (shown) => {
    for (let tries = 0; tries < 100; tries++) {
      await wait(100);
      const page = shown.document;
      if (shown.location.href !== "about:blank" && page.readyState === "complete") return page;
    }
    throw new Error("timeout");
  };

  const run = async (address) => {
    const [[width, height]] = SIZES;
    const shown = open(address, "", `popup,width=${width},height=${height}`);
    if (!shown) return say("The browser opened no window. Allow pop-ups on this page.");
    try {
      const page = await loaded(shown);
      const { pathname, search } = shown.location;
      if (pathname + search !== address.pathname + address.search) say(`That page led on to ${pathname + search}.`);
      const { responseStatus } = shown.performance.getEntriesByType("navigation")[0] ?? {};
      if (responseStatus >= 400) say(`That page is one of an error (${responseStatus}).`);
      const wasAsked = bannerOf(page);
      await wait(500);
      const banner = bannerOf(shown.document);
      if (!banner && wasAsked) {
        return say('A script of the page takes the banner out. Write placement = "end" into the policy.');
      }
      if (!banner || banner.hidden) {
        return say("No banner is shown there: because you have answered, in which case a private window helps, or because this page carries none.");
      }
      if (shown.document.querySelector(":modal")) return say("A dialog of the page lies over all of it. Have it closed first.");
      const isPart = getComputedStyle(banner).position !== "fixed";
      let isHindered = false, isMoved = false;
      for (const size of SIZES) {
        shown.resizeTo(...size);
        await wait(300);
        const { found, moved } = look(shown, isPart);
        const at = `At ${shown.innerWidth} px`;
        for (const problem of found) say(`${at}: ${problem}.`);
        if (!found.length) say(`${at}: banner and page can be reached.`);
        if (moved) say(`${at}: the link to the settings will change the size of ${name(moved)}.`);
        isHindered ||= found.length > 0;
        isMoved ||= Boolean(moved);
      }
      advice.hidden = !isHindered;
      control.hidden = !isMoved;
    } catch {
      say("That page cannot be looked at from here: it led to another site, never came to its end, or a policy of its own (Cross-Origin-Opener-Policy) cuts it off. Close its window.");
    } finally {
      shown.close();
    }
  };

  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const page = form.elements.page.value;
    const address = URL.canParse(page, location.origin) ? new URL(page, location.origin) : {};
    list.replaceChildren();
    advice.hidden = control.hidden = true;
    if (address.origin !== location.origin) return say("That is no page of this site.");
    const [button] = form.getElementsByTagName("button");
    button.disabled = true;
    await run(address);
    button.disabled = false;
  });
})();
