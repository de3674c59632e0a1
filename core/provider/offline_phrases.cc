#include "core/provider/offline_phrases.h"

#include <array>

namespace caas::provider {
namespace {

using List = std::array<std::string_view, 3>;

struct Set {
    std::string_view language;
    std::string_view tone;
    List sentence;
    List topic;
    List closing;
};

constexpr std::array<Set, 20> sets{{
    {"en",
     "professional",
     {"{}", "An update from us: {}", "Worth noting: {}"},
     {"Introducing {}.", "We are pleased to present {}.", "Now it is time to talk about {}."},
     {"We look forward to your feedback.",
      "Questions? We are glad to answer them.",
      "How would this fit into your work?"}},
    {"en",
     "casual",
     {"Good news: {}", "So, this happened: {} 🎉", "Quick heads-up: {}"},
     {"Say hello to {}! 👋", "We've got something for you: {}.", "Guess what? It's all about {}."},
     {"Have a look and tell us what you think! 👀",
      "Give it a go and let us know.",
      "What do you think?"}},
    {"en",
     "humorous",
     {"{} Yes, we checked twice. 😄",
      "Stop scrolling for a second: {} You may scroll on now.",
      "{} The coffee machine had no comment. ☕"},
     {"Plot twist: {}. 😄",
      "We could have kept {} to ourselves. We are bad at secrets.",
      "Breaking news from our desk: {}. The coffee machine had no comment. ☕"},
     {"Your move, internet.",
      "Tell us your best one-liner below.",
      "No rubber ducks were harmed."}},
    {"en",
     "inspirational",
     {"{} Small steps add up. ✨",
      "Every big thing begins small. {}",
      "{} This is where it gets interesting."},
     {"One step further: {}. ✨",
      "Every big thing begins small. Today it is {}.",
      "Imagine what you can do with {}."},
     {"What will you begin today?", "Where will you take it?", "Onward, together."}},
    {"en",
     "educational",
     {"Did you know? {}", "Today's short lesson: {}", "In one sentence: {}"},
     {"A closer look at {}.", "What is behind {}? A short introduction.", "Let's talk about {}."},
     {"Which question should we answer next?",
      "Save this for later and share what you learned.",
      "Ask us anything about it."}},
    {"de",
     "professional",
     {"{}", "Neues von uns: {}", "Gut zu wissen: {}"},
     {"Neu bei uns: {}.", "Wir stellen vor: {}.", "Unser Thema heute: {}."},
     {"Wir freuen uns auf Ihre Rückmeldung.",
      "Fragen? Wir antworten gern.",
      "Wie passt das zu Ihrer Arbeit?"}},
    {"de",
     "casual",
     {"Gute Nachricht: {}", "Es ist so weit: {} 🎉", "Kurz gesagt: {}"},
     {"Sagt Hallo: {}! 👋", "Wir haben etwas für euch: {}.", "Ratet mal: {}."},
     {"Schaut rein und sagt uns, was ihr denkt! 👀",
      "Probiert es aus und erzählt uns davon.",
      "Was meint ihr?"}},
    {"de",
     "humorous",
     {"{} Ja, wir haben zweimal nachgesehen. 😄",
      "Kurz nicht weiterscrollen: {} Danke, weiter geht's.",
      "{} Die Kaffeemaschine schweigt dazu. ☕"},
     {"Überraschung: {}. 😄",
      "Wir sind schlecht im Geheimnishüten: {}.",
      "Eilmeldung: {}. Die Kaffeemaschine schweigt dazu. ☕"},
     {"Ihr seid dran.", "Wer hat den besseren Spruch?", "Keine Gummiente kam zu Schaden."}},
    {"de",
     "inspirational",
     {"{} Kleine Schritte zählen. ✨",
      "Alles Große fängt klein an. {}",
      "{} Jetzt wird es spannend."},
     {"Ein Schritt weiter: {}. ✨",
      "Alles Große fängt klein an: {}.",
      "Was damit möglich wird: {}."},
     {"Womit fangt ihr heute an?", "Was macht ihr daraus?", "Gemeinsam weiter."}},
    {"de",
     "educational",
     {"Schon gewusst? {}", "Heute gelernt: {}", "In einem Satz: {}"},
     {"Genauer hingesehen: {}.", "Kurz erklärt: {}.", "Unser Thema heute: {}."},
     {"Welche Frage beantworten wir als Nächstes?",
      "Merken und weitersagen.",
      "Fragt uns dazu, was ihr wollt."}},
    {"es",
     "professional",
     {"{}", "Novedades: {}", "Conviene saberlo: {}"},
     {"Presentamos: {}.", "Nuestra novedad: {}.", "Hoy hablamos de esto: {}."},
     {"Esperamos sus comentarios.",
      "¿Preguntas? Respondemos con gusto.",
      "¿Cómo encaja en su trabajo?"}},
    {"es",
     "casual",
     {"Buenas noticias: {}", "Ya está aquí: {} 🎉", "En breve: {}"},
     {"Te presentamos: {}. 👋", "Tenemos algo para ti: {}.", "¿Adivinas? {}."},
     {"Échale un vistazo y cuéntanos. 👀", "Pruébalo y dinos qué tal.", "¿Qué te parece?"}},
    {"es",
     "humorous",
     {"{} Sí, lo comprobamos dos veces. 😄",
      "Para un segundo: {} Ya puedes seguir.",
      "{} La cafetera no quiso opinar. ☕"},
     {"Giro de guion: {}. 😄",
      "No sabemos guardar secretos: {}.",
      "Última hora: {}. La cafetera no quiso opinar. ☕"},
     {"Te toca.", "¿Quién tiene un chiste mejor?", "Ningún patito de goma sufrió daños."}},
    {"es",
     "inspirational",
     {"{} Los pasos pequeños cuentan. ✨",
      "Todo lo grande empieza pequeño. {}",
      "{} Ahora empieza lo bueno."},
     {"Un paso más: {}. ✨", "Todo lo grande empieza pequeño: {}.", "Imagina lo posible: {}."},
     {"¿Qué empiezas hoy?", "¿Adónde lo llevarás?", "Adelante, juntos."}},
    {"es",
     "educational",
     {"¿Lo sabías? {}", "La lección de hoy: {}", "En una frase: {}"},
     {"De cerca: {}.", "Explicado en breve: {}.", "Hoy hablamos de esto: {}."},
     {"¿Qué pregunta respondemos ahora?", "Guárdalo y compártelo.", "Pregúntanos lo que quieras."}},
    {"fr",
     "professional",
     {"{}", "Du nouveau : {}", "Bon à savoir : {}"},
     {"Nous présentons : {}.", "Notre nouveauté : {}.", "Notre sujet du jour : {}."},
     {"Vos retours sont les bienvenus.",
      "Des questions ? Nous y répondons volontiers.",
      "Qu'en ferez-vous dans votre travail ?"}},
    {"fr",
     "casual",
     {"Bonne nouvelle : {}", "Ça y est : {} 🎉", "En bref : {}"},
     {"Dites bonjour : {} ! 👋", "On a quelque chose pour vous : {}.", "Devinez quoi : {}."},
     {"Jetez un œil et dites-nous tout ! 👀", "Essayez et racontez-nous.", "Qu'en pensez-vous ?"}},
    {"fr",
     "humorous",
     {"{} Oui, on a vérifié deux fois. 😄",
      "Une seconde : {} Vous pouvez reprendre.",
      "{} La machine à café n'a pas commenté. ☕"},
     {"Coup de théâtre : {}. 😄",
      "On ne sait pas garder un secret : {}.",
      "Flash info : {}. La machine à café n'a pas commenté. ☕"},
     {"À vous de jouer.",
      "Qui a une meilleure blague ?",
      "Aucun canard en plastique n'a souffert."}},
    {"fr",
     "inspirational",
     {"{} Les petits pas comptent. ✨",
      "Tout ce qui est grand commence petit. {}",
      "{} C'est là que tout commence."},
     {"Un pas de plus : {}. ✨",
      "Tout ce qui est grand commence petit : {}.",
      "Imaginez la suite : {}."},
     {"Par quoi commencez-vous aujourd'hui ?", "Qu'en ferez-vous ?", "En avant, ensemble."}},
    {"fr",
     "educational",
     {"Le saviez-vous ? {}", "La leçon du jour : {}", "En une phrase : {}"},
     {"De plus près : {}.", "Expliqué en bref : {}.", "Notre sujet du jour : {}."},
     {"À quelle question répondre ensuite ?",
      "À garder et à partager.",
      "Posez-nous vos questions."}},
}};

constexpr std::array<std::string_view, 1> bare{"{}"};

constexpr auto make_phrases() {
    std::array<Phrases, sets.size()> made{};
    for (std::size_t i = 0; i < sets.size(); ++i)
        made[i] = {
            sets[i].language, sets[i].tone, sets[i].sentence, sets[i].topic, sets[i].closing};
    return made;
}

constexpr auto table = make_phrases();
constexpr Phrases plain{"", "", bare, bare, {}};

}  // namespace

const Phrases& phrases_for(std::string_view language, std::string_view tone) {
    const Phrases* professional = &plain;
    for (const auto& row : table) {
        if (row.language != language)
            continue;
        if (row.tone == tone)
            return row;
        if (row.tone == "professional")
            professional = &row;
    }
    return *professional;
}

}  // namespace caas::provider
