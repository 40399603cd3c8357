use crate::policy::{Mask, Policy};

/// A decision as the form sends it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) act: Act,
    /// The known ids under `category`.
    pub(super) categories: Mask,
    /// The known ids under `asked`: what the banner asked for, where that is not everything.
    pub(super) asked: Option<Mask>,
    pub(super) return_to: Option<String>,
    pub(super) notice: Option<String>,
}

/// What the visitor pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Accept,
    Reject,
    Save,
    Allow,
}

impl Form {
    /// Reads a form; unknown fields and unknown ids are skipped. A field may hold several ids with commas between
    /// them, which is what a script's array becomes.
    pub(super) fn parse(policy: &Policy, body: &[u8]) -> Result<Self, &'static str> {
        if !is_well_formed(body) {
            return Err("the form is malformed");
        }
        let mut act = None;
        let mut return_to = None;
        let mut notice = None;
        let mut categories = 0;
        let mut asked = None;
        for (name, value) in form_urlencoded::parse(body) {
            let bit = |id: &str| policy.position(id).map_or(0, |bit| 1 << bit) & policy.optional();
            let bits = || value.split(',').fold(0, |bits, id| bits | bit(id));
            match &*name {
                "choice" => {
                    let chosen = match &*value {
                        "accept" => Act::Accept,
                        "reject" => Act::Reject,
                        "save" => Act::Save,
                        "allow" => Act::Allow,
                        _ => return Err("the choice is unknown"),
                    };
                    if act.replace(chosen).is_some() {
                        return Err("there are two choices");
                    }
                }
                "category" => categories |= bits(),
                "asked" => *asked.get_or_insert(0) |= bits(),
                "return_to" => return_to = Some(value.into_owned()),
                "notice" => notice = Some(value.into_owned()),
                _ => {}
            }
        }
        let act = act.ok_or("there is no choice")?;
        Ok(Self { act, categories, asked, return_to, notice })
    }
}

/// Percent signs are followed by two digits, and what they stand for is UTF-8. Browsers send
/// nothing else (URL Standard, application/x-www-form-urlencoded).
fn is_well_formed(body: &[u8]) -> bool {
    let mut rest = body;
    let mut decoded = Vec::with_capacity(body.len());
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'%' {
            let hex = |b: u8| char::from(b).to_digit(16);
            let Some((digits, tail)) = rest.split_first_chunk::<2>() else { return false };
            let [Some(high), Some(low)] = digits.map(hex) else { return false };
            decoded.extend(u8::try_from(high << 4 | low));
            rest = tail;
        } else {
            decoded.push(byte);
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Act, Form};
    use crate::policy::{Category, Policy};

    fn policy() -> Policy {
        let builder = Policy::builder("Example SAS", "privacy@example.com");
        builder.category(Category::analytics()).category(Category::marketing()).build().unwrap()
    }

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let body = b"return_to=%2Fa%3Fb%3Dc&notice=1.abc&choice=save&category=marketing&category=analytics";
        let form = Form::parse(&policy(), body).unwrap();
        assert_eq!(form.act, Act::Save);
        assert_eq!(form.categories, 0b110);
        assert_eq!(form.return_to.as_deref(), Some("/a?b=c"));
        assert_eq!(form.notice.as_deref(), Some("1.abc"));
        assert_eq!(form.asked, None);
    }

    #[test]
    fn one_field_holds_several_ids() {
        let form = Form::parse(&policy(), b"choice=save&category=analytics%2Cads%2Cmarketing").unwrap();
        assert_eq!(form.categories, 0b110);
        let form = Form::parse(&policy(), b"choice=allow&category=marketing,&asked=,analytics").unwrap();
        assert_eq!((form.categories, form.asked), (0b100, Some(0b010)));
    }

    #[test]
    fn unknown_ids_and_necessary_are_skipped() {
        let form = Form::parse(&policy(), b"choice=save&category=ana&category=necessary&category=").unwrap();
        assert_eq!(form.categories, 0);
        assert_eq!(Form::parse(&policy(), b"choice=accept&asked=nothing").unwrap().asked, Some(0));
    }

    #[test]
    fn what_decides_nothing_is_refused() {
        for body in [
            "",
            "x",
            "choice",
            "choice=",
            "choice=yes",
            "choice=ACCEPT",
            "choice=accept&choice=accept",
            "choice=accept&choice=reject",
            "category=analytics",
            "choice=accept&x=%zz",
            "choice=accept&x=%",
            "choice=accept&x=%ff",
            "choice=acc%e9pt",
        ] {
            assert!(Form::parse(&policy(), body.as_bytes()).is_err(), "{body}");
        }
        assert!(Form::parse(&policy(), b"choice=accept&x=\xff").is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_bodies_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Form::parse(&policy(), &body);
        }
    }
}
