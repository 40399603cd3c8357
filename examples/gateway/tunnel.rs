//! Connections that go on in another protocol.

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;
use tracing::debug;

use crate::visitors::Alive;

/// Copies both ways until both sides are done. Who stops the gateway waits for that, for a while.
pub(crate) async fn run(visitor: OnUpgrade, site: OnUpgrade, _alive: Option<Alive>) {
    let copied = async {
        let (visitor, site) = tokio::try_join!(visitor, site)?;
        copy_bidirectional(&mut TokioIo::new(visitor), &mut TokioIo::new(site)).await?;
        Ok::<_, crate::Error>(())
    };
    if let Err(error) = copied.await {
        debug!("an upgraded connection ended: {error}");
    }
}
