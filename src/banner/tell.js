try{new BroadcastChannel("towerConsent").postMessage(0)}catch{}
