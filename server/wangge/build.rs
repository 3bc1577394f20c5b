//! The pages are embedded as they lie in `web/dist`: made anew, they make the program anew.

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
}
