use std::fmt;
use std::ops::Range;

/// What is wrong with a log: the first thing found, in the order of the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The entries concerned, counted from 0; the first of them is the first that cannot be trusted. Empty if
    /// the fault lies in no entry.
    pub entries: Range<u64>,
    /// The file, relative to the folder of the log.
    pub file: String,
    pub fault: Fault,
}

/// The kinds of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no signed checkpoint.
    NoCheckpoint,
    /// A checkpoint is not a checkpoint of this log, or this key did not sign it.
    Signature,
    /// The history of checkpoints does not lead up to the checkpoint without a gap.
    History,
    /// A file that must be there is not.
    Missing,
    /// The file does not consist of whole entries or whole hashes in the number its name says.
    Shape,
    /// The entry and its hash in the tree do not belong together.
    Entry,
    /// A hash above the entries is not the hash of what lies below it.
    Node,
    /// The entries are not those that were signed.
    Root,
    /// The log no longer contains what a checkpoint kept elsewhere says.
    Forgotten,
    /// The file has no business here.
    Stray,
    /// The operating system could not read the file.
    Unreadable(std::io::ErrorKind),
}

impl Broken {
    pub(crate) fn new(entries: Range<u64>, file: impl Into<String>, fault: Fault) -> Box<Self> {
        Box::new(Self { entries, file: file.into(), fault })
    }

    /// The first entry that cannot be trusted, counted from 0; none if the fault lies in no entry.
    pub fn first(&self) -> Option<u64> {
        (!self.entries.is_empty()).then_some(self.entries.start)
    }

    /// One sentence for a Chinese reader.
    pub fn zh(&self) -> String {
        let entries = match self.entries.end.saturating_sub(self.entries.start) {
            0 => String::new(),
            1 => format!("第 {} 条（从 0 起数）：", self.entries.start),
            _ => format!("第 {} 至 {} 条（从 0 起数）：", self.entries.start, self.entries.end - 1),
        };
        format!("{entries}{}（文件 {}）", self.fault.zh(), self.file)
    }

    /// One sentence for an English reader.
    pub fn en(&self) -> String {
        let entries = match self.entries.end.saturating_sub(self.entries.start) {
            0 => String::new(),
            1 => format!("entry {} (counted from 0): ", self.entries.start),
            _ => format!("entries {} to {} (counted from 0): ", self.entries.start, self.entries.end - 1),
        };
        format!("{entries}{} (file {})", self.fault.en(), self.file)
    }
}

impl Fault {
    fn zh(self) -> String {
        let text = match self {
            Self::NoCheckpoint => "没有经过签名的检查点",
            Self::Signature => "检查点的签名不是这把密钥对本账的有效签名",
            Self::History => "历次检查点与现行检查点衔接不上，中间有缺失或改动",
            Self::Missing => "应有的文件不见了",
            Self::Shape => "文件残缺或被加长，条数与文件名不符",
            Self::Entry => "条目内容与账中留存的散列不符",
            Self::Node => "上层散列与其下内容不符",
            Self::Root => "条目与签名时的根散列不符，签名之后有改动",
            Self::Forgotten => "本账已不含另存的检查点所证明的内容，账被改写或退回到更早的状态",
            Self::Stray => "账中多出不该有的文件",
            Self::Unreadable(kind) => return format!("文件读不出来（{kind}）"),
        };
        text.to_owned()
    }

    fn en(self) -> String {
        let text = match self {
            Self::NoCheckpoint => "there is no signed checkpoint",
            Self::Signature => "the checkpoint does not carry a valid signature of this key for this log",
            Self::History => {
                "the earlier checkpoints do not lead up to the present one: some are missing or changed"
            }
            Self::Missing => "a file that must be there is missing",
            Self::Shape => "the file is cut short or too long for the number in its name",
            Self::Entry => "the entry does not match its hash in the tree",
            Self::Node => "a hash of the tree does not match what lies below it",
            Self::Root => "the entries are not the ones whose root hash was signed",
            Self::Forgotten => {
                "the log no longer contains what the checkpoint kept elsewhere proves: \
                                it was rewritten or set back"
            }
            Self::Stray => "a file that does not belong to the log",
            Self::Unreadable(kind) => return format!("the file cannot be read: {kind}"),
        };
        text.to_owned()
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en())
    }
}

impl std::error::Error for Broken {}
