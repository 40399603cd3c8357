(()=>{let d=document,l=location,s,w,f,j,n="towerConsent",A=addEventListener
if(window[n])return window[n].state
let c=new BroadcastChannel(n),
o=()=>(s=d.querySelector("script[data-state]")||s).dataset,
v=()=>d.querySelector("#cookie-consent"),
u=p=>o().at.replace("?",p+"?")+"\x26"+new URLSearchParams({return_to:l.pathname+l.search}),
m=()=>w==l.href||"posted"in o()||[...d.querySelectorAll("input,textarea")].some(i=>i.value!=i.defaultValue),
g=(a,b)=>Object.keys(a).some(k=>a[k]>b[k]),
q=(h,y)=>new Promise(k=>{let x=new XMLHttpRequest
x.responseType="document"
x.onloadend=()=>k(x.response)
x.open(y?"POST":"GET",u("/ui"))
x.send(y)}).then(r=>{let b=v(),t=r.body.dataset.state,y=JSON.parse(t),a=y.categories,z=JSON.parse(o().state).categories,[e,...k]=r.body.children,p=r.querySelector("[role=status]")
if(o().state!=(o().state=j=t)){if(h)c.postMessage(0)
d.dispatchEvent(new CustomEvent("consentchange",{detail:y}))}
if(g(z,a)?h>1||!m():h?g(a,z)?m()?0:"withheld"in o()||/ data-(tell|consent[-\w]*)="[^"]|"text[/]plain|about:blank[#]/.test(d.documentElement.outerHTML):0:0)l.reload()
else if(b)if(h>1?e:y.decided){if(h>1){t=p.textContent
p.textContent=""
setTimeout(()=>p.textContent=t,99)
b.after(e)
if(b.matches(":focus-within"))e.focus()}
b.remove()
d.querySelector("#cookie-consent-settings")||d.body.append(...k)}
return y}),
k=h=>q(h).catch(()=>h-1||!v()||!navigator.onLine||m()||l.reload()),
i=window[n]={get state(){o().state==j||k(1)
return JSON.parse(o().state)},open(){l.assign(u(""))},change:f=>q(2,new URLSearchParams(f))}
j=o().state
A("input",()=>w=l.href,!0)
A("submit",e=>{let b=e.submitter
if(f||!v()?.contains(b))return
e.preventDefault()
b.value?i.change(new FormData(e.target,b)).catch(()=>{f=1
b.click()}):v().remove()})
A("click",e=>{let t=e.target.closest?.("[data-consent-open]")
if(t){e.stopPropagation()
t.href?t.href=u(""):i.open(e.preventDefault())}},!0)
A("pageshow",e=>{if(e.persisted||performance.navigation.type==2)k(1)})
A("prerenderingchange",()=>k(1),!0)
c.onmessage=()=>k()
if("fresh"in o())c.postMessage(0)
if(v())try{localStorage
navigator.cookieEnabled||k(2)}catch{k(2)}})()
