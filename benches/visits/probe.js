// Watches a page from its start: when its banner shows, and what moves.
(() => {
  // What can be seen of it is what a click in its middle would hit.
  const isShown = selector => {
    const element = document.querySelector(selector);
    if (!element?.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return !!hit && element.contains(hit);
  };
  const visit = (window.visit = {
    moved: 0,
    seen: null,
    isAsked: () => isShown(ACCEPT) && isShown(REJECT),
    get firstPaint() {
      return performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    },
    // What was not in a cache: when each request began, and how long it took.
    get requests() {
      return performance.getEntriesByType("resource")
        .filter(entry => entry.transferSize > 0 || entry.responseStatus != 200)
        .map(entry => ({ url: entry.name, start: entry.startTime, took: entry.duration }));
    },
  });
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) visit.moved += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const look = () => {
    if (visit.isAsked()) visit.seen = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
