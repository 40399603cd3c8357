use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// Cookies of ordinary applications and their frameworks, none of which may be
/// taken for a tracker. Lines with `#` are headings.
const ORDINARY: &str = "
    # Sessions of frameworks and servers.
    id session sid connect.sid PHPSESSID JSESSIONID JSESSIONIDSSO ASP.NET_SessionId
    .AspNetCore.Session .AspNetCore.Antiforgery.Xyz .AspNetCore.Identity.Application
    .AspNet.ApplicationCookie .ASPXAUTH sessionid session_id session-id sessid SESSION
    SSESSabc SESSabc laravel_session ci_session CAKEPHP symfony rack.session koa.sess
    koa:sess express.sid beaker.session.id fe_typo_user be_typo_user PLAY_SESSION frontend
    adminhtml CFID CFTOKEN actix-session axum.sid rocket_session _session _session_id
    __session __Host-session __Secure-session __Host-sid user_session iron-session
    # Rails and Phoenix name theirs after the app.
    _myapp_session _app_key _shop_session _gateway_session _gat_session _vwo_session
    _hjelp_session _cs_session _pin_session _pk_session _ym_session _clinic_session
    _fbclone_session _scidata_session _ttrack_session _rdt_session _gcl_session
    _uetliberg_session _twitter_clone_session _hs_session _vis_session _ml_session
    _my_app_web_user_remember_me
    # Forgery protection.
    csrftoken csrf csrf_token _csrf _csrf_token XSRF-TOKEN __Host-csrf
    __Host-next-auth.csrf-token __RequestVerificationToken authenticity_token nonce
    # Signing in.
    token auth auth_token access_token refresh_token id_token jwt api_key remember_me
    remember_token remember_web_59ba36 REMEMBERME login logged_in user uid uuid guid user_id
    userId account account_id tenant org guest guest_id client_id device_id visitor_id
    visitor next-auth.session-token __Secure-next-auth.session-token next-auth.callback-url
    authjs.session-token better-auth.session_token sb-access-token sb-abc-auth-token
    supabase-auth-token appSession auth0 auth0.is.authenticated __clerk_db_jwt __client_uat
    KEYCLOAK_SESSION KEYCLOAK_IDENTITY AUTH_SESSION_ID KC_RESTART oauth_state oauth2_proxy
    _oauth2_proxy _oauth2_proxy_csrf mod_auth_openidc_session pkce saml_request
    CloudFront-Policy CloudFront-Signature CloudFront-Key-Pair-Id CF_Authorization g_state
    G_AUTHUSER_H wordpress_logged_in_abc wordpress_sec_abc wordpress_test_cookie
    wp-settings-1 wp-settings-time-1 comment_author_abc wp-postpass_abc joomla_user_state
    Drupal.visitor.name DotNetNuke grafana_session _gitlab_session gitea_incredible
    i_like_gitea _mastodon_session nc_session_id nc_token oc_sessionPassphrase MoodleSession
    phpMyAdmin adminer_sid _t _forum_session authentik_session authelia_session vouch
    # Shops.
    cart cart_id cart_sig basket checkout checkout_token wishlist coupon
    woocommerce_cart_hash woocommerce_items_in_cart wp_woocommerce_session_abc order_id
    currency price_list mage-cache-sessid mage-messages form_key section_data_ids
    private_content_version secure_customer_sig localization PrestaShop-abc sw-context-token
    sw-states __stripe_mid __stripe_sid referrer ref affiliate
    # Preferences and small state.
    lang language locale i18next i18n_redirected NEXT_LOCALE django_language
    PARAGLIDE_LOCALE pll_language wp-wpml_current_language tz timezone country region theme
    color_scheme color-mode dark_mode darkmode mode sidebar sidebar_state sidebar:state
    layout view filter sort page_size prefs preferences settings flash messages notice toast
    return_to redirect redirect_to back utm_source utm_campaign gclid fbclid ab_test variant
    experiment bucket version build debug test testcookie foo a _ s mc mp ph fr sb i player
    volume last_visit visits seen popup hide_banner newsletter amp_mode AMP_CONSENT ai_user
    ai_session mp_session fs_uid s_cc ph_session crisp hub segment intercom ga gid _gid hj
    _s _id _uid _sid _cid _pid _tid _u _v
    # Load balancers, firewalls and edges.
    AWSALB AWSALBCORS AWSALBTG AWSALBTGCORS AWSELB AWSALBAuthNonce AWSELBAuthSessionCookie-0
    ARRAffinity ARRAffinitySameSite INGRESSCOOKIE SERVERID route GCLB lb BIGipServerpool
    TS01abcdef citrix_ns_id NSC_abc __cf_bm cf_clearance _cfuvid __cflb __cfruid ak_bmsc
    bm_sz bm_sv _abck incap_ses_1_2 visid_incap_2 nlbi_2 datadome fly-machine-id _lb
    heroku-session-affinity
    # Ours, and what other consent tools write.
    consent __Host-consent __Secure-consent cookie_consent cookieconsent_status
    CookieConsent OptanonConsent OptanonAlertBoxClosed didomi_token euconsent-v2
    addtl_consent usprivacy cookieyes-consent cc_cookie TC_PRIVACY tarteaucitron
    axeptio_cookies mtm_consent matomo_ignore __hs_opt_out _cs_optout __gpi_optout _pprv
    pa_privacy _tracking_consent lo-opt-out
    # Those of services that are no trackers, or whose names others have too.
    rl_session rl_user_id rl_group_id _lo_v _lo_cid lo-uid visitor_id123 pardot _dd_s ai_authUser
    _GRECAPTCHA _shopify_session _optimizely_session _heap_session
";

fn ordinary() -> impl Iterator<Item = &'static str> {
    let lines = ORDINARY.lines().map(str::trim);
    lines.filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace)
}

/// First-party patterns that two vendors have, with the reason.
const SHARED: &[(&str, &str)] = &[
    ("FPAU", "Google's tags for measuring and for adverts both set it on a site's own server"),
    ("_pk_*", "Piwik PRO and Matomo both come from Piwik"),
    ("_pk_id.*", "Piwik PRO and Matomo both come from Piwik"),
    ("_pk_ses.*", "Piwik PRO and Matomo both come from Piwik"),
    ("euconsent-v2", "it is IAB Europe's, and every consent tool may write it"),
];

fn cookies() -> impl Iterator<Item = (&'static Vendor, &'static VendorCookie)> {
    let vendors = vendors().iter();
    vendors.flat_map(|vendor| vendor.cookies.iter().map(move |cookie| (vendor, cookie)))
}

fn recognised(name: &str) -> Option<&'static str> {
    cookies()
        .find(|(_, cookie)| cookie.distinctive && cookie.pattern.matches_cookie(name))
        .map(|(vendor, _)| vendor.id)
}

fn is_host(host: &str) -> bool {
    host.contains('.')
        && host.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        })
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let number = |text: &str, len: usize| -> Option<u32> {
        let digits = text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (2026..2100).contains(&year) && (1..=last).contains(&day)
}

#[test]
fn the_file_parses() {
    let vendors = parse::parse(TEXT).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(vendors.len(), self::vendors().len());
    assert!(vendor("nobody").is_none() && vendor("").is_none());
}

/// The services that most sites are found to use, none of which may be lost.
const EXPECTED: &str = "
    google-analytics google-ads google-adsense google-tag-manager youtube google-maps
    matomo piwik-pro hotjar contentsquare microsoft-clarity segment mixpanel amplitude posthog
    yandex-metrica adobe-analytics piano-analytics fullstory vwo ab-tasty rudderstack heap mouseflow
    crazy-egg lucky-orange optimizely snowplow chartbeat parse-ly shopify-analytics
    plausible fathom umami simple-analytics vercel-analytics ahrefs-analytics rybbit
    cloudflare-web-analytics
    azure-application-insights datadog-rum sentry new-relic
    meta-pixel microsoft-advertising linkedin-insight tiktok-pixel pinterest-tag snap-pixel x-pixel
    reddit-pixel hubspot criteo taboola outbrain klaviyo comscore quantcast the-trade-desk xandr marketo
    pardot activecampaign leadfeeder leadinfo
    vimeo intercom crisp zendesk-chat
    google-fonts google-recaptcha cloudflare stripe
    onetrust cookiebot didomi cookieyes trustcommander inmobi-choice
";

#[test]
fn the_catalogue_is_complete() {
    let expected: BTreeSet<_> = EXPECTED.split_whitespace().collect();
    let ids: BTreeSet<_> = vendors().iter().map(|vendor| vendor.id).collect();
    assert_eq!(ids, expected);
}

#[test]
fn what_is_only_advised_about_is_not_recognised() {
    let ids: Vec<_> =
        vendors().iter().filter(|vendor| vendor.is_only_advised).map(|vendor| vendor.id).collect();
    assert_eq!(ids, ["azure-application-insights", "datadog-rum", "sentry", "new-relic"]);
    let passing = vendors().iter().filter(|vendor| vendor.is_only_advised || vendor.category == "necessary");
    for vendor in passing {
        assert!(!vendor.is_tracker(), "{}", vendor.id);
        assert!(vendor.cookies.iter().all(|cookie| !cookie.distinctive), "{}", vendor.id);
    }
    for id in ["google-fonts", "google-recaptcha", "google-maps", "stripe", "cloudflare", "zendesk-chat"] {
        assert!(!vendor(id).unwrap().is_tracker(), "{id}");
    }
}

#[test]
fn only_matomo_and_piano_can_be_exempt() {
    let ids: Vec<_> =
        vendors().iter().filter(|vendor| vendor.is_exempt_capable).map(|vendor| vendor.id).collect();
    assert_eq!(ids, ["matomo", "piano-analytics"]);
}

#[test]
fn ids_are_unique_and_kebab_case() {
    let ids: BTreeSet<_> = vendors().iter().map(|vendor| vendor.id).collect();
    assert_eq!(ids.len(), vendors().len());
    for id in ids {
        let word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        assert!(id.split('-').all(word), "{id}");
    }
}

#[test]
fn every_field_says_something_of_the_right_kind() {
    for vendor in vendors() {
        let id = vendor.id;
        assert!(is_date(vendor.checked), "{id}");
        let country = vendor.country.as_bytes();
        let is_country = country.len() == 2 && country.iter().all(u8::is_ascii_uppercase);
        assert!(is_country || country.is_empty() && id == "rybbit", "{id}");
        let host = vendor.privacy.strip_prefix("https://").and_then(|url| url.split('/').next());
        assert!(host.is_some_and(is_host), "{id}");
        assert!(
            matches!(vendor.category, "necessary" | "preferences" | "analytics" | "marketing" | "embeds"),
            "{id}"
        );
        assert!(!vendor.origins.is_empty(), "{id}");
    }
    assert!(is_date("2028-02-29") && !is_date("2027-02-29") && !is_date("2026-13-01"));
}

#[test]
fn every_origin_is_a_secure_host_with_a_path_at_most() {
    for vendor in vendors() {
        let unique: BTreeSet<_> = vendor.origins.iter().collect();
        assert_eq!(unique.len(), vendor.origins.len(), "{}", vendor.id);
        for origin in &vendor.origins {
            let rest = origin.strip_prefix("https://").unwrap_or_default();
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            assert!(is_host(host.strip_prefix("*.").unwrap_or(host)), "{origin}");
            assert!(path != "/" && !path.contains(['?', '#', '*', ' ', '|']), "{origin}");
        }
    }
}

#[test]
fn hosts_are_plain_and_their_cookies_never_distinctive() {
    for (vendor, cookie) in cookies() {
        if let Some(host) = cookie.host {
            assert!(is_host(host), "{} {host}", vendor.id);
            assert!(!cookie.distinctive);
        }
    }
}

#[test]
fn no_two_vendors_share_a_first_party_pattern_without_a_reason() {
    let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (vendor, cookie) in cookies().filter(|(_, cookie)| cookie.host.is_none()) {
        owners.entry(cookie.pattern.as_str()).or_default().push(vendor.id);
    }
    for (pattern, owners) in &owners {
        let shared = SHARED.iter().any(|(known, _)| known == pattern);
        assert_eq!(shared, owners.len() > 1, "{pattern}: {owners:?}");
    }
    assert!(SHARED.iter().all(|(pattern, _)| owners.contains_key(pattern)));
}

#[test]
fn no_vendor_lists_a_cookie_twice() {
    for vendor in vendors() {
        let unique: BTreeSet<_> = vendor.cookies.iter().map(|c| (c.pattern.as_str(), c.host)).collect();
        assert_eq!(unique.len(), vendor.cookies.len(), "{}", vendor.id);
    }
}

#[test]
fn keys_of_storage_are_peculiar_to_one_vendor() {
    let all: Vec<_> =
        vendors().iter().flat_map(|v| v.storage.iter().map(move |s| (v.id, &s.pattern))).collect();
    for (at, (id, pattern)) in all.iter().enumerate() {
        // What stands before a wildcard is what tells.
        assert!(pattern.literal_len() >= 4 && pattern.prefix().len() >= 3, "{pattern}");
        for name in ordinary() {
            assert!(!pattern.matches(name), "{pattern} {name}");
        }
        for (other, known) in &all[..at] {
            let is_apart = if id == other { pattern != known } else { !pattern.overlaps(known) };
            assert!(is_apart, "{id} {pattern}, {other} {known}");
        }
    }
}

#[test]
fn no_ordinary_cookie_is_taken_for_a_tracker() {
    let unique: BTreeSet<_> = ordinary().collect();
    assert_eq!(unique.len(), ordinary().count());
    assert!(unique.len() >= 100);
    for name in ordinary() {
        assert_eq!(recognised(name), None, "{name}");
    }
}

/// The ordinary cookies that families of declared vendors take. An app whose own is called so declares it:
/// what is necessary by its whole name wins over a family.
const TAKEN: &[(&str, &str)] = &[
    ("_gat_*", "_gat_session"),
    ("_pk_*", "_pk_session"),
    ("_hj*", "_hjelp_session"),
    ("_cs_*", "_cs_session"),
    ("mp_*", "mp_session"),
    ("amp_*", "amp_mode"),
    ("AMP_*", "AMP_CONSENT"),
    ("_ym_*", "_ym_session"),
    ("_vwo*", "_vwo_session"),
    ("rl_*", "rl_session rl_user_id rl_group_id"),
    ("_lo_*", "_lo_v _lo_cid"),
    ("_tt*", "_ttrack_session"),
    ("_rdt_*", "_rdt_session"),
    ("visitor_id*", "visitor_id visitor_id123"),
];

/// Where the vendor is declared, its undistinctive patterns count as well.
#[test]
fn wildcards_take_few_ordinary_cookies_with_a_declared_vendor() {
    let families = cookies().filter(|(_, cookie)| cookie.host.is_none() && !cookie.pattern.is_exact());
    for (vendor, family) in families.filter(|(_, cookie)| !cookie.outlives_no()) {
        let stays = |name: &str| sayer(vendor, name).is_some_and(VendorCookie::outlives_no);
        let names = ordinary().filter(|name| family.pattern.matches_cookie(name) && !stays(name));
        let taken = TAKEN.iter().find(|(pattern, _)| *pattern == family.pattern.as_str());
        let taken: BTreeSet<_> = taken.iter().flat_map(|(_, names)| names.split(' ')).collect();
        assert_eq!(names.collect::<BTreeSet<_>>(), taken, "{} {}", vendor.id, family.pattern);
    }
}

/// What a vendor that is declared says of a name most exactly.
fn sayer(vendor: &'static Vendor, name: &str) -> Option<&'static VendorCookie> {
    let cookies = vendor.cookies.iter().filter(|cookie| cookie.host.is_none());
    cookies
        .filter(|cookie| cookie.pattern.matches_cookie(name))
        .max_by_key(|cookie| cookie.pattern.exactness())
}

/// New cookies of a family come without notice.
#[test]
fn a_declared_vendor_is_told_by_any_name_of_its_families() {
    for (id, names) in [
        (
            "google-analytics",
            "_ga _ga_# FPID FPLC FPAU _gali AMP_TOKEN _gid _gat _gat_# _dc_gtm_# __utmt# _gaexp#",
        ),
        ("google-ads", "_gcl_au _gac_# _gac_gb_# FPGCLAW"),
        ("matomo", "_pk_id# _pk_ses# _pk_ref# _pk_cvar# _pk_hsr# _pk_testcookie#"),
        ("piwik-pro", "_pk_# stg_#"),
        ("hotjar", "_hj# _hj_# _hjIncludedIn# _hjSessionRejected _hjSessionResumed _hjCachedUserAttributes"),
        ("contentsquare", "_cs_# _cs_c _cs_rl _cs_mk_#"),
        ("tiktok-pixel", "_ttp _tt# _tt_# ttcsid# ttcsid_#"),
        ("pinterest-tag", "_pinterest_ct#"),
        ("reddit-pixel", "_rdt_#"),
        ("segment", "ajs_# analytics_session_id#"),
        ("rudderstack", "rl_#"),
        ("mixpanel", "mp_# mp_#_mixpanel __mpq_#"),
        ("amplitude", "AMP_# AMP_MKTG_# amplitude_id_# amp_#"),
        ("posthog", "ph_#_posthog dmn_chk_#"),
        ("piano-analytics", "_pcid _pctx _pcus xt#"),
        ("yandex-metrica", "_ym_# _ym_visorc# _ym_ucs _ym_fa"),
        ("adobe-analytics", "AMCV_# AMCVS_# s_vi# s_vi_# kndctr_# kndctr_#_identity"),
        ("heap", "_hp2_id# _hp2_ses_props# _hp2_props#"),
        ("fullstory", "fs_uid fs_lua _fs_#"),
        ("mouseflow", "mf_#"),
        ("crazy-egg", "_ce.# cebs# cebs _CEFT"),
        ("lucky-orange", "_lo_#"),
        ("vwo", "_vwo# _vwo_# _vis_opt_# _vwo_sn _vwo_ssm _vwo_referrer"),
        ("optimizely", "optimizely# optimizelySegments optimizelyBuckets"),
        ("snowplow", "_sp_id.# _sp_ses.#"),
        ("chartbeat", "_chartbeat#"),
        ("taboola", "t_gid taboola_#"),
        ("outbrain", "outbrain_#"),
        ("pardot", "visitor_id#"),
        ("activecampaign", "ac_enable_tracking"),
        ("leadinfo", "_li_id# _li_ses#"),
        ("intercom", "intercom-id-# intercom-session-# intercom-device-id-#"),
        ("crisp", "crisp-client/#"),
        ("shopify-analytics", "_shopify_y _shopify_sa_#"),
    ] {
        let vendor = vendor(id).unwrap();
        for name in names.split(' ').flat_map(|name| [name.replace('#', "x1"), name.replace('#', "Y.z")]) {
            assert!(sayer(vendor, &name).is_some_and(|cookie| !cookie.outlives_no()), "{id} {name}");
        }
    }
}

#[test]
fn a_privacy_choice_is_told_beside_a_family() {
    let families = |vendor: &'static Vendor, name: &str| {
        let cookies = vendor.cookies.iter().filter(|cookie| cookie.host.is_none() && !cookie.outlives_no());
        cookies.filter(|cookie| cookie.pattern.matches(name)).count()
    };
    let mut beside = 0;
    for (vendor, cookie) in cookies().filter(|(_, cookie)| cookie.outlives_no() && cookie.host.is_none()) {
        let name = cookie.pattern.as_str().replace('*', "x1");
        beside += families(vendor, &name);
        assert!(sayer(vendor, &name).is_some_and(VendorCookie::outlives_no), "{} {name}", vendor.id);
        assert_eq!(recognised(&name), None, "{name}");
    }
    assert!(beside >= 8, "{beside}");
}

#[test]
fn distinctive_patterns_say_enough_before_the_wildcard() {
    for (_, cookie) in cookies().filter(|(_, cookie)| cookie.distinctive) {
        let pattern = &cookie.pattern;
        assert!(pattern.literal_len() >= 3, "{pattern}");
        assert!(pattern.is_exact() || pattern.literal_len() >= 4, "{pattern}");
        assert!(!pattern.prefix().is_empty(), "{pattern}");
    }
}

#[test]
fn a_privacy_choice_is_never_taken_for_a_tracker() {
    for (_, cookie) in cookies() {
        assert!(cookie.purpose != CookiePurpose::Choice || !cookie.distinctive, "{}", cookie.pattern);
    }
}

#[test]
fn well_known_trackers_are_recognised() {
    for (name, id) in [
        ("_ga", "google-analytics"),
        ("_ga_ABC123DEF4", "google-analytics"),
        ("_gat_gtag_UA_1_1", "google-analytics"),
        ("_gcl_au", "google-ads"),
        ("__gads", "google-adsense"),
        ("_fbp", "meta-pixel"),
        ("_pk_id.1.1fff", "matomo"),
        ("_hjSessionUser_123", "hotjar"),
        ("_clck", "microsoft-clarity"),
        ("_uetsid", "microsoft-advertising"),
        ("li_fat_id", "linkedin-insight"),
        ("_ttp", "tiktok-pixel"),
        ("hubspotutk", "hubspot"),
        ("ajs_anonymous_id", "segment"),
        ("mp_abc_mixpanel", "mixpanel"),
        ("ph_phc_abc_posthog", "posthog"),
        ("_ym_uid", "yandex-metrica"),
        ("AMCV_1234%40AdobeOrg", "adobe-analytics"),
        ("intercom-id-abc", "intercom"),
        ("crisp-client/session/abc", "crisp"),
    ] {
        assert_eq!(recognised(name), Some(id), "{name}");
    }
}

#[test]
fn purposes_read_back_from_their_keys() {
    let keys: BTreeSet<_> = CookiePurpose::ALL.iter().map(|purpose| purpose.key()).collect();
    assert_eq!(keys.len(), CookiePurpose::ALL.len());
    for purpose in CookiePurpose::ALL {
        assert_eq!(CookiePurpose::from_key(purpose.key()), Some(purpose));
    }
    assert_eq!(CookiePurpose::from_key("Visitor"), None);
}

#[test]
fn the_closest_id_is_offered_up_to_three_letters_away() {
    assert_eq!(closest("google-analytic"), Some("google-analytics"));
    assert_eq!(closest("googel-analytics"), Some("google-analytics"));
    assert_eq!(closest("google_tag_manager"), Some("google-tag-manager"));
    assert_eq!(closest("matomoxyz"), Some("matomo"));
    assert_eq!(closest("matomo"), Some("matomo"));
    assert_eq!(closest("something-else"), None);
    assert_eq!(closest(""), None);
    assert_eq!(closest(&"a".repeat(1_000_000)), None);
    assert_eq!(distance("kitten", "sitting"), Some(3));
    assert_eq!(distance("abc", "wxyz"), None);
    assert_eq!(distance("é", "e"), Some(2));
}
