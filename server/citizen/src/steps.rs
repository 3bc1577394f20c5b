//! The history of a case in a resident's words: what happened, never who did it.

use orders::{Act, Books, State, Step};
use platform::Text;

/// Where the case stands.
pub(crate) fn state_text(state: State) -> Text {
    match state {
        State::Reported => Text::new("已收到，正在核对", "Received, being checked"),
        State::Accepted => Text::new("已受理，正在安排承办单位", "Taken up, being given to an office"),
        State::Rejected => Text::new("不予受理", "Not taken up"),
        State::Dispatched => Text::new("已交承办单位，等待签收", "Sent to the office in charge"),
        State::Handling => Text::new("承办单位正在处理", "Being dealt with"),
        State::Resolved => Text::new("已处理，正在现场核实", "Done, being checked on the spot"),
        State::Verified => Text::new("已核实，等待结案", "Checked, about to be closed"),
        State::Closed => Text::new("已办结", "Closed"),
        State::Cancelled => Text::new("已撤销", "Withdrawn"),
        State::Consulting => Text::new("社区正在组织协商", "Being talked over in the community"),
        State::Guiding => Text::new("正在引导调解", "Being settled with help"),
        State::Arbitrating => Text::new("正在确定承办单位", "It is being decided which office is in charge"),
        State::Parked => Text::new("经批准暂缓办理", "Put off with leave"),
        State::Joined => {
            Text::new("与另一件反映同一问题，合并办理", "Dealt with together with another report of it")
        }
    }
}

/// What one step did; `None` for what is between offices. What was written comes with whatever leaves a report undone:
/// it is owed to whoever reported.
pub(crate) fn step_text(books: &Books, step: &Step) -> Option<Text> {
    let unit =
        || step.organisation_id.and_then(|id| books.staff.organisation(id)).map(|unit| unit.name.clone());
    let office = || unit().unwrap_or_else(|| Text::new("承办单位", "the office in charge"));
    Some(match step.action {
        Act::Report => Text::new("街道收到了您反映的问题", "The street received your report"),
        Act::Accept => Text::new("已受理", "It was taken up"),
        Act::Reject => with_reason(Text::new("经核对不予受理", "It was not taken up"), step.note.as_deref()),
        Act::Dispatch => with_unit("已交", "办理", "It was sent to", office()),
        Act::Recall | Act::Return => {
            Text::new("正在另行安排承办单位", "Another office is being found for it")
        }
        Act::Sign => with_unit("", "已签收，正在处理", "It is being dealt with by", office()),
        Act::Resolve => with_unit("", "已处理完，等待现场核实", "It was dealt with by", office()),
        Act::Verify => Text::new("现场核实通过", "It was checked on the spot and found in order"),
        Act::Rework => Text::new(
            "现场核实没有通过，已要求重新处理",
            "It was checked on the spot and sent back to be done again",
        ),
        Act::Close => Text::new("已办结", "It was closed"),
        Act::SelfResolve => Text::new("网格员已当场处理好，办结", "It was settled on the spot and closed"),
        Act::Reopen => Text::new("重新办理", "It was opened again"),
        Act::Cancel => with_reason(Text::new("已撤销", "It was withdrawn"), step.note.as_deref()),
        Act::Consult => with_reason(
            Text::new("已转社区组织协商", "It was given to the community to talk over"),
            step.note.as_deref(),
        ),
        Act::Guide => with_reason(
            Text::new(
                "属于当事人之间的事，已安排引导调解",
                "It is between the parties; help to settle it was arranged",
            ),
            step.note.as_deref(),
        ),
        Act::Reclassify => Text::new("重新核对如何办理", "How to deal with it is being looked at again"),
        Act::Settle => with_reason(Text::new("已协商办结", "It was settled"), step.note.as_deref()),
        Act::Refer => Text::new("正在确定承办单位", "It is being decided which office is in charge"),
        Act::Rule => with_unit("已确定由", "办理", "It was decided that it is for", office()),
        Act::Park => {
            with_reason(Text::new("经批准暂缓办理", "It was put off with leave"), step.note.as_deref())
        }
        Act::Wake => Text::new("恢复办理", "It is being dealt with again"),
        Act::Join => Text::new(
            "与另一件反映同一问题，合并办理",
            "It is dealt with together with another report of the same",
        ),
        Act::Rate => Text::new("收到了您的评价", "Your rating was received"),
        Act::Supervise => Text::new("已列入督办", "A leader keeps an eye on it"),
        // What offices settle among themselves.
        _ => return None,
    })
}

/// What a reminder did.
pub(crate) fn urged() -> Text {
    Text::new("您催办了一次，已提醒经办单位", "You reminded those who have it")
}

fn with_unit(before: &str, after: &str, en: &str, unit: Text) -> Text {
    Text::owned(format!("{before}{}{after}", unit.zh), format!("{en} {}", unit.en))
}

/// The reason stands in the first line of what was written.
fn with_reason(text: Text, written: Option<&str>) -> Text {
    match written.and_then(|written| written.lines().next()) {
        Some(reason) => Text::owned(format!("{}：{reason}", text.zh), format!("{}: {reason}", text.en)),
        None => text,
    }
}
