//! What the store promises, told once and held on both engines.

use store::{Error, Migration, both_engines, row, sql, table, vals};

const TABLES: &[Migration] = &[Migration {
    room: "test",
    name: "0001_orders",
    sql: "CREATE TABLE orders (
    street_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    note TEXT,
    weight DOUBLE PRECISION NOT NULL,
    seal BYTEA NOT NULL,
    PRIMARY KEY (street_id, id)
);",
}];

table! {
    #[derive(PartialEq)]
    pub struct Order in "orders" key 2 {
        street_id: i64, id: i64, version: i64, state: String, note: Option<String>, weight: f64, seal: Vec<u8>,
    }
}

row! {
    struct Count { state: String, n: i64 }
}

sql! {
    /// Mentions `$2` before `$1`, as SQL written by people does.
    BY_STATE: Order = "WHERE state = $2 AND street_id = $1 ORDER BY id LIMIT $3";
    COUNTS = "SELECT state, COUNT(*) FROM orders WHERE street_id = $1 GROUP BY state ORDER BY state LIMIT 10";
    CLOSE = "UPDATE orders SET state = 'closed' WHERE street_id = $1 AND id = $2";
    ENGINE city = "SELECT 'sqlite', 1" | "SELECT 'postgres', CAST(1 AS BIGINT)";
}

fn order(id: i64, state: &str) -> Order {
    Order { street_id: 6, id, version: 1, state: state.into(), note: None, weight: 0.5, seal: vec![0, 255] }
}

both_engines! {
    async fn a_row_comes_back_as_it_was_written(fresh) {
        let store = &fresh.store;
        assert_eq!(store.migrate(TABLES, 1).await.unwrap(), 1);
        assert_eq!(store.migrate(TABLES, 2).await.unwrap(), 0, "a second start has nothing to do");
        let written = Order { note: Some("井盖".into()), ..order(7, "open") };
        let row = written.clone();
        store.write(move |tx| async move { tx.insert(&row).await }).await.unwrap();
        let found: Option<Order> = store.read(|tx| async move { tx.find(&vals![6, 7]).await }).await.unwrap();
        assert_eq!(found, Some(written));
        let absent: Option<Order> = store.read(|tx| async move { tx.find(&vals![5, 7]).await }).await.unwrap();
        assert_eq!(absent, None, "another street's key finds nothing");
    }

    async fn a_failing_write_changes_nothing_and_spares_its_neighbours(fresh) {
        let store = &fresh.store;
        store.migrate(TABLES, 1).await.unwrap();
        let jobs = (0..40).map(|id| {
            store.write(move |tx| async move {
                tx.insert(&order(id, "open")).await?;
                if id % 4 == 0 { Err(Error::Missing) } else { Ok(()) }
            })
        });
        let answers = futures_util::future::join_all(jobs).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 30);
        let counts: Vec<Count> = store.read(|tx| async move { tx.query(&COUNTS, &vals![6]).await }).await.unwrap();
        assert_eq!((counts[0].state.as_str(), counts[0].n), ("open", 30));
    }

    async fn a_lost_race_is_stale_and_a_repeated_key_is_a_duplicate(fresh) {
        let store = &fresh.store;
        store.migrate(TABLES, 1).await.unwrap();
        store.write(|tx| async move { tx.insert(&order(1, "open")).await }).await.unwrap();
        let close = || store.write(|tx| async move { tx.update(&order(1, "closed")).await });
        close().await.unwrap();
        assert!(matches!(close().await, Err(Error::Stale)));
        let again = store.write(|tx| async move { tx.insert(&order(1, "open")).await }).await;
        assert!(matches!(again, Err(Error::Duplicate(_))), "{again:?}");
        let row: Order = store.read(|tx| async move { tx.one(&BY_STATE, &vals![6, "closed", 5]).await }).await.unwrap();
        assert_eq!(row.version, 2);
    }

    async fn bulk_writes_what_single_inserts_would(fresh) {
        let store = &fresh.store;
        store.migrate(TABLES, 1).await.unwrap();
        store.write(|tx| async move {
            let rows: Vec<Order> = (0..500).map(|id| order(id, if id < 200 { "open" } else { "closed" })).collect();
            tx.bulk(&rows).await
        }).await.unwrap();
        let rows: Vec<Order> = store.read(|tx| async move { tx.query(&BY_STATE, &vals![6, "open", 1000]).await }).await.unwrap();
        assert_eq!(rows.len(), 200);
        assert_eq!(rows[3], order(3, "open"));
    }

    async fn a_panic_is_an_error_and_the_store_goes_on(fresh) {
        let store = &fresh.store;
        store.migrate(TABLES, 1).await.unwrap();
        let answer: Result<(), Error> = store.write(|tx| async move {
            tx.insert(&order(1, "open")).await?;
            panic!("a fault of ours")
        }).await;
        assert!(matches!(answer, Err(Error::Panicked)));
        store.write(|tx| async move { tx.insert(&order(1, "open")).await }).await.unwrap();
    }

    async fn what_is_left_for_later_is_seen_by_what_follows_and_kept_with_it(fresh) {
        let store = &fresh.store;
        store.migrate(TABLES, 1).await.unwrap();
        let seen = store.write(|tx| async move {
            for id in 1..=40 {
                tx.insert_later(&order(id, "open"));
            }
            tx.later(&CLOSE, &vals![6, 7]);
            let seen: Vec<Count> = tx.query(&COUNTS, &vals![6]).await?;
            tx.insert_later(&order(41, "open"));
            Ok::<_, Error>(seen)
        });
        let seen: Vec<_> = seen.await.unwrap().into_iter().map(|count| (count.state, count.n)).collect();
        assert_eq!(seen, [("closed".to_owned(), 1), ("open".to_owned(), 39)]);
        let kept: Option<Order> = store.read(|tx| async move { tx.find(&vals![6, 41]).await }).await.unwrap();
        assert_eq!(kept, Some(order(41, "open")), "what nothing follows is done before the commit");
    }

    async fn what_fails_later_undoes_the_whole_write(fresh) {
        let store = &fresh.store;
        store.migrate(TABLES, 1).await.unwrap();
        for asks_again in [false, true] {
            let answer = store.write(move |tx| async move {
                tx.insert(&order(1, "open")).await?;
                tx.insert_later(&order(1, "open"));
                tx.insert_later(&order(2, "open"));
                if asks_again {
                    let _: Vec<Count> = tx.query(&COUNTS, &vals![6]).await?;
                }
                Ok::<_, Error>(())
            });
            let answer = answer.await;
            assert!(matches!(answer, Err(Error::Duplicate(_))), "{answer:?}");
            let left: Vec<Count> = store.read(|tx| async move { tx.query(&COUNTS, &vals![6]).await }).await.unwrap();
            assert!(left.is_empty(), "nothing of it stays");
        }
        store.write(|tx| async move { tx.insert(&order(1, "open")).await }).await.unwrap();
    }

    async fn an_edited_migration_is_refused(fresh) {
        let store = &fresh.store;
        store.migrate(TABLES, 1).await.unwrap();
        let edited = [Migration { sql: "CREATE TABLE other (id BIGINT PRIMARY KEY);", ..TABLES[0] }];
        let refused = store.migrate(&edited, 2).await.unwrap_err();
        assert!(refused.to_string().contains("never edited"), "{refused}");
    }

    async fn texts_may_differ_by_engine(fresh) {
        let (name, one): (String, i64) = fresh.store.read(|tx| async move { tx.one(&ENGINE, &[]).await }).await.unwrap();
        assert_eq!((name == "sqlite", one), (matches!(fresh.place, store::Place::Sqlite(_)), 1));
    }
}

#[tokio::test]
async fn a_write_that_waits_for_something_else_is_refused_on_sqlite() {
    let fresh = store::testing::sqlite().await.unwrap();
    let answer: Result<(), Error> = fresh
        .store
        .write(|_| async {
            tokio::task::yield_now().await;
            Ok(())
        })
        .await;
    assert!(matches!(answer, Err(Error::Pending)));
}
