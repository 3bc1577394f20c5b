//! A proof that a resident took home, checked on any computer: no database, no network, no trust in who wrote it.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use platform::{Lang, Millis, Proven, Text, check_proof};
use registry::Group;
use registry::purpose::Purpose;

/// Says in both languages what a proof file proves.
///
/// # Errors
/// When the file cannot be read; a proof that does not hold is not an error but the answer 2.
pub fn verify(file: &Path, key: Option<&str>) -> Result<ExitCode> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (told, holds) = judged(&bytes, key)?;
    print!("{told}");
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// What is said of a file, and whether it proves anything.
fn judged(bytes: &[u8], key: Option<&str>) -> Result<(String, bool)> {
    let mut told = String::new();
    match check_proof(bytes, key) {
        Ok(proven) => {
            for lang in [Lang::Zh, Lang::En] {
                tell(&mut told, &proven, lang, key.is_some())?;
            }
            Ok((told, true))
        }
        Err(disproved) => {
            let text = disproved.text();
            writeln!(told, "证明不成立：{}", text.zh)?;
            writeln!(told, "NOT PROVED: {}", text.en)?;
            Ok((told, false))
        }
    }
}

fn tell(told: &mut String, proven: &Proven, lang: Lang, own_key: bool) -> Result<()> {
    let words = |zh, en| Text::new(zh, en).in_lang(lang).to_owned();
    let said = |at: Millis| at.beijing().strftime("%Y-%m-%d %H:%M:%S").to_string();
    let entry = &proven.entry;
    let plain = |value: &serde_json::Value| match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    writeln!(
        told,
        "{}",
        words("证明成立：这条记录在已签名的账本中。", "PROVED: this entry stands in the signed log.")
    )?;
    let mut line = |zh, en, text: String| writeln!(told, "  {}{text}", words(zh, en));
    line("发生时间　", "when       ", format!("{} +08:00", said(Millis(entry.at))))?;
    line("街道　　　", "street     ", entry.street.to_string())?;
    line("行为　　　", "act        ", act(&plain(&entry.action), lang))?;
    line("对象代号　", "of         ", plain(&entry.subject))?;
    if let Some(post) = entry.post {
        line("岗位编号　", "post       ", platform::posts::PostId::shared(post).to_string())?;
    }
    if let Some(word) = entry.purpose.as_ref().map(plain).or_else(|| entry.detail("purpose")) {
        let name = Purpose::named(&word).map(|one| one.name().in_lang(lang).to_owned());
        line("用途　　　", "purpose    ", name.unwrap_or(word))?;
    }
    if let Some(about) = entry.detail("about") {
        line("事由　　　", "about      ", about)?;
    }
    if let Some(fields) = entry.detail("fields") {
        let names = fields.split(' ').map(|word| match word.parse::<Group>() {
            Ok(group) => group.name().in_lang(lang).to_owned(),
            Err(_) => word.to_owned(),
        });
        line("看到的内容", "seen       ", names.collect::<Vec<_>>().join(&words("、", ", ")))?;
    }
    let place = Text::owned(
        format!("第 {} 条，共 {} 条", proven.leaf_index + 1, proven.tree_size),
        format!("entry {} of {}", proven.leaf_index + 1, proven.tree_size),
    );
    line("账本　　　", "log        ", proven.origin.clone())?;
    line("位置　　　", "place      ", place.in_lang(lang).to_owned())?;
    line("签名时间　", "signed     ", format!("{} +08:00", said(proven.signed_at)))?;
    line("签名公钥　", "key        ", proven.verifier_key.clone())?;
    let key = match own_key {
        true => words("公钥与您给定的一致。", "The key is the one that you gave."),
        false => words(
            "请把上面的公钥与街道公布的公钥核对，或用 --key 给出公布的公钥再验一次。",
            "Compare the key with the one that the street has published, or check again with --key.",
        ),
    };
    writeln!(told, "{key}\n")?;
    Ok(())
}

/// An act of the ledger in words.
fn act(action: &str, lang: Lang) -> String {
    let how = action.strip_prefix("resident:").and_then(|word| word.parse::<registry::How>().ok());
    let name = how.map(|how| how.name().in_lang(lang).to_owned());
    name.map_or_else(|| action.to_owned(), |name| format!("{name} ({action})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Taken home in a test district: the desk read a name and an address for an order.
    const SAVED: &[u8] = include_bytes!("proof/saved.json");

    #[test]
    fn a_proof_that_was_taken_home_is_told_in_both_languages() {
        let (told, holds) = judged(SAVED, None).unwrap();
        assert!(holds, "{told}");
        for words in
            ["证明成立", "工单处置", "看到的内容姓名、住址", "PROVED", "handling an order", "name, address"]
        {
            assert!(told.contains(words), "{words} in {told}");
        }
        let (told, holds) = judged(SAVED, Some("wangge-450204+00000000+AQ==")).unwrap();
        assert!(!holds && told.contains("公钥"), "{told}");
    }

    #[test]
    fn one_changed_byte_is_refused() {
        for at in 0..SAVED.len() {
            let mut changed = SAVED.to_vec();
            changed[at] ^= 1;
            let (told, holds) = judged(&changed, None).unwrap();
            assert!(!holds && told.contains("NOT PROVED"), "byte {at}: {told}");
        }
    }
}
