(()=>{
let r=document,e=location,s=self.towerConsent,n=addEventListener,t,l,w,k;
if(s)return s.state;
let S=()=>(t=r.querySelector("[data-consent-ui][data-state]")||t).dataset,
i=()=>r.querySelector("#cookie-consent[data-consent-ui]"),
j=(t,r=t.querySelector("[data-consent-ui][role]"),q=r.firstChild)=>setTimeout(()=>r.append(q),99,q.remove()),
b=r=>r>9999||setTimeout(b,r,1.2*r,w.postMessage(S().state)),
_=()=>S().posted||[...r.all].some(r=>r.towerConsent||r.matches(":read-write")>(r.value==r.defaultValue)),
f=(t,q)=>Object.keys(t.categories).some(r=>t.categories[r]>q.categories[r]),
A=r=>S()[r]+encodeURIComponent(e.pathname+e.search),
q=async(g,q)=>{
  let t=new XMLHttpRequest;
  t.open(q?"post":"get",A("ui"),t.responseType="document");t.send(q);
  if(q)k?.abort(),k=t;
  await new Promise(r=>t.onerror=t.onload=r);
  let s=i(),h=t.response,n=h.body.dataset.state,[o,...p]=h.body.children,u=JSON.parse(S().state),w=JSON.parse(n);
  if(S().state!=(S().state=n))g?b(250):0,r.dispatchEvent(new CustomEvent("consentchange",{detail:w}));
  d=!d||f(u,w)?0:n;if(_()?0:!d||(!g||!f(w,u)?0:r.readyState>"j"||/ data-consent(?!-op)[-\w]*="[^"]|"text\/plain|about:blank\#/.test(r.all[0].outerHTML)))l=1,e.reload(length);
  else if(s)if(g>1?o:w.decided){
    if(g>1){
      j(h);
      s.after(o);
      if(s.querySelector(":focus"))o.focus({preventScroll:!s.querySelector(":focus-visible")})};
    s.remove();
    r.querySelector("#cookie-consent-settings")||r.body.append(...p)};
  return w},
u=r=>q(r).catch(()=>r-1||!i()||!navigator.onLine||_()||e.reload(length)),
d=S().state;
s=self.towerConsent={
  get state(){S().state==d||u(1);return JSON.parse(S().state)},
  change:r=>q(2,new URLSearchParams(r)),
  open(){e.href=A("at")}};
n("input",t=>t.target.towerConsent=!t.target.closest?.("#cookie-consent[data-consent-ui]"),1);
n("pageshow",t=>t.persisted||performance.getEntries().some(r=>/[-_]/.test(r.type+r.deliveryType))?u(1):0);
n("click",t=>{
  let r=t.target.closest?.("[data-consent-open]");
  if(r)t.stopPropagation(),r.href?r.href=A("at"):s.open(t.preventDefault())},1);
n("prerenderingchange",u,1);
n("submit",t=>{
  let r=t.submitter;
  if(r?.closest("#cookie-consent[data-consent-ui]"))if(t.stopPropagation(),!l)if(t.preventDefault(),r.value)s.change(new FormData(t.target,r)).catch(()=>!(l=navigator.onLine)||_()||setTimeout(()=>r.click()));
  else i().remove()},1);
try{
  localStorage;
  (w=new BroadcastChannel("towerConsent")).onmessage=e=>e.data==S().state||u();
  if(S().fresh)b(250),j(r)}catch{u(2)}
})()
