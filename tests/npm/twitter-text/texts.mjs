// The texts to compare on: real ones, one for each rule, and some thousands made from fragments with
// a fixed seed.
import { existsSync, readFileSync } from 'node:fs';

const emojiData = '/usr/share/unicode/emoji/emoji-test.txt'; // Debian: unicode-data

// mulberry32: small, and the same everywhere.
function chance(seed) {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

const real = [
    '',
    'Hello world',
    'Our app now works offline. Read more: https://example.com/blog/offline?utm_source=x&utm_medium=social #offline #pwa',
    'visit example.com now',
    'Grüße aus Köln! Mehr auf www.köln.de/aktuelles und https://köln.de',
    '@ana thanks for the hint, cc @bob_the_builder/team and ana@example.com',
    'Buy $AAPL, $BRK.A or $btc_x but not $TOOLONGNAME or US$100',
    'こんにちは世界。新しいアプリ https://example.jp/アプリ を公開しました #アプリ開発 #ア',
    '안녕하세요 #한국어 태그 https://example.한국/경로',
    'नमस्ते दुनिया #हिन्दी क्षि',
    'مرحبا بالعالم #مرحبا https://مثال.مصر/صفحة',
    'שלום #עולם https://example.co.il',
    '👩‍⚕️👨🏽‍💻👨‍👩‍👧‍👦🏳️‍🌈🏴‍☠️ 1️⃣ #️⃣ ©️ ™️ ❤️ ☝🏿 🇩🇪🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    'cafe\u0301 a\u0308\u0323 \u1112\u1161\u11ab \u212b \ufb01',
    'https://t.co/abc123 https://t.co/abc123/more https://t.co/abc?x=1 https://t.co/' + 'a'.repeat(41),
    'http://example.com:8080/a_(b)_(c(d)e)f?q=1,2;3#x! (http://example.com/x) "https://example.com"',
    'rt:@ana RT @bob .@carol (@dan) @erin: @frank\u00e9 @@gina @hugo://x @ivy@example.com',
    '#1 #1a #_ #a_b #a-b ##double #tag#tag ＃全角 &#amp; a#b #tag://x #\ufe0f #\u20e3 x\ufe0f#y',
    'a'.repeat(280),
    'あ'.repeat(141),
    'x'.repeat(253) + ' https://example.com/' + 'y'.repeat(100),
    'https://example.com/' + 'y'.repeat(5000),
    'foo_bar.example.com foo_.example.com _foo.com foo-.com -foo.com a..com .com http://.com',
    'x.com y.co.uk z.notatld e.g. i.e. v1.2 3.14 file.txt main.py index.js 192.168.0.1 http://192.168.0.1',
    'http://xn--fsq.com xn--fsq.com http://xn--fsqä.com \u4f8b.com http://\u4f8b.com http://\u4f8b.\u4e2d\u56fd',
    'http://' + 'a'.repeat(63) + '.com http://' + 'a'.repeat(64) + '.com ' + 'ä'.repeat(60) + '.com http://' + '中'.repeat(40) + '.com',
    '\ufeffbom \ufffe \uffff and \ufeff',
    'left\u200eexample.com\u200f \u202ahttps://example.com\u202c',
    'http://example.com/\u0439\u0446\u0443 http://example.com/caf\u00e9 http://example.com/\u4e2d',
    'example.com@x example.com+1 example.com-a example.comé example.com中 example.comx',
    'http://example.com/a~(b) http://example.com/a(b)(c) http://example.com/(b) http://example.com/~(b)c http://example.com/a(b~)',
    'ー👨‍👩‍👧‍👦。Ა「කø・²🕵️"გეsub.example.org ' + 'あ。'.repeat(9) + '.com http://' + 'あ。'.repeat(9) + 'い.com',
    'http://example.com/@user/1 http://example.com/a|b~c http://example.com/. http://example.com/a.',
    'HTTP://EXAMPLE.COM/A Https://Example.Com EXAMPLE.COM http:/example.com http//example.com',
    'a.b.c.d.e.f.com a.com.b.c com.com com.co net.org.info.x',
    'vermögensberatung.vermögensberatung \u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444 пример.МОСКВА',
    'foo.comx中a.com a.comx中a.com/path 中文example.com中.jp/path',
    'https://example.com/1\ufe0f\u20e3 8\u20e3 *\ufe0f\u20e3 \u00a9 \u00ae\ufe0e \u2122 \u203c\ufe0f \u2764\ufe0e',
];

const fragments = [
    ' ', ' ', ' ', '\n', '\t', '.', ',', '!', '?', ':', ';', '-', '_', '/', '(', ')', '"', "'", '&', '#', '@', '$', '%', '+', '~', '|', '=', '*',
    'a', 'Z', '7', 'word', 'RT', 'rt', 'com', 'org', 'co.uk', 'jp', 'de', 'io', 'example', 'example.com', 'sub.example.org', 'x.co',
    'http://', 'https://', 'HTTP://', 'www.', 't.co', 'https://t.co/', '://', '/path', '?q=1', '&b=2', '#frag', ':80', '/a_(b)', '(c(d))', '..',
    '@ana', '@a_b', '@' + 'n'.repeat(25), '/list', '#tag', '#Tag1', '#1', '＃', '＠', '$AAPL', '$a.b', '$x_yz', '$TOOLONG',
    'é', 'ü', 'ß', 'ø', 'ſ', 'ı', 'İ', 'ǆ', 'Ω', 'ж', 'Ж', 'й', 'ὰ', 'ა', 'Ა', 'հ', 'א', 'ב', 'ع', 'م', 'ن', 'न', 'ि', '्', 'ก', 'ำ', 'ක', 'გე',
    '中', '国', '中国', '日本', '한', '국', 'あ', 'ア', 'ー', '・', '。', '、', '「', '」', '　', '香港', 'みんな', 'рф', 'москва', 'укр', 'मोबाइल', 'भारत', 'ไทย', 'xn--', 'xn--p1ai',
    '\u0301', '\u0308', '\u0323', '\u0345', '\u200b', '\u200c', '\u200d', '\u200e', '\u2060', '\u00a0', '\u0085', '\u2028', '\u3000', '\u00ad', '\ufe0e', '\ufe0f', '\u20e3', '\ufeff',
    '–', '—', '…', '“', '”', '’', '«', '»', '€', '™', '©', '®', '½', '²', 'Ⅷ', '𝒳', '𐐀', '𐐨', '𠮷', '𝟘', '٣', '३', '０', 'Ａ',
    '😀', '❤', '❤️', '☺️', '👍', '👍🏽', '☝', '☝🏿', '☝️🏿', '⛷🏽', '🏽', '👩', '👨', '🧑', '👧', '👦', '👩‍⚕️', '👩‍⚕', '👨🏻‍🚒', '👩‍❤️‍👨', '👨‍❤️‍💋‍👨', '👨‍👩‍👧‍👦', '👩‍👦',
    '🏳', '🏳️', '🌈', '🏳️‍🌈', '🏴', '🏴‍☠️', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁸󠁿', '🇩', '🇪', '🇩🇪', '🇽🇽', '🇺🇸', '1️⃣', '#️⃣', '*⃣', '0', '🏃‍♀️', '🏋️‍♂️', '🏋🏽‍♂️', '🕴️‍♀️', '🕵️', '🧞‍♂️', '👯‍♀️', '🤼‍♂️', '⚧️', '♾️', '♾', '👁️‍🗨️', '👁‍🗨', '🐕‍🦺', '🐈‍⬛',
    '🧑‍💻', '🧑🏽‍🎄', '🧑‍🤝‍🧑', '🫱🏻‍🫲🏿', '🧔‍♀️', '🚶‍➡️', '🚶🏽‍♀️‍➡️', '🧑‍🧑‍🧒', ' 🇨🇶', '🙂‍↔️', '⛓️‍💥', '🫨', '🪿', '🫰🏽', '🤝🏽', '\ue50a', '‼️', '⁉', '㊗️', '🈁', '🅰️', '⌚️', '⌚', '▶️', '➕', '〰️',
];

function made(count) {
    const next = chance(20180622);
    const pick = (list) => list[Math.floor(next() * list.length)];
    const out = [];
    for (let i = 0; i < count; ++i) {
        let text = '';
        const pieces = 1 + Math.floor(next() * 14);
        for (let p = 0; p < pieces; ++p) {
            text += pick(fragments);
        }
        out.push(text);
    }
    return out;
}

// Domain-like and tag-like knots of characters, where the patterns branch most.
function knots(count) {
    const next = chance(7);
    const signs = ['a', 'b', 'é', '中', 'ж', '.', '.', '.', '-', '_', '/', 'com', 'jp', '中国', '@', '#', '$', ':', '1', ' ', '(', ')', '?', '=', '\u200d', '\u0301', 'https://', 'http://', '😀', 'рф', 'xn--a'];
    const out = [];
    for (let i = 0; i < count; ++i) {
        let text = '';
        const pieces = 2 + Math.floor(next() * 18);
        for (let p = 0; p < pieces; ++p) {
            text += signs[Math.floor(next() * signs.length)];
        }
        out.push(text);
    }
    return out;
}

// Each block of Unicode's first planes, as letters of a tag, of a path and of a domain.
function blocks() {
    const out = [];
    for (let start = 0x20; start < 0x20000; start += 0x35) {
        const point = start >= 0xd800 && start < 0xe000 ? start + 0x2000 : start;
        const sign = String.fromCodePoint(point);
        out.push(`x${sign}y #a${sign}b http://example.com/a${sign}b a${sign}.com @a${sign} ${sign}@b ${sign}#c`);
    }
    return out;
}

function emoji() {
    if (!existsSync(emojiData)) {
        return [];
    }
    return readFileSync(emojiData, 'utf8')
        .split('\n')
        .map((line) => line.match(/^([0-9A-F ]+?)\s*;\s*(fully-qualified|component)/))
        .filter(Boolean)
        .map((match) => String.fromCodePoint(...match[1].split(' ').map((hex) => parseInt(hex, 16))));
}

export function texts() {
    const signs = emoji();
    const among = signs.map((sign, i) => `Look ${sign}${signs[(i * 7919) % signs.length]} at ${sign}!`);
    return [...real, ...made(6000), ...knots(4000), ...blocks(), ...signs, ...among];
}
