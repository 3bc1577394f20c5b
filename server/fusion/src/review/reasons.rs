//! Why a pair weighs what it weighs, in words. Never a value: the pair's page shows values masked, this is kept in clear.

use linkage::Explanation;
use platform::{Error, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One step of an explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ReviewReason {
    /// What was compared.
    pub compared: Text,
    /// What was found.
    pub found: Text,
    /// log2 of how much more often that is found among pairs of one person.
    pub weight: f64,
}

/// Prior and steps; they add up to the weight.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reasons {
    pub prior: f64,
    pub steps: Vec<ReviewReason>,
}

impl From<&Explanation> for Reasons {
    fn from(explanation: &Explanation) -> Self {
        let steps = explanation.steps.iter().map(|step| ReviewReason {
            compared: Text::owned(step.comparison.zh.clone(), step.comparison.en.clone()),
            found: Text::owned(step.level.zh.clone(), step.level.en.clone()),
            weight: hundredths(step.weight + step.rarity),
        });
        Self { prior: hundredths(explanation.prior), steps: steps.collect() }
    }
}

/// More digits would tell how rare a name is.
fn hundredths(weight: f64) -> f64 {
    (weight * 100.0).round() / 100.0
}

impl Reasons {
    /// As the column keeps it.
    ///
    /// # Errors
    /// Never in practice.
    pub fn text(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    /// As the column has it.
    ///
    /// # Errors
    /// [`Error::Internal`] for a text that we did not write.
    pub fn read(text: &str) -> Result<Self, Error> {
        serde_json::from_str(text).map_err(Error::internal)
    }
}

/// The chance that both are one if the model held exactly.
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// What a weight says in words. Weights of fields that hang together are too large, so a number would promise too much.
pub fn likely(weight: f64) -> Text {
    match probability(weight) {
        0.99.. => Text::new("几乎可以确定为同一人", "almost certainly the same person"),
        0.9.. => Text::new("很可能为同一人", "very likely the same person"),
        0.7.. => Text::new("可能为同一人", "likely the same person"),
        0.3.. => Text::new("难以确定", "hard to tell"),
        _ => Text::new("可能不是同一人", "likely different people"),
    }
}

#[cfg(test)]
mod tests {
    use linkage::{Label, Step};

    use super::*;

    #[test]
    fn reasons_keep_words_and_weights_and_no_value() {
        let step = Step {
            comparison: Label::new("姓名", "name"),
            level: Label::new("同音", "sounds alike"),
            left: "韦子涵".to_owned(),
            right: "韦梓涵".to_owned(),
            weight: 2.104,
            rarity: 0.5,
        };
        let reasons = Reasons::from(&Explanation { prior: -3.25, steps: vec![step], total: -0.646 });
        let text = reasons.text().unwrap();
        assert!(!text.contains("涵") && text.contains("同音"), "{text}");
        assert_eq!(Reasons::read(&text).unwrap(), reasons);
        assert_eq!(reasons.steps[0].weight, 2.6);
    }

    #[test]
    fn words_follow_the_odds() {
        let said = [8.0, 4.0, 2.0, 0.0, -4.0].map(|weight| likely(weight).en);
        let words =
            ["almost certainly", "very likely", "likely the same", "hard to tell", "likely different"];
        assert!(said.iter().zip(words).all(|(said, word)| said.starts_with(word)), "{said:?}");
    }
}
