(()=>{
let t=document,n=location,o=self.towerConsent,r=addEventListener,e,l,k,x,p;
if(o)return o.state;
let Q=()=>(e=t.querySelector("[data-consent-ui][data-state]")||e).dataset,
g=()=>t.querySelector("#cookie-consent[data-consent-ui]"),
d=t=>t>9999||setTimeout(d,t,1.2*t,k.postMessage(Q().state)),
i=(l,t=l.querySelector("[data-consent-ui][role]"),d=t.firstChild)=>setTimeout(()=>t.append(d),99,d.remove()),
I=()=>Q().posted||[...t.querySelectorAll("*")].some(t=>t.towerConsent||t.matches(":read-write")>(t.value==t.defaultValue)),
$=t=>Q()[t]+encodeURIComponent(n.pathname+n.search),
w=(k,d)=>Object.keys(k.categories).some(t=>k.categories[t]>d.categories[t]),
a=async(f,o)=>{
  let k=new XMLHttpRequest;
  k.open(o?"post":"get",$("ui"),k.responseType="document");k.send(o);
  if(o)p?.abort(),p=k;
  await new Promise(t=>k.onerror=k.onload=t);
  let l=g(),a=k.response,r=a.body.dataset.state,[u,...S]=a.body.children,D=JSON.parse(Q().state),e=JSON.parse(r);
  if(Q().state!=(Q().state=r))f?d(250):0,t.dispatchEvent(new CustomEvent("consentchange",{detail:e}));
  if(!x||w(D,e)?f>1||(x=!I()):(x=r,!f||!w(e,D)||I())?0:t.readyState>"j"||/ data-consent[-\w]*="[^"]|"text\/plain|about:blank\#/.test(t.children[0].outerHTML))n.reload(length);
  else if(l)if(f>1?u:e.decided){
    if(f>1){
      i(a);
      l.after(u);
      if(l.querySelector(":focus"))u.focus({preventScroll:!l.querySelector(":focus-visible")})};
    l.remove();
    t.querySelector("#cookie-consent-settings")||t.body.append(...S)};
  return e},
f=t=>a(t).catch(()=>t-1||!g()||!navigator.onLine||I()||n.reload(length));
o=self.towerConsent={
  get state(){Q().state==x||f(1);return JSON.parse(Q().state)},
  change:t=>a(2,new URLSearchParams(t)),
  open(){n.href=$("at")}};
x=Q().state;
r("input",a=>a.target.towerConsent=1,1);
r("pageshow",a=>a.persisted||performance.getEntries().some(t=>/[-_]/.test(t.type+t.deliveryType))?f(1):0);
r("click",a=>{
  let t=a.target.closest?.("[data-consent-open]");
  if(t)a.stopPropagation(),t.href?t.href=$("at"):o.open(a.preventDefault())},1);
r("prerenderingchange",f,1);
r("submit",a=>{
  let t=a.submitter;
  if(t?.closest("#cookie-consent[data-consent-ui]"))if(a.stopPropagation(),!l)if(a.preventDefault(),t.value)o.change(new FormData(a.target,t)).catch(()=>!(l=navigator.onLine)||I()||setTimeout(()=>t.click()));
  else g().remove()},1);
try{
  localStorage;
  (k=new BroadcastChannel("towerConsent")).onmessage=a=>a.data==Q().state||f();
  if(Q().fresh)d(250),i(t)}catch{f(2)}
})()
