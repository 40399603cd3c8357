// Every member that is declared, as a page's script would use it.
/// <reference path="../../../types/tower-consent.d.ts" />

const api = window.towerConsent;
if (api) {
  const { decided, revision, categories }: TowerConsent.State = api.state;
  const held: [boolean, number, boolean | undefined] = [decided, revision, categories["analytics"]];
  const kept: Promise<TowerConsent.State> = api.change({ choice: "save", category: "analytics" });
  api.change({ choice: "save", category: ["analytics", "marketing"] });
  api.change([["choice", "save"], ["category", "analytics"]]);
  api.open();
  console.log(held, kept);
  // @ts-expect-error: there is no such choice.
  api.change({ choice: "maybe" });
  // @ts-expect-error: what holds is not changed by writing it.
  api.state = kept;
}
document.addEventListener("consentchange", (event) => console.log(event.detail.categories["marketing"]));
