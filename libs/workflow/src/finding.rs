//! What is wrong with a flow, in two languages.

use serde::{Deserialize, Serialize};

/// The language of a rendered text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lang {
    /// Chinese, as in zh-CN.
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

/// A kind of part of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The flow itself.
    Flow,
    /// A state.
    State,
    /// An action.
    Action,
    /// A clock.
    Clock,
}

/// One thing that is wrong with a flow.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// A name, a Chinese text, an English text or a right is empty.
    Blank {
        /// Of what.
        part: Part,
        /// Its name, as far as it has one.
        name: String,
    },
    /// Two parts of one kind carry one name.
    Duplicate {
        /// Of what.
        part: Part,
        /// The name.
        name: String,
    },
    /// There is not exactly one start.
    Starts {
        /// How many there are.
        count: usize,
    },
    /// There is no end.
    NoTerminal,
    /// An action can be done nowhere.
    NoOrigin {
        /// The action.
        action: String,
    },
    /// An action or the opening names something that is not there.
    Unknown {
        /// Of what kind.
        part: Part,
        /// The name that is not there.
        name: String,
        /// Where it is named: an action, or `opening`.
        at: String,
    },
    /// An action lists a state, a need or a clock twice.
    Repeated {
        /// The action, or `opening`.
        at: String,
        /// What is listed twice.
        name: String,
    },
    /// No one can do an action.
    NoHolder {
        /// The action.
        action: String,
        /// The right that no one carries.
        right: String,
    },
    /// A state cannot be reached from the start.
    Unreachable {
        /// The state.
        state: String,
    },
    /// No end can be reached from a state.
    DeadEnd {
        /// The state.
        state: String,
    },
    /// Nothing ever starts a clock.
    ClockNeverStarts {
        /// The clock.
        clock: String,
    },
    /// An end can be reached while a clock is running or paused.
    ClockLeftRunning {
        /// The clock.
        clock: String,
        /// The end.
        state: String,
    },
    /// An action pauses or resumes a clock that can never be running or paused there.
    ClockNotRunning {
        /// The clock.
        clock: String,
        /// The action.
        action: String,
    },
}

impl Part {
    fn zh(self) -> &'static str {
        match self {
            Self::Flow => "流程",
            Self::State => "状态",
            Self::Action => "操作",
            Self::Clock => "计时",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::State => "state",
            Self::Action => "action",
            Self::Clock => "clock",
        }
    }
}

impl Finding {
    /// The part that it is about, and that part's name; the opening belongs to the flow itself.
    pub fn place(&self) -> (Part, &str) {
        let at = |name: &'_ str| if name == "opening" { Part::Flow } else { Part::Action };
        match self {
            Self::Blank { part, name } | Self::Duplicate { part, name } => (*part, name),
            Self::Starts { .. } | Self::NoTerminal => (Part::Flow, ""),
            Self::Unknown { at: name, .. } | Self::Repeated { at: name, .. } => (at(name), name),
            Self::NoOrigin { action }
            | Self::NoHolder { action, .. }
            | Self::ClockNotRunning { action, .. } => (Part::Action, action),
            Self::Unreachable { state } | Self::DeadEnd { state } => (Part::State, state),
            Self::ClockNeverStarts { clock } | Self::ClockLeftRunning { clock, .. } => (Part::Clock, clock),
        }
    }

    /// The finding as one sentence.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::Blank { part, name } => format!("{}“{name}”有未填写的名称或权限", part.zh()),
            Self::Duplicate { part, name } => format!("{}“{name}”重名", part.zh()),
            Self::Starts { count } => format!("应当有且只有一个起始状态，现有{count}个"),
            Self::NoTerminal => "没有终止状态".to_owned(),
            Self::NoOrigin { action } => format!("操作“{action}”没有可以执行它的状态"),
            Self::Unknown { part, name, at } => format!("“{at}”引用了不存在的{}“{name}”", part.zh()),
            Self::Repeated { at, name } => format!("“{at}”重复列出“{name}”"),
            Self::NoHolder { action, right } => {
                format!("操作“{action}”无人可以执行：没有岗位拥有权限“{right}”")
            }
            Self::Unreachable { state } => format!("状态“{state}”从起始状态无法到达"),
            Self::DeadEnd { state } => format!("状态“{state}”是死路，无法走到终止状态"),
            Self::ClockNeverStarts { clock } => format!("计时“{clock}”从未启动"),
            Self::ClockLeftRunning { clock, state } => {
                format!("到达终止状态“{state}”时，计时“{clock}”可能尚未停止")
            }
            Self::ClockNotRunning { clock, action } => {
                format!("操作“{action}”要暂停或恢复计时“{clock}”，但此时它不可能在计时")
            }
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Blank { part, name } => format!("the {} `{name}` lacks a name or a right", part.en()),
            Self::Duplicate { part, name } => format!("two {}s are called `{name}`", part.en()),
            Self::Starts { count } => format!("there must be exactly one start, there are {count}"),
            Self::NoTerminal => "there is no end".to_owned(),
            Self::NoOrigin { action } => format!("the action `{action}` can be done in no state"),
            Self::Unknown { part, name, at } => {
                format!("`{at}` names the {} `{name}`, which does not exist", part.en())
            }
            Self::Repeated { at, name } => format!("`{at}` lists `{name}` twice"),
            Self::NoHolder { action, right } => {
                format!("no one can do `{action}`: no post carries the right `{right}`")
            }
            Self::Unreachable { state } => format!("the state `{state}` cannot be reached from the start"),
            Self::DeadEnd { state } => format!("from the state `{state}` no end can be reached"),
            Self::ClockNeverStarts { clock } => format!("nothing ever starts the clock `{clock}`"),
            Self::ClockLeftRunning { clock, state } => {
                format!("the clock `{clock}` may still be running when `{state}` is reached")
            }
            Self::ClockNotRunning { clock, action } => {
                format!("`{action}` pauses or resumes the clock `{clock}`, which cannot be running then")
            }
        }
    }
}
