use super::{answers::Answers, cookie::Stored, signal::Signal};
use crate::policy::{Jurisdiction, Mask, Model, NECESSARY, Policy, Rules};

/// Clocks of several servers may differ by as much, in seconds.
const CLOCK_SKEW: i64 = 300;

/// What holds for one visitor at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// What may be used.
    pub(crate) effective: Mask,
    /// Answered with a yes that holds.
    pub(crate) granted: Mask,
    /// Not allowed because of an answer, or of what the browser says by itself.
    pub(crate) refused: Mask,
    /// Answered, and not to be asked again for now.
    pub(crate) answered: Mask,
    /// To be asked.
    pub(crate) due: Mask,
    /// The answers that a new decision builds on.
    pub(crate) answers: Option<Answers>,
    /// What the browser says by itself.
    pub(crate) signal: Option<Signal>,
    /// What all this was judged by.
    pub(crate) rules: Rules,
}

/// What a request says beside its answers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Circumstances {
    /// What the browser says by itself.
    pub(crate) signal: Option<Signal>,
    /// The request comes from another site in a way for which browsers leave `Lax` cookies out.
    pub(crate) may_hide_cookie: bool,
    /// Whose rules apply, where that is asked.
    pub(crate) jurisdiction: Option<Jurisdiction>,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

impl State {
    pub(crate) fn new(policy: &Policy, stored: Stored, circumstances: Circumstances) -> Self {
        let Circumstances { signal, may_hide_cookie, jurisdiction, now } = circumstances;
        let rules = policy.rules(jurisdiction);
        let optional = policy.optional();
        let mut is_trusted = stored != Stored::Unusable;
        let mut recalled = Recalled::default();
        let answers = match stored {
            Stored::Answers(answers) if answers.latest() <= now.saturating_add(CLOCK_SKEW) => Some(answers),
            Stored::Answers(_) => {
                is_trusted = false;
                None
            }
            Stored::Absent => {
                is_trusted = !may_hide_cookie;
                None
            }
            Stored::Unusable => None,
        };
        if let Some(answers) = &answers {
            is_trusted &= answers.revision == policy.revision();
            recalled = Recalled::new(policy, &rules, answers, now);
        }

        let Recalled { granted, answered, denied, objected, seen } = recalled;
        // What was never asked is asked; what has lapsed waits while a no is remembered.
        let never = optional & !seen;
        let lapsed = optional & seen & !answered;
        let due = match (rules.asks(), denied) {
            (false, _) => 0,
            (true, 0) => never | lapsed,
            (true, _) => never,
        } & !rules.exempt;
        // An objection that cannot be seen is one that may have been made.
        let may_have_objected = signal.is_some() || !is_trusted;
        let exempt = if may_have_objected { 0 } else { rules.exempt & !objected };
        let allowed = match rules.model {
            Model::OptIn => granted | exempt,
            Model::OptOut if signal.is_some() => 0,
            Model::OptOut if !is_trusted => granted,
            // What was answered once and has lapsed waits for the next answer.
            Model::OptOut => granted | optional & !seen,
        };
        let said_no = if signal.is_some() { optional } else { denied | objected };
        Self {
            effective: NECESSARY | allowed,
            granted,
            refused: said_no & !allowed,
            answered,
            due,
            answers: answers.filter(|_| answered != 0 || optional == 0),
            signal,
            rules,
        }
    }

    /// What is used without a yes, until the visitor objects.
    pub(crate) fn measured(&self) -> Mask {
        self.effective & self.rules.exempt & !self.granted
    }

    /// Whether a category had a yes that holds no more.
    pub(crate) fn has_lapsed(&self, category: Mask) -> bool {
        let mut groups = self.answers.iter().flat_map(Answers::groups);
        self.granted & category == 0 && groups.any(|group| group.granted & category != 0)
    }

    pub(crate) fn is_decided(&self) -> bool {
        self.due == 0 && self.answers.is_some()
    }

    /// Writes as a JSON object whether each category may be used.
    pub(crate) fn write_categories(&self, policy: &Policy, json: &mut String) {
        for (bit, id) in policy.categories().enumerate() {
            json.push(if bit == 0 { '{' } else { ',' });
            // An id holds nothing that JSON would escape.
            json.push('"');
            json.push_str(id.as_str());
            json.push_str(if self.effective >> bit & 1 == 1 { "\":true" } else { "\":false" });
        }
        json.push('}');
    }

    /// Whether an answer of so many seconds ago has only just been given: pages that are shown now confirm it.
    pub(crate) fn is_fresh(age: Option<i64>) -> bool {
        age.is_some_and(|age| (0..15).contains(&age))
    }

    /// Seconds since the latest answer.
    pub(crate) fn age(&self, now: i64) -> Option<i64> {
        self.answers.as_ref().map(|answers| now - answers.latest())
    }
}

/// What is left of answers with time.
#[derive(Default)]
struct Recalled {
    granted: Mask,
    answered: Mask,
    denied: Mask,
    /// Denied at any time, where that ends what needs no consent.
    objected: Mask,
    seen: Mask,
}

impl Recalled {
    fn new(policy: &Policy, rules: &Rules, answers: &Answers, now: i64) -> Self {
        let is_current = answers.revision == policy.revision();
        // A lapsed yes is not asked about again before a no would be.
        let memory = rules.memory();
        let consent = match rules.model {
            Model::OptIn => rules.consent_lifetime,
            Model::OptOut => memory,
        };
        let mut recalled = Self::default();
        for group in answers.groups() {
            let age = u64::try_from(now - group.at).unwrap_or(0);
            if is_current {
                recalled.seen |= group.granted | group.denied;
                if age < consent.as_secs() {
                    recalled.granted |= group.granted;
                }
                if age < memory.as_secs() {
                    recalled.answered |= group.granted;
                }
            }
            if age < rules.refusal_lifetime.as_secs() {
                recalled.denied |= group.denied & if is_current { Mask::MAX } else { rules.lasting() };
            }
            recalled.objected |= group.denied & rules.exempt;
        }
        recalled.seen |= recalled.denied | recalled.objected;
        recalled.answered |= recalled.denied | recalled.objected;
        recalled
    }
}

#[cfg(test)]
mod tests;
