use crate::policy::{Mask, Policy};

/// The answers of one visitor, as the consent cookie keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answers {
    pub(crate) revision: u32,
    pub(crate) first: Group,
    /// Answers given at other times; most visitors have none.
    pub(crate) rest: Vec<Group>,
}

/// Answers given at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Seconds since 1970.
    pub(crate) at: i64,
    pub(crate) granted: Mask,
    pub(crate) denied: Mask,
}

/// What a visitor answers now; categories in neither set keep their answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) grant: Mask,
    pub(crate) deny: Mask,
}

impl Choice {
    pub(crate) fn grant(grant: Mask) -> Self {
        Self { grant, deny: 0 }
    }

    pub(crate) fn deny(deny: Mask) -> Self {
        Self { grant: 0, deny }
    }
}

impl Answers {
    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    pub(crate) fn from_groups(revision: u32, groups: impl IntoIterator<Item = Group>) -> Option<Self> {
        let mut groups = groups.into_iter();
        Some(Self { revision, first: groups.next()?, rest: groups.collect() })
    }

    /// When the latest answer was given.
    pub(crate) fn latest(&self) -> i64 {
        self.rest.iter().fold(self.first.at, |latest, group| latest.max(group.at))
    }

    /// The answers after a choice: what it names is answered now, the rest keeps answer and time,
    /// so that no old consent is prolonged by a new one. A no to what is `lasting` outlives revisions.
    pub(crate) fn decide(
        earlier: Option<&Self>,
        policy: &Policy,
        lasting: Mask,
        choice: Choice,
        now: i64,
    ) -> Option<Self> {
        let named = choice.grant | choice.deny;
        let revision = policy.revision();
        let kept = earlier.into_iter().flat_map(|answers| {
            let is_current = answers.revision == revision;
            let (granted, denied) = if is_current { (Mask::MAX, Mask::MAX) } else { (0, lasting) };
            answers.groups().map(move |group| Group {
                at: group.at,
                granted: group.granted & granted & !named,
                denied: group.denied & denied & !named,
            })
        });
        let new = Group { at: now, granted: choice.grant, denied: choice.deny };
        // A site without optional categories still keeps that the visitor answered.
        let answered = named != 0 || policy.optional() == 0;
        let groups = std::iter::once(new).filter(|_| answered);
        let groups = groups.chain(kept.filter(|group| group.granted | group.denied != 0));
        Self::from_groups(revision, groups)
    }
}
