//! Serving: the router with the pages, the work in the background, and an orderly end.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use platform::{App, Error};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::{house, pages};

/// How long news stay for browsers that were away.
const NEWS_MS: i64 = 24 * 3_600_000;
/// How long the list of a webhook shows what was delivered.
const DELIVERIES_MS: i64 = 30 * 24 * 3_600_000;

/// Serves until it is told to end; `ready` is said once the port is open.
///
/// # Errors
/// When the port is taken or a part cannot start.
pub async fn serve(app: App, ready: Option<String>) -> Result<()> {
    platform::http::count_requests()?;
    let listen = app.config().server.listen;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let router = platform::http::server(app.clone(), &house::rooms())?.merge(pages::router());
    let tasks = [
        tokio::spawn(app.clone().keep_running_jobs()),
        tokio::spawn(app.clone().keep_sequencing()),
        tokio::spawn(app.clone().keep_delivering()),
        tokio::spawn(keep_counts()),
        tokio::spawn(keep_escalating(app.clone())),
        tokio::spawn(keep_house(app)),
    ];
    tracing::info!(%listen, "serving on {listen}");
    if let Some(words) = ready {
        println!("{words}");
    }
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(told_to_end()).await?;
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(())
}

/// Live streams would hold an orderly end for ever; whoever was reading reconnects elsewhere.
async fn told_to_end() {
    let ended = async {
        let mut term = signal(SignalKind::terminate())?;
        tokio::select! {
            done = tokio::signal::ctrl_c() => done,
            _ = term.recv() => Ok(()),
        }
    };
    match ended.await {
        Ok(()) => tracing::info!("told to end; finishing what is under way"),
        Err(error) => tracing::error!(%error, "cannot wait for signals"),
    }
    tokio::spawn(async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        tracing::info!("ended");
        #[expect(
            clippy::exit,
            reason = "open event streams never end by themselves; everything durable is done"
        )]
        std::process::exit(0);
    });
}

/// Folds the counted requests every five seconds, so that they cost no more memory than a few sums.
async fn keep_counts() {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        if let Err(error) = platform::http::fold_counts() {
            tracing::warn!(%error, "the requests' counts cannot be folded");
        }
    }
}

/// Tells those who have to know, twice a minute, what is nearly due or late. Of several processes one does.
async fn keep_escalating(app: App) {
    if app.config().server.process != 0 {
        return;
    }
    loop {
        tokio::time::sleep(Duration::from_secs(30)).await;
        if let Err(error) = orders::escalate(&app).await {
            tracing::warn!(%error, "escalation failed and will be tried again");
        }
    }
}

/// Sweeps what has outlived its use, every ten minutes, and has the nights' work done.
async fn keep_house(app: App) {
    loop {
        if app.config().server.process == 0
            && let Err(error) = orders::train_when_due(&app).await
        {
            tracing::warn!(%error, "nothing was learned from the closed cases; trying again later");
        }
        tokio::time::sleep(Duration::from_secs(600)).await;
        let swept = async {
            app.sweep_sessions().await?;
            app.sweep_uploads().await?;
            app.sweep_answers().await?;
            app.forget_events(app.clock().now().plus(-NEWS_MS)).await?;
            app.forget_deliveries(app.clock().now().plus(-DELIVERIES_MS)).await?;
            Ok::<_, Error>(())
        };
        if let Err(error) = swept.await {
            tracing::warn!(%error, "sweeping failed and will be tried again");
        }
        app.limiters().sweep();
    }
}
