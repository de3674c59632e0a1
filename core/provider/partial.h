// Shows a post while it is being written: takes the JSON of an answer piece by piece, wherever it
// is cut, and gives out the readable text in it. What it shows is not what is kept: that is read
// from the whole answer (schema.h). Not thread-safe: one reader, one answer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace caas::provider {

// A piece of one part's text: whole characters of UTF-8, never empty.
struct Piece {
    std::string platform;
    int part = 0;
    std::string text;
};

class PartialPosts {
  public:
    explicit PartialPosts(std::function<void(const Piece&)> on_piece)
        : on_piece_(std::move(on_piece)) {}

    // Never throws for what the text holds: of anything but JSON it shows nothing. Throws what
    // `on_piece` throws. Fits Ask::on_text.
    void feed(std::string_view text);

  private:
    struct Level {
        bool is_object = true;
        bool expects_key = true;
        std::string key;
        int index = 0;
    };

    void take_outside(char c);
    void take_string(char c);
    void take_escaped(char c);
    void add_unit(std::uint32_t unit);
    void add(std::uint32_t code_point);
    void end_string();
    void show(bool is_end);
    bool is_shown() const;

    std::function<void(const Piece&)> on_piece_;
    std::vector<Level> levels_;
    std::string string_;  // the string being read, without what was shown already
    bool is_in_string_ = false;
    bool is_key_ = false;
    bool is_escape_ = false;
    int digits_left_ = 0;  // of a \u escape
    std::uint32_t unit_ = 0;
    std::uint32_t high_ = 0;  // the first half of a surrogate pair
    bool is_over_ = false;
};

}  // namespace caas::provider
