//! The texts of the paper. The island of Brisemer and everyone on it are invented.

use crate::language::{Text, text};

#[derive(Debug)]
pub(crate) struct Story {
    pub(crate) slug: &'static str,
    pub(crate) section: Text,
    pub(crate) headline: Text,
    /// The sentence or two under the headline.
    pub(crate) summary: Text,
    pub(crate) author: &'static str,
    pub(crate) paragraphs: &'static [Text],
}

pub(crate) fn find(slug: &str) -> Option<&'static Story> {
    STORIES.iter().find(|story| story.slug == slug)
}

/// The first leads the front page.
pub(crate) static STORIES: &[Story] = &[
    Story {
        slug: "lighthouse-cat",
        section: text("Island", "L’île"),
        headline: text(
            "The keeper is leaving the lighthouse. The cat is staying.",
            "Le gardien quitte le phare. Le chat reste.",
        ),
        summary: text(
            "After thirty-one winters Odile Kerrand hands over the keys of the North Light. \
             Her successor has been warned about the third stair and about Bosun.",
            "Après trente et un hivers, Odile Kerrand rend les clés du phare du Nord. \
             On a prévenu son successeur pour la troisième marche, et pour Bosco.",
        ),
        author: "Maud Tressel",
        paragraphs: &[
            text(
                "There was no ceremony, because she had asked for none. Odile Kerrand climbed the \
                 hundred and eighteen steps of the North Light on Sunday evening, wiped the lens with \
                 the cloth she has used since her first year, and wrote one line in the logbook: \
                 “Wind south-west, light on, all well.”",
                "Il n’y a pas eu de cérémonie : elle n’en voulait pas. Dimanche soir, Odile Kerrand a \
                 gravi les cent dix-huit marches du phare du Nord, essuyé la lentille avec le chiffon \
                 de sa première année et écrit une ligne dans le registre : « Vent de sud-ouest, feu \
                 allumé, tout va bien. »",
            ),
            text(
                "The lamp has turned by itself for years. What a keeper does, she says, is notice: a \
                 hinge that has begun to sing, a boat that is later than its engine should be, a storm \
                 petrel resting on the gallery rail. “The light would do without me. I am less sure \
                 about the petrels.”",
                "La lampe tourne seule depuis des années. Un gardien, dit-elle, est là pour remarquer : \
                 un gond qui se met à chanter, un bateau plus en retard que ne l’explique son moteur, \
                 un pétrel qui se repose sur la rambarde. « Le feu se passerait de moi. Les pétrels, \
                 j’en suis moins sûre. »",
            ),
            text(
                "Her successor, Ilyès Marchetti, arrives on Thursday’s ferry with two suitcases and a \
                 cello. He inherits the logbook, a kettle that whistles in B flat, and a grey cat of \
                 uncertain age called Bosun, who has been offered a cottage in the village and has \
                 declined it.",
                "Son successeur, Ilyès Marchetti, arrive jeudi par le bac avec deux valises et un \
                 violoncelle. Il hérite du registre, d’une bouilloire qui siffle en si bémol et d’un \
                 chat gris d’âge incertain nommé Bosco, à qui l’on a proposé une maison au village et \
                 qui a refusé.",
            ),
            text(
                "“He is no trouble,” says Mrs Kerrand. “He goes up at dusk and comes down at dawn. \
                 Somebody should tell the young man that the chair by the window is taken.”",
                "« Il ne dérange personne, dit Mme Kerrand. Il monte au crépuscule et redescend à \
                 l’aube. Il faudrait seulement dire au jeune homme que la chaise près de la fenêtre est \
                 prise. »",
            ),
        ],
    },
    Story {
        slug: "ferry-bell",
        section: text("Harbour", "Le port"),
        headline: text("The 7.10 ferry has its bell back", "Le bac de 7 h 10 retrouve sa cloche"),
        summary: text(
            "It spent four years in a box marked “miscellaneous”. On Monday it rang again, and half \
             the harbour looked at its watch.",
            "Elle dormait depuis quatre ans dans une caisse marquée « divers ». Lundi elle a sonné de \
             nouveau, et la moitié du port a regardé sa montre.",
        ),
        author: "Ruben Asch",
        paragraphs: &[
            text(
                "When the old ferry was refitted, its bell was taken down to be polished, listed under \
                 “miscellaneous” and stored behind a stack of life jackets. There it stayed until a \
                 trainee, looking for rope, knocked over the box. The note it gave, says harbour \
                 master Lene Quist, “brought three people running out of the office in tears”.",
                "Pendant la remise en état du vieux bac, on avait décroché la cloche pour la polir, on \
                 l’avait inscrite à la ligne « divers » et rangée derrière une pile de gilets de \
                 sauvetage. Elle y est restée jusqu’à ce qu’un apprenti, en cherchant du cordage, \
                 renverse la caisse. La note, raconte Lene Quist, capitaine du port, « a fait sortir \
                 trois personnes du bureau en larmes ».",
            ),
            text(
                "The loudspeaker that stood in for it has been retired. It had announced the 7.10 with \
                 great clarity every morning, and nobody had ever once caught the boat because of it.",
                "Le haut-parleur qui la remplaçait prend sa retraite. Chaque matin il annonçait le 7 h 10 \
                 d’une voix parfaitement claire, et jamais personne n’a eu son bateau grâce à lui.",
            ),
            text(
                "The bell, on the other hand, can be heard from the bakery. Passengers with a roll in \
                 hand and one arm in a coat now arrive at 7.09, as they used to.",
                "La cloche, elle, s’entend depuis la boulangerie. Les passagers, un petit pain à la main \
                 et un seul bras dans le manteau, arrivent de nouveau à 7 h 09, comme avant.",
            ),
        ],
    },
    Story {
        slug: "night-library",
        section: text("Culture", "Culture"),
        headline: text(
            "The library now opens for those who cannot sleep",
            "La bibliothèque ouvre désormais aux insomniaques",
        ),
        summary: text(
            "On Thursdays the lamps stay on until four. There is tea, there are blankets, and there is \
             one rule.",
            "Le jeudi, les lampes restent allumées jusqu’à quatre heures. Il y a du thé, des \
             couvertures et une seule règle.",
        ),
        author: "Ines Valadier",
        paragraphs: &[
            text(
                "The idea came from the librarian’s own bad nights. “I was walking past anyway,” says \
                 Tomas Brightwell, “and I had the keys.” He expected two or three readers. On the \
                 first Thursday there were nineteen, among them a baker, both night nurses and a man \
                 who had come to return a book from 1994.",
                "L’idée est venue des mauvaises nuits du bibliothécaire. « Je passais devant de toute \
                 façon, dit Tomas Brightwell, et j’avais les clés. » Il attendait deux ou trois \
                 lecteurs. Le premier jeudi ils étaient dix-neuf, dont un boulanger, les deux \
                 infirmières de nuit et un homme venu rendre un livre emprunté en 1994.",
            ),
            text(
                "The rule hangs by the door: nobody asks anybody why they are awake. It seems to work. \
                 By half past two, on the evening we visited, seven of the nineteen were asleep.",
                "La règle est affichée à l’entrée : personne ne demande à personne pourquoi il ne dort \
                 pas. Elle semble efficace. Vers deux heures et demie, le soir de notre visite, sept des \
                 dix-neuf dormaient.",
            ),
            text(
                "The most borrowed title so far is a history of drainage in four volumes. Mr Brightwell \
                 does not expect anyone to finish it.",
                "Le titre le plus emprunté jusqu’ici est une histoire du drainage en quatre volumes. \
                 M. Brightwell n’imagine pas que quelqu’un la finisse.",
            ),
        ],
    },
    Story {
        slug: "low-tide-path",
        section: text("Outdoors", "Au grand air"),
        headline: text(
            "A path that exists for forty minutes a day",
            "Un sentier qui existe quarante minutes par jour",
        ),
        summary: text(
            "An old chart, a pair of borrowed boots and a retired geometry teacher have brought back \
             the low-tide walk to Tern Rock.",
            "Une vieille carte, une paire de bottes empruntée et une professeure de géométrie à la \
             retraite ont fait renaître la promenade du rocher aux Sternes.",
        ),
        author: "Ruben Asch",
        paragraphs: &[
            text(
                "On the chart of 1887 it is a dotted line with the word “passable” and a question mark. \
                 On every later chart it is sea. Henriette Oyelaran, who taught geometry here for most \
                 of her life, found the question mark intolerable.",
                "Sur la carte de 1887, c’est un pointillé avec le mot « praticable » et un point \
                 d’interrogation. Sur toutes les suivantes, c’est la mer. Henriette Oyelaran, qui a \
                 enseigné ici la géométrie presque toute sa vie, ne supportait pas ce point \
                 d’interrogation.",
            ),
            text(
                "For two months she walked out at every low water, planting bamboo and writing down \
                 times. The line on the chart turned out to be right to within a few steps. It surfaces \
                 twenty minutes before the lowest tide and goes under twenty minutes after.",
                "Pendant deux mois elle est sortie à chaque basse mer, plantant des bambous et notant \
                 les heures. Le tracé de la carte s’est révélé juste à quelques pas près. Le sentier \
                 émerge vingt minutes avant le plus bas de l’eau et disparaît vingt minutes après.",
            ),
            text(
                "Guided walks start on Saturday from the slipway. Bring boots, leave your bicycle, and \
                 when Miss Oyelaran says to turn round, turn round.",
                "Les promenades guidées partent samedi de la cale. Prenez des bottes, laissez le vélo, \
                 et quand Mlle Oyelaran dit de faire demi-tour, faites demi-tour.",
            ),
        ],
    },
    Story {
        slug: "loaf-vote",
        section: text("Town hall", "La mairie"),
        headline: text(
            "Round or long? The island votes on its loaf",
            "Rond ou long ? L’île vote pour son pain",
        ),
        summary: text(
            "The only oven that fits both shapes is being repaired. Until spring there can be one, and \
             the debate has reached its second evening.",
            "Le seul four assez grand pour les deux formes est en réparation. D’ici au printemps il n’y \
             en aura qu’une, et le débat entame sa deuxième soirée.",
        ),
        author: "Maud Tressel",
        paragraphs: &[
            text(
                "The case for the round loaf is that it keeps. The case for the long one is that it \
                 fits under an arm, which on a windy island leaves a hand for the hat. Both cases have \
                 now been put to the town hall eleven times.",
                "Pour le pain rond : il se garde. Pour le pain long : il tient sous le bras, ce qui, sur \
                 une île venteuse, laisse une main pour le chapeau. Les deux causes ont maintenant été \
                 plaidées onze fois à la mairie.",
            ),
            text(
                "Baker Solène Haddad has declined to say which she prefers. “I get up at two to make \
                 either,” she told the meeting. “Whatever you choose, please choose it before then.”",
                "La boulangère Solène Haddad n’a pas voulu dire sa préférence. « Pour l’un comme pour \
                 l’autre, je me lève à deux heures, a-t-elle déclaré. Choisissez ce que vous voulez, \
                 mais choisissez avant. »",
            ),
            text(
                "A motion to bake a ring, which is both round and long if one thinks about it, was \
                 referred to committee.",
                "Une motion en faveur de la couronne, ronde et longue à la fois si l’on y réfléchit, a \
                 été renvoyée en commission.",
            ),
        ],
    },
];

/// The lines of the live page: time and text.
pub(crate) static TICKER: &[(&str, Text)] = &[
    (
        "14:02",
        text(
            "Eleven boats on the line. None is longer than a loaf of bread (long).",
            "Onze bateaux sur la ligne. Aucun n’est plus grand qu’un pain (long).",
        ),
    ),
    (
        "14:05",
        text(
            "They are off, except for the Little Comet, which is facing the wrong way.",
            "C’est parti, sauf pour la Petite Comète, qui regarde du mauvais côté.",
        ),
    ),
    (
        "14:11",
        text(
            "A swan has entered the course. The jury is looking up whether it has right of way.",
            "Un cygne entre sur le parcours. Le jury vérifie s’il a la priorité.",
        ),
    ),
    ("14:13", text("It has.", "Il l’a.")),
    (
        "14:19",
        text(
            "The Little Comet, now going the right way, is third. Her builder is nine and very calm.",
            "La Petite Comète, désormais dans le bon sens, est troisième. Sa constructrice a neuf ans \
             et garde tout son calme.",
        ),
    ),
    (
        "14:24",
        text(
            "Finish! The Sea Biscuit by a bowsprit, the swan second, the Little Comet third.",
            "Arrivée ! Le Biscuit de mer d’un beaupré, le cygne deuxième, la Petite Comète troisième.",
        ),
    ),
];
