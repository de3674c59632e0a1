#include "core/base/log.h"

#include <nlohmann/json.hpp>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/time_zone.h"

namespace caas {
namespace {

std::string_view name_of(Level level) {
    switch (level) {
        case Level::debug:
            return "debug";
        case Level::info:
            return "info";
        case Level::warn:
            return "warn";
        case Level::error:
        case Level::off:
            break;
    }
    return "error";
}

void append_field(std::string& line, std::string_view key, std::string_view value) {
    line += line.size() == 1 ? "" : ",";
    json::append_text(line, key);
    line += ':';
    json::append_text(line, value);
}

}  // namespace

struct Log::Sink {
    explicit Sink(std::filesystem::path path) : file(std::move(path)) { open(); }

    // Throws Error and keeps what was open when the file cannot be opened.
    void open() {
        try {
            std::shared_ptr<spdlog::sinks::sink> made;
            if (file.empty())
                made = std::make_shared<spdlog::sinks::stderr_sink_mt>();
            else
                made = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
            // Lines are whole JSON objects: spdlog only carries them to where they go.
            made->set_pattern("%v");
            const std::scoped_lock lock(mutex);
            sink = std::move(made);
        } catch (const spdlog::spdlog_ex&) {
            throw Error(
                Code::forbidden,
                "Cannot open the log file " + file.string(),
                "Check that its folder exists and is writable.");
        }
    }

    // A log that cannot be written must not end what it tells about.
    void write(const std::string& line) noexcept {
        try {
            const std::scoped_lock lock(mutex);
            sink->log(spdlog::details::log_msg("", spdlog::level::info, line));
            sink->flush();
        } catch (const std::exception&) {
            return;
        }
    }

    std::filesystem::path file;
    std::mutex mutex;
    // Shared because spdlog's sinks are made to be: nobody else holds it.
    std::shared_ptr<spdlog::sinks::sink> sink;
};

Log::Log(const Clock& clock, Level least, const std::filesystem::path& file)
    : clock_(clock), least_(least), sink_(std::make_unique<Sink>(file)) {}

Log::~Log() = default;

void Log::write(Level level, std::string_view event, Fields fields) {
    if (level < least_ || level == Level::off)
        return;
    std::string line = "{";
    append_field(line, "time", to_rfc3339(clock_.now()));
    append_field(line, "level", name_of(level));
    append_field(line, "event", event);
    for (const auto& [key, value] : fields)
        append_field(line, key, value);
    line += '}';
    sink_->write(line);
}

void Log::reopen() {
    sink_->open();
}

}  // namespace caas
