(()=>{
let d=document,n=location,j=self.towerConsent,i,e,v,x,b,t=addEventListener;
if(j)return j.state;
let u=()=>(i=d.querySelector("[data-consent-ui][data-state]")||i).dataset,
s=()=>d.querySelector("#cookie-consent[data-consent-ui]"),
r=e=>u()[e]+encodeURIComponent(n.pathname+n.search),
c=()=>"posted"in u()||[...d.querySelectorAll("*")].some(r=>r.towerConsent||r.matches(":read-write")>(r.value==r.defaultValue)),
y=(d,e=d.querySelector("[data-consent-ui][role]"),r=e.firstChild)=>setTimeout(()=>e.append(r),99,r.remove()),
B=(d,T)=>Object.keys(d.categories).some(r=>d.categories[r]>T.categories[r]),
z=async(t,i)=>{
  let e=new XMLHttpRequest;
  e.responseType="document";
  e.open(i?"post":"get",r("ui"));
  e.send(i);
  if(i)b?.abort(),b=e;
  let a=await new Promise(w=>e.onload=e.onerror=()=>w(e.response)),
  j=s(),z=a.body.dataset.state,[l,...S]=a.body.children,o=JSON.parse(z),g=JSON.parse(u().state);
  if(u().state!=(u().state=z))t?v.postMessage(0):0,d.dispatchEvent(new CustomEvent("consentchange",{detail:o}));
  if(!x||B(g,o)?t>1||(x=!c()):(x=z,!t||!B(o,g)||c())?0:"withheld"in u()||d.readyState>"j"||/ data-(tell|consent[-\w]*)="[^"]|"text\/plain|about:blank\#/.test(d.children[0].outerHTML))n.reload(length);
  else if(j)if(t>1?l:o.decided){
    if(t>1){
      y(a);
      j.after(l);
      if(j.querySelector(":focus"))l.focus({preventScroll:!j.querySelector(":focus-visible")})};
    j.remove();
    d.querySelector("#cookie-consent-settings")||d.body.append(...S)};
  return o},
g=e=>z(e).catch(()=>e-1||!s()||!navigator.onLine||c()||n.reload(length));
j=self.towerConsent={
  get state(){u().state==x||g(1);return JSON.parse(u().state)},
  open(){n.href=r("at")},
  change:e=>z(2,new URLSearchParams(e))};
x=u().state;
t("input",d=>d.target.towerConsent=1,!0);
t("submit",d=>{
  let i=d.submitter;
  if(s()?.contains(i))if(d.stopPropagation(),!e)if(d.preventDefault(),i.value)j.change(new FormData(d.target,i)).catch(()=>!(e=navigator.onLine)||c()||setTimeout(()=>i.click()));
  else s().remove()},!0);
t("click",d=>{
  let i=d.target.closest?.("[data-consent-open]");
  if(i)d.stopPropagation(),i.href?i.href=r("at"):j.open(d.preventDefault())},!0);
t("pageshow",d=>{if(d.persisted||"c">performance.getEntriesByType("navigation")[0].type)g(1)});
t("prerenderingchange",()=>g(1),!0);
try{
  localStorage;
  (v=new BroadcastChannel("towerConsent")).onmessage=()=>g();
  if("fresh"in u())v.postMessage(y(d))}catch{g(2)}
})()
