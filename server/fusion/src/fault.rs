//! Why a file as a whole is not taken: a sentence for whoever sent it.

use platform::{Error, Text};

/// Most bytes of a workbook once unpacked, whatever its size.
pub(crate) const MOST_UNPACKED: u64 = 2 << 30;
/// Columns beyond which no table of people goes.
pub(crate) const MOST_COLUMNS: usize = 256;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileFault {
    /// More bytes than the configuration allows, in megabytes.
    TooLarge(i64),
    Bomb,
    Empty,
    NoRows,
    /// It ends before it is whole.
    Half,
    Columns,
    Encoding,
    Html,
    OldWorkbook,
    Workbook(String),
    /// Cells that are computed; the first of them.
    Formula(String),
    /// Cells that are joined; the first of them.
    Merged(String),
    /// Two columns with one heading.
    Heading(String),
}

impl FileFault {
    /// The word that the ledger keeps.
    pub fn word(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "too_large",
            Self::Bomb => "bomb",
            Self::Empty => "empty",
            Self::NoRows => "no_rows",
            Self::Half => "half",
            Self::Columns => "columns",
            Self::Encoding => "encoding",
            Self::Html => "html",
            Self::OldWorkbook => "old_workbook",
            Self::Workbook(_) => "workbook",
            Self::Formula(_) => "formula",
            Self::Merged(_) => "merged",
            Self::Heading(_) => "heading",
        }
    }

    /// The sentence.
    pub fn text(&self) -> Text {
        match self {
            Self::TooLarge(most) => Text::owned(
                format!("文件超过 {most} MB，请分批上传"),
                format!("the file is larger than {most} MB; send it in parts"),
            ),
            Self::Bomb => Text::new(
                "工作簿解压后异常巨大，已拒收，未解压到磁盘",
                "the workbook unpacks to far more than it should and was refused; nothing was unpacked to disk",
            ),
            Self::Empty => Text::new("文件没有内容", "the file is empty"),
            Self::NoRows => Text::new("文件只有表头，没有数据行", "the file has a heading and no rows"),
            Self::Half => Text::new("文件不完整，请重新导出后上传", "the file is not whole; export it again"),
            Self::Columns => {
                Text::new("列数超过 256，不是人员表", "more than 256 columns: this is no table of people")
            }
            Self::Encoding => Text::new(
                "文字编码无法识别（支持 UTF-8、UTF-16、GBK/GB 18030）",
                "the text is in no known encoding (UTF-8, UTF-16, GBK or GB 18030)",
            ),
            Self::Html => Text::new(
                "收到的是网页而不是数据文件，可能是登录页或错误页",
                "this is a web page and no file of data; perhaps a sign-in or error page",
            ),
            Self::OldWorkbook => Text::new(
                "这是旧版 .xls 工作簿，请另存为 .xlsx 或 CSV",
                "this is an old .xls workbook; save it as .xlsx or CSV",
            ),
            Self::Workbook(cause) => Text::owned(
                format!("工作簿无法读取，可能已损坏或加了密码：{cause}"),
                format!("the workbook cannot be read; it may be damaged or have a password: {cause}"),
            ),
            Self::Formula(cell) => Text::owned(
                format!("单元格 {cell} 是公式，请将公式粘贴为数值后再上传"),
                format!("cell {cell} is a formula; paste formulas as values first"),
            ),
            Self::Merged(range) => Text::owned(
                format!("单元格 {range} 已合并，请取消合并并补全内容后再上传"),
                format!("cells {range} are merged; take them apart and fill them in first"),
            ),
            Self::Heading(name) => Text::owned(
                format!("表头“{name}”出现了两次，请改名后再上传"),
                format!("the heading `{name}` stands there twice; rename one"),
            ),
        }
    }
}

impl From<FileFault> for Error {
    fn from(fault: FileFault) -> Self {
        match fault {
            FileFault::TooLarge(_) | FileFault::Bomb => Self::TooLarge(fault.text()),
            _ => Self::field("file", fault.text()),
        }
    }
}
