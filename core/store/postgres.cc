#include "core/store/postgres.h"

#include "core/store/postgres_connection.h"

namespace caas::store {
namespace {

class PostgresConnector final : public Connector {
  public:
    PostgresConnector(const Secret& url, const PostgresPatience& patience)
        : server_(std::make_shared<const PostgresServer>(url, patience)) {}

    std::unique_ptr<Connection> open_writer() override {
        return open_postgres(server_, PostgresLink::Use::write);
    }

    std::unique_ptr<Connection> open_reader() override {
        return open_postgres(server_, PostgresLink::Use::read);
    }

  private:
    const std::shared_ptr<const PostgresServer> server_;
};

}  // namespace

bool is_postgres(std::string_view url) {
    return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

std::unique_ptr<Connector> postgres(const Secret& url, const PostgresPatience& patience) {
    return std::make_unique<PostgresConnector>(url, patience);
}

std::string postgres_name(const Secret& url) {
    return PostgresServer(url).address.name();
}

}  // namespace caas::store
