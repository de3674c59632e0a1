#include "core/app/home_database.h"

#include <atomic>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/store/postgres.h"

namespace caas::app {
namespace {

// What makes a database file a backup: a table of one row, gone again once it is restored.
constexpr std::string_view make_mark = R"(
CREATE TABLE backup (
    made_at BIGINT NOT NULL,
    secret_key TEXT,
    data_folder TEXT
))";

// Looks once, at what is opened anyway.
class HomeFile final : public store::Connector {
  public:
    explicit HomeFile(std::filesystem::path file)
        : file_(std::move(file)), connector_(store::sqlite(file_)) {}

    std::unique_ptr<store::Connection> open_writer() override { return connector_->open_writer(); }

    std::unique_ptr<store::Connection> open_reader() override {
        auto reader = connector_->open_reader();
        if (reader != nullptr && !was_looked_at_) {
            refuse_backup(*reader, file_);
            was_looked_at_ = true;
        }
        return reader;
    }

    bool keeps_readers() const override { return connector_->keeps_readers(); }

  private:
    std::filesystem::path file_;
    std::unique_ptr<store::Connector> connector_;
    std::atomic<bool> was_looked_at_ = false;
};

}  // namespace

bool is_backup(store::Connection& connection) {
    return connection.has_table("backup");
}

void mark_as_backup(
    store::Connection& writer,
    Instant made_at,
    const std::optional<std::string>& secret_key,
    const std::filesystem::path& data_folder) {
    writer.begin();
    writer.run_script(make_mark);
    writer.execute(
        "INSERT INTO backup (made_at, secret_key, data_folder) VALUES ($1, $2, $3)",
        {made_at,
         secret_key ? store::Value(to_base64(*secret_key)) : store::Value(),
         data_folder.string()});
    writer.commit();
}

void refuse_backup(store::Connection& connection, const std::filesystem::path& file) {
    if (is_backup(connection))
        throw Error(
            Code::conflict,
            file.string() +
                " is a backup and no database: what was sent since it was made would be sent again",
            "Restore it first, which holds that back: caas restore " + file.string());
}

std::unique_ptr<store::Connector> home_database(
    const config::Settings& settings, const config::Paths& paths) {
    const auto& url = settings.secret("store.url");
    if (!url.empty() && !store::is_postgres(url.reveal()))
        throw Error(
            Code::invalid,
            "The address of the database (" + settings.whence("store.url") + ") is not understood",
            "Write DATABASE_URL as postgresql://USER:PASSWORD@HOST/NAME, or unset it for SQLite "
            "in the data folder");
    make_folder(paths.data);
    if (!url.empty())
        return store::postgres(url);
    return std::make_unique<HomeFile>(paths.database());
}

}  // namespace caas::app
