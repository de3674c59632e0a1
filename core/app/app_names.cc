// How the database and the daemons on it are called.
#include "core/app/app.h"
#include "core/delivery/beat_liveness.h"
#include "core/store/postgres.h"

namespace caas::app {

std::string living_daemons(store::Store& store, Instant now) {
    const auto living =
        store.read([now](store::Reader& reader) { return delivery::beating_engines(reader, now); });
    std::string out;
    for (const auto& one : living) {
        if (one.starts_with("caasd"))
            out += (out.empty() ? "" : "; ") + one;
    }
    return out;
}

std::string database_name(const config::Settings& settings, const config::Paths& paths) {
    const auto& url = settings.secret("store.url");
    if (url.empty())
        return paths.database().string();
    if (!store::is_postgres(url.reveal()))
        return "unknown";
    return "PostgreSQL " + store::postgres_name(url);
}

}  // namespace caas::app
