//! The panel at the end of every page: what the layer let pass and what it withheld.

use std::{borrow::Cow, fmt::Write as _};

use tower_consent::{Answer, Category, CategoryId, GateReport, Gated, Plane};

use crate::{
    language::{Language, Text, text},
    pages::escape,
    site::Visit,
};

/// What the panel will say, once the headers of its own response have been gated.
#[derive(Debug)]
pub(crate) struct Panel {
    language: Language,
    intro: Text,
    states: Vec<State>,
    has_signal: bool,
    report: GateReport,
}

/// One category, as this visitor has it.
#[derive(Debug)]
struct State {
    category: CategoryId,
    is_allowed: bool,
    answer: Answer,
}

const TITLE: Text =
    text("What the server did with this response", "Ce que le serveur a fait de cette réponse");
const ASKS_FIRST: Text = text(
    "This paper’s code tries to track you on every page and never asks. The consent layer in front of it \
     lets pass only what you have agreed to. What is necessary, such as the session cookie, needs no \
     consent and is not listed.",
    "Le code de ce journal essaie de vous suivre à chaque page et ne demande jamais rien. La couche de \
     consentement placée devant lui ne laisse passer que ce que vous avez accepté. Ce qui est nécessaire, \
     comme le cookie de session, se passe de consentement et n’est pas listé.",
);
const UNTIL_OPT_OUT: Text = text(
    "This paper’s code tries to track you on every page and never asks. In this edition the consent layer \
     in front of it lets everything pass until you opt out. What is necessary, such as the session cookie, \
     needs no consent and is not listed.",
    "Le code de ce journal essaie de vous suivre à chaque page et ne demande jamais rien. Dans cette édition, \
     la couche de consentement placée devant lui laisse tout passer tant que vous ne refusez pas. Ce qui est \
     nécessaire, comme le cookie de session, se passe de consentement et n’est pas listé.",
);
const SIGNAL: Text = text(
    "Your browser sends the Global Privacy Control signal.",
    "Votre navigateur envoie le signal Global Privacy Control.",
);
const YOUR_CONSENT: Text = text("Your consent", "Votre consentement");
const THIS_RESPONSE: Text = text("In this response", "Dans cette réponse");
const NOTHING_MET: Text =
    text("Nothing that needs consent was met.", "Rien qui demande un consentement n’a été rencontré.");
const NOT_GATED: Text = text(
    "The headers of this response have not been gated.",
    "Les en-têtes de cette réponse n’ont pas été filtrés.",
);
const RESULT: Text = text("Result", "Résultat");
const NAME: Text = text("Name", "Nom");
const PURPOSE: Text = text("Purpose", "Finalité");
const PASSED: Text = text("passed", "transmis");
const WITHHELD: Text = text("withheld", "retenu");
const UNDECLARED: Text = text("not declared", "non déclaré");

impl Panel {
    /// Asks for the consent now, so that the layer sees that this response depends on it and keeps
    /// it out of shared caches; the report is read when the page gets there.
    pub(crate) fn new(visit: &Visit) -> Self {
        let consent = &visit.consent;
        let states = consent.categories().map(|(id, is_allowed)| State {
            category: id.clone(),
            is_allowed,
            answer: consent.answer(id),
        });
        Self {
            language: visit.language,
            intro: if visit.edition.is_classic() { UNTIL_OPT_OUT } else { ASKS_FIRST },
            states: states.collect(),
            has_signal: consent.has_signal(),
            report: visit.report.clone(),
        }
    }

    /// The markup. To be called while the body streams: before that there is nothing to tell.
    pub(crate) fn render(&self) -> String {
        let mut out = String::new();
        let _ = write!(
            out,
            "<aside class=\"panel\" aria-labelledby=\"panel-title\"><div class=\"consent\">\
             <h2 id=\"panel-title\">{}</h2><p>{}</p>",
            self.say(TITLE),
            self.say(self.intro)
        );
        self.states(&mut out);
        let _ = write!(out, "</div><div class=\"met\"><h3>{}</h3>", self.say(THIS_RESPONSE));
        match self.report.items() {
            _ if !self.report.is_complete() => self.paragraph(&mut out, NOT_GATED),
            [] => self.paragraph(&mut out, NOTHING_MET),
            items => self.table(&mut out, items),
        }
        out.push_str("</div></aside>");
        out
    }

    fn states(&self, out: &mut String) {
        let _ = write!(out, "<h3>{}</h3>", self.say(YOUR_CONSENT));
        if self.has_signal {
            self.paragraph(out, SIGNAL);
        }
        out.push_str("<dl>");
        for state in &self.states {
            let title = category_title(state.category.as_str(), self.language);
            let mark = mark(state.is_allowed, &self.say(state.word()));
            let reason = state.reason(self.has_signal);
            let _ = write!(
                out,
                "<div><dt>{}</dt><dd>{mark}<span class=\"why\">{}</span></dd></div>",
                escape(&title),
                self.say(reason)
            );
        }
        out.push_str("</dl>");
    }

    fn table(&self, out: &mut String, items: &[Gated]) {
        let withheld = items.iter().filter(|item| item.was_withheld()).count();
        let _ = write!(
            out,
            "<table><caption>{}</caption><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>\
             <th scope=\"col\">{}</th></tr></thead><tbody>",
            self.summary(withheld, items.len() - withheld),
            self.say(NAME),
            self.say(PURPOSE),
            self.say(RESULT)
        );
        for item in items {
            let result = if item.was_withheld() { WITHHELD } else { PASSED };
            let _ = write!(
                out,
                "<tr><th scope=\"row\"><code>{}</code><span class=\"kind\">{}</span></th>\
                 <td>{}</td><td>{}</td></tr>",
                escape(item.name()),
                self.say(kind(item.plane())),
                escape(&self.purposes(item)),
                mark(!item.was_withheld(), &self.say(result))
            );
        }
        out.push_str("</tbody></table>");
    }

    fn summary(&self, withheld: usize, passed: usize) -> String {
        match self.language {
            Language::English => format!("{withheld} withheld, {passed} passed"),
            Language::French => {
                let plural = |count| if count > 1 { "s" } else { "" };
                format!("{withheld} retenu{}, {passed} transmis", plural(withheld))
            }
        }
    }

    /// The categories that must all be allowed.
    fn purposes(&self, item: &Gated) -> String {
        let titles = item.categories().iter().map(|id| category_title(id.as_str(), self.language));
        let titles: Vec<_> = titles.collect();
        match (titles.as_slice(), item.vendor()) {
            ([], Some(vendor)) => format!("{} ({vendor})", self.say(UNDECLARED)),
            ([], None) => self.say(UNDECLARED).into_owned(),
            _ => titles.join(", "),
        }
    }

    fn paragraph(&self, out: &mut String, words: Text) {
        let _ = write!(out, "<p>{}</p>", self.say(words));
    }

    fn say(&self, words: Text) -> Cow<'static, str> {
        words.get(self.language)
    }
}

impl State {
    fn word(&self) -> Text {
        if self.is_allowed { text("allowed", "autorisé") } else { text("not allowed", "non autorisé") }
    }

    fn reason(&self, has_signal: bool) -> Text {
        match (self.answer, self.is_allowed) {
            _ if self.category == Category::NECESSARY => text("always", "toujours"),
            (Answer::Granted, true) => text("you said yes", "vous avez dit oui"),
            (Answer::Denied, false) => text("you said no", "vous avez dit non"),
            (Answer::NotAsked, true) => text("until you opt out", "sauf refus"),
            (Answer::NotAsked, false) if has_signal => text("browser signal", "signal du navigateur"),
            (Answer::NotAsked, false) => text("no answer yet", "pas encore de réponse"),
            // A signal can count for more than an answer.
            _ => text("browser signal", "signal du navigateur"),
        }
    }
}

fn kind(plane: Plane) -> Text {
    match plane {
        Plane::RequestCookie => text("cookie received", "cookie reçu"),
        Plane::RequestHeader => text("header received", "en-tête reçu"),
        Plane::ResponseCookie => text("cookie to set", "cookie à déposer"),
        Plane::Origin => text("origin named", "origine nommée"),
        Plane::ResponseHeader => text("header to send", "en-tête à envoyer"),
        Plane::Mark => text("element marked", "élément marqué"),
        _ => text("other", "autre"),
    }
}

/// A tick or a cross and the word: colour only repeats what they say.
fn mark(is_good: bool, word: &str) -> String {
    let (class, sign) = if is_good { ("passed", "✓") } else { ("withheld", "✕") };
    format!("<span class=\"mark {class}\"><span aria-hidden=\"true\">{sign}</span> {word}</span>")
}

/// The titles that the banner and the settings page use.
fn category_title(id: &str, language: Language) -> Cow<'_, str> {
    let title = match id {
        "necessary" => text("Necessary", "Nécessaires"),
        "analytics" => text("Audience measurement", "Mesure d’audience"),
        "marketing" => text("Advertising", "Publicité"),
        _ => return Cow::Borrowed(id),
    };
    title.get(language)
}
