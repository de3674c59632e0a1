#include "tests/contract/engine/engine.h"
#include "tests/fake/database.h"

namespace caas::contract {
namespace {

class PostgresPlace final : public Place {
  public:
    std::unique_ptr<store::Connector> connector() override { return schema_.connector(); }

  private:
    fake::PostgresSchema schema_;
};

}  // namespace

std::unique_ptr<Place> make_place() {
    return std::make_unique<PostgresPlace>();
}

}  // namespace caas::contract
