//! The words of the demo: invented names of people, the set-up of a street, what residents write.

use staff::OrganisationKind;

pub const SURNAMES: &[&str] = &[
    "韦", "黄", "覃", "李", "梁", "陈", "莫", "陆", "谭", "罗", "蒙", "蓝", "潘", "廖", "周", "吴", "张",
    "王", "刘", "何", "卢", "石", "欧阳", "农", "龙", "杨", "赵", "邓", "唐", "苏",
];

pub const GIVEN: &[&str] = &[
    "晓", "丽", "建", "军", "秀", "英", "海", "宁", "思", "远", "佳", "慧", "志", "强", "春", "燕", "雪",
    "梅", "柳", "青", "文", "斌", "玉", "兰", "嘉", "铭", "桂", "芳", "永", "康", "子", "涵", "俊", "杰",
    "静", "怡", "光", "明", "立", "新",
];

/// The district's departments, by the word that standards name them by.
pub const DEPARTMENTS: &[(&str, &str, &str)] = &[
    ("urban_management", "区城市管理行政执法局", "Urban Management Bureau"),
    ("housing", "区住房和城乡建设局", "Housing and Construction Bureau"),
    ("transport", "区交通运输局", "Transport Bureau"),
    ("water", "区水务管理处", "Water Service"),
    ("gas", "区燃气管理站", "Gas Service"),
    ("power", "区供电服务中心", "Power Service"),
    ("telecom", "区通信管线服务中心", "Telecom Lines Service"),
    ("landscaping", "区园林绿化中心", "Parks Service"),
    ("environment", "区生态环境局", "Environment Bureau"),
    ("market", "区市场监督管理局", "Market Supervision Bureau"),
    ("fire", "区消防救援大队", "Fire and Rescue"),
    ("public_security", "公安柳南分局", "Public Security"),
];

/// 五办两中心一队: five offices, two centres and the team of every street.
pub const OFFICES: &[(&str, OrganisationKind, &str, &str)] = &[
    ("general-office", OrganisationKind::Office, "党政综合办公室", "General Office"),
    ("party-office", OrganisationKind::Office, "基层党建办公室", "Party Building Office"),
    ("management-office", OrganisationKind::Office, "公共管理办公室", "Public Management Office"),
    ("service-office", OrganisationKind::Office, "公共服务办公室", "Public Service Office"),
    ("safety-office", OrganisationKind::Office, "公共安全办公室", "Public Safety Office"),
    ("service-centre", OrganisationKind::Centre, "党群服务中心", "Party and Public Service Centre"),
    ("governance-centre", OrganisationKind::Centre, "综合治理中心", "Governance Centre"),
    ("enforcement-team", OrganisationKind::EnforcementTeam, "综合行政执法队", "Enforcement Team"),
];

/// Where something is, seen from a named place.
pub const BESIDE: &[&str] = &["旁", "门口", "对面", "路口", "附近", "西侧", "北侧人行道", "公交站旁"];

/// What a resident adds.
pub const PLEAS: &[&str] = &[
    "，过往行人很不安全，请尽快处理。",
    "，已经好几天了，麻烦派人来看看。",
    "，晚上看不清，老人小孩容易摔倒。",
    "，影响出行，希望早点解决。",
    "，请核实处理，谢谢。",
    "，雨天更严重。",
    "，昨天就有人绊倒。",
];

/// What a worker or the desk writes: facts.
pub const NOTES: &[&str] =
    &["。", "，现场已拍照。", "，面积约 2 平方米。", "，已设置临时警示。", "，巡查时发现。"];

/// What a unit writes when it is done.
pub const DONE: &[&str] = &[
    "已到场处置，现场恢复正常。",
    "已更换损坏部件，并清理现场。",
    "已修复，经检查符合要求。",
    "已组织人员清理完毕。",
    "已对责任人宣传告知并督促整改到位。",
];

/// Why a unit gives an order back.
pub const NOT_OURS: &[&str] =
    &["经现场核实，该设施产权不属于我单位，请按权责清单改派。", "不在我单位管护范围，建议改派产权单位。"];

/// Why a unit asks for more time.
pub const MORE_TIME: &[&str] =
    &["管件需从厂家调拨，预计后天到货。", "连续降雨无法开挖，申请顺延。", "需配合夜间停水窗口施工。"];

/// What a unit that helps has done.
pub const HELPED: &[&str] =
    &["已到场配合设置围挡、疏导交通。", "已查清管线权属并移交图纸。", "已配合清运，场地恢复。"];

/// What a leader writes when something lies too long.
pub const SUPERVISED: &[&str] =
    &["已严重超期，请说明原因并明确办结日期。", "群众再次反映，请当日到场并回复。"];

/// Why the desk asks the arbitration desk.
pub const DISPUTED: &[&str] = &["承办单位称不属其管护，权责清单所列责任单位为该单位，提请裁定。"];

/// Why the arbitration desk names a unit.
pub const RULED: &[&str] = &["该设施在权责清单中明确由你单位管护，指定承办，不得再退。"];

/// Why a small matter goes to the community.
pub const CONSULTED: &[&str] =
    &["属小区公共事务，由社区召集居民协商解决。", "涉及邻里共用部位，转社区组织协商，结果将告知您。"];

/// Why a private matter is not dispatched.
pub const GUIDED: &[&str] =
    &["属当事人之间的民事纠纷，已安排人民调解员联系您。", "属邻里私事，社区已约双方见面调解。"];

/// How the community settled it.
pub const SETTLED: &[&str] = &[
    "已召开楼栋协商会，住户同意轮流清理并张贴公约。",
    "双方已达成一致，社区将在一个月后回访。",
    "物业与住户商定限期整改，社区跟进落实。",
];

/// Why a grid worker sends an order back to work.
pub const NOT_DONE: &[&str] = &["现场核实仍未修复到位，请返工。", "周边仍有残留物，未达到结案条件。"];

/// Why a report does not become a case.
pub const NOT_TAKEN: &[&str] =
    &["与在办案件重复，已并案告知。", "现场核查未发现所述情况。", "属个人事务，已电话解释并引导自行协商。"];

/// What residents say when they rate, from one star to five.
pub const RATED: &[&[&str]] = &[
    &["拖了太久。", "没有彻底解决。"],
    &["处理得不够仔细。"],
    &["解决了，就是慢了一点。", ""],
    &["处理及时。", "基本满意。", ""],
    &["很快就修好了，谢谢！", "师傅很负责。", "非常满意。", ""],
];
