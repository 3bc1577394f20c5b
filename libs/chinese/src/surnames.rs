//! Surnames that the readers of names know. Source: the public counts of the household register (公安部 全国姓名报告, the
//! first four hundred) and 百家姓 for those of two characters.

use std::sync::LazyLock;

/// Surnames of two characters.
pub const COMPOUND: &[&str] = &[
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "独孤",
    "南宫",
    "夏侯",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "司徒",
    "司空",
    "长孙",
    "宇文",
    "鲜于",
    "闾丘",
    "公冶",
    "太史",
    "申屠",
    "轩辕",
    "钟离",
    "濮阳",
    "淳于",
    "单于",
    "澹台",
    "公羊",
    "赫连",
    "宗政",
    "端木",
    "百里",
    "呼延",
    "东郭",
    "南门",
    "羊舌",
    "微生",
    "梁丘",
    "左丘",
    "西门",
    "第五",
    "拓跋",
    "万俟",
    "闻人",
    "仲孙",
    "巫马",
    "公西",
    "漆雕",
    "壤驷",
    "夹谷",
    "谷梁",
    "子车",
    "颛孙",
    "完颜",
    "纳兰",
    "叶赫",
    "爱新觉罗",
    "哥舒",
    "段干",
    "亓官",
    "司寇",
];

/// The first characters of the surnames of two, sorted: most names can be told apart by theirs.
static COMPOUND_STARTS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut starts: Vec<char> = COMPOUND.iter().filter_map(|surname| surname.chars().next()).collect();
    starts.sort_unstable();
    starts
});

/// Whether the text begins with a surname of two characters.
pub fn begins_compound(text: &str) -> bool {
    text.chars().next().is_some_and(|first| COMPOUND_STARTS.binary_search(&first).is_ok())
        && COMPOUND.iter().any(|surname| text.starts_with(surname))
}

/// Surnames of one character.
pub const SINGLE: &str = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓韩冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈\
钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱丘侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施牛樊葛邢安齐\
洪庞颜庄聂章岳殷柴鲁翟申耿关焦左柳甘祝霍尚毕瞿裴季欧舒管卓蓝农蒙凌麦银梅谷滕零磨闭兰包司喻单苗游阮辛穆景盛佟费冉詹靳谈翁时童燕\
鲍宁倪温芦娄屈牟项祁路边卜党奚池房桑臧宫商古骆辜骨宗尤娜曲楚郁巩苟解应华仇区查朴连门步车巫莘沙丛佘纪隋褚简韩胥郎边娥成冷匡阳植\
谌宿初窦伍桂巴戚权国支仲居和班班仝冀惠木鄢麻宓富荆幸井南钮敖强蔺晏桂晋练艾计迟邝屠岑薄元鹿满茅利米狄明平全贝原蒲濮羊冼雍蓬";

/// Whether the text is a surname of one or two characters that is known.
#[must_use]
pub fn is_known(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(single), None) => SINGLE.contains(single),
        (Some(_), Some(_)) => COMPOUND.contains(&text),
        _ => false,
    }
}
