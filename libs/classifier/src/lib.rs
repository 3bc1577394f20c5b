//! From the words of a report to its likely class, with the words that say so; a person decides.
//!
//! The model is multinomial naive Bayes on which features a text has, each counted once: neighbouring pairs of characters,
//! and whole words of a given list, such as the names of the classes. Chinese needs no dictionary for that (pairs of
//! characters do nearly as well as segmented words: Li and Sun, *Scalable Term Selection for Text Categorization*, EMNLP
//! 2007), and for short texts it is hard to beat (Wang and Manning, *Baselines and Bigrams*, ACL 2012; counting once:
//! Jurafsky and Martin, *Speech and Language Processing*, chapter on naive Bayes).
//!
//! What holds:
//! - The same documents give the same model on every machine, in whatever order they come; nothing is drawn by chance.
//! - Naive Bayes is too sure of itself, since it takes features for independent. One number, the temperature, flattens it
//!   so that cases that it had not learned from come out as likely as it says (Guo et al., *On Calibration of Modern
//!   Neural Networks*, ICML 2017).
//! - Accuracy is only ever measured on later cases than those that were learned from, with a Wilson interval.
//! - A guess says why: the stretches of the text that speak for the class, by how much more often it has them than the others
//!   do, as natural logarithms of odds.
//! - No text can be read out of a model: digits are never kept, nor a feature that fewer than [`FEWEST`] documents have.
//!
//! ```
//! use classifier::{Document, Lexicon, Model};
//!
//! let reports = ["井盖破损", "井盖丢失", "路灯不亮", "路灯损坏"];
//! let documents: Vec<Document> = (0..40)
//!     .map(|n| Document { text: reports[n % 4], class: if n % 4 < 2 { "manhole" } else { "lamp" } })
//!     .collect();
//! let model = Model::train(&documents, &Lexicon::new(["路灯"])).unwrap();
//!
//! let guess = &model.guess("小区门口的路灯三天没亮了", 3)[0];
//! assert_eq!(guess.class, "lamp");
//! assert_eq!(guess.words[0].text, "路灯");
//! assert!(guess.words[0].log_odds > 0.0);
//! // Of words that it never saw it says nothing.
//! assert!(model.guess("消防通道", 3).is_empty());
//! ```

mod features;
mod guess;
mod measure;
mod model;

pub use features::Lexicon;
pub use guess::{Guess, Word};
pub use measure::{Fitted, Measure, Share, fit};
pub use model::{Document, FEWEST, Model};
