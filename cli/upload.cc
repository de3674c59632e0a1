#include "cli/upload.h"

#include <algorithm>
#include <filesystem>

#include "core/base/error.h"
#include "core/media/bytes.h"
#include "core/net/form_data.h"

namespace caas::cli {
namespace {

media::Bytes open_file(const std::string& file) {
    std::error_code failed;
    if (!std::filesystem::exists(file, failed))
        throw Error(Code::not_found, "There is no " + file, "Check the path.");
    return media::bytes_of_file(file);
}

}  // namespace

Ask upload_ask(const Upload& upload, std::function<void(std::int64_t, std::int64_t)> sent) {
    const auto file = open_file(upload.file);
    const auto name = std::filesystem::path(upload.file).filename().string();
    std::vector<std::pair<std::string, std::string>> fields;
    if (upload.alt)
        fields.emplace_back("alt", *upload.alt);
    if (upload.name)
        fields.emplace_back("name", *upload.name);
    const auto read = [file, sent = std::move(sent)](std::int64_t offset, std::size_t most) {
        auto piece = file.read(offset, most);
        if (sent)
            sent(offset + static_cast<std::int64_t>(piece.size()), file.size);
        return piece;
    };
    auto form = net::form_data(
        fields,
        {"file", name, "application/octet-stream", {file.size, read}},
        upload.file + "/" + std::to_string(file.size));
    Ask ask{"POST", "media"};
    ask.type = std::move(form.content_type);
    ask.source = std::move(form.body);
    return ask;
}

}  // namespace caas::cli
