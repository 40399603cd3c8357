use proptest::prelude::*;

use super::{Answers, Group, MAX_LEN, decode, encode};
use crate::policy::{Category, Mask, Policy};

fn policy(ids: &[String]) -> Policy {
    let builder = Policy::builder("Example SAS", "privacy@example.com");
    let builder = ids.iter().zip(1..).fold(builder, |builder, (id, number)| {
        builder.category(Category::new(id).title(format!("Title {number}")).description("Description"))
    });
    builder.build().unwrap()
}

fn ids() -> impl Strategy<Value = Vec<String>> {
    let built_in = proptest::sample::select(vec!["preferences", "analytics", "marketing", "embeds"]);
    let id = prop_oneof![built_in.prop_map(str::to_owned), "[a-z][a-z0-9_-]{0,31}"];
    proptest::collection::btree_set(id, 0..12)
        .prop_map(|ids| ids.into_iter().filter(|id| id != "necessary").collect::<Vec<_>>())
        .prop_shuffle()
}

/// Answers in which no category is answered twice.
fn answers(policy: &Policy, seeds: &[(u32, Mask, Mask)]) -> Answers {
    let mut free = policy.optional();
    let groups = seeds.iter().map(|&(at, granted, denied)| {
        let granted = granted & free;
        free &= !granted;
        let denied = denied & free;
        free &= !denied;
        Group { at: at.into(), granted, denied }
    });
    Answers::from_groups(7, groups).unwrap()
}

/// What a visitor has answered about a category: the answer and when.
fn answer(policy: &Policy, answers: &Answers, id: &str) -> Option<(bool, i64)> {
    let bit = 1 << policy.position(id)?;
    answers.groups().find_map(|group| {
        let granted = group.granted & bit != 0;
        (granted || group.denied & bit != 0).then_some((granted, group.at))
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(ids in ids(), seeds in proptest::collection::vec(any::<(u32, Mask, Mask)>(), 1..4)) {
        let policy = policy(&ids);
        let answers = answers(&policy, &seeds);
        let value = encode(&policy, &answers);
        prop_assert!(value.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b)), "{value}");
        prop_assert_eq!(decode(&policy, value.as_bytes()), Some(answers), "{}", value);
    }

    #[test]
    fn no_change_of_the_category_list_changes_an_answer(
        before in ids(),
        added in ids(),
        removed in any::<proptest::sample::Index>(),
        seeds in proptest::collection::vec(any::<(u32, Mask, Mask)>(), 1..3),
    ) {
        let mut after: Vec<String> = added.into_iter().chain(before.iter().cloned()).collect();
        after.sort();
        after.dedup();
        if !after.is_empty() {
            after.remove(removed.index(after.len()));
        }
        after.reverse();
        let (before, after) = (policy(&before), policy(&after));
        let given = answers(&before, &seeds);
        let read = decode(&after, encode(&before, &given).as_bytes()).unwrap();
        for category in after.categories() {
            let id = category.as_str();
            prop_assert_eq!(answer(&after, &read, id), answer(&before, &given, id), "{}", id);
        }
    }

    #[test]
    fn arbitrary_bytes_are_read_or_refused(value in proptest::collection::vec(any::<u8>(), 0..80)) {
        decode(&policy(&["analytics".into(), "own".into()]), &value);
    }

    #[test]
    fn what_is_read_is_what_would_be_written(value in "1\\.[0-9]{1,3}(\\.[0-9a-z]{0,7}\\.[AMPE]{0,3}(-[a-zA-Z0-9_-]{0,7})?\\.[AMPE]{0,3}){1,2}") {
        let ids = ["preferences", "analytics", "marketing", "embeds"].map(str::to_owned);
        let policy = policy(&ids);
        if let Some(answers) = decode(&policy, value.as_bytes()) {
            prop_assert_eq!(decode(&policy, encode(&policy, &answers).as_bytes()), Some(answers));
        }
    }
}

fn example() -> Policy {
    policy(&["analytics".to_owned(), "marketing".to_owned(), "newsletter".to_owned()])
}

#[test]
fn a_value_reads_as_documented() {
    let policy = example();
    let answers =
        Answers::from_groups(3, [Group { at: 1_763_864_897, granted: 0b0010, denied: 0b1100 }]).unwrap();
    let value = encode(&policy, &answers);
    let token = policy.declared().categories[3].token;
    let crate::policy::Token::Digest(token) = token else { panic!("{token:?}") };
    assert_eq!(value, format!("1.3.t65qv5.A.M-{}", std::str::from_utf8(&token).unwrap()));
}

#[test]
fn values_that_nobody_wrote_are_refused() {
    let policy = example();
    assert!(decode(&policy, b"1.1.t65qv5.A.M").is_some());
    for value in [
        "",
        "1",
        "1.",
        "1.1",
        "1.1.t65qv5",
        "1.1.t65qv5.A",
        "2.1.t65qv5.A.M",
        "1.0.t65qv5.A.M",
        "1.01.t65qv5.A.M",
        "1.1.0t65qv5.A.M",
        "1.1.T66H5T.A.M",
        "1.-1.t65qv5.A.M",
        "1.+1.t65qv5.A.M",
        "1.1.-5.A.M",
        "1.99999999999.t65qv5.A.M",
        "1.1.t65qv5.AA.M",
        "1.1.t65qv5.A.A",
        "1.1.t65qv5.a.M",
        "1.1.t65qv5.A.M.",
        "1.1.t65qv5.A.M.x",
        "1.1.t65qv5.A.M.t65qv5.A.",
        "1.1.t65qv5.A-.M",
        "1.1.t65qv5.A-abc.M",
        "1.1.t65qv5.A-abcde!.M",
        "1.1..A.M",
        "1.1.t65qv5.A.M~x",
        " 1.1.t65qv5.A.M",
        "1.1.zzzzzzzzzzzzzzzz.A.M",
        "yes",
        "true",
        "[]",
        "{",
        "null",
        "1",
        "%",
        "%zz",
    ] {
        assert_eq!(decode(&policy, value.as_bytes()), None, "{value}");
    }
    let long = format!("1.1.t65qv5.A.M-{}", "x".repeat(MAX_LEN));
    assert_eq!(decode(&policy, long.as_bytes()), None);
    assert_eq!(decode(&policy, b"1.1.t65qv5.A.\xff"), None);
}

#[test]
fn unknown_categories_are_skipped_and_the_others_honoured() {
    let answers = decode(&example(), b"1.1.t65qv5.AE-abcdef.MX-ghijkl").unwrap();
    assert_eq!((answers.first.granted, answers.first.denied), (0b0010, 0b0100));
}

#[test]
fn name_and_value_fit_64_bytes_with_all_built_in_and_four_own_categories() {
    let mut ids = ["preferences", "analytics", "marketing", "embeds"].map(str::to_owned).to_vec();
    ids.extend((0..4).map(|i| format!("{}{i}", "x".repeat(31))));
    let policy = policy(&ids);
    for granted in [0, policy.optional(), 0b10110] {
        let group = Group { at: 1_800_000_000, granted, denied: policy.optional() & !granted };
        let value = encode(&policy, &Answers::from_groups(9, [group]).unwrap());
        assert!("__Host-consent".len() + value.len() <= 64, "{value}");
    }
}
