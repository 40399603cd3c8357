(()=>{
let L=document,B=location,w,A,y,r,x,S=addEventListener;
if(self.towerConsent)return self.towerConsent.state;
let j=new BroadcastChannel("towerConsent"),
v=()=>(w=L.querySelector("[data-consent-ui][data-state]")||w).dataset,
i=()=>L.querySelector("#cookie-consent[data-consent-ui]"),
s=x=>v()[x]+encodeURIComponent(B.pathname+B.search),
R=()=>L.contains(A)||"posted"in v()||[...L.querySelectorAll(":read-write")].some(n=>n.value!=n.defaultValue),
u=(g,t=g.querySelector("[data-consent-ui][role]"),e=t.firstChild)=>setTimeout(()=>t.append(e),99,e.remove()),
U=(o,t)=>Object.keys(o.categories).some(n=>o.categories[n]>t.categories[n]),
d=async($,n)=>{
  let l=new XMLHttpRequest;
  l.responseType="document";
  l.open(n?"post":"get",s("ui"));
  l.send(n);
  if(n)x?.abort(),x=l;
  let g=await new Promise(p=>l.onload=l.onerror=()=>p(l.response)),
  t=i(),e=g.body.dataset.state,[f,...c]=g.body.children,o=JSON.parse(e),_=JSON.parse(v().state);
  if(v().state!=(v().state=e))$?j.postMessage(0):0,L.dispatchEvent(new CustomEvent("consentchange",{detail:o}));
  if(!r||U(_,o)?$>1||(r=!R()):(r=e,!$||!U(o,_)||R())?0:"withheld"in v()||/ data-(tell|consent[-\w]*)="[^"]|"text\/plain|about:blank\#/.test(L.children[0].outerHTML))B.reload();
  else if(t)if($>1?f:o.decided){
    if($>1){
      u(g);
      t.after(f);
      if(t.querySelector(":focus"))f.focus({preventScroll:!t.querySelector(":focus-visible")})};
    t.remove();
    L.querySelector("#cookie-consent-settings")||L.body.append(...c)};
  return o},
p=$=>d($).catch(()=>$-1||!i()||!navigator.onLine||R()||B.reload()),
n=self.towerConsent={
  get state(){v().state==r||p(1);return JSON.parse(v().state)},
  open(){B.href=s("at")},
  change:y=>d(2,new URLSearchParams(y))};
r=v().state;
S("input",f=>A=f.target,!0);
S("submit",f=>{
  let t=f.submitter;
  if(y||!i()?.contains(t))return;
  f.preventDefault();
  if(t.value)n.change(new FormData(f.target,t)).catch(()=>!(y=navigator.onLine)||setTimeout(()=>t.click()));
  else i().remove()});
S("click",f=>{
  let e=f.target.closest?.("[data-consent-open]");
  if(e)f.stopPropagation(),e.href?e.href=s("at"):n.open(f.preventDefault())},!0);
S("pageshow",f=>{if(f.persisted||performance.getEntriesByType("navigation")[0].type=="back_forward")p(1)});
S("prerenderingchange",()=>p(1),!0);
j.onmessage=()=>p();
if("fresh"in v())j.postMessage(u(L));
if(i())try{localStorage;navigator.cookieEnabled||p(2)}catch{p(2)}
})()
