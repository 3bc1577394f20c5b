//! The fields of a sheet, and the headings by which other offices know them.

use std::collections::BTreeMap;

use platform::{Error, FieldProblem, Text};

/// One field that a column can fill.
pub(super) struct Field {
    pub name: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
    /// Headings by which a column is known without a mapping, the usual one first.
    pub headings: &'static [&'static str],
    pub needed: bool,
}

const fn field(
    name: &'static str,
    (zh, en): (&'static str, &'static str),
    headings: &'static [&'static str],
    needed: bool,
) -> Field {
    Field { name, zh, en, headings, needed }
}

/// Every field, those of a hotline's ticket behind those of any report.
pub(super) const FIELDS: [Field; 19] = [
    field("class", ("案件类别", "class"), &["类别编码", "类别", "案件类别", "问题分类", "class"], true),
    field("address", ("地址", "address"), &["地址", "地点", "诉求地址", "事发地址", "address"], true),
    field(
        "description",
        ("内容", "what is reported"),
        &["描述", "问题描述", "诉求内容", "工单内容", "来电内容", "内容", "description"],
        true,
    ),
    field("lon", ("经度", "longitude"), &["经度", "lon", "longitude"], false),
    field("lat", ("纬度", "latitude"), &["纬度", "lat", "latitude"], false),
    field(
        "area",
        ("社区或网格", "community or grid"),
        &["网格编码", "社区编码", "区划编码", "所属社区", "社区", "area"],
        false,
    ),
    field("urgent", ("是否紧急", "urgent"), &["紧急", "urgent"], false),
    field("contact.name", ("联系人", "whom to call"), &["联系人", "来电人", "诉求人", "name"], false),
    field(
        "contact.phone",
        ("联系电话", "phone"),
        &["联系电话", "电话", "来电号码", "来电电话", "phone"],
        false,
    ),
    field(
        "number",
        ("工单编号", "ticket number"),
        &["工单编号", "工单号", "诉求编号", "order_no", "number"],
        false,
    ),
    field("channel", ("渠道", "channel"), &["渠道", "诉求渠道", "来源渠道", "channel"], false),
    field(
        "category",
        ("来电类别", "kind of call"),
        &["来电类别", "诉求类别", "诉求类型", "工单类别", "category"],
        false,
    ),
    field("urgency", ("紧急程度", "urgency"), &["紧急程度", "urgency"], false),
    field("confidential", ("是否保密", "confidential"), &["是否保密", "保密", "confidential"], false),
    field("wants_reply", ("是否回复", "wants an answer"), &["是否回复", "要求回复", "wants_reply"], false),
    field("agent", ("受理员", "taken by"), &["受理员", "受理工号", "工号", "agent"], false),
    field("received_at", ("受理时间", "received at"), &["受理时间", "来电时间", "received_at"], false),
    field(
        "reply_by",
        ("答复期限", "answer due"),
        &["答复期限", "办理时限", "办理期限", "截止时间", "reply_by"],
        false,
    ),
    field("note", ("转办意见", "note of the hotline"), &["转办意见", "派单意见", "交办意见", "note"], false),
];

/// Which column of a file fills which field: the position, and the heading as written.
pub(super) type Columns = BTreeMap<&'static str, (usize, String)>;

/// Finds columns by the headings that are usual.
pub(super) fn guessed(first: &[String]) -> Columns {
    let mut found = Columns::new();
    for field in &FIELDS {
        // The usual heading wins over one further down the list, wherever the columns stand.
        let known = field
            .headings
            .iter()
            .find_map(|heading| first.iter().position(|cell| cell.eq_ignore_ascii_case(heading)));
        if let Some(at) = known {
            found.insert(field.name, (at, first.get(at).cloned().unwrap_or_default()));
        }
    }
    found
}

/// Finds the columns that a mapping names.
///
/// # Errors
/// [`Error::Invalid`] when a column that is needed is not in the file.
pub(super) fn mapped(first: &[String], columns: &BTreeMap<String, String>) -> Result<Columns, Error> {
    let mut found = Columns::new();
    let mut problems = Vec::new();
    for field in &FIELDS {
        let Some(heading) = columns.get(field.name) else { continue };
        match first.iter().position(|cell| cell == heading) {
            Some(at) => {
                found.insert(field.name, (at, heading.clone()));
            }
            None if field.needed => {
                let text = Text::owned(
                    format!("文件首行没有“{heading}”列，请检查列对应关系"),
                    format!("the first row has no column `{heading}`; look at the mapping"),
                );
                problems.push(FieldProblem::new("file", text));
            }
            None => {}
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(Error::invalid(problems)) }
}
