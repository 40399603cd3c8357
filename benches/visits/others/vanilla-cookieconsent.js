import "/npm/vanilla-cookieconsent/dist/cookieconsent.umd.js";

CookieConsent.run({
  categories: {
    necessary: { enabled: true, readOnly: true },
    analytics: {},
    marketing: {},
  },
  language: {
    default: "en",
    translations: {
      en: {
        consentModal: {
          title: "Cookies on this site",
          description: "We would like to use cookies to count visits and to show adverts that fit.",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Reject all",
          showPreferencesBtn: "Choose",
          footer: '<a href="/privacy">Privacy policy</a>',
        },
        preferencesModal: {
          title: "Your choice",
          acceptAllBtn: "Accept all",
          acceptNecessaryBtn: "Reject all",
          savePreferencesBtn: "Save",
          closeIconLabel: "Close",
          sections: [
            { title: "Necessary", description: "What the site needs to work.", linkedCategory: "necessary" },
            { title: "Analytics", description: "Counts visits.", linkedCategory: "analytics" },
            { title: "Marketing", description: "Shows adverts that fit.", linkedCategory: "marketing" },
          ],
        },
      },
    },
  },
});
