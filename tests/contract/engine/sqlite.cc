#include "tests/contract/engine/engine.h"
#include "tests/fake/folder.h"

namespace caas::contract {
namespace {

class SqlitePlace final : public Place {
  public:
    std::unique_ptr<store::Connector> connector() override {
        return store::sqlite(folder_ / "caas.db");
    }

  private:
    fake::Folder folder_;
};

}  // namespace

std::unique_ptr<Place> make_place() {
    return std::make_unique<SqlitePlace>();
}

}  // namespace caas::contract
