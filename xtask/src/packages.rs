//! What the suite needs from Debian's packages: installed when we are root, else named in one line.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{cluster, place, program};

pub struct Need {
    package: &'static str,
    is_there: fn() -> bool,
}

pub const POSTGRESQL: &[Need] = &[Need { package: "postgresql", is_there: cluster::is_installed }];

pub const BROWSER: &[Need] = &[
    Need { package: "chromium", is_there: has_chromium },
    Need { package: "fonts-noto-cjk", is_there: has_chinese_font },
];

pub const PYTHON: &[Need] = &[Need { package: "python3-venv", is_there: has_venv }];

/// Sees to it that what is needed is there.
///
/// # Errors
/// When something is missing and we may not install it, or installing did not help.
pub fn ensure(needs: &[&[Need]]) -> Result<()> {
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        bail!("please install first: sudo apt-get install {list}");
    }
    println!("installing {list} …");
    let apt = |words: &[&str]| {
        let mut command = program::command("apt-get", words);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        program::run(&mut command)
    };
    apt(&["update", "-qq"])?;
    let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
    words.extend(&missing);
    apt(&words)?;
    let still = self::missing(needs);
    if !still.is_empty() {
        bail!("installed, and yet not found: {}", still.join(" "));
    }
    Ok(())
}

/// Whether this process may install packages.
pub fn is_root() -> bool {
    program::read(&mut program::command("id", &["-u"])).is_ok_and(|text| text.trim() == "0")
}

fn missing(needs: &[&[Need]]) -> Vec<&'static str> {
    needs.iter().copied().flatten().filter(|need| !(need.is_there)()).map(|need| need.package).collect()
}

/// Debian ships Python without the part that makes environments.
fn has_venv() -> bool {
    program::read(&mut program::command("python3", &["-c", "import ensurepip, venv"])).is_ok()
}

fn has_chromium() -> bool {
    place::find_program("chromium", &[]).is_some()
}

/// Any font with Chinese characters will do; pages are looked at, not compared by pixel.
fn has_chinese_font() -> bool {
    let asked = program::read(&mut program::command("fc-list", &[":lang=zh-cn", "family"]));
    match asked {
        Ok(families) => !families.trim().is_empty(),
        Err(_) => Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists(),
    }
}
