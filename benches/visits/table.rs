//! The table that is printed.

use crate::{
    packages,
    site::Site,
    size::Size,
    visit::{Network, Visit},
};

/// What was measured of one site: by network, one after the other.
pub(crate) struct Column {
    pub(crate) site: Site,
    pub(crate) first: [Vec<Visit>; 2],
    pub(crate) again: [Vec<Visit>; 2],
}

impl Column {
    pub(crate) fn new(site: Site) -> Self {
        Self { site, first: Default::default(), again: Default::default() }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.site.banner.map_or("none", |banner| banner.name)
    }

    fn title(&self) -> String {
        let version = match self.site.banner.map(|banner| banner.package) {
            None => return "no banner".to_owned(),
            Some(None) => env!("CARGO_PKG_VERSION").to_owned(),
            Some(Some(package)) => packages::version(package).unwrap(),
        };
        format!("{} {version}", self.name())
    }
}

/// Prints everything as Markdown: one column a banner, after that of the page without.
pub(crate) fn print(columns: &[Column]) {
    println!("| | {} |", row(columns, Column::title));
    println!("|---|{}", "--:|".repeat(columns.len()));
    let phone = Network::Phone as usize;
    for (who, of) in [("first visit", first as Of), ("returning", again)] {
        let bare = &of(&columns[0], phone)[0];
        let size = |select: fn(Size) -> i64| {
            row(columns, |column| grouped(select(same(of(column, phone), |visit| visit.size) - bare.size)))
        };
        println!("| {who}: bytes added | {} |", size(|size| size.raw));
        println!("| the same, gzip 6 | {} |", size(|size| size.gzip));
        println!("| the same, Brotli 4 | {} |", size(|size| size.brotli));
        let requests = |column: &Column| {
            let added = same(of(column, phone), |visit| visit.requests) - bare.requests;
            let early =
                median(of(column, phone).iter().map(|visit| visit.early as f64)).1 - bare.early as f64;
            if added == 0 { "0".to_owned() } else { format!("{added} ({early})") }
        };
        println!("| requests added (of these before first paint) | {} |", row(columns, requests));
        let moved = |column: &Column| {
            let moved = of(column, phone).iter().chain(of(column, Network::Local as usize));
            format!("{:.3}", moved.map(|visit| visit.moved).fold(0.0, f64::max))
        };
        println!("| layout shift, at most | {} |", row(columns, moved));
        for (network, name) in [(Network::Phone, "phone"), (Network::Local, "no throttling")] {
            let network = network as usize;
            let paint = |column: &Column| spread(of(column, network).iter().map(|visit| visit.first_paint));
            println!("| first contentful paint, {name}, ms | {} |", row(columns, paint));
            if of(&columns[1], network)[0].banner.is_some() {
                let later =
                    |column: &Column| spread(of(column, network).iter().filter_map(|visit| visit.banner));
                println!("| from there to the banner, {name}, ms | {} |", row(columns, later));
            }
        }
    }
    let cookie = |column: &Column| grouped(same(&column.again[phone], |visit| visit.cookie) as i64);
    println!("| cookie sent along from then on, bytes | {} |", row(columns, cookie));
}

type Of = fn(&Column, usize) -> &[Visit];

fn first(column: &Column, network: usize) -> &[Visit] {
    &column.first[network]
}

fn again(column: &Column, network: usize) -> &[Visit] {
    &column.again[network]
}

fn row(columns: &[Column], cell: impl Fn(&Column) -> String) -> String {
    columns.iter().map(cell).collect::<Vec<_>>().join(" | ")
}

/// What is the same in all visits.
fn same<T: PartialEq + std::fmt::Debug>(visits: &[Visit], select: impl Fn(&Visit) -> T) -> T {
    let first = select(&visits[0]);
    for visit in visits {
        assert_eq!(select(visit), first, "differs from visit to visit");
    }
    first
}

/// The least, the median and the most.
fn median(values: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    (values[0], values[values.len() / 2], values[values.len() - 1])
}

fn spread(values: impl Iterator<Item = f64>) -> String {
    let mut values = values.peekable();
    if values.peek().is_none() {
        return String::new();
    }
    let (least, median, most) = median(values);
    format!("{median:.0} ({least:.0} to {most:.0})")
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
