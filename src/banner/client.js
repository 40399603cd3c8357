(()=>{
let o=document,B=location,A,U,x,r,w,p=addEventListener;
if(self.towerConsent)return self.towerConsent.state;
let b=new BroadcastChannel("towerConsent"),
v=()=>(A=o.querySelector("[data-consent-ui][data-state]")||A).dataset,
i=()=>o.querySelector("#cookie-consent[data-consent-ui]"),
y=w=>v()[w]+encodeURIComponent(B.pathname+B.search),
c=()=>o.contains(U)||"posted"in v()||[...o.querySelectorAll(":read-write")].some(s=>s.value!=s.defaultValue),
S=(l,d=l.querySelector("[data-consent-ui][role]"),t=d.firstChild)=>setTimeout(()=>d.append(t),99,t.remove()),
k=(n,d)=>Object.keys(n.categories).some(s=>n.categories[s]>d.categories[s]),
h=async(e,s)=>{
  let g=new XMLHttpRequest;
  g.responseType="document";
  g.open(s?"post":"get",y("ui"));
  g.send(s);
  if(s)w?.abort(),w=g;
  let l=await new Promise(f=>g.onload=g.onerror=()=>f(g.response)),
  d=i(),t=l.body.dataset.state,[$,...T]=l.body.children,n=JSON.parse(t),u=JSON.parse(v().state);
  if(v().state!=(v().state=t))e?b.postMessage(0):0,o.dispatchEvent(new CustomEvent("consentchange",{detail:n}));
  if(!r||k(u,n)?e>1||(r=!c()):(r=t,!e||!k(n,u)||c())?0:"withheld"in v()||/ data-(tell|consent[-\w]*)="[^"]|"text\/plain|about:blank\#/.test(o.children[0].outerHTML))B.reload();
  else if(d)if(e>1?$:n.decided){
    if(e>1){
      S(l);
      d.after($);
      if(d.querySelector(":focus"))$.focus({preventScroll:!d.querySelector(":focus-visible")})};
    d.remove();
    o.querySelector("#cookie-consent-settings")||o.body.append(...T)};
  return n},
f=e=>h(e).catch(()=>e-1||!i()||!navigator.onLine||c()||B.reload()),
s=self.towerConsent={
  get state(){v().state==r||f(1);return JSON.parse(v().state)},
  open(){B.href=y("at")},
  change:x=>h(2,new URLSearchParams(x))};
r=v().state;
p("input",$=>U=$.target,!0);
p("submit",$=>{
  let d=$.submitter;
  if(x||!i()?.contains(d))return;
  $.preventDefault();
  if(d.value)s.change(new FormData($.target,d)).catch(()=>!(x=navigator.onLine)||c()||setTimeout(()=>d.click()));
  else i().remove()});
p("click",$=>{
  let t=$.target.closest?.("[data-consent-open]");
  if(t)$.stopPropagation(),t.href?t.href=y("at"):s.open($.preventDefault())},!0);
p("pageshow",$=>{if($.persisted||performance.getEntriesByType("navigation")[0].type=="back_forward")f(1)});
p("prerenderingchange",()=>f(1),!0);
b.onmessage=()=>f();
if("fresh"in v())b.postMessage(S(o));
if(i())try{localStorage;navigator.cookieEnabled||f(2)}catch{f(2)}
})()
