#include "core/app/settings_check.h"

#include <map>
#include <string>

#include <doctest/doctest.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/fake/folder.h"

namespace caas::app {
namespace {

// What is said of settings that come from the environment; "fine" when nothing is.
std::string said_of(std::map<std::string, std::string> variables) {
    try {
        check_settings(config::load({.environment = config::environment_of(std::move(variables))}));
    } catch (const Error& error) {
        CHECK(error.code() == Code::invalid);
        CHECK_FALSE(error.hint().empty());
        return error.what();
    }
    return "fine";
}

TEST_CASE("what nobody set can work") {
    CHECK(said_of({}) == "fine");
}

TEST_CASE("storage that speaks S3 needs an address and a bucket") {
    CHECK(
        said_of({{"CAAS_MEDIA_STORAGE", "s3"}}) ==
        "CAAS_MEDIA_STORAGE: media.storage is s3, but media.s3_endpoint is not set");
    CHECK(
        said_of(
            {{"CAAS_MEDIA_STORAGE", "s3"},
             {"CAAS_MEDIA_S3_ENDPOINT", "https://s3.example.org"},
             {"CAAS_MEDIA_S3_BUCKET", "b"}}) == "fine");
}

TEST_CASE("a file of certificates must be there") {
    const fake::Folder folder;
    write_file(folder / "ca.pem", "certificates");

    CHECK(
        said_of({{"CAAS_NET_CA_FILE", "/nope"}}) ==
        "CAAS_NET_CA_FILE: net.ca_file cannot be used: There is no /nope");
    CHECK(said_of({{"CAAS_NET_CA_FILE", (folder / "ca.pem").string()}}) == "fine");
}

TEST_CASE("mails are from an address") {
    CHECK(
        said_of({{"CAAS_MAIL_FROM", "foo"}}) ==
        "CAAS_MAIL_FROM: mail.from holds no e-mail address");
    CHECK(said_of({{"CAAS_MAIL_FROM", "caas <caas>"}}) != "fine");
    CHECK(said_of({{"CAAS_MAIL_FROM", "caas <caas@mailhost>"}}) == "fine");
    CHECK(said_of({{"CAAS_MAIL_FROM", "caas@example.org"}}) == "fine");
}

TEST_CASE("an origin is written as browsers name it") {
    for (const std::string origin :
         {"foo", "https://app.example.com/", "https://App.example.com", "*"}) {
        CAPTURE(origin);
        CHECK(
            said_of({{"CAAS_HTTP_CORS_ORIGINS", origin}}) ==
            "CAAS_HTTP_CORS_ORIGINS: http.cors_origins holds \"" + origin +
                "\", which no browser names as an origin");
    }
    CHECK(
        said_of({{"CAAS_HTTP_CORS_ORIGINS", "https://app.example.com,http://localhost:3000"}}) ==
        "fine");
}

TEST_CASE("a language is a tag") {
    CHECK(
        said_of({{"CAAS_GENERATE_LANGUAGE", "xx yy"}}) ==
        "CAAS_GENERATE_LANGUAGE: generate.language is no language tag: \"xx yy\"");
    CHECK(said_of({{"CAAS_GENERATE_LANGUAGE", "pt-BR"}}) == "fine");
}

}  // namespace
}  // namespace caas::app
