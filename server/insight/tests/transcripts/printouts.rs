//! The hand-over of a shift and the bulletin of a month, as they read on paper.

use paper::testing::{pages, text};
use platform::PostKind;
use store::both_engines;

use crate::district::{DISTRICT, STREET, town_with};

both_engines! {
    async fn a_hand_over_says_what_happened_and_what_is_late(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        town.closed().await;
        let late = town.handling().await;
        town.minutes(8 * 60).await;
        let chief = town.house.signed_in(PostKind::Chief, STREET).await;
        let sheet = chief.get("/insight/handover.pdf?day=2026-11-23").await.expect(200);
        let said = text(&sheet.bytes);
        for part in [
            "交接班记录",
            "上报 2 受理 2",
            "派单 2 处置 1",
            "结案 1 按时率 100.0 %（1/1）",
            "在办 1 超期 1",
            late.seen.text("/number").as_str(),
            "用途：交接班",
        ] {
            assert!(said.replace('\n', " ").contains(part), "`{part}` is not in\n{said}");
        }
        let english = chief.get("/insight/handover.pdf?lang=en").await.expect(200);
        assert!(text(&english.bytes).contains("Shift hand-over"));
        chief.get("/insight/handover.pdf?day=yesterday").await.expect(422);
    }

    async fn a_bulletin_has_one_finding_on_each_page(fresh) {
        let mut town = town_with(fresh, vec![insight::room()]).await;
        town.closed().await;
        let late = town.handling().await;
        town.minutes(8 * 60).await;
        town.resolve(late).await;
        let leader = town.house.signed_in(PostKind::Leader, DISTRICT).await;
        let sheet = leader.get("/insight/bulletin.pdf?month=2026-11").await.expect(200);
        assert_eq!(pages(&sheet.bytes), 4);
        let said = text(&sheet.bytes);
        for part in [
            "月度通报",
            "本月上报 2 件，结案 1 件，按时处置率 50.0 %",
            "1 个单位有超期处置，最多的是城市管理局：1 件",
            "上报最多的一天是 23 日：2 件",
            "第 4 页，共 4 页",
        ] {
            assert!(said.replace('\n', "").contains(part), "`{part}` is not in\n{said}");
        }
        let quiet = leader.get("/insight/bulletin.pdf?month=2026-09").await.expect(200);
        assert!(text(&quiet.bytes).contains("按时处置率 无数据"), "{}", text(&quiet.bytes));
        leader.get("/insight/bulletin.pdf?month=2026-13").await.expect(422);
    }

    async fn whoever_may_not_read_numbers_prints_none(fresh) {
        let town = town_with(fresh, vec![insight::room()]).await;
        let clerk = town.house.signed_in(PostKind::Clerk, STREET).await;
        for place in ["/insight/handover.pdf", "/insight/bulletin.pdf"] {
            clerk.get(place).await.expect(403);
        }
    }
}
