//! Live news.

use std::time::Duration;

use axum::body::BodyDataStream;
use axum::http::Method;
use futures_util::StreamExt;
use platform::testing::{Client, House};
use platform::{Call, PostKind};
use serde_json::json;
use store::both_engines;

use crate::scene::{DISTRICT, HOUR, OTHER_STREET, SECOND, STREET, house};

/// An open stream of news.
struct Stream(BodyDataStream);

impl Stream {
    async fn open(by: &Client) -> Self {
        let answer = by.answered(Method::GET, "/events", None).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &"text/event-stream".parse().unwrap())
        );
        Self(answer.into_body().into_data_stream())
    }

    /// Id, kind and body of what comes next.
    async fn next(&mut self) -> (String, String, String) {
        let frame = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await.expect("no news came");
        let frame = String::from_utf8(frame.unwrap().unwrap().to_vec()).unwrap();
        let line = |name: &str| {
            frame.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
        };
        (line("id:"), line("event:"), line("data:"))
    }

    async fn names(&mut self, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        for _ in 0..count {
            let (_, _, body) = self.next().await;
            names.push(
                serde_json::from_str::<serde_json::Value>(&body).unwrap()["name"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
        }
        names
    }
}

async fn happen(house: &House, street: i64, names: &[&str]) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let call = Call::program("test");
    let told = house.app.write(&call, street, move |w| async move {
        for name in names {
            w.record("thing:happen", &name, json!({}));
            w.announce("thing", &name, street, &json!({ "name": name }));
        }
        Ok(())
    });
    told.await.unwrap();
}

both_engines! {
    async fn news_come_live_and_those_of_another_street_do_not(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let worker = house.signed_in(PostKind::GridWorker, 450_204_006_003_001).await;
        let leader = house.signed_in(PostKind::Leader, DISTRICT).await;
        let mut streams = [Stream::open(&desk).await, Stream::open(&worker).await, Stream::open(&leader).await];
        happen(&house, OTHER_STREET, &["elsewhere"]).await;
        happen(&house, STREET, &["here"]).await;
        let [desk, worker, leader] = &mut streams;
        let (id, kind, body) = desk.next().await;
        assert!(id.parse::<i64>().is_ok());
        assert_eq!((kind.as_str(), body.as_str()), ("thing", "{\"name\":\"here\"}"));
        assert_eq!(worker.names(1).await, ["here"]);
        assert_eq!(leader.names(2).await, ["elsewhere", "here"]);
    }

    async fn a_browser_that_was_away_gets_what_it_missed_and_then_goes_on(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let mut stream = Stream::open(&desk).await;
        happen(&house, STREET, &["long ago"]).await;
        house.pass(10 * SECOND);
        happen(&house, STREET, &["seen"]).await;
        stream.next().await;
        let (last, ..) = stream.next().await;
        drop(stream);
        house.pass(10 * SECOND);
        happen(&house, OTHER_STREET, &["elsewhere"]).await;
        happen(&house, STREET, &["missed", "missed too"]).await;
        let mut stream = Stream::open(&desk.with("last-event-id", &last)).await;
        happen(&house, STREET, &["live"]).await;
        // Commits overlap, so a resumed stream repeats two seconds; what comes twice only refreshes twice.
        assert_eq!(stream.names(4).await, ["seen", "missed", "missed too", "live"]);
    }

    async fn a_browser_that_missed_too_much_is_told_to_read_everything_anew(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let mut stream = Stream::open(&desk).await;
        happen(&house, STREET, &["first"]).await;
        let (last, ..) = stream.next().await;
        house.pass(10 * SECOND);
        happen(&house, STREET, &["x"; 500]).await;
        let away = desk.with("last-event-id", &last);
        let mut stream = Stream::open(&away).await;
        let (_, kind, body) = stream.next().await;
        assert_eq!((kind.as_str(), body.as_str()), ("reset", "{}"));
        happen(&house, STREET, &["live"]).await;
        assert_eq!(stream.names(1).await, ["live"]);
    }

    async fn news_that_are_forgotten_or_another_streets_are_no_place_to_resume(fresh) {
        let house = house(fresh).await;
        let desk = house.signed_in(PostKind::Desk, STREET).await;
        let other = house.signed_in(PostKind::Desk, OTHER_STREET).await;
        let mut streams = [Stream::open(&desk).await, Stream::open(&other).await];
        happen(&house, STREET, &["here"]).await;
        happen(&house, OTHER_STREET, &["elsewhere"]).await;
        let (last, ..) = streams[0].next().await;
        let (foreign, ..) = streams[1].next().await;
        house.pass(HOUR);
        assert_eq!(house.app.forget_events(house.app.clock().now()).await.unwrap(), 2);
        for id in [last.as_str(), &foreign, "7"] {
            let mut stream = Stream::open(&desk.clone().with("last-event-id", id)).await;
            assert_eq!(stream.next().await.1, "reset", "{id}");
        }
        house.visitor().get("/events").await.expect(401);
    }
}
