(() => {
  "use strict";
  const section = document.getElementById("reach");
  const [form, list, advice] = section.querySelectorAll("form, ul, [data-advice]");
  // The narrowest window in which everything has to fit (WCAG 2.2, 1.4.10), and one of a desktop.
  const SIZES = [[320, 640], [1280, 800]];
  const BLOCKS = ["nearest", "start", "center", "end"];
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
      (/^(a|button)$/.test(localName) && text ? ` (${text})` : "");
  };

  // What a click on the middle of an element would meet; nothing where that is out of the window.
  const met = (element) => {
    const [area] = element.getClientRects();
    return area && element.ownerDocument.elementFromPoint(area.x + area.width / 2, area.y + area.height / 2);
  };
  // Scripts scroll what says `overflow: hidden`, visitors do not.
  const undoHidden = ({ documentElement: root, body }) => {
    for (const box of [root, body]) {
      if (/hidden|clip/.test(getComputedStyle(box).overflowY)) root.scrollTop = body.scrollTop = 0;
    }
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
  const excess = ({ scrollWidth, clientWidth }) => Math.max(scrollWidth - clientWidth, 0);

  const bannerOf = (page) => page.querySelector("section#cookie-consent[data-consent-ui]");

  const controlsOf = (page) =>
    [...page.querySelectorAll("a[href], button, input, select, textarea, summary")]
      .filter((element) => !element.matches("[data-consent-ui], [inert] *") && element.checkVisibility({ visibilityProperty: true }))
      .slice(0, MANY);

  // What is in the way, of the banner or of the page behind it.
  const look = (view) => {
    const page = view.document;
    const root = page.documentElement;
    const banner = bannerOf(page);
    const found = [];
    for (const control of banner.querySelectorAll("button, a")) {
      if (isReached(control, ["nearest"])) continue;
      const above = met(control);
      found.push(`the banner's ${name(control)} is ${above ? "covered by " + name(above) : "out of the window"}`);
    }
    const wider = excess(root);
    let missed = controlsOf(page).filter((element) => !isReachedSomewhere(element, view));
    // Only what can be reached without the banner is missed for its sake.
    banner.style.setProperty("display", "none", "important");
    const without = excess(root);
    missed = missed.filter((element) => isReachedSomewhere(element, view));
    banner.style.removeProperty("display");
    view.scrollTo(0, 0);
    if (missed.length) {
      const others = missed.length > 1 ? ` and ${missed.length - 1} more controls` : "";
      found.push(`until the answer the banner keeps visitors from ${name(missed[0])}${others}`);
    }
    if (wider > without + 1) found.push(`the page is ${wider - without} px wider with the banner`);
    return found;
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
      const banner = bannerOf(await loaded(shown));
      if (!banner || banner.hidden) {
        return say("No banner is shown there: because you have answered, in which case a private window helps, or because this page carries none.");
      }
      let isHindered = false;
      for (const size of SIZES) {
        shown.resizeTo(...size);
        await wait(300);
        const found = look(shown);
        for (const problem of found) say(`At ${shown.innerWidth} px: ${problem}.`);
        if (!found.length) say(`At ${shown.innerWidth} px: banner and page can be reached.`);
        isHindered ||= found.length > 0;
      }
      advice.hidden = !isHindered;
    } catch {
      say("That page cannot be looked at from here: it led to another site, never came to its end, or a policy of its own (Cross-Origin-Opener-Policy) cuts it off.");
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
    advice.hidden = true;
    if (address.origin !== location.origin) return say("That is no page of this site.");
    const [button] = form.getElementsByTagName("button");
    button.disabled = true;
    await run(address);
    button.disabled = false;
  });
})();
