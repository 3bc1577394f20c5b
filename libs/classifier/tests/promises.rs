//! What the classifier promises, on random reports.

use classifier::{Document, Lexicon, Model, fit};
use proptest::prelude::*;

const PARTS: [&str; 8] = ["井盖", "路灯", "垃圾", "积水", "破损", "不亮", "成堆", "很深"];
const CLASSES: [&str; 4] = ["p01", "p02", "e01", "e02"];

/// A report is some parts in a row; its class is that of its first part, most of the time.
fn reports() -> impl Strategy<Value = Vec<(String, usize)>> {
    let report = (prop::collection::vec(0..PARTS.len(), 1..5), prop::bool::weighted(0.9), 0..CLASSES.len());
    let report = report.prop_map(|(parts, is_plain, other)| {
        let class = if is_plain { parts[0] % CLASSES.len() } else { other };
        (parts.iter().map(|part| PARTS[*part]).collect::<Vec<_>>().join("，12号"), class)
    });
    prop::collection::vec(report, 120..260)
}

fn documents(reports: &[(String, usize)]) -> Vec<Document<'_>> {
    reports.iter().map(|(text, class)| Document { text, class: CLASSES[*class] }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_the_documents_does_not_matter(reports in reports(), turn in 0..100_usize) {
        let mut turned = reports.clone();
        turned.rotate_left(turn % reports.len());
        let lexicon = Lexicon::new(["井盖破损"]);
        prop_assert_eq!(Model::train(&documents(&reports), &lexicon), Model::train(&documents(&turned), &lexicon));
    }

    #[test]
    fn confidences_add_up_to_one_and_come_down(reports in reports(), text in "[井盖路灯垃圾积水破损不亮 a-z0-9]{0,12}") {
        let Some(model) = Model::train(&documents(&reports), &Lexicon::default()) else { return Ok(()) };
        let guesses = model.guess(&text, CLASSES.len());
        prop_assert!(guesses.is_sorted_by(|one, other| one.confidence >= other.confidence));
        let sum: f64 = guesses.iter().map(|guess| guess.confidence).sum();
        prop_assert!(guesses.is_empty() || (sum - 1.0).abs() < 1e-9, "{sum}");
    }

    #[test]
    fn what_speaks_for_a_guess_stands_in_the_text(reports in reports(), at in 0..100_usize) {
        let Some(model) = Model::train(&documents(&reports), &Lexicon::new(["井盖破损", "积水很深"])) else { return Ok(()) };
        let (text, _) = &reports[at % reports.len()];
        for guess in model.guess(text, 3) {
            for word in guess.words {
                prop_assert!(text.contains(&word.text), "{:?} in {text}", word);
                prop_assert!(word.log_odds > 0.0 && word.log_odds.is_finite());
                prop_assert!(!word.text.chars().any(|c| c.is_ascii_digit()));
            }
        }
    }

    #[test]
    fn a_model_is_read_as_it_was_written(reports in reports(), at in 0..100_usize) {
        let Some(fitted) = fit(&documents(&reports), &Lexicon::default()) else { return Ok(()) };
        let written = serde_json::to_string(&fitted.model).unwrap();
        let read: Model = serde_json::from_str(&written).unwrap();
        let (text, _) = &reports[at % reports.len()];
        prop_assert_eq!(read.guess(text, 3), fitted.model.guess(text, 3));
        prop_assert!(!written.contains("号12") && !written.contains("12号"));
        prop_assert!(fitted.measure.top1.hits <= fitted.measure.top3.hits);
    }

    #[test]
    fn a_feature_that_few_documents_have_is_forgotten(reports in reports()) {
        let rare = "韦某某投诉";
        let mut all = documents(&reports);
        let more = [Document { text: rare, class: CLASSES[0] }; 4];
        all.extend(more);
        let Some(model) = Model::train(&all, &Lexicon::new([rare])) else { return Ok(()) };
        prop_assert!(model.guess(rare, 3).is_empty());
    }
}
