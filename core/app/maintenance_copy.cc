// A whole installation on its way from one database into another.
#include <filesystem>
#include <memory>
#include <string>

#include "core/app/daemon_presence.h"
#include "core/app/engine_presence.h"
#include "core/app/home_database.h"
#include "core/app/maintenance.h"
#include "core/base/error.h"
#include "core/delivery/beat_liveness.h"
#include "core/delivery/former.h"
#include "core/store/connection.h"
#include "core/store/copy.h"
#include "core/store/postgres.h"
#include "core/store/store.h"

namespace caas::app {
namespace {

std::unique_ptr<store::Connector> connector_of(const std::string& place) {
    if (store::is_postgres(place))
        return store::postgres(Secret(place));
    if (place.find("://") != std::string::npos)
        throw Error(
            Code::invalid,
            "caas knows no database of this kind",
            "Give a file, or an address: postgresql://USER:PASSWORD@HOST/NAME");
    return store::sqlite(place);
}

Error in_use(const std::string& program) {
    return {
        Code::engine_running,
        "A program works on the database to copy from: " + program,
        "Stop it first: what it writes meanwhile would be left behind"};
}

// Runs `function(Transaction&)` on a database that nobody else works on.
template <typename Function>
void write(store::Connector& place, const Function& function) {
    const auto writer = place.open_writer();
    writer->begin();
    store::Transaction transaction(*writer);
    function(transaction);
    writer->commit();
}

// False where `from` cannot be written into, as on a read-only disk.
bool note_copied_away(store::Connector& from, Instant now) {
    try {
        write(from, [&](store::Transaction& transaction) {
            delivery::note_copied_away(transaction, now);
        });
        return true;
    } catch (const Error&) {
        return false;
    }
}

// Throws Error(engine_running) where a program works on the database in this folder.
void require_rest(const std::filesystem::path& folder) {
    if (const auto daemon = running_daemon(folder))
        throw in_use(*daemon);
    if (is_engine_running(folder))
        throw in_use(one_shot_engines);
}

}  // namespace

CopyFacts copy_database(const std::string& from, const std::string& to, Clock& clock) {
    const auto source = connector_of(from);
    if (!store::is_postgres(from)) {
        // The home may hold the link, or what it leads to.
        std::error_code ignored;
        require_rest(std::filesystem::absolute(from).parent_path());
        require_rest(std::filesystem::weakly_canonical(from, ignored).parent_path());
        if (const auto reader = source->open_reader(); reader != nullptr)
            refuse_backup(*reader, from);
    } else if (const auto reader = source->open_reader(); reader->has_table("engine")) {
        const auto living = delivery::beating_engines(*reader, clock.now());
        if (!living.empty())
            throw in_use(living.front());
    }
    const auto target = connector_of(to);
    CopyFacts facts;
    for (const auto& table : store::copy_database(*source, *target, clock)) {
        ++facts.tables;
        facts.rows += table.rows;
    }
    // Of `from`, which may have been copied before.
    write(*target, delivery::forget_copied_away);
    facts.is_noted = note_copied_away(*source, clock.now());
    return facts;
}

}  // namespace caas::app
