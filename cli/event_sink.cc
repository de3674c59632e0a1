#include "cli/event_sink.h"

#include <nlohmann/json.hpp>

namespace caas::cli {

net::SseParser event_sink(std::function<void(std::string_view, const Json&)> on_event) {
    return net::SseParser([on_event = std::move(on_event)](const net::Event& event) {
        if (const auto data = json::try_parse(event.data); data)
            on_event(event.name, *data);
        return true;
    });
}

}  // namespace caas::cli
