// What tower-consent offers to the scripts of a page. Copy this file into your project, or name it in
// `types` or in a `/// <reference path="…" />`.

declare namespace TowerConsent {
  /** What holds for the visitor of this page. */
  interface State {
    /** Whether everything has been answered. */
    readonly decided: boolean;
    /** The revision of the policy. */
    readonly revision: number;
    /** By the id of each category, `necessary` included, whether it may be used. */
    readonly categories: Readonly<Record<string, boolean>>;
  }

  /** The fields of the form that the settings page sends. */
  type Choice =
    | { choice: "accept" | "reject" }
    /** Grants one category, or several, besides what is granted already. */
    | { choice: "allow"; category: string | readonly string[] }
    /** Grants one category, or several, and refuses all others. */
    | { choice: "save"; category: string | readonly string[] }
    /** The same, field by field: `[["choice", "save"], ["category", "analytics"], …]`. */
    | [string, string][];
}

/**
 * There from the banner on where the page asks, and from `DOMContentLoaded` on everywhere else. Pages
 * under `no-banner` have none, nor has a page whose visitor was asked nothing yet and may not be asked.
 */
interface TowerConsent {
  readonly state: TowerConsent.State;

  /** Leaves for the settings page, which leads back. So does any element with `data-consent-open`. */
  open(): void;

  /**
   * Stores what the visitor has chosen: call it for a deliberate act of theirs, and for nothing else. The
   * page is loaded anew where that is needed, as it is after an answer to the banner.
   *
   * Resolves to what holds then, which is what held before if the browser keeps no cookies; rejects where
   * the site cannot be asked, for example where a Content-Security-Policy forbids it in `connect-src`, and with a
   * `TypeError` where it does not know the choice. Ids that the policy does not have are ignored. Of several choices
   * in a row the last one counts, and the earlier promises stay pending.
   */
  change(choice: TowerConsent.Choice): Promise<TowerConsent.State>;
}

interface Window {
  readonly towerConsent?: TowerConsent;
}

interface DocumentEventMap {
  /** The visitor has answered, on this page or in another tab. `detail` is what holds now. */
  consentchange: CustomEvent<TowerConsent.State>;
}
