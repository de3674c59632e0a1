#include "core/provider/partial.h"

namespace caas::provider {
namespace {

constexpr std::size_t most_depth = 16;
constexpr std::size_t longest_key = 200;
constexpr std::uint32_t replacement = 0xFFFD;

int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

// How many bytes at the end belong to a character whose rest has not come yet.
std::size_t unfinished(std::string_view text) {
    for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
        const auto byte = static_cast<unsigned char>(text[text.size() - back]);
        if ((byte & 0xC0U) == 0x80U)
            continue;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        return length > back ? back : 0;
    }
    return 0;
}

}  // namespace

void PartialPosts::feed(std::string_view text) {
    for (const char c : text) {
        if (is_over_)
            return;
        if (is_in_string_)
            take_string(c);
        else
            take_outside(c);
    }
    if (is_in_string_ && is_shown())
        show(false);
}

void PartialPosts::take_outside(char c) {
    if (levels_.empty() && c != '{')  // a fence or a word before the object
        return;
    switch (c) {
        case '{':
        case '[':
            levels_.push_back({c == '{', c == '{', {}, 0});
            is_over_ = levels_.size() > most_depth;
            break;
        case '}':
        case ']':
            levels_.pop_back();
            is_over_ = levels_.empty();
            break;
        case ':':
            levels_.back().expects_key = false;
            break;
        case ',':
            levels_.back().expects_key = levels_.back().is_object;
            ++levels_.back().index;
            break;
        case '"':
            is_in_string_ = true;
            is_key_ = levels_.back().expects_key;
            string_.clear();
            break;
        default:
            break;
    }
}

void PartialPosts::take_string(char c) {
    if (digits_left_ > 0) {
        const int digit = hex_digit(c);
        unit_ = unit_ * 16 + static_cast<std::uint32_t>(digit < 0 ? 0 : digit);
        if (--digits_left_ == 0)
            add_unit(unit_);
    } else if (is_escape_) {
        is_escape_ = false;
        take_escaped(c);
    } else if (c == '\\') {
        is_escape_ = true;
    } else {
        if (high_ != 0)
            add(replacement);
        high_ = 0;
        if (c == '"')
            end_string();
        else if (is_shown() || (is_key_ && string_.size() < longest_key))
            string_ += c;
    }
}

void PartialPosts::take_escaped(char c) {
    if (c == 'u') {
        digits_left_ = 4;
        unit_ = 0;
        return;
    }
    static constexpr std::string_view names = "bfnrt";
    static constexpr std::string_view meant = "\b\f\n\r\t";
    const auto at = names.find(c);
    add_unit(static_cast<unsigned char>(at == std::string_view::npos ? c : meant[at]));
}

void PartialPosts::add_unit(std::uint32_t unit) {
    const bool is_high = unit >= 0xD800 && unit <= 0xDBFF;
    const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (high_ != 0 && is_low) {
        add(0x10000 + ((high_ - 0xD800) << 10U) + (unit - 0xDC00));
        high_ = 0;
        return;
    }
    if (high_ != 0)
        add(replacement);
    high_ = is_high ? unit : 0;
    if (!is_high)
        add(is_low ? replacement : unit);
}

void PartialPosts::add(std::uint32_t code_point) {
    if (!is_shown() && !(is_key_ && string_.size() < longest_key))
        return;
    const auto byte = [this](std::uint32_t value) { string_ += static_cast<char>(value); };
    if (code_point < 0x80) {
        byte(code_point);
    } else if (code_point < 0x800) {
        byte(0xC0U | (code_point >> 6U));
        byte(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        byte(0xE0U | (code_point >> 12U));
        byte(0x80U | ((code_point >> 6U) & 0x3FU));
        byte(0x80U | (code_point & 0x3FU));
    } else {
        byte(0xF0U | (code_point >> 18U));
        byte(0x80U | ((code_point >> 12U) & 0x3FU));
        byte(0x80U | ((code_point >> 6U) & 0x3FU));
        byte(0x80U | (code_point & 0x3FU));
    }
}

void PartialPosts::end_string() {
    if (is_key_)
        levels_.back().key = string_;
    else if (is_shown())
        show(true);
    is_in_string_ = false;
    is_key_ = false;
    string_.clear();
}

void PartialPosts::show(bool is_end) {
    const auto kept = is_end ? 0 : unfinished(string_);
    const auto size = string_.size() - kept;
    if (size == 0)
        return;
    const Piece piece{
        levels_[0].key, levels_.size() == 3 ? levels_[2].index : 0, string_.substr(0, size)};
    string_.erase(0, size);
    on_piece_(piece);
}

bool PartialPosts::is_shown() const {
    if (is_key_ || levels_.size() < 2 || levels_.size() > 3 || !levels_[1].is_object)
        return false;
    if (levels_.size() == 2)
        return levels_[1].key == "text";
    return levels_[1].key == "parts" && !levels_[2].is_object;
}

}  // namespace caas::provider
