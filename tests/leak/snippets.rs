//! What vendors have people paste into their pages, cut down to what makes it load: ten of them.

use crate::kinds::{Kind, Plane, Sign};

/// A vendor's snippet.
pub(crate) struct Snippet {
    pub(crate) vendor: &'static str,
    pub(crate) category: &'static str,
    host: &'static str,
    path: &'static str,
    pub(crate) markup: &'static str,
}

pub(crate) const SNIPPETS: [Snippet; 10] = [
    Snippet {
        vendor: "google-analytics",
        category: "analytics",
        host: "www.googletagmanager.com",
        path: "/gtag/js",
        markup: "<script async src='https://www.googletagmanager.com/gtag/js?id=G-1'></script>
<script>window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments);}
gtag('js', new Date()); gtag('config', 'G-1');</script>",
    },
    Snippet {
        vendor: "google-tag-manager",
        category: "analytics",
        host: "www.googletagmanager.com",
        path: "/gtm.js",
        markup: "<script>(function(w,d,t,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':Date.now(),event:'gtm.js'});
var e=d.createElement(t);e.async=true;e.src='https://www.googletagmanager.com/gtm.js?id='+i;d.head.append(e);
})(window,document,'script','dataLayer','GTM-1');</script>
<noscript><iframe src='https://www.googletagmanager.com/ns.html?id=GTM-1'></iframe></noscript>",
    },
    Snippet {
        vendor: "meta-pixel",
        category: "marketing",
        host: "connect.facebook.net",
        path: "/en_US/fbevents.js",
        markup: "<script>!function(w,d,t,u){if(w.fbq)return;var n=w.fbq=function(){n.queue.push(arguments)};n.queue=[];
var e=d.createElement(t);e.async=true;e.src=u;d.head.append(e)
}(window,document,'script','https://connect.facebook.net/en_US/fbevents.js');
fbq('init','1');fbq('track','PageView');</script>
<noscript><img alt src='https://www.facebook.com/tr?id=1&ev=PageView&noscript=1'></noscript>",
    },
    Snippet {
        vendor: "hotjar",
        category: "analytics",
        host: "static.hotjar.com",
        path: "/c/hotjar-1.js",
        markup: "<script>(function(w,d,u,v){w.hj=w.hj||function(){(w.hj.q=w.hj.q||[]).push(arguments)};
w._hjSettings={hjid:1,hjsv:6};var e=d.createElement('script');e.async=1;
e.src=u+w._hjSettings.hjid+v+w._hjSettings.hjsv;d.head.append(e);
})(window,document,'https://static.hotjar.com/c/hotjar-','.js?sv=');</script>",
    },
    Snippet {
        vendor: "microsoft-clarity",
        category: "analytics",
        host: "www.clarity.ms",
        path: "/tag/x1",
        markup: "<script>(function(w,d,n,t,i){w[n]=w[n]||function(){(w[n].q=w[n].q||[]).push(arguments)};
var e=d.createElement(t);e.async=1;e.src='https://www.clarity.ms/tag/'+i;d.head.append(e);
})(window,document,'clarity','script','x1');</script>",
    },
    Snippet {
        vendor: "segment",
        category: "analytics",
        host: "cdn.segment.com",
        path: "/analytics.js/v1/x1/analytics.min.js",
        markup: "<script>!function(){var analytics=window.analytics=window.analytics||[];analytics.load=function(k){
var e=document.createElement('script');e.async=true;
e.src='https://cdn.segment.com/analytics.js/v1/'+k+'/analytics.min.js';document.head.append(e)};
analytics.load('x1')}();</script>",
    },
    Snippet {
        vendor: "matomo",
        category: "analytics",
        host: "cdn.matomo.cloud",
        path: "/site.matomo.cloud/matomo.js",
        markup: "<script>var _paq=window._paq=window._paq||[];_paq.push(['trackPageView']);
(function(){var u='https://site.matomo.cloud/';_paq.push(['setTrackerUrl',u+'matomo.php']);_paq.push(['setSiteId','1']);
var e=document.createElement('script');e.async=true;e.src='https://cdn.matomo.cloud/site.matomo.cloud/matomo.js';
document.head.append(e)})();</script>",
    },
    Snippet {
        vendor: "posthog",
        category: "analytics",
        host: "eu-assets.i.posthog.com",
        path: "/static/array.js",
        markup: "<script>!function(d,p){if(p.__SV)return;window.posthog=p;p._i=[];p.init=function(k,c){
var e=d.createElement('script');e.async=true;
e.src=c.api_host.replace('.i.posthog.com','-assets.i.posthog.com')+'/static/array.js';d.head.append(e);p._i.push([k,c])};
p.__SV=1}(document,window.posthog||[]);
posthog.init('phc_1',{api_host:'https://eu.i.posthog.com'});</script>",
    },
    Snippet {
        vendor: "tiktok-pixel",
        category: "marketing",
        host: "analytics.tiktok.com",
        path: "/i18n/pixel/events.js",
        markup: "<script>!function(w,d,t){w.TiktokAnalyticsObject=t;var q=w[t]=w[t]||[];q.load=function(i){
var e=d.createElement('script');e.async=true;
e.src='https://analytics.tiktok.com/i18n/pixel/events.js?sdkid='+i+'&lib='+t;d.head.append(e)};
q.load('C1');}(window,document,'ttq');</script>",
    },
    Snippet {
        vendor: "linkedin-insight",
        category: "marketing",
        host: "snap.licdn.com",
        path: "/li.lms-analytics/insight.min.js",
        markup: "<script>_linkedin_partner_id='1';window._linkedin_data_partner_ids=window._linkedin_data_partner_ids||[];
window._linkedin_data_partner_ids.push(_linkedin_partner_id);</script>
<script>(function(l){if(!l){window.lintrk=function(a,b){window.lintrk.q.push([a,b])};window.lintrk.q=[]}
var e=document.createElement('script');e.async=true;e.src='https://snap.licdn.com/li.lms-analytics/insight.min.js';
document.head.append(e)})(window.lintrk);</script>
<noscript><img alt src='https://px.ads.linkedin.com/collect/?pid=1&fmt=gif'></noscript>",
    },
];

pub(crate) fn markup() -> String {
    SNIPPETS.iter().map(|snippet| format!("{}\n", snippet.markup)).collect()
}

pub(crate) fn kinds() -> impl Iterator<Item = Kind> {
    SNIPPETS.iter().map(|snippet| Kind {
        name: snippet.vendor,
        plane: Plane::Snippet,
        sign: Sign::Request,
        host: snippet.host.to_owned(),
        path: snippet.path.to_owned(),
    })
}
