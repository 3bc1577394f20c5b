//! The words of the room.

use platform::words;

words! {
    /// How a resident stands in the register of a street.
    ResidentState, "state of a resident" {
        Living = "living", "在册", "registered";
        Died = "died", "死亡", "died";
        Left = "left", "迁离", "left";
        Moved = "moved", "已移交", "handed over";
        Merged = "merged", "已并入", "merged";
    }
}

words! {
    /// Sex, as GB/T 2261.1 has it.
    Sex, "sex" {
        Male = "male", "男", "male";
        Female = "female", "女", "female";
        Unknown = "unknown", "未说明", "not stated";
    }
}

words! {
    /// What ties a resident to a dwelling.
    ResidenceKind, "kind of residence" {
        Living = "living", "居住", "lives in";
        Registered = "registered", "户籍", "registered at";
        Owning = "owning", "产权", "owns";
        Renting = "renting", "承租", "rents";
        Working = "working", "就业", "works at";
        Staying = "staying", "暂住", "stays at";
    }
}

words! {
    /// How a dwelling is used.
    Usage, "usage" {
        Owner = "owner", "自住", "owner-occupied";
        Rented = "rented", "出租", "let";
        Group = "group", "群租", "let by the room";
        Vacant = "vacant", "空置", "vacant";
        Shop = "shop", "商用", "commercial";
        Unknown = "unknown", "未知", "unknown";
    }
}

words! {
    /// What identifies a resident, for a time.
    IdentifierKind, "kind of identifier" {
        IdCard = "id_card", "居民身份证", "identity card";
        HkMacauPermit = "hk_macau_permit", "港澳居民居住证", "permit of Hong Kong and Macau residents";
        TaiwanPermit = "taiwan_permit", "台湾居民居住证", "permit of Taiwan residents";
        ForeignPr = "foreign_pr", "外国人永久居留身份证", "foreign permanent resident card";
        Passport = "passport", "护照", "passport";
        Phone = "phone", "电话", "telephone";
    }
}

words! {
    /// What was seen of a resident.
    How, "kind of look" {
        Listed = "listed", "列出", "listed";
        Read = "read", "查看", "read";
        Household = "household", "作为同户人员列出", "listed with the household";
        Revealed = "revealed", "明文查看", "shown in clear";
        Exported = "exported", "导出", "exported";
        Printed = "printed", "打印", "printed";
    }
}

words! {
    /// Fields that are shown or hidden together.
    Group, "group of fields" {
        Name = "name", "姓名", "name";
        Id = "id", "证件号码", "identity number";
        Phone = "phone", "电话", "telephone";
        Birth = "birth", "出生日期", "birth date";
        Address = "address", "住址", "address";
        Household = "household", "同住人员", "household";
    }
}
