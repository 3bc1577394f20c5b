//! Work for later.

use platform::jobs::{Handler, Job, handler};
use platform::testing::{House, MONDAY_NINE};
use platform::{App, Call, Chance, Clock, Error, assemble};
use serde_json::json;
use store::{both_engines, row, vals};

use crate::scene::{HOUR, SECOND, STREET, house, rooms};

row! {
    struct Waiting { tries: i64, problem: Option<String> }
}

store::sql! {
    WAITING = "SELECT tries, problem FROM jobs WHERE street_id = $1 ORDER BY id LIMIT 100";
}

async fn done(app: App, job: Job) -> Result<(), Error> {
    app.write(&Call::program("job"), job.street_id, move |w| async move {
        w.record("job:done", &job.body, json!({}));
        Ok(())
    })
    .await
}

async fn touch(app: App, job: Job) -> Result<(), Error> {
    tokio::task::yield_now().await;
    done(app, job).await
}

/// Succeeds at the third try.
async fn stumble(app: App, job: Job) -> Result<(), Error> {
    if job.tries < 2 { Err(Error::internal("the neighbour does not answer")) } else { done(app, job).await }
}

async fn break_down(_: App, _: Job) -> Result<(), Error> {
    panic!("a mistake of ours")
}

pub fn handlers() -> Vec<(&'static str, Handler)> {
    vec![("touch", handler(touch)), ("stumble", handler(stumble)), ("break-down", handler(break_down))]
}

async fn leave(house: &House, kind: &'static str, count: i64, in_ms: i64) {
    let call = Call::program("test");
    let left = house.app.write(&call, STREET, move |w| async move {
        for nth in 0..count {
            w.enqueue(kind, &nth, w.now().plus(in_ms)).await?;
        }
        w.record("job:leave", kind, json!({}));
        Ok(())
    });
    left.await.unwrap();
}

async fn waiting(house: &House) -> Vec<(i64, Option<String>)> {
    let rows: Vec<Waiting> =
        house.app.read(|r| async move { Ok(r.query(&WAITING, &vals![STREET]).await?) }).await.unwrap();
    rows.into_iter().map(|row| (row.tries, row.problem)).collect()
}

async fn finished(house: &House) -> usize {
    house.ledger(STREET).await.iter().filter(|entry| entry.starts_with("job:done")).count()
}

both_engines! {
    async fn a_job_is_done_when_it_is_due_and_once(fresh) {
        let house = house(fresh).await;
        leave(&house, "touch", 1, HOUR).await;
        assert_eq!(house.app.run_due_jobs().await.unwrap(), 0);
        house.pass(HOUR);
        assert_eq!(house.app.run_due_jobs().await.unwrap(), 1);
        assert_eq!((finished(&house).await, waiting(&house).await), (1, vec![]));
        house.pass(24 * HOUR);
        assert_eq!(house.app.run_due_jobs().await.unwrap(), 0);
    }

    async fn a_job_that_fails_is_tried_again_with_patience(fresh) {
        let house = house(fresh).await;
        leave(&house, "stumble", 1, 0).await;
        let tries = async |wait: i64| {
            house.pass(wait);
            house.app.run_due_jobs().await.unwrap()
        };
        assert_eq!(tries(0).await, 1);
        assert_eq!(waiting(&house).await, [(1, Some("internal: the neighbour does not answer".to_owned()))]);
        assert_eq!((tries(0).await, tries(SECOND - 1).await), (0, 0), "not again at once");
        assert_eq!((tries(1).await, finished(&house).await), (1, 0));
        assert_eq!((tries(2 * SECOND - 1).await, tries(1).await), (0, 1), "the pause doubles");
        assert_eq!((finished(&house).await, waiting(&house).await), (1, vec![]));
    }

    async fn two_workers_share_the_work_and_do_each_job_once(fresh) {
        let house = house(fresh).await;
        let mut config = house.app.config().clone();
        config.server.process = 1;
        let second = assemble(config, Clock::still_at(MONDAY_NINE), Chance::seeded(12), &rooms()).await.unwrap();
        leave(&house, "touch", 20, 0).await;
        let (one, other) = tokio::join!(house.app.run_due_jobs(), second.run_due_jobs());
        assert_eq!((one.unwrap() + other.unwrap(), finished(&house).await), (20, 20));
        assert_eq!(waiting(&house).await, []);
    }

    async fn a_job_that_breaks_or_that_nobody_does_is_kept_and_holds_up_no_other(fresh) {
        let house = house(fresh).await;
        for kind in ["break-down", "unheard-of", "touch"] {
            leave(&house, kind, 1, 0).await;
        }
        assert_eq!(house.app.run_due_jobs().await.unwrap(), 3);
        assert_eq!(finished(&house).await, 1);
        assert_eq!(waiting(&house).await, [
            (1, Some("internal: the job panicked".to_owned())),
            (1, Some("internal: nobody does jobs of kind unheard-of".to_owned())),
        ]);
    }
}
