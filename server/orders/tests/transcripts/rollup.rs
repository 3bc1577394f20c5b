//! The rollup says what the history says.

use serde_json::json;
use store::{both_engines, row, sql, vals};

use crate::district::{STREET, town};

sql! {
    HISTORY = "SELECT action, COUNT(*) FROM order_steps WHERE street_id = $1 GROUP BY action ORDER BY action LIMIT 50";
    OPEN = "SELECT COUNT(*) FROM orders WHERE street_id = $1 AND ended_at IS NULL";
    SUMS = "SELECT CAST(SUM(reported) AS BIGINT), CAST(SUM(accepted) AS BIGINT), CAST(SUM(dispatched) AS BIGINT),
            CAST(SUM(returned) AS BIGINT), CAST(SUM(resolved) AS BIGINT), CAST(SUM(on_time) AS BIGINT), CAST(SUM(late) AS BIGINT),
            CAST(SUM(reworked) AS BIGINT), CAST(SUM(closed) AS BIGINT), CAST(SUM(reopened) AS BIGINT),
            CAST(SUM(cancelled) AS BIGINT), CAST(SUM(opened) AS BIGINT)
        FROM order_counts WHERE street_id = $1";
    OF_UNIT = "SELECT CAST(SUM(dispatched) AS BIGINT), CAST(SUM(resolved) AS BIGINT) FROM order_counts
        WHERE street_id = $1 AND organisation_id = $2";
}

row! {
    struct Sums {
        reported: i64, accepted: i64, dispatched: i64, returned: i64, resolved: i64, on_time: i64, late: i64, reworked: i64,
        closed: i64, reopened: i64, cancelled: i64, opened: i64,
    }
}

both_engines! {
    async fn sums_of_the_rollup_equal_a_recount(fresh) {
        let mut town = town(fresh).await;
        town.closed().await;
        town.dispatched().await.done(&town.handler, json!({ "action": "return", "reason": "不属于我局职责", "clause": "37.02.02" })).await.sent_to(&town.desk, town.other_unit).await;
        town.closed().await.done(&town.desk, json!({ "action": "reopen", "reason": "复发" })).await;
        town.reported().await.done(&town.desk, json!({ "action": "cancel", "reason": "重复" })).await;
        let slow = town.handling().await;
        town.minutes(9 * 60).await;
        let slow = town.resolve(slow).await;
        slow.done(&town.worker, json!({ "action": "rework", "reason": "仍然晃动" })).await;

        let unit = town.unit;
        let (history, open, sums, of_unit) = town.house.app.read(move |r| async move {
            let history: Vec<(String, i64)> = r.query(&HISTORY, &vals![STREET]).await?;
            let open: (i64,) = r.one(&OPEN, &vals![STREET]).await?;
            let sums: Sums = r.one(&SUMS, &vals![STREET]).await?;
            let of_unit: (i64, i64) = r.one(&OF_UNIT, &vals![STREET, unit]).await?;
            Ok((history, open.0, sums, of_unit))
        }).await.unwrap();
        let counted = |act: &str| history.iter().find(|(action, _)| action == act).map_or(0, |(_, count)| *count);
        for (act, sum) in [
            ("report", sums.reported), ("accept", sums.accepted), ("dispatch", sums.dispatched), ("return", sums.returned),
            ("resolve", sums.resolved), ("rework", sums.reworked), ("close", sums.closed), ("reopen", sums.reopened),
            ("cancel", sums.cancelled),
        ] {
            assert_eq!(counted(act), sum, "{act}");
            assert!(sum > 0, "{act}");
        }
        assert_eq!(sums.opened, open);
        assert_eq!((sums.on_time, sums.late), (2, 1));
        assert_eq!(of_unit, (4, 3));
    }
}
