(()=>{let d=document,l=location,s,w,f,j,n="towerConsent",A=addEventListener
if(self[n])return self[n].state
let c=new BroadcastChannel(n),
o=()=>(s=d.querySelector("[data-consent-ui][data-state]")||s).dataset,
v=()=>d.querySelector("#cookie-consent[data-consent-ui]"),
u=p=>o()[p]+encodeURIComponent(l.pathname+l.search),
m=()=>d.contains(w)||"posted"in o()||[...d.querySelectorAll(":read-write")].some(i=>i.value!=i.defaultValue),
g=(a,b)=>Object.keys(a.categories).some(i=>a.categories[i]>b.categories[i]),
q=async(h,y)=>{let x=new XMLHttpRequest
x.responseType="document"
x.open(y?"POST":"GET",u("ui"))
x.send(y)
let r=await new Promise(k=>x.onloadend=()=>k(x.response)),b=v(),t=r.body.dataset.state,p=r.querySelector("[role]"),[e,...n]=r.body.children,a=JSON.parse(t),z=JSON.parse(o().state)
if(o().state!=(o().state=j=t))h?c.postMessage(0):0,d.dispatchEvent(new CustomEvent("consentchange",{detail:a}))
if(g(z,a)?h>1||!m():!h||!g(a,z)||m()?0:"withheld"in o()||/ data-(tell|consent[-\w]*)="[^"]|"text[/]plain|about:blank[#]/.test(d.documentElement.outerHTML))l.reload()
else if(b)if(h>1?e:a.decided){if(h>1){t=p.firstChild
t.remove()
setTimeout(()=>p.append(t),99)
b.after(e)
if(b.querySelector(":focus"))e.focus({preventScroll:!b.querySelector(":focus-visible")})}
b.remove()
d.querySelector("#cookie-consent-settings")||d.body.append(...n)}
return a},
k=h=>q(h).catch(()=>h-1||!v()||!navigator.onLine||m()||l.reload()),
i=self[n]={get state(){o().state==j||k(1)
return JSON.parse(o().state)},open(){l.href=u("at")},change:f=>q(2,new URLSearchParams(f))}
j=o().state
A("input",e=>w=e.target,!0)
A("submit",e=>{let b=e.submitter
if(f||!v()?.contains(b))return
e.preventDefault()
if(b.value)i.change(new FormData(e.target,b)).catch(()=>!(f=navigator.onLine)||setTimeout(()=>b.click()))
else v().remove()})
A("click",e=>{let t=e.target.closest?.("[data-consent-open]")
if(t){e.stopPropagation()
t.href?t.href=u("at"):i.open(e.preventDefault())}},!0)
A("pageshow",e=>{if(e.persisted||performance.getEntriesByType("navigation")[0]?.type=="back_forward")k(1)})
A("prerenderingchange",()=>k(1),!0)
c.onmessage=()=>k()
if("fresh"in o())c.postMessage(0)
if(v())try{localStorage
navigator.cookieEnabled||k(2)}catch{k(2)}})()
