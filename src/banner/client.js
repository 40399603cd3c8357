(()=>{
let y=document,x=location,b,u,o,r,n,_=addEventListener;
if(self.towerConsent)return self.towerConsent.state;
let B=new BroadcastChannel("towerConsent"),
U=()=>(b=y.querySelector("[data-consent-ui][data-state]")||b).dataset,
i=()=>y.querySelector("#cookie-consent[data-consent-ui]"),
p=n=>U()[n]+encodeURIComponent(x.pathname+x.search),
v=()=>y.contains(u)||"posted"in U()||[...y.querySelectorAll(":read-write")].some(R=>R.value!=R.defaultValue),
z=(l,d=l.querySelector("[data-consent-ui][role]"),$=d.firstChild)=>setTimeout(()=>d.append($),99,$.remove()),
s=(a,d)=>Object.keys(a.categories).some(R=>a.categories[R]>d.categories[R]),
w=async(g,R)=>{
  let e=new XMLHttpRequest;
  e.responseType="document";
  e.open(R?"POST":"GET",p("ui"));
  e.send(R);
  if(R)n?.abort(),n=e;
  let l=await new Promise(t=>e.onload=e.onerror=()=>t(e.response)),
  d=i(),$=l.body.dataset.state,[A,...L]=l.body.children,a=JSON.parse($),j=JSON.parse(U().state);
  if(U().state!=(U().state=r=$))g?B.postMessage(0):0,y.dispatchEvent(new CustomEvent("consentchange",{detail:a}));
  if(s(j,a)?g>1||!v():!g||!s(a,j)||v()?0:"withheld"in U()||/ data-(tell|consent[-\w]*)="[^"]|"text\/plain|about:blank\#/.test(y.children[0].outerHTML))x.reload();
  else if(d)if(g>1?A:a.decided){
    if(g>1){
      z(l);
      d.after(A);
      if(d.querySelector(":focus"))A.focus({preventScroll:!d.querySelector(":focus-visible")})};
    d.remove();
    y.querySelector("#cookie-consent-settings")||y.body.append(...L)};
  return a},
t=g=>w(g).catch(()=>g-1||!i()||!navigator.onLine||v()||x.reload()),
R=self.towerConsent={
  get state(){U().state==r||t(1);return JSON.parse(U().state)},
  open(){x.href=p("at")},
  change:o=>w(2,new URLSearchParams(o))};
r=U().state;
_("input",A=>u=A.target,!0);
_("submit",A=>{
  let d=A.submitter;
  if(o||!i()?.contains(d))return;
  A.preventDefault();
  if(d.value)R.change(new FormData(A.target,d)).catch(()=>!(o=navigator.onLine)||setTimeout(()=>d.click()));
  else i().remove()});
_("click",A=>{
  let $=A.target.closest?.("[data-consent-open]");
  if($){A.stopPropagation();$.href?$.href=p("at"):R.open(A.preventDefault())}},!0);
_("pageshow",A=>{if(A.persisted||performance.getEntriesByType("navigation")[0]?.type=="back_forward")t(1)});
_("prerenderingchange",()=>t(1),!0);
B.onmessage=()=>t();
if("fresh"in U())B.postMessage(z(y));
if(i())try{localStorage;navigator.cookieEnabled||t(2)}catch{t(2)}
})()
