#include "core/api/multipart.h"

#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "core/base/error.h"

namespace caas::api {
namespace {

// Gives its text in pieces of at most so many bytes, as a network does.
class Dripping final : public BodySource {
  public:
    Dripping(std::string text, std::size_t most) : text_(std::move(text)), most_(most) {}

    std::optional<std::uint64_t> length() const override { return text_.size(); }

    std::size_t read(std::span<char> into) override {
        const auto count = std::min({into.size(), most_, text_.size() - at_});
        std::copy_n(text_.data() + at_, count, into.data());
        at_ += count;
        return count;
    }

  private:
    std::string text_;
    std::size_t most_;
    std::size_t at_ = 0;
};

constexpr const char* type = "multipart/form-data; boundary=\"a b\"";

std::string part(const std::string& head, const std::string& body) {
    return "--a b\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + body + "\r\n";
}

// "name/filename=body; …", or the code of the refusal.
std::string read_all(
    const std::string& body, std::size_t most = 1000, const std::string& content_type = type) {
    try {
        Dripping source(body, most);
        Multipart form(source, content_type, 100'000);
        std::string out;
        while (const auto head = form.next())
            out += head->name + "/" + head->filename.value_or("-") + "=" + form.text(50'000) + "; ";
        return out;
    } catch (const Error& error) {
        return std::string(facts(error.code()).name);
    }
}

TEST_CASE("a form is read part by part, in whatever pieces it comes") {
    const auto body = part("name=alt", "Two\r\nlines") +
                      part("name=\"file\"; filename=\"a \\\"b\\\".jpg\"", "\r\n--a\r\n--a bytes") +
                      "--a b--\r\n";
    // The second one holds what begins like a boundary, and one: its rest is the next part's head.
    CHECK(read_all(body) == "bad_request");
    const auto sound = part("name=alt", "Two\r\nlines") +
                       part("name=\"file\"; filename=\"a \\\"b\\\".jpg\"", "\r\n--a\r\n-- a b") +
                       part("name=empty", "") + "--a b--\r\n";
    const std::string expected =
        "alt/-=Two\r\nlines; file/a \"b\".jpg=\r\n--a\r\n-- a b; empty/-=; ";
    for (const std::size_t most : {1U, 2U, 3U, 7U, 64U, 1000U}) {
        CAPTURE(most);
        CHECK(read_all(sound, most) == expected);
    }
}

TEST_CASE("a form that breaks off or is none is refused") {
    const auto whole = part("name=file; filename=a", "bytes") + "--a b--";
    CHECK(read_all(whole) == "file/a=bytes; ");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        CHECK(read_all(whole.substr(0, length)) == "bad_request");
    }
    CHECK(read_all("preamble\r\n" + whole) == "file/a=bytes; ");
    CHECK(read_all("--a b\r\nContent-Type: text/plain\r\n\r\nx\r\n--a b--") == "bad_request");
    CHECK(read_all("--a b\r\nno header\r\n\r\nx\r\n--a b--") == "bad_request");
    CHECK(read_all(whole, 1000, "application/json") == "unsupported_media_type");
    CHECK(read_all(whole, 1000, "multipart/form-data") == "unsupported_media_type");
    CHECK(read_all(whole, 1000, "multipart/mixed; boundary=a") == "unsupported_media_type");
}

TEST_CASE("what is longer than it may be is cut off") {
    CHECK(read_all(part("name=file", std::string(60'000, 'x')) + "--a b--") == "too_large");
    CHECK(read_all(part("name=file", std::string(200'000, 'x')) + "--a b--") == "too_large");
    CHECK(read_all("--a b\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n") == "bad_request");
}

TEST_CASE("a part that nobody reads is passed over") {
    Dripping source(part("name=a", "long") + part("name=b", "wanted") + "--a b--", 3);
    Multipart form(source, type, 1000);
    REQUIRE(form.next()->name == "a");
    REQUIRE(form.next()->name == "b");
    CHECK(form.text(10) == "wanted");
    CHECK_FALSE(form.next());
}

TEST_CASE("a hostile form does no harm") {
    std::mt19937 chance(20261129);
    const auto any = [&](std::size_t below) {
        return std::uniform_int_distribution<std::size_t>(0, below - 1)(chance);
    };
    const auto whole = part("name=\"file\"; filename=\"a;b=c\"", "bytes") + "--a b--\r\n";
    for (int round = 0; round < 3000; ++round) {
        auto body = whole;
        for (std::size_t change = 0; change <= any(4); ++change) {
            const auto at = any(body.size());
            if (any(2) == 0)
                body[at] = "\r\n-\" =;:\\"[any(9)];
            else
                body.erase(at, 1 + any(5));
            body += 'x';
        }
        CHECK_FALSE(read_all(body, 1 + any(70)) == "internal");
    }
}

}  // namespace
}  // namespace caas::api
