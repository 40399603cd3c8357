use super::Loaders;
use crate::{
    gate::{Verdict, markup::imports::RUNS_TEXTS},
    policy::{Category, Policy, vendors},
};

/// What vendors have people paste, cut down to what makes it theirs: by vendor, in the makers' own writing
/// or minified.
const SAMPLES: &[(&str, &str)] = &[
    (
        "google-analytics",
        "window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments);} gtag('js', new Date());",
    ),
    (
        "google-analytics",
        "(function(i,s,o,g,r){i['GoogleAnalyticsObject']=r;a=s.createElement(o);a.src=g})(window,document,'script','//www.google-analytics.com/analytics.js','ga');",
    ),
    (
        "google-analytics",
        "var _gaq=_gaq||[];(function(){var ga=document.createElement('script');ga.src='https://ssl'+'.google-analytics.com/ga.js'})()",
    ),
    (
        "google-tag-manager",
        "(function(w,l){w[l]=w[l]||[];w[l].push({'gtm.start':Date.now()});j.src='https://www.googletagmanager.com/gtm.js?id='+i})(window,'dataLayer')",
    ),
    ("matomo", "var _paq = window._paq = window._paq || []; _paq.push(['setTrackerUrl', u+'matomo.php']);"),
    (
        "matomo",
        "var _mtm=window._mtm=window._mtm||[];_mtm.push({'mtm.startTime':Date.now(),'event':'mtm.Start'});",
    ),
    (
        "piwik-pro",
        "(function(w,d,l,id){w[l]=w[l]||[],w[l].push({start:Date.now(),event:\"stg.start\"});tags.src=\"https://a.containers.piwik.pro/\"+id+\".js\"})(window,document,'dataLayer','1');!function(a,n){a[n]=a[n]||{}}(window,\"ppms\");",
    ),
    (
        "hotjar",
        "(function(h,o){h._hjSettings={hjid:1,hjsv:6};r.src=t+h._hjSettings.hjid})(window,document,'https://static.hotjar.com/c/hotjar-','.js?sv=');",
    ),
    (
        "hotjar",
        "(function (c, s, q, u, a, r, e) { c.hj=c.hj||function(){(c.hj.q=c.hj.q||[]).push(arguments)}; c._hjSettings = { hjid: a }; r = s.getElementsByTagName('head')[0]; e = s.createElement('script'); e.async = true; e.src = q + c._hjSettings.hjid + u; r.appendChild(e); })(window, document, 'https://static.hj.contentsquare.net/c/csq-', '.js', 1);",
    ),
    (
        "contentsquare",
        "window._uxa = window._uxa || []; var mt = document.createElement('script'); mt.src = '//t.contentsquare.net/uxa/abc.js';",
    ),
    (
        "microsoft-clarity",
        "(function(c,l,a){c[a]=c[a]||function(){(c[a].q=c[a].q||[]).push(arguments)};t.src=\"https://www.clarity.ms/tag/\"+i})(window,document,\"clarity\");",
    ),
    (
        "segment",
        "!function(){var i='analytics',analytics=window[i]=window[i]||[];analytics.load=function(k){n.src='https://cdn.segment.com/analytics.js/v1/'+k}}();",
    ),
    (
        "mixpanel",
        "(function(f,b){if(!b.__SV){window.mixpanel=b;b._i=[];b.__SV=1.2;a.src=\"https://cdn.mxpnl.com/libs/mixpanel-2-latest.min.js\"}})(document,window.mixpanel||[]);",
    ),
    (
        "mixpanel",
        "(function (f, b) { if (!b.__SV) { window.mixpanel = b; } })(document, window.mixpanel || []);",
    ),
    (
        "amplitude",
        "!function(e,t){var n=e.amplitude||{_q:[],_iq:{}};u.onload=function(){e.amplitude.runQueuedFunctions||console.log(1)}}(window,document);",
    ),
    (
        "posthog",
        "!function(t,e){e.__SV||(window.posthog=e,e._i=[],e.__SV=1)}(document,window.posthog||[]);posthog.init('phc_1',{})",
    ),
    (
        "yandex-metrica",
        "(function(m,k){k.src='https://mc.yandex.ru/metrika/tag.js'})(window);ym(1,'init',{});",
    ),
    (
        "yandex-metrica",
        "(function(d,w,c){(w[c]=w[c]||[]).push(function(){});s.src='https://mc.yandex.ru/metrika/watch.js'})(document,window,'yandex_metrika_callbacks');",
    ),
    (
        "yandex-metrica",
        "(function(m,k){k.src='https://cdn.jsdelivr.net/npm/yandex-metrica-watch/tag.js'})(window);ym(1,'init',{});",
    ),
    (
        "fullstory",
        "window['_fs_host']='fullstory.com';window['_fs_script']='edge.fullstory.com/s/fs.js';window['_fs_org']='1';window['_fs_namespace']='FS';",
    ),
    (
        "vwo",
        "window._vwo_code||(function(){var code={init:function(){this.load('https://dev.visualwebsiteoptimizer.com/j.php?a='+account_id)}};w._vwo_code=code})();",
    ),
    (
        "plausible",
        "window.plausible=window.plausible||function(){(plausible.q=plausible.q||[]).push(arguments)},plausible.init=plausible.init||function(i){plausible.o=i||{}};plausible.init()",
    ),
    (
        "rudderstack",
        "!function(){var e=window.rudderanalytics=window.rudderanalytics||[];r.src=\"https://cdn.rudderlabs.com/v1.1/rudder-analytics.min.js\"}();",
    ),
    (
        "rudderstack",
        "!function(){\"use strict\";window.RudderSnippetVersion=\"3.0.60\";var e=\"rudderanalytics\";window[e]||(window[e]=[]);var r=window[e];if(Array.isArray(r)){if(!0!==r.snippetExecuted){r.snippetExecuted=!0;var t=\"https://cdn.rudderlabs.com\";var n=\"rsa.min.js\"}}}();",
    ),
    (
        "heap",
        "window.heap=window.heap||[],heap.load=function(e){r.src=\"https://cdn.heapanalytics.com/js/heap-\"+e+\".js\"};heap.load('1');",
    ),
    (
        "heap",
        "window.heap=window.heap||[],heap.load=function(e){a.src=\"https://cdn.us.heap-api.com/config/\"+e+\"/heap_config.js\"};",
    ),
    ("mouseflow", "window._mfq = window._mfq || []; mf.src = \"//cdn.mouseflow.com/projects/1.js\";"),
    ("lucky-orange", "window.__lo_site_id = 1; wa.src = 'https://d10lpsik1i8c69.cloudfront.net/w.js';"),
    (
        "lucky-orange",
        "window.__lo_site_id=1;wa.src=('https:'==document.location.protocol?'https://ssl':'http://cdn')+'.luckyorange.com/w.js';",
    ),
    (
        "snowplow",
        ";(function(p,l,o,w,i){if(!p[i]){p.GlobalSnowplowNamespace=p.GlobalSnowplowNamespace||[];p.GlobalSnowplowNamespace.push(i)}}(window,document,\"script\",\"//c.example/sp.js\",\"snowplow\"));",
    ),
    (
        "chartbeat",
        "var _sf_async_config = window._sf_async_config = {}; e.src = '//static.chartbeat.com/js/chartbeat.js';",
    ),
    (
        "ahrefs-analytics",
        "var ahrefs_analytics_script = document.createElement('script'); ahrefs_analytics_script.src = 'https://analytics.ahrefs.com/analytics.js';",
    ),
    (
        "azure-application-insights",
        "!(function(cfg){})({src:\"https://js.monitor.azure.com/scripts/b/ai.3.gbl.min.js\",cfg:{connectionString:\"InstrumentationKey=1\"}});",
    ),
    (
        "datadog-rum",
        "(function(h,o,u,n,d){d.src=n})(window,document,'script','https://www.datadoghq-browser-agent.com/us1/v6/datadog-rum.js','DD_RUM')",
    ),
    ("new-relic", ";window.NREUM||(NREUM={});NREUM.loader_config={accountID:\"1\",licenseKey:\"2\"};"),
    ("new-relic", "window.NREUM||(NREUM={}),__nr_require=function(e,t,n){}"),
    (
        "meta-pixel",
        "!function(f,b,e,v){n=f.fbq=function(){}}(window,document,'script','https://connect.facebook.net/en_US/fbevents.js');fbq('init','1');",
    ),
    (
        "microsoft-advertising",
        "(function(w,d,t,r,u){w[u]=w[u]||[];w[u]=new UET({ti:\"1\"})})(window,document,\"script\",\"//bat.bing.com/bat.js\",\"uetq\");",
    ),
    (
        "microsoft-advertising",
        "(function(w,d,t,u,o){w[u]=w[u]||[],o.ts=(new Date).getTime();var n=d.createElement(t);n.src=\"https://bat.bing.net/bat.js?ti=\"+o.ti+(\"uetq\"!=u?\"&q=\"+u:\"\"),n.async=1,n.onload=n.onreadystatechange=function(){var s=this.readyState;s&&\"loaded\"!==s&&\"complete\"!==s||(o.q=w[u],w[u]=new UET(o),w[u].push(\"pageLoad\"),n.onload=n.onreadystatechange=null)};var i=d.getElementsByTagName(t)[0];i.parentNode.insertBefore(n,i)})(window,document,\"script\",\"uetq\",{ti:\"1\",enableAutoSpaTracking:true});",
    ),
    (
        "linkedin-insight",
        "_linkedin_partner_id = \"1\"; window._linkedin_data_partner_ids = window._linkedin_data_partner_ids || [];",
    ),
    (
        "linkedin-insight",
        "(function(l){if(!l){window.lintrk=function(a,b){}}b.src=\"https://snap.licdn.com/li.lms-analytics/insight.min.js\"})(window.lintrk);",
    ),
    (
        "tiktok-pixel",
        "!function(w,d,t){w.TiktokAnalyticsObject=t;var ttq=w[t]=w[t]||[];ttq.load('1')}(window,document,'ttq');",
    ),
    (
        "pinterest-tag",
        "!function(e){window.pintrk||(window.pintrk=function(){})}(\"https://s.pinimg.com/ct/core.js\");pintrk('load','1');",
    ),
    (
        "snap-pixel",
        "(function(e,t,n){e.snaptr=function(){}})(window,document,'https://sc-static.net/scevent.min.js');snaptr('init','1');",
    ),
    (
        "x-pixel",
        "!function(e,t,n){e.twq||(u.src='https://static.ads-twitter.com/uwt.js')}(window,document,'script');twq('config','1');",
    ),
    (
        "reddit-pixel",
        "!function(w,d){w.rdt||(t.src=\"https://www.redditstatic.com/ads/pixel.js\")}(window,document);rdt('init','1');",
    ),
    (
        "criteo",
        "window.criteo_q = window.criteo_q || []; window.criteo_q.push({ event: \"setAccount\", account: 1 });",
    ),
    (
        "taboola",
        "window._tfa = window._tfa || []; !function(t,f,a){t.src=a}(d,s,'//cdn.taboola.com/libtrc/unip/1/tfa.js');",
    ),
    (
        "taboola",
        "window._taboola=window._taboola||[];!function(e,f,u){e.src=u}(d,s,'//cdn.taboola.com/libtrc/a/loader.js');",
    ),
    (
        "outbrain",
        "!function(_window,_document){var OB_ADV_ID='1';tag.src='//amplify.outbrain.com/cp/obtp.js'}(window,document);",
    ),
    (
        "klaviyo",
        "var _learnq=_learnq||[];_learnq.push(['account','1']);b.src='//static.klaviyo.com/onsite/js/klaviyo.js';",
    ),
    (
        "comscore",
        "var _comscore=_comscore||[];s.src=(x?'https://sb':'http://b')+'.scorecardresearch.com/beacon.js';",
    ),
    (
        "quantcast",
        "var _qevents=_qevents||[];e.src=(x?'https://secure':'http://edge')+'.quantserve.com/quant.js';",
    ),
    (
        "the-trade-desk",
        "if(typeof TTDUniversalPixelApi==='function'){var u=new TTDUniversalPixelApi();u.init('1',['2'],'https://insight.adsrvr.org/track/up')}",
    ),
    (
        "xandr",
        "!function(e,i){var n=e.pixie=function(){n.actionQueue.push({})};n.actionQueue=[];a.src='//acdn.adnxs.com/dmp/up/pixie.js'}(window,document);",
    ),
    (
        "marketo",
        "(function(){function initMunchkin(){Munchkin.init('1')}s.src='//munchkin.marketo.net/munchkin.js'})();",
    ),
    (
        "pardot",
        "piAId='1';piCId='2';piHostname='go.example.com';s.src=('https:'==l?'https://':'http://')+piHostname+'/pd.js';",
    ),
    ("pardot", "piAId = '1'; s.src = ('https:' == l ? 'https://pi' : 'http://cdn') + '.pardot.com/pd.js';"),
    (
        "activecampaign",
        "var trackcmp_email = ''; trackcmp.src = '//trackcmp.net/visit?actid=1&e='+encodeURIComponent(trackcmp_email);",
    ),
    (
        "activecampaign",
        "(function(e,t,o,n){e.visitorGlobalObjectAlias=n;r.src=o})(window,document,\"https://diffuser-cdn.app-us1.com/diffuser/diffuser.js\",\"vgo\");",
    ),
    (
        "leadfeeder",
        "(function(ss){window.ldfdr=window.ldfdr||function(){};ce('https://sc.lfeeder.com/lftracker_v1_'+ss+'.js')})('1');",
    ),
    (
        "leadinfo",
        "(function(l,e,a,d,i){l.GlobalLeadinfoNamespace=l.GlobalLeadinfoNamespace||[]}(window,document,'script','https://cdn.leadinfo.net/ping.js','leadinfo'));",
    ),
    (
        "intercom",
        "(function(){var ic=w.Intercom;ic('reattach_activator');s.src='https://widget.intercom.io/widget/1'})();",
    ),
    ("crisp", "window.$crisp=[];window.CRISP_WEBSITE_ID=\"1\";s.src=\"https://client.crisp.chat/l.js\";"),
    ("zendesk-chat", "window.$zopim||(function(d,s){$.src='https://v2.zopim.com/?1'})(document,'script');"),
];

/// The loaders of one vendor alone.
fn of(id: &str) -> Loaders {
    let category = Category::embeds().vendor(id);
    Loaders::new(&Policy::builder("Example SAS", "privacy@example.com").category(category).build().unwrap())
}

#[test]
fn every_sample_is_a_loader_of_its_vendor_and_of_nobody_undeclared() {
    for (id, script) in SAMPLES {
        let loaders = of(id);
        let found: Vec<_> = loaders.in_script(script.as_bytes()).collect();
        assert!(!found.is_empty(), "{id}: {script}");
        for loader in found {
            assert!(matches!(loader.verdict, Verdict::Needs(2) | Verdict::NeedsAny(2)), "{id}: {loader:?}");
        }
    }
}

#[test]
fn every_loader_has_a_sample() {
    for vendor in vendors() {
        let samples = SAMPLES.iter().filter(|(id, _)| *id == vendor.id).map(|(_, script)| script);
        let samples: Vec<_> = samples.collect();
        for fragments in &vendor.loaders {
            let is_shown = |script: &&str| fragments.iter().all(|fragment| script.contains(fragment));
            let is_shared = vendors().iter().any(|other| {
                other.id != vendor.id
                    && other.loaders.contains(fragments)
                    && SAMPLES.iter().any(|(id, _)| *id == other.id)
            });
            assert!(
                is_shared || samples.iter().any(|script| is_shown(script)),
                "{}: {fragments:?}",
                vendor.id
            );
        }
    }
}

#[test]
fn the_stubs_of_diagnostics_and_chats_pass_undeclared() {
    let undeclared = Loaders::new(&Policy::builder("Example SAS", "privacy@example.com").build().unwrap());
    for (id, script) in SAMPLES {
        let is_withheld = undeclared.in_script(script.as_bytes()).next().is_some();
        let is_tracker = vendors().iter().any(|vendor| vendor.id == *id && vendor.is_tracker());
        assert_eq!(is_withheld, is_tracker, "{id}");
    }
}

/// With every vendor declared, so that those count too which are left alone undeclared.
fn loaders() -> Loaders {
    let all = vendors().iter().fold(Category::embeds(), |category, vendor| category.vendor(vendor.id));
    Loaders::new(&Policy::builder("Example SAS", "privacy@example.com").category(all).build().unwrap())
}

#[test]
fn a_script_that_lists_every_address_of_the_catalogue_is_no_loader() {
    let loaders = loaders();
    let addresses: Vec<_> = vendors().iter().flat_map(|vendor| &vendor.origins).collect();
    let hosts: Vec<_> =
        loaders.fragments.iter().filter(|text| text.contains('.') && text.contains('/')).collect();
    assert!(hosts.len() > 30, "{hosts:?}");
    let script = format!("var blocked = {addresses:?}.concat({hosts:?})");
    let found = loaders.in_script(script.as_bytes()).next();
    assert!(found.is_none(), "{found:?}");
}

#[test]
fn a_script_that_lists_every_cookie_and_name_of_the_catalogue_is_no_loader() {
    let loaders = loaders();
    let names: Vec<_> = vendors()
        .iter()
        .flat_map(|vendor| {
            let cookies = vendor.cookies.iter().map(|cookie| cookie.pattern.as_str());
            [vendor.id, vendor.name, vendor.company, vendor.privacy].into_iter().chain(cookies)
        })
        .collect();
    let found = loaders.in_script(format!("var known = {names:?}").as_bytes()).next();
    assert!(found.is_none(), "{found:?}");
}

#[test]
fn fragments_that_overlap_are_all_found() {
    let loaders = loaders();
    let all = loaders.fragments.concat();
    assert_eq!(loaders.in_script(all.as_bytes()).count(), loaders.loaders.len());
    assert_eq!(loaders.in_script(b"").count(), 0);
}

#[test]
fn a_loader_that_is_only_spoken_of_is_none() {
    let loaders = loaders();
    let is_found = |script: &str| loaders.in_script(script.as_bytes()).next().is_some();
    for (id, loader) in SAMPLES {
        if !is_found(loader) {
            continue;
        }
        let line = loader.replace(['\n', '\r'], " ");
        let quoted = format!("{:?}", format!("{line}{}", " how it works".repeat(30)));
        if !loader.contains("*/") {
            assert!(!is_found(&format!("/* {loader} */ start()")), "{id} in a comment");
        }
        assert!(!is_found(&format!("// {line}\nstart()")), "{id} in a line");
        assert!(!is_found(&format!("self.__next_f.push([1,{quoted}])")), "{id} in a text");
        if loader.contains(' ')
            && !RUNS_TEXTS.iter().any(|word| loader.contains(str::from_utf8(word).unwrap()))
        {
            assert!(!is_found(&format!("window.__DATA__={{\"text\":{line:?}}}")), "{id} in a short text");
            let written = format!("e.innerHTML={line:?}");
            assert!(is_found(&written) || line.len() >= 300, "{id} in a text that becomes markup");
        }
        for around in ["/* a */{}", "//\n{}", "if(a)/\\/*/.test(b);{}", "x='/*';{};y='*/'", "x=/[/*]/;{}"] {
            assert!(is_found(&around.replace("{}", loader)), "{id} in {around}");
        }
    }
}
