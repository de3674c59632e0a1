// Texts made by chance from a fixed seed, for the tests that claim something of every text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace caas::text {

class RandomText {
  public:
    explicit RandomText(std::uint64_t seed) : state_(seed * 2 + 1) {}

    std::size_t below(std::size_t bound) {
        // splitmix64: small, and the same everywhere.
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
        return static_cast<std::size_t>((z ^ (z >> 31)) % bound);
    }

    std::string bytes(std::size_t count) {
        std::string out;
        for (std::size_t i = 0; i < count; ++i) {
            out.push_back(static_cast<char>(below(256)));
        }
        return out;
    }

    // Words, links, tags, emoji and letters of many scripts.
    std::string prose(std::size_t pieces) {
        static constexpr std::array<std::string_view, 48> all{
            "word",
            "Hello",
            "a",
            "I",
            "offline",
            "release",
            "Dr.",
            "e.g.",
            "3.5",
            "etc.",
            "ok.",
            "Done!",
            "Why?",
            "Well…",
            "\"Yes.\"",
            "(no)",
            "\n",
            "\n\n",
            "  ",
            "-",
            "—",
            ",",
            "https://example.com/a/long/path?x=1",
            "example.com",
            "http://x.org/a_(b)",
            "@ana",
            "@ana.bsky.social",
            "@ana@example.com",
            "#tag",
            "#ünï",
            "$AAPL",
            "日本語の文章です。",
            "中文句子。",
            "한국어 문장입니다.",
            "สวัสดีครับ",
            "नमस्ते दुनिया।",
            "مرحبا؟",
            "שלום.",
            "Grüße",
            "e\u0301te\u0301",
            "👩‍⚕️",
            "🇩🇪🇫🇷",
            "👍🏽",
            "😀😀",
            "1️⃣",
            "x\u200dy",
            "supercalifragilistic",
            "\u00a0"};
        std::string out;
        for (std::size_t i = 0; i < pieces; ++i) {
            out += all[below(all.size())];
            out += below(4) == 0 ? "" : " ";
        }
        return out;
    }

  private:
    std::uint64_t state_;
};

}  // namespace caas::text
