//! The names of acts that are no action of a flow.

use platform::Text;

use crate::words::Act;

/// What an act is called in a history; an action of a flow is called as its flow says.
pub(crate) fn plain(act: Act) -> Text {
    match act {
        Act::Report => Text::new("上报", "report"),
        Act::Rate => Text::new("评价", "rate"),
        Act::Assist => Text::new("派协办", "ask to help"),
        Act::AssistSign => Text::new("协办签收", "sign for help"),
        Act::AssistDone => Text::new("协办办结", "finish helping"),
        Act::AssistRelease => Text::new("解除协办", "release from helping"),
        Act::Summon => Text::new("通知到场", "call to the place"),
        Act::SummonAck => Text::new("确认到场通知", "acknowledge the call"),
        Act::Arrive => Text::new("到场", "arrive"),
        Act::Request => Text::new("申请", "ask for leave"),
        Act::Endorse => Text::new("部门审核", "endorse"),
        Act::Approve => Text::new("批准", "approve"),
        Act::Refuse => Text::new("不予批准", "refuse"),
        Act::Pause => Text::new("暂停计时", "pause the clock"),
        Act::Resume => Text::new("恢复计时", "resume the clock"),
        Act::Extend => Text::new("延期", "extend"),
        Act::Exempt => Text::new("超期免责", "exempt"),
        Act::Supervise => Text::new("督办", "supervise"),
        Act::SuperviseReply => Text::new("督办回复", "answer supervision"),
        Act::SuperviseLift => Text::new("解除督办", "end supervision"),
        Act::Escalate => Text::new("升级提醒", "escalate"),
        Act::EscalateAck => Text::new("确认升级提醒", "acknowledge"),
        Act::Follow => Text::new("并入一件", "another was joined"),
        Act::Recalendar => Text::new("日历调整", "a calendar moved it"),
        other => Text::owned(other.as_str(), other.as_str()),
    }
}
