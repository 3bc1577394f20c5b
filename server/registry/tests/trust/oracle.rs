//! A search tells nobody what it does not show.

use platform::PostKind;
use platform::testing::Reply;
use serde_json::{Value as Json, json};
use store::both_engines;
use store::testing::statements_run;

use crate::town::*;

/// An answer without what differs in every request.
fn said(reply: &Reply) -> Json {
    let mut said = reply.json.clone();
    if let Some(said) = said.as_object_mut() {
        said.remove("request_id");
    }
    said
}

both_engines! {
    async fn search_no_oracle(fresh) {
        let town = town(fresh).await;
        let clerk = town.clerk().await;
        // Somebody of another street, somebody where the register is not open, nobody: the same answer at the same cost.
        let mut answers = Vec::new();
        for text in ["莫建国", "蓝秀英", "贺不存"] {
            let _ = find(&clerk, text).await.expect(200);
            let before = statements_run();
            let found = find(&clerk, text).await.expect(200);
            answers.push((said(&found), statements_run() - before));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
        let mut answers = Vec::new();
        for text in [number(5), number(4), number(6_000)] {
            answers.push(said(&find(&clerk, &text).await.expect(200)));
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");

        // Parts of a number, of a name or of a reading find nobody.
        let whole = number(1);
        for text in [&whole[..17], &whole[..14], &whole[..6], &whole[14..], "1380000", "0001", "韦", "韦子", "子涵", "weizi", "wz", "韦%", "_子涵"] {
            assert_eq!(names(&find(&clerk, text).await.expect(200)), Vec::<String>::new(), "{text}");
        }
    }

    async fn too_many_show_nobody_and_no_count(fresh) {
        let town = town(fresh).await;
        town.run(|w| async move {
            for nth in 0..21 {
                settle(&w, &Person::of(GRID, "韦一鸣", 100 + nth, "柳石新村7栋301室")).await?;
            }
            for nth in 0..20 {
                settle(&w, &Person::of(GRID, "覃二妹", 200 + nth, "柳石新村7栋301室")).await?;
            }
            Ok(())
        }).await;
        let clerk = town.clerk().await;
        let found = find(&clerk, "覃二妹").await.expect(200);
        assert_eq!((names(&found).len(), found.json["more"].clone()), (20, json!(false)));
        let few = find(&clerk, "韦一鸣").await.expect(200);
        assert_eq!((names(&few).len(), few.json["more"].clone()), (0, json!(true)));
        assert_eq!(few.text("/hints/0/text"), "more");
        town.run(|w| async move {
            for nth in 0..40 {
                settle(&w, &Person::of(GRID, "韦一鸣", 300 + nth, "柳石新村7栋301室")).await?;
            }
            Ok(())
        }).await;
        assert_eq!(said(&find(&clerk, "韦一鸣").await.expect(200)), said(&few), "61 are told as 21 are");
    }

    async fn a_number_never_stands_in_an_address(fresh) {
        let town = town(fresh).await;
        let desk = town.house.signed_in(PostKind::Desk, STREET).await
            .with("wangge-purpose", "order").with("wangge-about", "ord_1");
        let _ = desk.get(&format!("/registry/find?text={}", number(1))).await.expect(405);
        let refused = desk.post("/registry/find", json!({ "text": "韦子涵", "within": "450204ABC" })).await.expect(422);
        assert_eq!(refused.text("/fields/0/field"), "within");
    }
}
