//! How each source gets things wrong, as shares in percent; they are those of the open profile of the synthetic district.

/// The habits of a source.
pub struct Habits {
    /// The word of the source.
    pub key: &'static str,
    /// In front of the numbers of its records.
    pub letter: char,
    /// Residents that it has.
    pub covers: f64,
    /// Residents that it has once more.
    pub repeats: f64,
    /// How many days back its records go.
    pub days: i64,
    pub id: Id,
    pub name: Name,
    pub birth: Birth,
    pub phone: Phone,
    pub address: Address,
    pub no_sex: f64,
    pub wrong_sex: f64,
}

pub struct Id {
    pub missing: f64,
    pub one_wrong: f64,
    pub swapped: f64,
    pub fifteen: f64,
    pub masked: f64,
    pub relatives: f64,
}

pub struct Name {
    pub sound: f64,
    pub shape: f64,
    pub title: f64,
    pub short: f64,
    pub new: f64,
    pub traditional: f64,
    pub space: f64,
    pub order: f64,
}

pub struct Birth {
    pub missing: f64,
    pub day: f64,
    pub month: f64,
    pub swapped: f64,
    pub lunar: f64,
    pub year_only: f64,
}

pub struct Phone {
    pub missing: f64,
    pub old: f64,
    pub typo: f64,
    pub familys: f64,
}

pub struct Address {
    pub missing: f64,
    /// Of those who moved.
    pub old: f64,
    pub sound: f64,
    pub no_street: f64,
    pub no_community: f64,
    pub no_unit: f64,
    pub no_room: f64,
}

/// 户籍: complete and careful, but slow to hear of a move.
pub const CIVIL: Habits = Habits {
    key: "civil",
    letter: 'C',
    covers: 80.0,
    repeats: 0.4,
    days: 2500,
    id: Id { missing: 15.0, one_wrong: 1.0, swapped: 0.4, fifteen: 1.0, masked: 0.0, relatives: 0.1 },
    name: Name {
        sound: 1.2,
        shape: 0.8,
        title: 0.0,
        short: 0.2,
        new: 0.4,
        traditional: 0.6,
        space: 1.0,
        order: 0.1,
    },
    birth: Birth { missing: 3.0, day: 0.8, month: 0.6, swapped: 0.2, lunar: 1.0, year_only: 0.8 },
    phone: Phone { missing: 22.0, old: 16.0, typo: 0.8, familys: 3.0 },
    address: Address {
        missing: 2.0,
        old: 70.0,
        sound: 0.4,
        no_street: 10.0,
        no_community: 12.0,
        no_unit: 3.0,
        no_room: 2.0,
    },
    no_sex: 0.4,
    wrong_sex: 0.2,
};

/// 医保: good telephones, addresses left out.
pub const INSURANCE: Habits = Habits {
    key: "insurance",
    letter: 'I',
    covers: 87.0,
    repeats: 1.2,
    days: 1100,
    id: Id { missing: 17.0, one_wrong: 1.2, swapped: 0.5, fifteen: 0.3, masked: 1.0, relatives: 0.3 },
    name: Name {
        sound: 1.8,
        shape: 1.0,
        title: 0.0,
        short: 0.3,
        new: 0.3,
        traditional: 0.1,
        space: 0.6,
        order: 0.2,
    },
    birth: Birth { missing: 4.0, day: 0.8, month: 0.6, swapped: 0.2, lunar: 0.6, year_only: 0.6 },
    phone: Phone { missing: 10.0, old: 10.0, typo: 1.0, familys: 8.0 },
    address: Address {
        missing: 14.0,
        old: 45.0,
        sound: 0.6,
        no_street: 25.0,
        no_community: 40.0,
        no_unit: 6.0,
        no_room: 5.0,
    },
    no_sex: 0.6,
    wrong_sex: 0.4,
};

/// 网格: knows who lives where today, and writes names as they are called.
pub const GRID: Habits = Habits {
    key: "grid",
    letter: 'G',
    covers: 71.0,
    repeats: 4.5,
    days: 500,
    id: Id { missing: 30.0, one_wrong: 2.0, swapped: 1.0, fifteen: 0.1, masked: 3.0, relatives: 0.3 },
    name: Name {
        sound: 5.0,
        shape: 1.0,
        title: 3.0,
        short: 1.0,
        new: 0.2,
        traditional: 0.0,
        space: 0.6,
        order: 0.3,
    },
    birth: Birth { missing: 10.0, day: 1.2, month: 1.0, swapped: 0.4, lunar: 3.0, year_only: 3.0 },
    phone: Phone { missing: 12.0, old: 4.0, typo: 1.4, familys: 12.0 },
    address: Address {
        missing: 1.0,
        old: 3.0,
        sound: 1.0,
        no_street: 45.0,
        no_community: 45.0,
        no_unit: 8.0,
        no_room: 3.0,
    },
    no_sex: 3.0,
    wrong_sex: 0.6,
};
