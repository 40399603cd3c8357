(()=>{
let n=document,L=location,U=self.towerConsent,e,s,o,d,B=addEventListener;
if(U)return U.state;
let r=new BroadcastChannel("towerConsent"),
j=()=>(e=n.querySelector("[data-consent-ui][data-state]")||e).dataset,
t=()=>n.querySelector("#cookie-consent[data-consent-ui]"),
l=i=>j()[i]+encodeURIComponent(L.pathname+L.search),
y=()=>"posted"in j()||[...n.querySelectorAll("*")].some(t=>t.towerConsent||t.matches(":read-write")>(t.value==t.defaultValue)),
f=(i,n=i.querySelector("[data-consent-ui][role]"),e=n.firstChild)=>setTimeout(()=>n.append(e),99,e.remove()),
g=(i,d)=>Object.keys(i.categories).some(t=>i.categories[t]>d.categories[t]),
a=async(U,e)=>{
  let a=new XMLHttpRequest;
  a.responseType="document";
  a.open(e?"post":"get",l("ui"));
  a.send(e);
  if(e)d?.abort(),d=a;
  let S=await new Promise(w=>a.onload=a.onerror=()=>w(a.response)),
  B=t(),s=S.body.dataset.state,[v,...u]=S.body.children,i=JSON.parse(s),A=JSON.parse(j().state);
  if(j().state!=(j().state=s))U?r.postMessage(0):0,n.dispatchEvent(new CustomEvent("consentchange",{detail:i}));
  if(!o||g(A,i)?U>1||(o=!y()):(o=s,!U||!g(i,A)||y())?0:"withheld"in j()||/ data-(tell|consent[-\w]*)="[^"]|"text\/plain|about:blank\#/.test(n.children[0].outerHTML))L.reload();
  else if(B)if(U>1?v:i.decided){
    if(U>1){
      f(S);
      B.after(v);
      if(B.querySelector(":focus"))v.focus({preventScroll:!B.querySelector(":focus-visible")})};
    B.remove();
    n.querySelector("#cookie-consent-settings")||n.body.append(...u)};
  return i},
i=w=>a(w).catch(()=>w-1||!t()||!navigator.onLine||y()||L.reload());
U=self.towerConsent={
  get state(){j().state==o||i(1);return JSON.parse(j().state)},
  open(){L.href=l("at")},
  change:w=>a(2,new URLSearchParams(w))};
o=j().state;
B("input",B=>B.target.towerConsent=1,!0);
B("submit",B=>{
  let n=B.submitter;
  if(s||!t()?.contains(n))return;
  B.preventDefault();
  if(n.value)U.change(new FormData(B.target,n)).catch(()=>!(s=navigator.onLine)||y()||setTimeout(()=>n.click()));
  else t().remove()});
B("click",B=>{
  let n=B.target.closest?.("[data-consent-open]");
  if(n)B.stopPropagation(),n.href?n.href=l("at"):U.open(B.preventDefault())},!0);
B("pageshow",B=>{if(B.persisted||performance.getEntriesByType("navigation")[0].type=="back_forward")i(1)});
B("prerenderingchange",()=>i(1),!0);
r.onmessage=()=>i();
if("fresh"in j())r.postMessage(f(n));
if(t())try{localStorage}catch{i(2)}
})()
