var klaroConfig = {
  version: 1,
  acceptAll: true,
  translations: {
    zz: { privacyPolicyUrl: "/privacy" },
    en: {
      purposes: { analytics: "Analytics", marketing: "Marketing" },
    },
  },
  services: [
    { name: "counter", title: "Counter", purposes: ["analytics"], cookies: [/^_an_/] },
    { name: "adverts", title: "Adverts", purposes: ["marketing"], cookies: [/^_ad_/] },
  ],
};
