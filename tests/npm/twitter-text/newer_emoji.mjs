// Emoji that twitter-text 3.1.0 (its table is twemoji-parser 11, of 2018) does not take as one. X's
// rule is that any emoji counts 2, so core/text counts each of these 2. Only what is made of several
// characters is named: a new emoji of one character weighs 2 in any case.
const tone = '[\\u{1F3FB}-\\u{1F3FF}]';
const person = '[\\u{1F468}\\u{1F469}\\u{1F9D1}]';
const gender = '\\u200D[\\u2640\\u2642]\\uFE0F';

export const newer = [
    ['eye in speech bubble (Emoji 2; the table splits it)', '\\u{1F441}\\uFE0F?\\u200D\\u{1F5E8}\\uFE0F?'],
    ['infinity (Emoji 11)', '\\u267E\\uFE0F'],
    ['transgender flag (Emoji 13)', '\\u{1F3F3}\\uFE0F\\u200D\\u26A7\\uFE0F'],
    ['transgender symbol (Emoji 13)', '\\u26A7\\uFE0F'],
    ['flag of Sark (Emoji 16)', '\\u{1F1E8}\\u{1F1F6}'],
    ['kissing couple with skin tones (Emoji 13.1)', `${person}${tone}\\u200D\\u2764\\uFE0F\\u200D\\u{1F48B}\\u200D${person}${tone}`],
    ['couple with heart and skin tones (Emoji 13.1)', `${person}${tone}\\u200D\\u2764\\uFE0F\\u200D${person}${tone}`],
    ['people holding hands (Emoji 12)', `${person}${tone}\\u200D\\u{1F91D}\\u200D${person}${tone}|\\u{1F9D1}\\u200D\\u{1F91D}\\u200D\\u{1F9D1}`],
    ['people with bunny ears, skin tones (Emoji 17)', `${person}${tone}\\u200D\\u{1F430}\\u200D${person}${tone}`],
    ['people wrestling, skin tones (Emoji 17)', `${person}${tone}\\u200D\\u{1FAEF}\\u200D${person}${tone}`],
    ['family of any gender (Emoji 15.1)', '\\u{1F9D1}(?:\\u200D\\u{1F9D1})?(?:\\u200D\\u{1F9D2}){1,2}'],
    ['person facing right (Emoji 15.1)', `[\\u{1F6B6}\\u{1F3C3}\\u{1F9CE}]${tone}?(?:${gender})?\\u200D\\u27A1\\uFE0F`],
    ['person with cane or wheelchair facing right (Emoji 15.1)', `${person}${tone}?\\u200D[\\u{1F9AF}\\u{1F9BC}\\u{1F9BD}]\\u200D\\u27A1\\uFE0F`],
    ['person of a profession or hair, any gender (Emoji 12.1)', `\\u{1F9D1}${tone}?\\u200D(?:[\\u2695\\u2696\\u2708]\\uFE0F|[\\u{1F33E}\\u{1F373}\\u{1F37C}\\u{1F384}\\u{1F393}\\u{1F3A4}\\u{1F3A8}\\u{1F3EB}\\u{1F3ED}\\u{1F4BB}\\u{1F4BC}\\u{1F527}\\u{1F52C}\\u{1F680}\\u{1F692}\\u{1F9AF}-\\u{1F9B3}\\u{1F9BC}\\u{1F9BD}\\u{1FA70}])`],
    ['man or woman with cane, wheelchair, bottle, costume (Emoji 12 to 17)', `[\\u{1F468}\\u{1F469}]${tone}?\\u200D[\\u{1F37C}\\u{1F384}\\u{1F9AF}\\u{1F9BC}\\u{1F9BD}\\u{1FA70}]`],
    ['woman or man standing, kneeling, deaf, bearded, veiled (Emoji 12 to 13.1)', `[\\u{1F470}\\u{1F9CD}-\\u{1F9CF}\\u{1F9D4}]${tone}?${gender}`],
    ['women or men with bunny ears or wrestling, one skin tone (Emoji 17)', `[\\u{1F46F}\\u{1F93C}]${tone}${gender}`],
    ['heart on fire, mending heart (Emoji 13.1)', '\\u2764\\uFE0F\\u200D[\\u{1F525}\\u{1FA79}]'],
    ['black cat, service dog, black bird, phoenix, polar bear (Emoji 12 to 15.1)', '(?:\\u{1F408}\\u200D\\u2B1B|\\u{1F415}\\u200D\\u{1F9BA}|\\u{1F426}\\u200D[\\u2B1B\\u{1F525}]|\\u{1F43B}\\u200D\\u2744\\uFE0F)'],
    ['lime, brown mushroom, broken chain (Emoji 15.1)', '(?:\\u{1F34B}\\u200D\\u{1F7E9}|\\u{1F344}\\u200D\\u{1F7EB}|\\u26D3\\uFE0F\\u200D\\u{1F4A5})'],
    ['exhaling, spiral eyes, in clouds, shaking head (Emoji 13.1 and 15.1)', '(?:\\u{1F62E}\\u200D\\u{1F4A8}|\\u{1F635}\\u200D\\u{1F4AB}|\\u{1F636}\\u200D\\u{1F32B}\\uFE0F|\\u{1F642}\\u200D[\\u2194\\u2195]\\uFE0F)'],
    ['handshake of two skin tones (Emoji 14)', `\\u{1FAF1}${tone}\\u200D\\u{1FAF2}${tone}`],
    ['skin tone on a character that has them since (Emoji 12 to 17)', `[\\u{1F46B}-\\u{1F46D}\\u{1F46F}\\u{1F48F}\\u{1F491}\\u{1F90C}\\u{1F90F}\\u{1F91D}\\u{1F91F}\\u{1F93C}\\u{1F977}\\u{1F9BB}\\u{1F9CD}-\\u{1F9CF}\\u{1FAC3}-\\u{1FAC5}\\u{1FAF0}-\\u{1FAF8}]${tone}`],
];

const pattern = new RegExp(`(?:${newer.map(([, source]) => `(${source})`).join('|')})(${tone}|\\uFE0F)?`, 'gu');

// The newer emoji of a text, in order: name, place, characters, and what X's rule counts. A skin tone
// or U+FE0F that the emoji does not take stands alone behind it; the package may take it with the last
// part.
export function newerIn(text) {
    return [...text.matchAll(pattern)].map((match) => {
        const index = match.slice(1, -1).findIndex((group) => group !== undefined);
        const emoji = match[0];
        return { name: newer[index][0], at: match.index, emoji, length: match.at(-1) ? 4 : 2 };
    });
}
