//! The upper part of an address: province, city, county, street, community, by the words that end them
//! (地名 generic terms of GB/T 37149-2018 and GB/T 39609-2020: 区划式地址).

use crate::address::Address;
use crate::numeral::is_numeral;

/// Short name of a province and the full name. Source: GB/T 2260.
const PROVINCES: &[(&str, &str)] = &[
    ("北京", "北京市"),
    ("天津", "天津市"),
    ("上海", "上海市"),
    ("重庆", "重庆市"),
    ("河北", "河北省"),
    ("山西", "山西省"),
    ("内蒙古", "内蒙古自治区"),
    ("辽宁", "辽宁省"),
    ("吉林", "吉林省"),
    ("黑龙江", "黑龙江省"),
    ("江苏", "江苏省"),
    ("浙江", "浙江省"),
    ("安徽", "安徽省"),
    ("福建", "福建省"),
    ("江西", "江西省"),
    ("山东", "山东省"),
    ("河南", "河南省"),
    ("湖北", "湖北省"),
    ("湖南", "湖南省"),
    ("广东", "广东省"),
    ("广西", "广西壮族自治区"),
    ("海南", "海南省"),
    ("四川", "四川省"),
    ("贵州", "贵州省"),
    ("云南", "云南省"),
    ("西藏", "西藏自治区"),
    ("陕西", "陕西省"),
    ("甘肃", "甘肃省"),
    ("青海", "青海省"),
    ("宁夏", "宁夏回族自治区"),
    ("新疆", "新疆维吾尔自治区"),
    ("台湾", "台湾省"),
    ("香港", "香港特别行政区"),
    ("澳门", "澳门特别行政区"),
];

/// Takes the regions off the front of `text` into `address`; gives what remains.
pub fn take<'a>(text: &'a [char], address: &mut Address) -> &'a [char] {
    let mut rest = province(text, address);
    if let Some((name, after)) =
        ending(rest, 2..=7, &["自治州", "地区", "市", "盟"], |_, after| !begins(after, "场"))
    {
        (address.city, rest) = (Some(name), after);
    }
    let county = |before: char, after: &[char]| {
        // 小区, 社区, 校区, 库区 … are no counties, nor is 东区3栋.
        !"小社校院园库厂景活宅工坊片牧地".contains(before)
            && !after.first().is_some_and(|&c| is_numeral(c) && c.is_ascii())
    };
    if let Some((name, after)) = ending(rest, 2..=8, &["自治县", "自治旗", "县", "区", "旗", "市"], county)
    {
        (address.county, rest) = (Some(name), after);
    }
    if let Some((name, after)) = ending(rest, 1..=6, &["街道办事处", "街道办", "街道"], |_, _| true)
    {
        (address.street, rest) =
            (Some(name.trim_end_matches("办事处").trim_end_matches('办').to_owned()), after);
    } else if let Some((name, after)) = ending(rest, 1..=6, &["镇", "乡", "苏木"], |before, after| {
        !"城集古小".contains(before) && !door_follows(after)
    }) {
        (address.street, rest) = (Some(name), after);
    }
    community(rest, address)
}

fn province<'a>(text: &'a [char], address: &mut Address) -> &'a [char] {
    // 中国银行宿舍 is a place, 中国 before a province is the country.
    let within = text.strip_prefix(&['中', '国']);
    let found = |text: &[char]| PROVINCES.iter().find(|(short, _)| begins(text, short));
    let (whole, text) = match within {
        Some(within) if found(within).is_some() => (text, within),
        _ => (text, text),
    };
    let Some((short, full)) = found(text) else { return whole };
    let behind = |word: &str| text.get(word.chars().count()..).unwrap_or_default();
    if begins(text, full) {
        address.province = Some((*full).to_owned());
        return behind(full);
    }
    let rest = behind(short);
    for written in ["自治区", "省", "市"] {
        if begins(rest, written) {
            address.province = Some((*full).to_owned());
            return rest.get(written.chars().count()..).unwrap_or_default();
        }
    }
    // A bare 北京 may be the beginning of 北京路: it counts only where a city or a county follows.
    if region_follows(rest) {
        address.province = Some((*full).to_owned());
        return rest;
    }
    whole
}

fn region_follows(rest: &[char]) -> bool {
    ending(rest, 2..=7, &["自治州", "地区", "市", "盟", "区", "县"], |before, _| {
        !"小社校院园".contains(before)
    })
    .is_some()
}

fn community<'a>(rest: &'a [char], address: &mut Address) -> &'a [char] {
    let named = ["社区居民委员会", "社区居委会", "社区", "居民委员会", "居委会", "村民委员会", "村委会"];
    if let Some((name, after)) = ending(rest, 1..=8, &named, |_, _| true) {
        let cut = ["居民委员会", "居委会", "村民委员会", "村委会"]
            .iter()
            .find_map(|ending| name.strip_suffix(ending));
        let plain = match cut {
            Some(short) if short.ends_with("社区") || short.ends_with('村') => short.to_owned(),
            Some(short) if name.contains('村') => format!("{short}村"),
            Some(short) => format!("{short}社区"),
            None => name.clone(),
        };
        address.community = Some(plain);
        return after;
    }
    // 锦绣新村3栋 is an estate, 百乐村 before another name or a group is a village.
    let village = |before: char, after: &[char]| before != '新' && !door_follows(after) && !after.is_empty();
    if let Some((name, after)) = ending(rest, 1..=4, &["村"], village) {
        address.community = Some(name);
        return after;
    }
    rest
}

/// Whether a number and a word for a building come next; a numeral may also begin a name (百乐村).
fn door_follows(rest: &[char]) -> bool {
    let digits = rest.iter().take_while(|&&c| is_numeral(c)).count();
    match rest.get(digits) {
        _ if digits == 0 => false,
        Some('组' | '队' | '屯' | '号') => false,
        Some('栋' | '幢' | '座' | '单' | '#' | '-') => true,
        _ => rest.first().is_some_and(char::is_ascii_digit),
    }
}

/// The shortest name of so many characters before one of `endings`, and what remains behind it.
fn ending<'a>(
    text: &'a [char],
    lengths: std::ops::RangeInclusive<usize>,
    endings: &[&str],
    fits: impl Fn(char, &[char]) -> bool,
) -> Option<(String, &'a [char])> {
    for length in lengths {
        let (name, rest) = text.split_at_checked(length)?;
        let last = name.last().copied()?;
        // Regions have no digits in their names and end before the first road or number.
        if last.is_ascii() || matches!(last, '路' | '号' | '栋' | '幢') {
            return None;
        }
        if !rest.first().is_some_and(|&c| begins_an_ending(c)) {
            continue;
        }
        for ending in endings {
            if begins(rest, ending) {
                let after = rest.get(ending.chars().count()..).unwrap_or_default();
                if fits(last, after) {
                    let mut whole = String::with_capacity(48);
                    whole.extend(name);
                    whole.push_str(ending);
                    return Some((whole, after));
                }
            }
        }
    }
    None
}

/// The first characters of all endings: most characters are none, and need no comparison with each.
fn begins_an_ending(c: char) -> bool {
    matches!(
        c,
        '自' | '地' | '市' | '盟' | '县' | '区' | '旗' | '街' | '镇' | '乡' | '苏' | '社' | '居' | '村'
    )
}

fn begins(text: &[char], start: &str) -> bool {
    let mut chars = text.iter();
    start.chars().all(|c| chars.next() == Some(&c))
}
