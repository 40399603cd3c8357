(()=>{if(window.towerConsent)return
let d=document,l=location,s,w,f,c=new BroadcastChannel("tower-consent"),
o=()=>(s=d.querySelector("script[data-state]")||s).dataset,
v=()=>d.querySelector("#cookie-consent"),
u=p=>o().at.replace("?",p+"?")+"\x26return_to="+encodeURIComponent(l.pathname+l.search),
m=()=>w||"posted"in o()||[...d.querySelectorAll("input,textarea")].some(i=>i.value!=i.defaultValue),
g=(a,b)=>Object.keys(a).some(k=>a[k]>b[k]),
q=(h,y)=>new Promise(k=>{let x=new XMLHttpRequest
x.responseType="document"
x.onloadend=()=>k(x.response)
x.open(y?"POST":"GET",u("/ui"))
x.send(y)}).then(r=>{let b=v(),t=r.body.dataset.state,n=JSON.parse(t),a=n.categories,z=i.state.categories,[e,...k]=r.body.children,p=r.querySelector("[role=status]")
if(o().state!=(o().state=t)){if(h)c.postMessage(0)
d.dispatchEvent(new CustomEvent("consentchange",{detail:n}))}
if(g(z,a)?h>1||!m():!(!h||!g(a,z)||m()||!("withheld"in o()||/ data-(tell|consent[-\w]*)="[^"]|"text[/]plain|about:blank[#]/.test(d.documentElement.outerHTML))))l.reload()
else if(b)if(h>1?e:n.decided){if(h>1){t=p.textContent
p.textContent=""
setTimeout(()=>p.textContent=t,99)
b.after(e)
if(b.matches(":focus-within"))e.focus()}
b.remove()
d.querySelector("#cookie-consent-settings")||d.body.append(...k)}
return n}),
k=h=>q(h).catch(()=>{if(h==1)if(v())if(navigator.onLine)m()||l.reload()}),
i=window.towerConsent={get state(){return JSON.parse(o().state)},open(){l.assign(u(""))},change:f=>q(2,new URLSearchParams(f))}
addEventListener("input",()=>w=1,!0)
addEventListener("submit",e=>{let b=e.submitter
if(f||!b||!e.target.closest("#cookie-consent"))return
e.preventDefault()
b.value?i.change(new FormData(e.target,b)).catch(()=>{f=1
b.click()}):v().remove()})
addEventListener("click",e=>{if(e.target.closest?.("[data-consent-open]:not([href^='/'])")){e.preventDefault()
i.open()}})
addEventListener("pageshow",e=>{if(e.persisted||performance.getEntriesByType("navigation")[0].type=="back_forward")k(1)})
d.addEventListener("prerenderingchange",()=>k(1))
c.onmessage=()=>k(0)
if("fresh"in o())c.postMessage(0)
if(v())try{localStorage
navigator.cookieEnabled||k(2)}catch{k(2)}})()
